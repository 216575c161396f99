"""Ingresses, Services and EndpointSlices in, the wanted load balancer out; no I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from . import naming, options
from .model import BuildError, Listener, LoadBalancer, Rule, TargetGroup
from .options import value

Object = dict[str, Any]

HEALTH = {
    "HealthCheckProtocol": ("healthcheck-protocol", "HTTP"),
    "HealthCheckPort": ("healthcheck-port", "traffic-port"),
    "HealthCheckPath": ("healthcheck-path", "/"),
    "HealthCheckIntervalSeconds": ("healthcheck-interval-seconds", "15"),
    "HealthCheckTimeoutSeconds": ("healthcheck-timeout-seconds", "5"),
    "HealthyThresholdCount": ("healthy-threshold-count", "2"),
    "UnhealthyThresholdCount": ("unhealthy-threshold-count", "2"),
    "Matcher": ("success-codes", "200"),
}
"""ELBv2's parameter -> annotation and the controller's default."""


@dataclass(frozen=True)
class World:
    """What the planner knows beside the Ingresses."""

    cluster: str
    services: dict[str, Object] = field(default_factory=dict)
    """By namespace/name."""
    slices: dict[str, list[Object]] = field(default_factory=dict)
    """EndpointSlices by namespace/service."""
    certificates: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """ARN of each ISSUED certificate and its names."""
    default_target_type: str = "instance"
    default_tags: dict[str, str] = field(default_factory=dict)


def plan(members: list[Object], world: World) -> LoadBalancer:
    """The load balancer of one group's members that are not being deleted; raises BuildError."""
    members = sorted(members, key=options.order_of)
    stack = options.stack_of(members[0])
    scheme = options.exclusive(members, "scheme", lambda m: value(m, "scheme"), "internal")
    if scheme not in ("internal", "internet-facing"):
        raise BuildError(f"unknown scheme: {scheme}")
    groups: dict[str, TargetGroup] = {}
    given = options.exclusive(members, "load balancer name", lambda m: value(m, "load-balancer-name"), "")
    listeners = plan_listeners(members, world, groups)
    extra = {**world.default_tags, **options.merged_pairs(members, "tags")}
    return LoadBalancer(
        stack=stack,
        name=given or naming.load_balancer(world.cluster, stack, scheme),
        scheme=scheme,
        inbound_cidrs=options.exclusive(
            members, "inbound-cidrs", lambda m: options.listed(m, "inbound-cidrs"), ("0.0.0.0/0",)
        ),
        subnets=options.exclusive(members, "subnets", lambda m: options.listed(m, "subnets"), ()),
        security_groups=options.exclusive(
            members, "securityGroups", lambda m: options.listed(m, "security-groups"), ()
        ),
        attributes=options.merged_pairs(members, "load-balancer-attributes"),
        tags=extra,
        listeners=listeners,
        target_groups=groups,
    )


def plan_listeners(members: list[Object], world: World, groups: dict[str, TargetGroup]) -> tuple[Listener, ...]:
    """One listener for each port that a member asks for."""
    ports: dict[int, str] = {}
    for member in members:
        for port, protocol in options.listen_ports(member).items():
            if ports.setdefault(port, protocol) != protocol:
                raise BuildError(f"conflicting protocol for port {port}: {ports[port]} | {protocol}")
    redirect = options.exclusive(members, "ssl-redirect", lambda m: value(m, "ssl-redirect"), "")
    if redirect and ports.get(int(redirect)) != "HTTPS":
        raise BuildError(f"listener does not exist for SSL Redirect port: {redirect}")
    policy = options.exclusive(members, "ssl-policy", lambda m: value(m, "ssl-policy"), options.DEFAULT_POLICY)
    listeners = []
    for port, protocol in sorted(ports.items()):
        there = [m for m in members if port in options.listen_ports(m)]
        if redirect and protocol == "HTTP":
            listeners.append(Listener(port, protocol, redirect_port=int(redirect)))
            continue
        certificates = find_certificates(there, world) if protocol == "HTTPS" else ()
        rules = tuple(rule for member in there for rule in plan_rules(member, world, groups))
        defaults = [d for member in there if (d := default_backend(member, world, groups))]
        if len(defaults) > 1:
            raise BuildError("multiple ingress defined default backend")
        listeners.append(
            Listener(
                port,
                protocol,
                certificates,
                policy if protocol == "HTTPS" else "",
                rules=rules,
                default_target=defaults[0] if defaults else "",
            )
        )
    return tuple(listeners)


def find_certificates(members: list[Object], world: World) -> tuple[str, ...]:
    """Those that are named, else one for each host out of ACM."""
    found: list[str] = []
    for member in members:
        named = options.listed(member, "certificate-arn")
        for host in [] if named else options.hosts(member):
            fitting = [arn for arn, names in world.certificates.items() if any(covers(name, host) for name in names)]
            if not fitting:
                raise BuildError(f"no certificate found for host: {host}")
            found += fitting
        found += named
    if not found:
        raise BuildError("an HTTPS listener needs a certificate: neither an ARN nor a host is given")
    return tuple(dict.fromkeys(found))


