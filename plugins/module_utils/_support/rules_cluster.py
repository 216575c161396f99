# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about the cluster itself: its API, its nodes, its volumes. Pure. Private to this collection."""

from __future__ import annotations

import typing as t

from .facts import Facts, Object, condition, full_name, name_of, namespace_of, one_line
from .findings import Finding

_Findings = t.Iterator[Finding]


def api_unreachable(facts: Facts) -> _Findings:
    """The Kubernetes API does not answer."""
    if facts.api_error and not facts.aws.has_no_api:
        said = one_line(facts.api_error)
        if any(word in said for word in ("Unauthorized", "must be logged in", "provide credentials")):
            yield Finding(
                "the Kubernetes API refuses the credentials",
                (said,),
                "Get a new token (it lasts 15 minutes); see whether an access entry of the cluster names your role.",
            )
        else:
            yield Finding(
                "the Kubernetes API cannot be reached",
                (said,),
                "Check the cluster's status, its endpoint access (public, private, allowed networks) and the address.",
            )


# What CloudFormation could not finish. After UPDATE_ROLLBACK_COMPLETE all is as it was before the update.
_BROKEN = (
    "CREATE_FAILED",
    "ROLLBACK_IN_PROGRESS",
    "ROLLBACK_COMPLETE",
    "ROLLBACK_FAILED",
    "UPDATE_FAILED",
    "UPDATE_ROLLBACK_FAILED",
    "DELETE_FAILED",
)


def stack_failed(facts: Facts) -> _Findings:
    """CloudFormation could not make, change or delete a part of the cluster."""
    for stack in facts.aws.stacks:
        if stack.get("status") in _BROKEN:
            yield Finding(
                f"CloudFormation stack {stack['name']} is {stack['status']}",
                tuple(one_line(said) for said in stack.get("failures", ())),
                "Mend what the first failure names; then run the playbook site with eks_cluster_recreate_failed: true.",
            )


def cluster_not_active(facts: Facts) -> _Findings:
    """EKS says that the cluster is absent, or not in service."""
    cluster = facts.aws.cluster
    if cluster is None:
        return
    if not cluster:
        yield Finding(
            "the EKS cluster does not exist",
            tuple(f"stack {stack['name']}: {stack['status']}" for stack in facts.aws.stacks),
            "Check name, region and account, or run the playbook site.",
        )
    elif cluster.get("status") != "ACTIVE":
        yield Finding(
            f"the EKS cluster is {cluster.get('status')}",
            (one_line(str(cluster.get("health") or cluster.get("name"))),),
            "Wait while it is created or updated. After a failure see the events of its CloudFormation stack.",
        )


def parts_degraded(facts: Facts) -> _Findings:
    """EKS says that a node group or an addon is not in order."""
    for what, parts in (("node group", facts.aws.nodegroups), ("addon", facts.aws.addons)):
        for part in parts:
            if part.get("status") in ("CREATE_FAILED", "UPDATE_FAILED", "DELETE_FAILED", "DEGRADED"):
                issues = tuple(one_line(f"{x.get('code')}: {x.get('message')}") for x in part.get("issues", ()))
                yield Finding(
                    f"{what} {part['name']} of the EKS cluster is {part['status']}",
                    issues,
                    f"Remove what EKS names, then update the {what} or make it anew.",
                )


def nodes_missing(facts: Facts) -> _Findings:
    """There is no node, or one that is not ready."""
    nodes = facts.of("Node")
    if not nodes and not facts.api_error and not facts.unread("nodes"):
        yield Finding(
            "the cluster has no node",
            (),
            "See the node group's status and its health issues: capacity of the instance type, subnets, the node role.",
        )
    for node in nodes:
        ready = condition(node, "Ready")
        if ready.get("status") != "True":
            said = one_line(f"{name_of(node)}: {ready.get('reason')}: {ready.get('message')}")
            yield Finding(
                f"node {name_of(node)} is NotReady",
                (said, *facts.events(node)[:2]),
                "See nodes.txt. A node that does not report at all is best replaced: terminate its instance.",
            )


def namespaces_ending(facts: Facts) -> _Findings:
    """A namespace that was asked for is being deleted, and cannot end."""
    for name in facts.namespaces:
        found = facts.find("Namespace", None, name)
        if found is not None and found["metadata"].get("deletionTimestamp"):
            said = [
                c.get("message", "")
                for c in (found.get("status") or {}).get("conditions") or ()
                if c.get("status") == "True"
            ]
            yield Finding(
                f"namespace {name} is being deleted and does not end",
                tuple(one_line(message) for message in said),
                "Something in it waits for a controller that is gone, often an Ingress with a finalizer.",
            )


