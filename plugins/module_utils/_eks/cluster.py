# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for a cluster made by eksctl: pure, no I/O. Private to this collection.

The state found decides what is run, never a second "eksctl create cluster": that cannot converge.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._resource import Call, Plan, Refused, Resource
from .nodegroups import Sizes, declared_sizes, plan_nodegroups

# Addons that nodes need in order to become ready; eksctl makes them before the nodegroups, too.
_BEFORE_NODES = ("eks-pod-identity-agent", "vpc-cni", "kube-proxy", "coredns")
_COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")
_WORKING = ("ACTIVE", "UPDATING")
_BEGINNING = ("CREATING", "PENDING")


@dataclass(frozen=True)
class Desired:
    """What a ClusterConfig asks for, and what the user allows."""

    config: t.Mapping[str, t.Any]
    adopt: bool = False
    recreate_failed: bool = False
    upgrade: bool = False
    force: bool = False

    @property
    def name(self) -> str:
        return str(self.config["metadata"]["name"])

    @property
    def region(self) -> str:
        return str(self.config["metadata"]["region"])

    @property
    def version(self) -> str | None:
        version = self.config["metadata"].get("version")
        return str(version) if version else None

    @property
    def oidc(self) -> bool:
        return bool((self.config.get("iam") or {}).get("withOIDC"))

    @property
    def addons(self) -> tuple[str, ...]:
        return tuple(addon["name"] for addon in self.config.get("addons") or [])

    @property
    def access_entries(self) -> tuple[str, ...]:
        entries = (self.config.get("accessConfig") or {}).get("accessEntries") or []
        return tuple(entry["principalARN"] for entry in entries)

    @property
    def nodegroups(self) -> dict[str, Sizes]:
        return {group["name"]: declared_sizes(group) for group in self.config.get("managedNodeGroups") or []}


def full_config(config: t.Mapping[str, t.Any], region: str) -> dict[str, t.Any]:
    """A ClusterConfig with what may be left out of it. It has to have metadata."""
    return {
        "apiVersion": "eksctl.io/v1alpha5",
        "kind": "ClusterConfig",
        **config,
        "metadata": {"region": region, **config["metadata"]},
    }


def state_of(found: Resource | None) -> str:
    """The cluster's state in one word: absent, creating, ready, unowned (not made by eksctl), deleting or failed."""
    if found is None:
        return "absent"
    stack, cluster = found.get("stack_status"), found.get("status")
    if stack == "DELETE_IN_PROGRESS" or cluster == "DELETING":
        return "deleting"
    if (stack or "").endswith("_IN_PROGRESS") or cluster in _BEGINNING:
        return "creating"
    if cluster in _WORKING and stack is None:
        return "unowned"
    return "ready" if cluster in _WORKING and stack in _COMPLETE else "failed"


def busy(desired: Desired, found: Resource | None) -> tuple[str, str] | None:
    """(waiter, name) of what AWS is still working on and has to be waited for before any change; None = go on."""
    if found is None:
        return None
    if (found.get("stack_status") or "").endswith("_IN_PROGRESS"):
        return "stack_settled", f"eksctl-{desired.name}-cluster"
    if found.get("status") in ("UPDATING", "DELETING", *_BEGINNING):
        return "cluster_settled", desired.name
    for name in desired.nodegroups:
        group = found["nodegroups"].get(name, {})
        if (group.get("stack_status") or "").endswith("_IN_PROGRESS"):
            return "stack_settled", f"eksctl-{desired.name}-nodegroup-{name}"
        if group.get("status") in ("CREATING", "UPDATING", "DELETING"):
            return "nodegroup_settled", name
    return None


def plan_present(desired: Desired, found: Resource | None) -> Plan:
    """Plan for a cluster that is to be as its ClusterConfig says. Raises Refused.

    found: the cluster as read. What AWS is still working on counts as finished, which is what check mode can say.
    """
    state = state_of(found)
    if found is None or state == "deleting":
        return Plan(None, _made(desired), (_create(desired),))
    if _is_foreign(desired, found):
        raise Refused(
            f"Cluster {desired.name} exists in {desired.region}, but it was not made by eksctl (there is no stack "
            f"eksctl-{desired.name}-cluster). Give your cluster another name, or set adopt to add what is missing "
            "to the one that exists."
        )
    if state != "failed":
        return _reconcile(desired, found)
    if not desired.recreate_failed:
        raise Refused(_failed(desired.name, found))
    return Plan(found, _made(desired), (_delete_failed(desired, found), _create(desired)))


def plan_absent(desired: Desired, found: Resource | None) -> Plan:
    """Plan for a cluster that is not to exist. Raises Refused for one that eksctl did not make."""
    state = state_of(found)
    if found is None or state == "deleting":
        return Plan(None, None)
    if _is_foreign(desired, found):
        raise Refused(
            f"Cluster {desired.name} in {desired.region} was not made by eksctl and is not deleted. "
            "Delete it with the tool that made it, or set adopt."
        )
    call = _delete_failed(desired, found) if state == "failed" else _delete(desired, *_forced(desired))
    return Plan(found, None, (call,))


def _is_foreign(desired: Desired, found: Resource) -> bool:
    return found.get("stack_status") is None and not desired.adopt


