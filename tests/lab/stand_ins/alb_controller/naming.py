"""Names and tags as the AWS Load Balancer Controller gives them."""

from __future__ import annotations

import hashlib
import re

FINALIZER = "ingress.k8s.aws/resources"
GROUP_FINALIZER = "group.ingress.k8s.aws/"
CLUSTER_TAG = "elbv2.k8s.aws/cluster"
STACK_TAG = "ingress.k8s.aws/stack"
RESOURCE_TAG = "ingress.k8s.aws/resource"
BACKEND_TAG = "elbv2.k8s.aws/resource"


def short(text: str, length: int) -> str:
    """Letters and digits only, cut."""
    return re.sub(r"[^A-Za-z0-9]", "", text)[:length]


def digest(*parts: str) -> str:
    """Ten hexadecimal digits that tell names apart."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:10]


def is_explicit(stack: str) -> bool:
    """Whether the stack is a named group; a single Ingress' stack has a slash."""
    return "/" not in stack


def load_balancer(cluster: str, stack: str, scheme: str) -> str:
    """Name of the load balancer, and of its managed security group."""
    if is_explicit(stack):
        return f"k8s-{short(stack, 17)}-{digest(cluster, stack, scheme)}"
    namespace, name = stack.split("/", 1)
    return f"k8s-{short(namespace, 8)}-{short(name, 8)}-{digest(cluster, stack, scheme)}"


def target_group(cluster: str, namespace: str, service: str, *distinct: str) -> str:
    """Name of a target group; it changes with what cannot be changed in place."""
    return f"k8s-{short(namespace, 8)}-{short(service, 8)}-{digest(cluster, namespace, service, *distinct)}"


def backend_group(cluster: str) -> str:
    """Name of the security group that all load balancers of the cluster share."""
    return f"k8s-traffic-{short(cluster, 232)}-{digest(cluster)}"


def finalizer(stack: str) -> str:
    """The finalizer of a member of the stack."""
    return f"{GROUP_FINALIZER}{stack}" if is_explicit(stack) else FINALIZER


def is_ours(finalizer_name: str) -> bool:
    """Whether a finalizer is the controller's."""
    return finalizer_name == FINALIZER or finalizer_name.startswith(GROUP_FINALIZER)


def tags(cluster: str, stack: str, resource: str, extra: dict[str, str] | None = None) -> dict[str, str]:
    """The tags by which everything is found again; a user's tags cannot replace them."""
    return {**(extra or {}), CLUSTER_TAG: cluster, STACK_TAG: stack, RESOURCE_TAG: resource}
