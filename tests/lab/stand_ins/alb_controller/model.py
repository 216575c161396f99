"""What should exist in AWS for a group of Ingresses: plain data, compared with nothing and changing nothing."""

from __future__ import annotations

from dataclasses import dataclass, field


class BuildError(Exception):
    """The Ingresses cannot be turned into a load balancer; becomes the event FailedBuildModel."""


@dataclass(frozen=True)
class TargetGroup:
    """One backend of one Ingress."""

    resource: str
    """`namespace/ingress-service:port`, the value of the tag that finds it again."""
    name: str
    port: int
    protocol: str
    protocol_version: str
    health: dict[str, str]
    """Parameters of the health check in ELBv2's names."""
    attributes: dict[str, str]
    tags: dict[str, str]
    targets: frozenset[tuple[str, int]]


@dataclass(frozen=True)
class Rule:
    """Hosts and paths that go to a target group."""

    hosts: tuple[str, ...]
    paths: tuple[str, ...]
    target: str
    """`resource` of the target group."""


@dataclass(frozen=True)
class Listener:
    """One port of the load balancer."""

    port: int
    protocol: str
    certificates: tuple[str, ...] = ()
    ssl_policy: str = ""
    redirect_port: int | None = None
    """Everything is sent to this port of HTTPS; there are no rules then."""
    rules: tuple[Rule, ...] = ()
    default_target: str = ""
    """`resource` of a default backend; empty answers 404."""


@dataclass(frozen=True)
class LoadBalancer:
    """The whole of one group."""

    stack: str
    """Group name, or `namespace/name` of a single Ingress."""
    name: str
    scheme: str
    inbound_cidrs: tuple[str, ...]
    subnets: tuple[str, ...]
    """Given by annotation; empty means found by tag."""
    security_groups: tuple[str, ...]
    """Given by annotation; empty means a managed one."""
    attributes: dict[str, str]
    tags: dict[str, str]
    listeners: tuple[Listener, ...]
    target_groups: dict[str, TargetGroup] = field(default_factory=dict)