def namespaces_missing(facts: Facts) -> _Findings:
    """A namespace that was asked for does not exist: its part of the gateway is not there yet, or any more."""
    if facts.unread("namespaces") or facts.api_error:
        return
    for name in facts.namespaces:
        if facts.find("Namespace", None, name) is None:
            yield Finding(f"there is no namespace {name}", (), "Run the playbook site. It goes on from what it finds.")


def volumes_unbound(facts: Facts) -> _Findings:
    """A claim has no volume: its class or driver is missing, or the driver cannot make one."""
    classes = {name_of(each): each for each in facts.of("StorageClass")}
    for claim in facts.of("PersistentVolumeClaim"):
        phase = (claim.get("status") or {}).get("phase")
        if phase == "Lost":
            yield Finding(
                f"the volume of claim {full_name(claim)} is lost",
                tuple(facts.events(claim)[:2]),
                "Restore a snapshot of it, or delete the claim and start with an empty volume.",
            )
        elif phase == "Pending":
            yield from _why_pending(facts, claim, classes)


def _why_pending(facts: Facts, claim: Object, classes: t.Mapping[str, Object]) -> _Findings:
    name = (claim.get("spec") or {}).get("storageClassName")
    which = f"claim {full_name(claim)} has no volume"
    events = tuple(facts.events(claim)[:3])
    if facts.unread("storageclasses"):
        yield Finding(which, events, "See the events of the claim.")
    elif not name and not any(_is_default(each) for each in classes.values()):
        yield Finding(
            f"{which}: it names no StorageClass and the cluster has no default one",
            events,
            "Name a class (gp3 of role ebs_csi), or mark one as the default.",
        )
    elif name and name not in classes:
        known = f"StorageClasses of the cluster: {', '.join(sorted(classes)) or 'none'}"
        yield Finding(
            f"{which}: StorageClass {name} does not exist",
            (known, *events),
            "Make the class (role ebs_csi makes gp3), or name one that exists.",
        )
    else:
        yield from _why_not_provisioned(facts, claim, classes.get(name or "", {}), which)


def _why_not_provisioned(facts: Facts, claim: Object, storage_class: Object, which: str) -> _Findings:
    provisioner = str(storage_class.get("provisioner", ""))
    driver = {"kubernetes.io/aws-ebs": "ebs.csi.aws.com"}.get(provisioner, provisioner)
    drivers = [name_of(each) for each in facts.of("CSIDriver")]
    if driver and not driver.startswith("kubernetes.io/") and driver not in drivers and not facts.unread("csidrivers"):
        yield Finding(
            f"{which}: the driver {driver} is not installed",
            (f"CSI drivers of the cluster: {', '.join(drivers) or 'none'}", *facts.events(claim)[:2]),
            "Install it: role ebs_csi, or the EKS addon aws-ebs-csi-driver.",
        )
        return
    failed = facts.events(claim, "ProvisioningFailed", "FailedBinding")
    late = storage_class.get("volumeBindingMode") == "WaitForFirstConsumer"
    if failed:
        yield Finding(
            f"{which}: the driver cannot make one",
            tuple(failed[:3]),
            "See the log of the driver's controller in kube-system: its IAM role, the volume quota, the KMS key.",
        )
    elif not late or _has_scheduled_pod(facts, claim):
        yield Finding(
            which,
            tuple(facts.events(claim)[:3]),
            f"The driver {driver or 'of the class'} does not answer. See its controller in kube-system.",
        )


def _is_default(storage_class: Object) -> bool:
    annotations = storage_class["metadata"].get("annotations") or {}
    return bool(annotations.get("storageclass.kubernetes.io/is-default-class") == "true")


def _has_scheduled_pod(facts: Facts, claim: Object) -> bool:
    """Whether the scheduler has chosen a node for the claim: from then on the driver has to act."""
    chosen = claim["metadata"].get("annotations") or {}
    return "volume.kubernetes.io/selected-node" in chosen


def volumes_not_mounted(facts: Facts) -> _Findings:
    """A volume exists but does not come to its pod."""
    for pod in facts.of("Pod"):
        if (pod.get("status") or {}).get("phase") != "Pending":
            continue
        messages = [
            message
            for message in facts.events(pod, "FailedAttachVolume", "FailedMount")
            if "not found" not in message  # a Secret or ConfigMap that is missing: another rule
        ]
        if messages:
            yield Finding(
                f"a volume of pod {namespace_of(pod)}/{name_of(pod)} cannot be attached or mounted",
                tuple(messages[:3]),
                "A volume lives in one zone and on one node at a time: see where its old pod ran.",
            )
