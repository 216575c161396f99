# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a search sees (things), what it searches for (a scope) and how one is told by the other (rules): pure.

Private to this collection.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field, replace

# Tags whose value is the name of a cluster: ours, the Load Balancer Controller's, eksctl's, EKS', the EBS driver's,
# the network plugin's.
CLUSTER_TAGS = (
    "llmops.bedrock/cluster",
    "elbv2.k8s.aws/cluster",
    "alpha.eksctl.io/cluster-name",
    "eksctl.cluster.k8s.io/v1alpha1/cluster-name",
    "eks:cluster-name",
    "aws:eks:cluster-name",
    "ebs.csi.aws.com/cluster-name",
    "cluster.k8s.amazonaws.com/name",
    "KubernetesCluster",
)
# A TXT record with this value, and the cluster's name behind it, marks the host that its name ends with as ours.
DNS_MARKER = "llmops.bedrock/cluster="
EKSCTL_TAGS = ("alpha.eksctl.io/cluster-name", "eksctl.cluster.k8s.io/v1alpha1/cluster-name")


@dataclass(frozen=True)
class Thing:
    """One resource as listed. details: what the rules of its kind look at besides name and tags."""

    kind: str
    id: str
    name: str
    tags: t.Mapping[str, str] = field(default_factory=dict)
    details: t.Mapping[str, t.Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Scope:
    """What belongs to the cluster: what the user said, and what has been learned from things found so far."""

    cluster: str
    region: str = ""
    issuers: tuple[str, ...] = ()  # the last one is that of the cluster, where it still exists
    load_balancer_hosts: frozenset[str] = frozenset()
    foreign_load_balancer_hosts: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    marked_hosts: frozenset[str] = frozenset()
    hosted_zones: frozenset[str] = frozenset()
    throughputs: frozenset[str] = frozenset()
    serving: frozenset[tuple[str, str]] = frozenset()  # a model of Bedrock, and what serves it, by their ARNs
    vpc_ids: frozenset[str] = frozenset()

    def learn(self, thing: Thing) -> Scope:
        """The scope that also covers what hangs on a thing that was found."""
        if thing.kind == "vpc":
            return replace(self, vpc_ids=self.vpc_ids | {thing.id})
        if thing.kind == "load_balancer" and thing.details.get("dns_name"):
            host = plain_host(thing.details["dns_name"])
            return replace(self, load_balancer_hosts=self.load_balancer_hosts | {host})
        if thing.kind == "dns_record" and by_marker(thing, self):
            return replace(self, marked_hosts=self.marked_hosts | {marked_host(thing.name)})
        if thing.kind == "eks_cluster" and thing.details.get("issuer"):
            return replace(self, issuers=(*self.issuers, thing.details["issuer"]))
        return self._learn_serving(thing)

    def learn_foreign(self, thing: Thing) -> Scope:
        """The scope that also knows a thing as somebody else's."""
        if thing.kind == "load_balancer" and thing.details.get("dns_name"):
            foreign = self.foreign_load_balancer_hosts | {plain_host(thing.details["dns_name"])}
            return replace(self, foreign_load_balancer_hosts=foreign)
        return self._learn_serving(thing)

    def _learn_serving(self, thing: Thing) -> Scope:
        """The scope that also knows which models a thing serves: it keeps them, whoever made it."""
        pairs = frozenset((model, thing.id) for model in thing.details.get("models", ()))
        return replace(self, serving=self.serving | pairs) if pairs else self


Rule: t.TypeAlias = "t.Callable[[Thing, Scope], str | None]"
"""Why the thing belongs to the cluster, or None."""


def by_tag(thing: Thing, scope: Scope) -> str | None:
    """A tag that names the cluster. A tag kubernetes.io/cluster/NAME counts as `owned` only, `shared` is the user's."""
    for key in CLUSTER_TAGS:
        if thing.tags.get(key) == scope.cluster:
            return f"tag {key}={scope.cluster}"
    owned = f"kubernetes.io/cluster/{scope.cluster}"
    return f"tag {owned}=owned" if thing.tags.get(owned) == "owned" else None


def by_eksctl_name(thing: Thing, scope: Scope) -> str | None:
    """The name that eksctl's stack gives: eksctl-CLUSTER-cluster/PART. The slash ends it, so that `a` is not `a-b`."""
    name = thing.tags.get("Name", "")
    return f"tag Name={name}" if name.startswith(f"eksctl-{scope.cluster}-cluster/") else None


def by_vpc(thing: Thing, scope: Scope) -> str | None:
    """It stands in a VPC that is the cluster's own."""
    vpc_id = thing.details.get("vpc_id")
    return f"in the cluster's VPC {vpc_id}" if vpc_id in scope.vpc_ids else None


def by_prefix(*patterns: str) -> Rule:
    """The name begins with one of the patterns; {cluster} ends at the slash behind it, so that `a` is not `a-b`."""

    def rule(thing: Thing, scope: Scope) -> str | None:
        for pattern in patterns:
            prefix = pattern.format(cluster=scope.cluster)
            if thing.details.get("path", thing.name).startswith(prefix):
                return f"name begins with {prefix}"
        return None

    return rule


def by_membership(thing: Thing, scope: Scope) -> str | None:
    """A part of the EKS cluster of that name."""
    return f"part of EKS cluster {scope.cluster}" if thing.details.get("cluster") == scope.cluster else None


_STACK_KINDS = "cluster|nodegroup-.+|addon-.+|podidentityrole-.+|accessentry-.+|fargate|karpenter|capability-.+"


def by_stack(thing: Thing, scope: Scope) -> str | None:
    """A stack of eksctl by name and tag: the name alone is ambiguous (cluster `a` and a cluster `a-addon-x`)."""
    named = re.fullmatch(rf"eksctl-{re.escape(scope.cluster)}-({_STACK_KINDS})", thing.name)
    for key in EKSCTL_TAGS:
        if named and thing.tags.get(key) == scope.cluster:
            return f"name of an eksctl stack and tag {key}={scope.cluster}"
    ours = "llmops.bedrock/cluster"
    return f"tag {ours}={scope.cluster}" if thing.tags.get(ours) == scope.cluster and not named else None


def by_eksctl_template(thing: Thing, scope: Scope) -> str | None:
    """A launch template of eksctl: untagged, but its name ends with the node group that it tags its instances with."""
    nodegroup = thing.details.get("nodegroup")
    if nodegroup and thing.name == f"eksctl-{scope.cluster}-nodegroup-{nodegroup}":
        return f"launch template of eksctl's node group {nodegroup}"
    return None


def by_description(thing: Thing, scope: Scope) -> str | None:
    """A network interface that EKS made for the control plane."""
    wanted = f"Amazon EKS {scope.cluster}"
    return f"description {wanted}" if thing.details.get("description") == wanted else None


def by_issuer(thing: Thing, scope: Scope) -> str | None:
    """An OIDC provider whose URL is the cluster's issuer. An issuer is given as URL or as the id at its end."""
    for issuer in scope.issuers:
        url = re.sub(r"^https?://", "", issuer)
        if thing.name == url or ("/" not in url and thing.name.endswith(f"/id/{url}")):
            return f"issuer {issuer}"
    return None


def by_alias(thing: Thing, scope: Scope) -> str | None:
    """A record that leads to a load balancer of the cluster."""
    for target in thing.details.get("targets", ()):
        if plain_host(target) in scope.load_balancer_hosts:
            return f"leads to the cluster's load balancer {plain_host(target)}"
    return None


def by_marker(thing: Thing, scope: Scope) -> str | None:
    """A TXT record that says whose a host name is."""
    marker = f"{DNS_MARKER}{scope.cluster}"
    marked = thing.details.get("type") == "TXT" and marker in [x.strip('"') for x in thing.details.get("targets", ())]
    return f"owner's mark {marker}" if marked else None


def by_marked_host(thing: Thing, scope: Scope) -> str | None:
    """An address record of a host that an owner's mark names."""
    return "host with the owner's mark" if thing.name.lower() in scope.marked_hosts and _is_address(thing) else None


def by_host(thing: Thing, scope: Scope) -> str | None:
    """An address record of one of the gateway's hosts that leads to a load balancer which is gone or the cluster's."""
    if thing.name.lower() not in scope.hosts or not _is_address(thing):
        return None
    for target in map(plain_host, thing.details.get("targets", ())):
        if _ELB_HOST.search(target) and target not in scope.foreign_load_balancer_hosts:
            return f"host of the gateway, leads to {target}"
    return None


_ELB_HOST = re.compile(r"\.elb\.([a-z0-9-]+\.)?amazonaws\.com(\.cn)?$")


def _is_address(thing: Thing) -> bool:
    return thing.details.get("type") in ("A", "AAAA", "CNAME")


def marked_host(name: str) -> str:
    """The host that a marker of this name stands for: a first label with an underscore is the marker's own."""
    first, dot, rest = name.lower().partition(".")
    return rest if dot and first.startswith("_") else name.lower()


def by_throughput_name(thing: Thing, scope: Scope) -> str | None:
    """A provisioned throughput that the user named."""
    return f"name {thing.name}" if thing.name in scope.throughputs else None


def plain_host(name: str) -> str:
    """A host name as it is compared: without Route 53's dualstack prefix, the trailing dot and capitals."""
    return name.lower().rstrip(".").removeprefix("dualstack.")


def tags_of(pairs: t.Iterable[t.Mapping[str, str]] | None) -> dict[str, str]:
    """Tags as a dict, from AWS's list in any of its spellings."""
    return {
        str(pair.get("Key", pair.get("key"))): str(pair.get("Value", pair.get("value", ""))) for pair in pairs or ()
    }
