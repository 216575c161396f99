"""Managed nodegroups: their nodes are the lab's kubelet, and placeholders where more are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.lab.aws import emulator
from tests.lab.aws.eks import Route, add_routes, update_record
from tests.lab.aws.emulator import Answer, answer, failure
from tests.lab.stand_ins.alb_controller.kube_api import KubeApi

Body = dict[str, Any]
PLACEHOLDER = "llmops.bedrock/placeholder"
OWNED = "llmops.bedrock/nodegroup-labels"
"""Annotation of a real node: the labels that its nodegroup gave it, so that they can be taken back."""


@dataclass(frozen=True)
class Labelling:
    """Labels to set on a real node (None removes), and all that its nodegroup gave it so far."""

    change: dict[str, str | None]
    owned: tuple[str, ...]


@dataclass(frozen=True)
class NodePlan:
    """What has to happen to the nodes of the API server."""

    label: dict[str, Labelling]
    create: dict[str, dict[str, str]]
    """Placeholders and their labels."""
    delete: tuple[str, ...]


def labels_of(group: Body) -> dict[str, str]:
    """The labels of a nodegroup's nodes."""
    return {
        **{str(key): str(value) for key, value in (group.get("labels") or {}).items()},
        "eks.amazonaws.com/nodegroup": group["nodegroupName"],
        "eks.amazonaws.com/capacityType": group.get("capacityType", "ON_DEMAND"),
        "node.kubernetes.io/instance-type": (group.get("instanceTypes") or ["m5.large"])[0],
    }


def plan(groups: list[Body], nodes: list[Body]) -> NodePlan:
    """The first nodegroup that wants a node gets the real one; the rest are placeholders."""
    real = sorted(n["metadata"]["name"] for n in nodes if PLACEHOLDER not in n["metadata"].get("labels", {}))
    present = {n["metadata"]["name"] for n in nodes} - set(real)
    wanted: dict[str, dict[str, str]] = {}
    assigned: dict[str, dict[str, str]] = {}
    free = list(real)
    for group in sorted(groups, key=lambda g: (g["createdAt"], g["nodegroupName"])):
        for number in range(int(group["scalingConfig"].get("desiredSize", 1))):
            if free:
                assigned[free.pop(0)] = labels_of(group)
            else:
                wanted[f"lab-placeholder-{group['nodegroupName']}-{number}"] = labels_of(group)
    metadata = {n["metadata"]["name"]: n["metadata"] for n in nodes}
    labellings = {name: labelling(metadata[name], assigned.get(name, {})) for name in real}
    return NodePlan(
        label={name: each for name, each in labellings.items() if each.change},
        create={name: labels for name, labels in wanted.items() if name not in present},
        delete=tuple(sorted(present - set(wanted))),
    )


def labelling(metadata: Body, wanted: dict[str, str]) -> Labelling:
    """The difference between a real node's labels and the wanted ones."""
    labels = metadata.get("labels", {})
    ours = set(filter(None, (metadata.get("annotations") or {}).get(OWNED, "").split(",")))
    change: dict[str, str | None] = dict.fromkeys(sorted(ours - set(wanted)))
    new = {key: value for key, value in wanted.items() if labels.get(key) != value}
    return Labelling({**change, **new}, tuple(sorted((ours & set(wanted)) | set(new))))


def apply(api: KubeApi, groups: list[Body]) -> None:
    """Bring the API server's nodes in line with the nodegroups, and keep placeholders Ready."""
    nodes = api.items("/api/v1/nodes")
    todo = plan(groups, nodes)
    for name, each in todo.label.items():
        metadata = {"labels": each.change, "annotations": {OWNED: ",".join(each.owned) or None}}
        api.merge(f"/api/v1/nodes/{name}", {"metadata": metadata})
    for name, labels in todo.create.items():
        api.create("/api/v1/nodes", placeholder(name, labels))
    for name in todo.delete:
        api.delete(f"/api/v1/nodes/{name}")
    alive = {n["metadata"]["name"] for n in nodes if PLACEHOLDER in n["metadata"].get("labels", {})}
    for name in sorted((alive | set(todo.create)) - set(todo.delete)):
        heartbeat(api, name)


def placeholder(name: str, labels: dict[str, str]) -> Body:
    """A Node without a machine: counted by clients that wait for nodes, tainted so that nothing runs there."""
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {**labels, PLACEHOLDER: "true", "kubernetes.io/hostname": name}},
        "spec": {"taints": [{"key": PLACEHOLDER, "value": "true", "effect": "NoSchedule"}]},
    }


def heartbeat(api: KubeApi, name: str) -> None:
    """Say that the placeholder is Ready; without it the node-lifecycle controller marks it Unknown after 50 s."""
    now = datetime.now(UTC)
    stamp = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    ready = {
        "type": "Ready",
        "status": "True",
        "reason": "LabPlaceholder",
        "message": "no machine behind this node",
        "lastHeartbeatTime": stamp,
        "lastTransitionTime": stamp,
    }
    api.merge(f"/api/v1/nodes/{name}/status", {"status": {"conditions": [ready]}})
    api.ensure(
        "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases",
        {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {"name": name, "namespace": "kube-node-lease"},
            "spec": {
                "holderIdentity": name,
                "leaseDurationSeconds": 40,
                "renewTime": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            },
        },
    )


def update_config(cluster: str, name: str, body: Body) -> Answer:
    """UpdateNodegroupConfig: sizes, labels, taints."""
    group = emulator.service("eks")._nodegroups.get(f"{cluster}/{name}")
    if group is None:
        return failure(404, "ResourceNotFoundException", f"No node group found for name: {name}.")
    group["scalingConfig"].update(body.get("scalingConfig") or {})
    labels = body.get("labels") or {}
    group["labels"].update(labels.get("addOrUpdateLabels") or {})
    for key in labels.get("removeLabels") or []:
        group["labels"].pop(key, None)
    for key in ("updateConfig", "nodeRepairConfig"):
        if key in body:
            group[key] = body[key]
    return answer(200, {"update": update_record("ConfigUpdate")})


ROUTES: tuple[Route, ...] = (
    (
        "POST",
        r"/clusters/([^/]+)/node-groups/([^/]+)/update-config",
        lambda query, body, cluster, name: update_config(cluster, name, body),
    ),
    (
        "POST",
        r"/clusters/([^/]+)/node-groups/([^/]+)/update-version",
        lambda query, body, cluster, name: answer(200, {"update": update_record("VersionUpdate")}),
    ),
)


def install() -> None:
    """Fill the gaps of nodegroups; the nodes themselves follow in `kube_sync`."""
    add_routes(ROUTES)
