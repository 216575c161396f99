"""Annotations of Ingresses: parsed, merged over a group, refused where two members disagree."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from .model import BuildError

PREFIX = "alb.ingress.kubernetes.io/"
DEFAULT_POLICY = "ELBSecurityPolicy-2016-08"
Object = dict[str, Any]


def value(annotated: Object, name: str, default: str = "") -> str:
    """One annotation."""
    return str((annotated["metadata"].get("annotations") or {}).get(PREFIX + name, default)).strip()


def key(ingress: Object) -> str:
    """namespace/name."""
    return f"{ingress['metadata']['namespace']}/{ingress['metadata']['name']}"


def stack_of(ingress: Object) -> str:
    """The group's name, or the Ingress' own key."""
    return value(ingress, "group.name") or key(ingress)


def order_of(ingress: Object) -> tuple[int, str]:
    """Place in the group: group.order, then namespace/name."""
    text = value(ingress, "group.order", "0")
    try:
        return int(text), key(ingress)
    except ValueError:
        raise BuildError(f"{key(ingress)}: failed to parse int64 annotation, group.order: {text}") from None


def pairs(ingress: Object, name: str) -> dict[str, str]:
    """`a=b,c=d`."""
    found = {}
    for part in filter(None, (each.strip() for each in value(ingress, name).split(","))):
        left, equals, right = part.partition("=")
        if not equals:
            raise BuildError(f"{key(ingress)}: failed to parse stringMap annotation, {name}: {part}")
        found[left.strip()] = right.strip()
    return found


def listed(ingress: Object, name: str) -> tuple[str, ...]:
    """`a,b`."""
    return tuple(filter(None, (each.strip() for each in value(ingress, name).split(","))))


def exclusive(members: Iterable[Object], name: str, read: Callable[[Object], Any], default: Any) -> Any:
    """A setting of the whole load balancer: members that set it must agree."""
    found = [(key(member), read(member)) for member in members]
    told = [(who, what) for who, what in found if what]
    if any(what != told[0][1] for _who, what in told):
        raise BuildError(f"conflicting {name}: " + " | ".join(f"{who}: {what}" for who, what in told))
    return told[0][1] if told else default


def merged_pairs(members: Iterable[Object], name: str) -> dict[str, str]:
    """Attributes of the whole load balancer: the union, where no key has two values."""
    result: dict[str, str] = {}
    for member in members:
        for left, right in pairs(member, name).items():
            if result.setdefault(left, right) != right:
                raise BuildError(f"conflicting {name} {left}: {result[left]} | {right}")
    return result


def listen_ports(ingress: Object) -> dict[int, str]:
    """Port -> protocol; without the annotation HTTPS 443 where a certificate is named, else HTTP 80."""
    raw = value(ingress, "listen-ports")
    if not raw:
        return {443: "HTTPS"} if listed(ingress, "certificate-arn") else {80: "HTTP"}
    try:
        ports = {int(port): str(protocol) for entry in json.loads(raw) for protocol, port in entry.items()}
    except (ValueError, AttributeError, TypeError):
        raise BuildError(f"{key(ingress)}: failed to parse listen-ports configuration: `{raw}`") from None
    if not ports or not set(ports.values()) <= {"HTTP", "HTTPS"}:
        raise BuildError(f"{key(ingress)}: invalid listen-ports configuration: `{raw}`")
    return ports


def hosts(ingress: Object) -> list[str]:
    """Hosts of the TLS section and of the rules, each once."""
    spec = ingress.get("spec") or {}
    named = [host for entry in spec.get("tls") or [] for host in entry.get("hosts") or []]
    named += [rule["host"] for rule in spec.get("rules") or [] if rule.get("host")]
    return list(dict.fromkeys(named))
