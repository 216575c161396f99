"""EKS addons: versions on offer, and Pod Identity associations owned by an addon."""

from __future__ import annotations

from typing import Any

from tests.lab.aws import emulator, facts
from tests.lab.aws.eks import Query, Route, add_routes, update_record
from tests.lab.aws.emulator import Answer, answer, failure, parsed

Body = dict[str, Any]


def version_of(addon: Body, kubernetes: str) -> str:
    """The addon's version for a Kubernetes version."""
    return str(addon["version"]).replace("{kubernetes}", kubernetes)


def versions(query: Query) -> Answer:
    """DescribeAddonVersions: AWS tells which versions fit which Kubernetes."""
    wanted = query.get("kubernetesVersion")
    rows = []
    for name, addon in facts.aws()["addons"].items():
        if query.get("addonName", name) != name:
            continue
        offers: dict[str, list[str]] = {}
        for kubernetes in facts.aws()["versions"]:
            if wanted in (None, kubernetes):
                offers.setdefault(version_of(addon, kubernetes), []).append(kubernetes)
        rows.append(
            {
                "addonName": name,
                "type": addon["type"],
                "owner": "aws",
                "publisher": "eks",
                "addonVersions": [offer(version, fits, addon) for version, fits in offers.items()],
            }
        )
    return answer(200, {"addons": rows})


def offer(version: str, kubernetes: list[str], addon: Body) -> Body:
    """One version of an addon."""
    return {
        "addonVersion": version,
        "architecture": ["amd64", "arm64"],
        "requiresConfiguration": False,
        "requiresIamPermissions": "service_account" in addon,
        "compatibilities": [
            {"clusterVersion": each, "platformVersions": ["*"], "defaultVersion": True} for each in kubernetes
        ],
    }


def configuration(query: Query) -> Answer:
    """DescribeAddonConfiguration: schema of the values and the identity that the addon wants."""
    addon = facts.addon(query.get("addonName", ""))
    if addon is None:
        return failure(404, "ResourceNotFoundException", "Addon not found")
    identity = []
    if "service_account" in addon:
        identity = [{"serviceAccount": addon["service_account"], "recommendedManagedPolicies": addon["policies"]}]
    return answer(
        200,
        {
            "addonName": query["addonName"],
            "addonVersion": query.get("addonVersion", ""),
            "configurationSchema": "{}",
            "podIdentityConfiguration": identity,
        },
    )


ROUTES: tuple[Route, ...] = (
    ("GET", r"/addons/supported-versions", lambda query, body: versions(query)),
    ("GET", r"/addons/configuration-schemas", lambda query, body: configuration(query)),
)


def associate(cluster: str, addon: str, wanted: list[Body]) -> list[str]:
    """Replace the addon's associations by the wanted ones; returns their ARNs."""
    eks = emulator.service("eks")
    record = eks._addons[f"{cluster}/{addon}"]
    for arn in record.get("podIdentityAssociations") or []:
        eks._delete_pod_identity_association(cluster, arn.rsplit("/", 1)[1])
    arns = []
    for each in wanted:
        body = {"namespace": "kube-system", **each}
        response = eks._create_pod_identity_association(cluster, body)
        if response[0] >= 400:
            continue  # AWS keeps an association that somebody else owns
        association = parsed(response)["association"]
        key = eks._pia_key(cluster, association["associationId"])
        eks._pod_identity_associations[key]["ownerArn"] = record["addonArn"]
        arns.append(association["associationArn"])
    return arns


def install() -> None:
    """Fill the gaps of addons."""
    eks = emulator.service("eks")
    add_routes(ROUTES)

    @emulator.override(eks, "_create_addon")
    def create(original: Any, cluster: str, body: Body) -> Answer:
        known = facts.addon(body.get("addonName", ""))
        if known is None:
            return failure(400, "InvalidParameterException", f"Addon {body.get('addonName')} is not supported")
        wanted = body.get("podIdentityAssociations") or []
        if not body.get("addonVersion") and cluster in eks._clusters:
            body = {**body, "addonVersion": version_of(known, eks._clusters[cluster]["version"])}
        response: Answer = original(cluster, {**body, "podIdentityAssociations": []})
        if response[0] >= 400:
            return response
        # ministack echoes what was asked; AWS answers with the ARNs of real associations.
        record = eks._addons[f"{cluster}/{body['addonName']}"]
        record["podIdentityAssociations"] = associate(cluster, body["addonName"], wanted)
        described: Answer = eks._describe_addon(cluster, body["addonName"])
        return described

    @emulator.override(eks, "_update_addon")
    def update(original: Any, cluster: str, addon: str, body: Body) -> Answer:
        if f"{cluster}/{addon}" in eks._addons and "podIdentityAssociations" in body:
            body = {**body, "podIdentityAssociations": associate(cluster, addon, body["podIdentityAssociations"])}
        response: Answer = original(cluster, addon, body)
        if response[0] >= 400:
            return response
        return answer(200, {"update": update_record("AddonUpdate", parsed(response)["update"]["id"])})

    @emulator.override(eks, "_delete_addon")
    def delete(original: Any, cluster: str, addon: str) -> Answer:
        if f"{cluster}/{addon}" in eks._addons:
            associate(cluster, addon, [])
        response: Answer = original(cluster, addon)
        return response
