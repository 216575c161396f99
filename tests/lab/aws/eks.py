"""EKS clusters: the operations that ministack lacks, and answers that a client of a real API server needs."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from tests.lab.aws import emulator, facts
from tests.lab.aws.config import ACCOUNT, Config
from tests.lab.aws.emulator import Answer, answer, failure

CALLER: ContextVar[str] = ContextVar("lab_caller", default="")
"""Access key of the request, so that CloudFormation's CreateCluster knows its creator."""

HOLDS: dict[str, threading.Thread] = {}
"""What keeps a cluster in CREATING, by its name."""

Query = dict[str, str]
Route = tuple[str, str, Callable[..., Answer]]


def cluster_versions(query: Query) -> Answer:
    """DescribeClusterVersions: AWS lists the versions on offer with their support status."""
    rows = [
        {
            "clusterVersion": version,
            "clusterType": "eks",
            "defaultPlatformVersion": "eks.1",
            "defaultVersion": version == facts.aws()["default"],
            "status": fact["status"],
            "versionStatus": fact["status"],
            "kubernetesPatchVersion": f"{version}.0",
        }
        for version, fact in facts.aws()["versions"].items()
    ]
    return answer(200, {"clusterVersions": rows})


def update_record(kind: str, update_id: str | None = None) -> dict[str, Any]:
    """The update object that EKS returns; the lab's updates are done at once."""
    return {
        "id": update_id or emulator.module("core.responses").new_uuid(),
        "status": "Successful",
        "type": kind,
        "params": [],
        "createdAt": int(time.time()),
        "errors": [],
    }


def find(name: str) -> Any:
    """The record of a cluster, or None."""
    return emulator.service("eks")._clusters.get(name)


def not_found(name: str) -> Answer:
    """AWS's answer for a cluster that is not there."""
    return failure(404, "ResourceNotFoundException", f"No cluster found for name: {name}.")


def update_config(name: str, body: dict[str, Any]) -> Answer:
    """UpdateClusterConfig: endpoint access, logging, support policy, deletion protection, access mode."""
    cluster = find(name)
    if cluster is None:
        return not_found(name)
    cluster["resourcesVpcConfig"].update(body.get("resourcesVpcConfig") or {})
    cluster.setdefault("accessConfig", {}).update(body.get("accessConfig") or {})
    for key in ("logging", "upgradePolicy", "deletionProtection", "zonalShiftConfig", "computeConfig"):
        if key in body:
            cluster[key] = body[key]
    return answer(200, {"update": update_record("ConfigUpdate")})


def update_version(name: str, body: dict[str, Any]) -> Answer:
    """UpdateClusterVersion: AWS raises by one minor version at a time. The lab's API server stays what it is."""
    cluster = find(name)
    if cluster is None:
        return not_found(name)
    now, wanted = (int(v.split(".")[1]) for v in (cluster["version"], body.get("version", "0.0")))
    if wanted != now + 1:
        return failure(
            400, "InvalidParameterException", f"Unsupported Kubernetes minor version update from 1.{now} to 1.{wanted}"
        )
    cluster["version"] = body["version"]
    return answer(200, {"update": update_record("VersionUpdate")})


ROUTES: tuple[Route, ...] = (
    ("GET", r"/cluster-versions", lambda query, body: cluster_versions(query)),
    ("GET", r"/clusters/[^/]+/fargate-profiles", lambda query, body: answer(200, {"fargateProfileNames": []})),
    ("GET", r"/clusters/[^/]+/capabilities", lambda query, body: answer(200, {"capabilities": []})),
    ("POST", r"/clusters/[^/]+/insights", lambda query, body: answer(200, {"insights": []})),
    ("GET", r"/clusters/[^/]+/updates", lambda query, body: answer(200, {"updateIds": []})),
    (
        "GET",
        r"/clusters/[^/]+/updates/([^/]+)",
        lambda query, body, update: answer(200, {"update": update_record("ConfigUpdate", update)}),
    ),
    ("POST", r"/clusters/([^/]+)/update-config", lambda query, body, name: update_config(name, body)),
    ("POST", r"/clusters/([^/]+)/updates", lambda query, body, name: update_version(name, body)),
)


def add_routes(routes: tuple[Route, ...]) -> None:
    """Answer these before ministack's own routes; each function gets query, body and the groups of its pattern."""
    eks = emulator.service("eks")

    @emulator.override(eks, "_handle_request_sync")
    def handle(original: Any, method: str, path: str, *rest: Any) -> Answer:
        headers, body, query = rest
        if "tagKeys" in query:
            # ministack keeps the first of a list, and AWS's UntagResource takes many; a tuple it leaves alone.
            query = {**query, "tagKeys": tuple(query["tagKeys"])}
        for verb, pattern, function in routes:
            match = re.fullmatch(pattern, path)
            if match and verb == method:
                flat = {key: value[0] if isinstance(value, list) else value for key, value in query.items()}
                return function(flat, json.loads(body or b"{}"), *match.groups())
        result: Answer = original(method, path, headers, body, query)
        return result


