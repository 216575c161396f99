# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listings of the other services as things. Private to this collection."""

from __future__ import annotations

import datetime
import typing as t

from .._aws.support import require_operations
from .api import get, listing
from .things import Scope, Thing, plain_host, tags_of

# Without this ListCertificates answers RSA 1024 and 2048 only.
_KEY_TYPES = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"]


def stacks(client: t.Any, scope: Scope) -> list[Thing]:
    """CloudFormation stacks; deleted ones are not among what DescribeStacks lists."""
    items = listing(client, "describe_stacks", "Stacks")
    return [
        Thing(
            "cloudformation_stack", item.get("StackId", item["StackName"]), item["StackName"], tags_of(item.get("Tags"))
        )
        for item in items
        if item.get("StackStatus") != "DELETE_COMPLETE"
    ]


def databases(client: t.Any, scope: Scope) -> list[Thing]:
    """RDS instances."""
    return [
        Thing(
            "database",
            item["DBInstanceIdentifier"],
            item["DBInstanceIdentifier"],
            tags_of(item.get("TagList")),
            {"vpc_id": (item.get("DBSubnetGroup") or {}).get("VpcId")},
        )
        for item in listing(client, "describe_db_instances", "DBInstances")
    ]


def roles(client: t.Any, scope: Scope) -> list[Thing]:
    """IAM roles with their path; with tags those that carry eksctl's name for the cluster (the listing has no tags)."""
    things = []
    for item in listing(client, "list_roles", "Roles"):
        name = item["RoleName"]
        tags = {}
        if name.startswith(f"eksctl-{scope.cluster}-"):
            tags = tags_of((get(client, "list_role_tags", RoleName=name) or {}).get("Tags"))
        things.append(Thing("iam_role", name, name, tags, {"path": item["Path"]}))
    return things


def policies(client: t.Any, scope: Scope) -> list[Thing]:
    """The account's own IAM policies with their path."""
    return [
        Thing("iam_policy", item["Arn"], item["PolicyName"], details={"path": item["Path"]})
        for item in listing(client, "list_policies", "Policies", Scope="Local")
    ]


def oidc_providers(client: t.Any, scope: Scope) -> list[Thing]:
    """IAM OIDC providers of EKS clusters; the name is the issuer without its scheme."""
    things = []
    for item in listing(client, "list_open_id_connect_providers", "OpenIDConnectProviderList"):
        arn = item["Arn"]
        answer = get(client, "get_open_id_connect_provider", OpenIDConnectProviderArn=arn)
        if answer is not None:
            name = arn.partition(":oidc-provider/")[2]
            things.append(Thing("iam_oidc_provider", arn, name, tags_of(answer.get("Tags"))))
    return things


