# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads everything about a cluster made by eksctl in one go. Private to this collection."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._aws.calls import reads
from .._resource import Resource
from .stacks import delete_stacks, failures_of, is_bad, stack_status_of
from .waiters import wait_until_settled


@dataclass(frozen=True)
class Reader:
    """The clients, and which cluster. nodegroups and entries: what to look for even where EKS does not list it."""

    eks: t.Any
    cloudformation: t.Any
    iam: t.Any
    name: str
    region: str
    nodegroups: tuple[str, ...] = ()
    access_entries: bool = False

    def read(self) -> Resource | None:
        """The cluster with its stack, nodegroups, addons and OIDC provider; None when there is neither."""
        stack = f"eksctl-{self.name}-cluster"
        stack_status = stack_status_of(self.cloudformation, stack)
        cluster = find_cluster(self.eks, self.name)
        if stack_status is None and cluster is None:
            return None
        found: dict[str, t.Any] = {"name": self.name, "region": self.region, "stack_status": stack_status}
        found.update(_described(cluster))
        found["oidc_provider"] = bool(cluster) and self._has_oidc_provider(found)
        found["nodegroups"] = self._nodegroups() if cluster else {}
        found["addons"] = self._addons() if cluster else {}
        if self.access_entries:
            found["access_entries"] = list_access_entries(self.eks, self.name) or []
        found["failures"] = failures_of(self.cloudformation, stack) if is_bad(stack_status) else []
        return found

    def wait(self, waiter: str, name: str, timeout: int) -> None:
        """Wait until AWS has finished with a stack, cluster or nodegroup, whatever came out of it."""
        if waiter == "stack_settled":
            wait_until_settled(self.cloudformation, waiter, {"StackName": name}, timeout)
        elif waiter == "cluster_settled":
            wait_until_settled(self.eks, waiter, {"name": name}, timeout)
        else:
            wait_until_settled(self.eks, waiter, {"clusterName": self.name, "nodegroupName": name}, timeout)

    def all_failures(self) -> list[str]:
        """Why stacks of this cluster failed."""
        stacks = [f"eksctl-{self.name}-cluster", *(f"eksctl-{self.name}-nodegroup-{name}" for name in self.nodegroups)]
        return [failure for stack in stacks for failure in failures_of(self.cloudformation, stack) or []]

    def delete_stacks(self, timeout: int) -> None:
        """Delete what eksctl made by CloudFormation, where eksctl itself cannot."""
        delete_stacks(self.cloudformation, self.name, timeout)

    def _has_oidc_provider(self, found: Resource) -> bool:
        if not found["issuer"]:
            return False
        partition, account = found["arn"].split(":")[1], found["arn"].split(":")[4]
        issuer = found["issuer"].removeprefix("https://")
        arn = f"arn:{partition}:iam::{account}:oidc-provider/{issuer}"
        return oidc_provider_exists(self.iam, arn) is True

    def _nodegroups(self) -> dict[str, t.Any]:
        listed = list_nodegroups(self.eks, self.name) or []
        groups = {name: find_nodegroup(self.eks, self.name, name) for name in listed}
        found: dict[str, t.Any] = {name: group for name, group in groups.items() if group}
        for name in self.nodegroups:
            stack = f"eksctl-{self.name}-nodegroup-{name}"
            status = None if name in found else stack_status_of(self.cloudformation, stack)
            if status:
                found[name] = {"status": None, "stack_status": status}
                found[name]["failures"] = failures_of(self.cloudformation, stack) if is_bad(status) else []
        return found

    def _addons(self) -> dict[str, t.Any]:
        addons = {name: find_addon_status(self.eks, self.name, name) for name in list_addons(self.eks, self.name) or []}
        return {name: addon for name, addon in addons.items() if addon}


def _described(cluster: t.Mapping[str, t.Any] | None) -> dict[str, t.Any]:
    one = cluster or {}
    return {
        "status": one.get("status"),
        "arn": one.get("arn"),
        "version": one.get("version"),
        "endpoint": one.get("endpoint"),
        "certificate_authority": one.get("certificateAuthority", {}).get("data"),
        "issuer": one.get("identity", {}).get("oidc", {}).get("issuer"),
        "vpc_id": one.get("resourcesVpcConfig", {}).get("vpcId"),
        "deletion_protection": bool(one.get("deletionProtection")),
    }


@reads("describe cluster {name}")
def find_cluster(eks: t.Any, name: str) -> dict[str, t.Any]:
    """The cluster as EKS describes it."""
    return t.cast("dict[str, t.Any]", eks.describe_cluster(name=name)["cluster"])


@reads("list the nodegroups of cluster {cluster}")
def list_nodegroups(eks: t.Any, cluster: str) -> list[str]:
    """Names."""
    pages = eks.get_paginator("list_nodegroups").paginate(clusterName=cluster)
    return sorted(pages.build_full_result().get("nodegroups", []))


@reads("describe nodegroup {name} of cluster {cluster}")
def find_nodegroup(eks: t.Any, cluster: str, name: str) -> dict[str, t.Any]:
    """Status, sizes and instance types."""
    found = eks.describe_nodegroup(clusterName=cluster, nodegroupName=name)["nodegroup"]
    sizes = found.get("scalingConfig", {})
    return {
        "status": found["status"],
        "min_size": sizes.get("minSize"),
        "desired_size": sizes.get("desiredSize"),
        "max_size": sizes.get("maxSize"),
        "instance_types": found.get("instanceTypes") or [],
    }


@reads("list the addons of cluster {cluster}")
def list_addons(eks: t.Any, cluster: str) -> list[str]:
    """Names."""
    return sorted(eks.get_paginator("list_addons").paginate(clusterName=cluster).build_full_result().get("addons", []))


@reads("describe addon {name} of cluster {cluster}")
def find_addon_status(eks: t.Any, cluster: str, name: str) -> dict[str, t.Any]:
    """Status and version."""
    found = eks.describe_addon(clusterName=cluster, addonName=name)["addon"]
    return {"status": found["status"], "version": found.get("addonVersion")}


@reads("list the access entries of cluster {cluster}")
def list_access_entries(eks: t.Any, cluster: str) -> list[str]:
    """ARNs of the principals."""
    pages = eks.get_paginator("list_access_entries").paginate(clusterName=cluster)
    return sorted(pages.build_full_result().get("accessEntries", []))


@reads("find the OIDC provider {arn}")
def oidc_provider_exists(iam: t.Any, arn: str) -> bool:
    """True, or None for a provider that does not exist."""
    iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    return True