def install(config: Config, wipe: Callable[[], None]) -> None:
    """Fill the gaps of clusters; `wipe` empties the Kubernetes API server when a cluster is deleted."""
    eks = emulator.service("eks")
    eks._docker_available = False  # the lab's API server is the cluster, never a k3s container
    add_routes(ROUTES)

    @emulator.override(eks, "_create_cluster")
    def create(original: Any, body: dict[str, Any], creator_arn: str | None = None) -> Answer:
        others = [name for (_account, _region, name) in eks._clusters._data if name != body.get("name")]
        if others:
            # The lab has one API server; AWS says the same when the quota of clusters is reached.
            return failure(
                400, "ResourceLimitExceededException", f"The lab has one cluster at a time; {others[0]} exists"
            )
        response: Answer = original(body, creator_arn or caller_arn())
        if response[0] < 400:
            complete(config, eks._clusters[body["name"]], body)
            return answer(200, {"cluster": eks._sanitize(eks._clusters[body["name"]])})
        return response

    @emulator.override(eks, "_delete_cluster")
    def delete(original: Any, name: str) -> Answer:
        cluster = find(name)
        if cluster is None:
            return not_found(name)
        refused = deletion_refused(name, cluster)
        if refused:
            return refused
        cluster["status"] = "DELETING"
        wipe()
        emulator.service("ec2")._security_groups.pop(cluster["resourcesVpcConfig"]["clusterSecurityGroupId"], None)
        for key in [key for key in eks._addons if key.startswith(f"{name}/")]:
            eks._addons.pop(key)
        response: Answer = original(name)
        return response


def complete(config: Config, cluster: Any, body: dict[str, Any]) -> None:
    """Give a new cluster record what a real one has."""
    eks, ec2 = emulator.service("eks"), emulator.service("ec2")
    region = emulator.module("core.responses").get_region()
    vpc = cluster["resourcesVpcConfig"]
    vpc["vpcId"] = next((ec2._subnets[s]["VpcId"] for s in vpc["subnetIds"] if s in ec2._subnets), vpc["vpcId"])
    # AWS's cluster security group is a real group in the cluster's VPC.
    group = vpc["clusterSecurityGroupId"]
    ec2._security_groups[group] = {
        "GroupId": group,
        "GroupName": f"eks-cluster-sg-{cluster['name']}",
        "Description": "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes",
        "VpcId": vpc["vpcId"],
        "OwnerId": ACCOUNT,
        "IpPermissions": [],
        "IpPermissionsEgress": [],
    }
    ec2._tags[group] = [
        {"Key": f"kubernetes.io/cluster/{cluster['name']}", "Value": "owned"},
        {"Key": "aws:eks:cluster-name", "Value": cluster["name"]},
    ]
    cluster["endpoint"] = config.kube_endpoint
    cluster["certificateAuthority"]["data"] = base64.b64encode(config.kube_ca.read_bytes()).decode()
    cluster["platformVersion"] = "eks.1"
    # AWS's issuers are https; eksctl refuses any other.
    cluster["identity"]["oidc"]["issuer"] = f"https://oidc.eks.{region}.amazonaws.com/id/{eks._new_oidc_id()}"
    cluster["upgradePolicy"] = body.get("upgradePolicy") or {"supportType": "EXTENDED"}
    cluster["deletionProtection"] = bool(body.get("deletionProtection", False))
    cluster["_port"] = None  # else a restart of ministack rewrites the endpoint
    HOLDS[cluster["name"]] = threading.Thread(target=stay_creating, args=(cluster, config.eks_seconds), daemon=True)
    HOLDS[cluster["name"]].start()


def stay_creating(cluster: Any, seconds: float) -> None:
    """Hold the cluster in CREATING, so that an interruption can hit it; ministack's own thread says ACTIVE at once."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        cluster["status"] = "CREATING"
        time.sleep(0.2)
    cluster["status"] = "ACTIVE"


def wait_created(name: str) -> None:
    """Return when the cluster is no longer CREATING; CloudFormation waits for that."""
    if name in HOLDS:
        HOLDS[name].join()


def deletion_refused(name: str, cluster: Any) -> Answer | None:
    """AWS's two reasons not to delete a cluster; ministack knows neither."""
    if cluster.get("deletionProtection"):
        return failure(400, "InvalidRequestException", f"Cluster {name} has deletion protection enabled")
    if any(key.startswith(f"{name}/") for key in emulator.service("eks")._nodegroups):
        return failure(409, "ResourceInUseException", "Cluster has nodegroups attached")
    return None


def caller_arn() -> str:
    """ARN of whoever sent the request."""
    with contextlib.suppress(Exception):
        identity = emulator.module("core.iam_evaluator").resolve_caller_identity(CALLER.get())
        if identity:
            eks = emulator.service("eks")
            return str(eks._role_arn_from_assumed_role(identity["userArn"]) or identity["userArn"])
    return f"arn:aws:iam::{ACCOUNT}:root"


def active_addon(name: str) -> tuple[str, str] | None:
    """Cluster and region in which the addon is ACTIVE, or None."""
    eks = emulator.service("eks")
    for (_account, region, key), addon in list(eks._addons.all_items()):
        cluster_name = key.split("/", 1)[0]
        cluster = eks._clusters.get_scoped(_account, region, cluster_name)
        if addon["addonName"] == name and addon["status"] == "ACTIVE" and cluster and cluster["status"] == "ACTIVE":
            return cluster_name, region
    return None