def covers(name: str, host: str) -> bool:
    """Whether a name of a certificate, perhaps with a wildcard, is the host's."""
    if name.startswith("*."):
        return "." in host and host.split(".", 1)[1].lower() == name[2:].lower()
    return name.lower() == host.lower()


def plan_rules(ingress: Object, world: World, groups: dict[str, TargetGroup]) -> list[Rule]:
    """The rules of one Ingress: exact paths first, then the longer prefix, as the real controller sorts them."""
    rules = []
    for rule in (ingress.get("spec") or {}).get("rules") or []:
        paths = (rule.get("http") or {}).get("paths") or []
        for path in sorted(paths, key=lambda p: (p.get("pathType") != "Exact", -len(p.get("path") or "/"))):
            target = plan_target(ingress, path["backend"], world, groups)
            rules.append(Rule(tuple(filter(None, [rule.get("host")])), patterns(path), target))
    return rules


def patterns(path: Object) -> tuple[str, ...]:
    """Path patterns of an ALB for a path of an Ingress; none when everything is meant."""
    text, kind = path.get("path") or "/", path.get("pathType", "ImplementationSpecific")
    if kind == "Prefix":
        trimmed = text.rstrip("/")
        return (trimmed, f"{trimmed}/*") if trimmed else ()
    if kind == "ImplementationSpecific" and text in ("/", "/*"):
        return ()
    return (text,)


def default_backend(ingress: Object, world: World, groups: dict[str, TargetGroup]) -> str:
    """Target of what no rule meets."""
    backend = (ingress.get("spec") or {}).get("defaultBackend")
    return plan_target(ingress, backend, world, groups) if backend else ""


def plan_target(ingress: Object, backend: Object, world: World, groups: dict[str, TargetGroup]) -> str:
    """Add the backend's target group; returns its resource id."""
    namespace, wanted = ingress["metadata"]["namespace"], backend.get("service")
    if not wanted:
        raise BuildError(f"{options.key(ingress)}: the lab's controller knows backends of kind service only")
    service = world.services.get(f"{namespace}/{wanted['name']}")
    if service is None:
        raise BuildError(f'Service "{wanted["name"]}" not found')
    port = service_port(service, wanted.get("port") or {})
    resource = f"{namespace}/{ingress['metadata']['name']}-{wanted['name']}:{port.get('name') or port['port']}"
    if resource not in groups:
        groups[resource] = target_group(ingress, service, port, resource, world)
    return resource


def service_port(service: Object, wanted: Object) -> Object:
    """The port of a Service that a backend names by number or by name."""
    for port in service["spec"].get("ports") or []:
        if wanted.get("name") in (port.get("name"), None) and wanted.get("number") in (port["port"], None):
            found: Object = port
            return found
    raise BuildError(f"unable to find port {wanted} on service {service['metadata']['name']}")


def target_group(ingress: Object, service: Object, port: Object, resource: str, world: World) -> TargetGroup:
    """The target group of a Service's port; annotations of the Service win over those of the Ingress."""

    def setting(name: str, default: str) -> str:
        return value(service, name) or value(ingress, name, default)

    kind = setting("target-type", world.default_target_type)
    if kind != "ip":
        raise BuildError(f"target-type {kind}: the lab's controller knows ip only")
    namespace, name = service["metadata"]["namespace"], service["metadata"]["name"]
    protocol = setting("backend-protocol", "HTTP")
    version = setting("backend-protocol-version", "HTTP1")
    targets = ready_targets(world.slices.get(f"{namespace}/{name}", []), port)
    number = port["targetPort"] if isinstance(port.get("targetPort"), int) else 1
    stack = options.stack_of(ingress)
    return TargetGroup(
        resource=resource,
        name=naming.target_group(world.cluster, namespace, name, stack, resource, str(number), kind, protocol, version),
        port=int(number),
        protocol=protocol,
        protocol_version=version,
        health={parameter: setting(*told) for parameter, told in HEALTH.items()},
        attributes={
            **options.pairs(ingress, "target-group-attributes"),
            **options.pairs(service, "target-group-attributes"),
        },
        tags=naming.tags(world.cluster, stack, resource, world.default_tags),
        targets=frozenset(targets),
    )


def ready_targets(slices: list[Object], port: Object) -> set[tuple[str, int]]:
    """Addresses of ready pods with the port of their slice."""
    found: set[tuple[str, int]] = set()
    for each in slices:
        numbers = [p["port"] for p in each.get("ports") or [] if (p.get("name") or "") == (port.get("name") or "")]
        for endpoint in each.get("endpoints") or []:
            if (endpoint.get("conditions") or {}).get("ready") is not False:
                found.update((address, number) for address in endpoint["addresses"] for number in numbers)
    return {target for target in found if re.fullmatch(r"[0-9.]+", target[0])}