def _reconcile(desired: Desired, found: Resource) -> Plan:
    upgrades, version = _upgrade(desired, found)
    missing = _missing_addons(desired, found)
    nodes = plan_nodegroups(
        desired.config, desired.nodegroups, found["nodegroups"], recreate_failed=desired.recreate_failed
    )
    early = [name for name in missing if name in _BEFORE_NODES]
    late = [name for name in missing if name not in _BEFORE_NODES]
    calls = [*upgrades]
    if desired.oidc and not found["oidc_provider"]:
        argv = ["utils", "associate-iam-oidc-provider", *_which(desired, "--cluster"), "--approve"]
        calls.append(Call("associate OIDC provider", {"argv": argv}))
    entries = sorted(set(desired.access_entries) - set(found.get("access_entries") or []))
    if entries:
        argv = ["create", "accessentry", "-f", "-"]
        calls.append(Call("create access entries", {"argv": argv, "config": desired.config}))
    # eksctl waits for CoreDNS if the configuration names nodes, and CoreDNS waits for nodes.
    calls += _create_addons(desired, early, nodes_follow=bool(nodes.creates))
    calls += nodes.calls
    calls += _create_addons(desired, late, nodes_follow=False)
    after = {
        **found,
        "version": version,
        "oidc_provider": found["oidc_provider"] or desired.oidc,
        "nodegroups": nodes.after,
        "addons": {**found["addons"], **{name: {"status": "ACTIVE"} for name in missing}},
    }
    if desired.access_entries:
        after["access_entries"] = sorted({*(found.get("access_entries") or []), *entries})
    return Plan(found, after, tuple(calls))


def _missing_addons(desired: Desired, found: Resource) -> list[str]:
    broken = {name for name, addon in found["addons"].items() if addon["status"] == "CREATE_FAILED"}
    return [name for name in desired.addons if name not in found["addons"] or name in broken]


def _create_addons(desired: Desired, names: list[str], *, nodes_follow: bool) -> list[Call]:
    if not names:
        return []
    config = {**desired.config, "addons": [one for one in desired.config["addons"] if one["name"] in names]}
    if nodes_follow:
        config.pop("managedNodeGroups", None)
    return [Call(f"create addons {', '.join(names)}", {"argv": ["create", "addon", "-f", "-"], "config": config})]


def _upgrade(desired: Desired, found: Resource) -> tuple[list[Call], str | None]:
    """The calls, and the version after them. Raises Refused for what cannot or must not be done unasked."""
    have, want = found.get("version"), desired.version
    if not want or not have or want == have:
        return [], have
    steps = _minor(want) - _minor(have)
    if steps < 0:
        raise Refused(
            f"Cluster {desired.name} runs Kubernetes {have}, and {want} is asked for. A cluster is not taken back to "
            f"a lower version: ask for {have}."
        )
    if steps > 1:
        one_more = f"{have.split('.', maxsplit=1)[0]}.{_minor(have) + 1}"
        raise Refused(
            f"Cluster {desired.name} runs Kubernetes {have}, and {want} is asked for. EKS upgrades by one minor "
            f"version at a time: ask for {one_more} first."
        )
    if not desired.upgrade:
        raise Refused(
            f"Cluster {desired.name} runs Kubernetes {have}, and {want} is asked for. An upgrade cannot be taken "
            f"back: set upgrade to allow it, or ask for {have}."
        )
    argv = ["upgrade", "cluster", "-f", "-", "--approve"]
    return [Call(f"upgrade control plane to {want}", {"argv": argv, "config": desired.config})], want


def _minor(version: str) -> int:
    return int(version.split(".")[1])


def _create(desired: Desired) -> Call:
    # People's kubeconfig is not eksctl's to write.
    argv = ["create", "cluster", "-f", "-", "--write-kubeconfig=false"]
    return Call("create cluster", {"argv": argv, "config": desired.config})


def _delete(desired: Desired, *flags: str) -> Call:
    argv = ["delete", "cluster", *_which(desired, "--name"), "--wait", "--disable-nodegroup-eviction", *flags]
    return Call("delete cluster", {"argv": argv})


def _delete_failed(desired: Desired, found: Resource) -> Call:
    # Without a control plane eksctl panics, so that only its stacks are left to delete.
    return _delete(desired, "--force") if found.get("status") else Call("delete stacks", {})


def _forced(desired: Desired) -> list[str]:
    return ["--force"] if desired.force else []


def _which(desired: Desired, flag: str) -> list[str]:
    return [flag, desired.name, "--region", desired.region]


def _made(desired: Desired) -> dict[str, t.Any]:
    made: dict[str, t.Any] = {
        "name": desired.name,
        "region": desired.region,
        "stack_status": "CREATE_COMPLETE",
        "status": "ACTIVE",
        "oidc_provider": desired.oidc,
        "nodegroups": {name: {"status": "ACTIVE", **sizes} for name, sizes in desired.nodegroups.items()},
        "addons": {name: {"status": "ACTIVE"} for name in desired.addons},
    }
    if desired.version:
        made["version"] = desired.version
    if desired.access_entries:
        made["access_entries"] = sorted(desired.access_entries)
    return made


def _failed(name: str, found: Resource) -> str:
    told = "; ".join(found.get("failures") or []) or "CloudFormation names no reason"
    return (
        f"Cluster {name} is in a failed state: its stack is {found.get('stack_status') or 'missing'}, the cluster is "
        f"{found.get('status') or 'missing'}. {told}. Mend the reason, then set recreate_failed to delete what is left "
        "and create the cluster again."
    )