def records(client: t.Any, scope: Scope) -> list[Thing]:
    """Records of all hosted zones, or of those that the scope names."""
    things = []
    for zone in listing(client, "list_hosted_zones", "HostedZones"):
        if scope.hosted_zones and plain_host(zone["Name"]) not in scope.hosted_zones:
            continue
        for item in listing(client, "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone["Id"]):
            values = [entry["Value"] for entry in item.get("ResourceRecords", [])]
            targets = [item["AliasTarget"]["DNSName"]] if item.get("AliasTarget") else values
            zone_id = zone["Id"].rpartition("/")[2]
            details = {"zone_id": zone_id, "type": item["Type"], "targets": targets}
            name = item["Name"].rstrip(".")
            things.append(Thing("dns_record", f"{zone_id}/{name}/{item['Type']}", name, details=details))
    # Markers first: they say whose the other records of their host are.
    return sorted(things, key=lambda thing: thing.details["type"] != "TXT")


def secrets(client: t.Any, scope: Scope) -> list[Thing]:
    """Secrets, also those that wait for their deletion: these keep their name taken."""
    things = []
    for item in listing(client, "list_secrets", "SecretList", IncludePlannedDeletion=True):
        deleted = bool(item.get("DeletedDate"))
        name = item["Name"] + (" (pending deletion)" if deleted else "")
        details = {
            "path": item["Name"],
            "pending_deletion": deleted,
            "remove": _secret_removal(item["ARN"], deleted, scope),
        }
        things.append(Thing("secret", item["ARN"], name, tags_of(item.get("Tags")), details))
    return things


def _secret_removal(arn: str, deleted: bool, scope: Scope) -> str:
    which = f"--secret-id {arn}" + (f" --region {scope.region}" if scope.region else "")
    delete = f"aws secretsmanager delete-secret --force-delete-without-recovery {which}"
    restore = f"aws secretsmanager restore-secret {which}"
    return f"AWS deletes it by itself. To free its name now: {restore} && {delete}" if deleted else delete


def secret_costs(thing: Thing) -> bool:
    """A secret that waits for its deletion is free."""
    return not thing.details["pending_deletion"]


def log_groups(client: t.Any, scope: Scope) -> list[Thing]:
    """Log groups of clusters."""
    return [
        Thing("log_group", item["logGroupName"], item["logGroupName"])
        for prefix in (f"/aws/eks/{scope.cluster}/", f"/aws/containerinsights/{scope.cluster}/")
        for item in listing(client, "describe_log_groups", "logGroups", logGroupNamePrefix=prefix)
    ]


def certificates(client: t.Any, scope: Scope) -> list[Thing]:
    """ACM certificates of every key type, with their tags."""
    things = []
    for item in listing(client, "list_certificates", "CertificateSummaryList", Includes={"keyTypes": _KEY_TYPES}):
        arn = item["CertificateArn"]
        tags = tags_of((get(client, "list_tags_for_certificate", CertificateArn=arn) or {}).get("Tags"))
        things.append(Thing("certificate", arn, item.get("DomainName", arn), tags, {"type": item.get("Type")}))
    return things


def certificate_costs(thing: Thing) -> bool:
    """Only those of a private certificate authority cost money."""
    return thing.details.get("type") == "PRIVATE"


def provisioned_throughputs(client: t.Any, scope: Scope) -> list[Thing]:
    """Provisioned throughputs of Bedrock, with their tags, and what is to be said of a term that runs."""
    things = []
    for item in listing(client, "list_provisioned_model_throughputs", "provisionedModelSummaries"):
        arn = item["provisionedModelArn"]
        details = {
            "after": _end_of_term(item.get("commitmentExpirationTime")),
            "models": (item["modelArn"], item["desiredModelArn"]),
        }
        name = item["provisionedModelName"]
        things.append(Thing("provisioned_throughput", arn, name, _bedrock_tags(client, arn), details))
    return things


def _bedrock_tags(client: t.Any, arn: str) -> dict[str, str]:
    """Bedrock tells tags by a call for each thing."""
    return tags_of((get(client, "list_tags_for_resource", resourceARN=arn) or {}).get("tags"))


def _end_of_term(end: datetime.datetime | None) -> str:
    """From when on AWS deletes it, where that is not now."""
    if end is None or end <= datetime.datetime.now(datetime.UTC):
        return ""
    return f"Its term ends on {end:%Y-%m-%d}, and AWS deletes nothing before. Then: "


def model_customization_jobs(client: t.Any, scope: Scope) -> list[Thing]:
    """Jobs of Bedrock that are training a model, with their tags. One that has ended costs nothing any more."""
    return [
        Thing("model_customization_job", item["jobArn"], item["jobName"], _bedrock_tags(client, item["jobArn"]))
        for item in listing(
            client, "list_model_customization_jobs", "modelCustomizationJobSummaries", statusEquals="InProgress"
        )
    ]


def model_import_jobs(client: t.Any, scope: Scope) -> list[Thing]:
    """Jobs of Bedrock that are importing a model, with their tags, and the model that there will be."""
    things = []
    for item in listing(client, "list_model_import_jobs", "modelImportJobSummaries", statusEquals="InProgress"):
        arn = item["jobArn"]
        details = {"model": item.get("importedModelName", "")}
        things.append(Thing("model_import_job", arn, item["jobName"], _bedrock_tags(client, arn), details))
    return things


def custom_model_deployments(client: t.Any, scope: Scope) -> list[Thing]:
    """On-demand deployments of Bedrock's custom models, with their tags."""
    require_operations(client, "ListCustomModelDeployments")  # of 2025: an older boto3 is unknown, not empty
    things = []
    for item in listing(client, "list_custom_model_deployments", "modelDeploymentSummaries"):
        arn, name = item["customModelDeploymentArn"], item["customModelDeploymentName"]
        details = {"models": (item["modelArn"],)}
        things.append(Thing("custom_model_deployment", arn, name, _bedrock_tags(client, arn), details))
    return things


def custom_models(client: t.Any, scope: Scope) -> list[Thing]:
    """The account's own custom models of Bedrock, with their tags, and what has to go before each."""
    things = []
    # Without isOwned also those that other accounts share, whose tags nobody but they may read.
    for item in listing(client, "list_custom_models", "modelSummaries", isOwned=True):
        arn = item["modelArn"]
        details = {"after": _served_by(arn, scope)}
        things.append(Thing("custom_model", arn, item["modelName"], _bedrock_tags(client, arn), details))
    return things


def _served_by(arn: str, scope: Scope) -> str:
    """What keeps AWS from deleting a model, as far as it was seen."""
    names = sorted(server for model, server in scope.serving if model == arn)
    return f"What serves it goes first ({', '.join(names)}). Then: " if names else ""


def imported_models(client: t.Any, scope: Scope) -> list[Thing]:
    """Imported models of Bedrock, with their tags."""
    return [
        Thing("imported_model", item["modelArn"], item["modelName"], _bedrock_tags(client, item["modelArn"]))
        for item in listing(client, "list_imported_models", "modelSummaries")
    ]
