"""Brings AWS to the planned load balancer; every step reads first and changes what differs."""

from __future__ import annotations

from typing import Any

from . import naming, security
from .aws import Aws, Object, tag_list
from .model import BuildError, Listener, LoadBalancer, TargetGroup


def deploy(aws: Aws, wanted: LoadBalancer) -> str:
    """Make or change everything of a stack; returns the load balancer's DNS name."""
    subnets = list(wanted.subnets) or aws.subnets(wanted.scheme)
    groups = list(wanted.security_groups) or security.ensure(aws, wanted)
    balancer = ensure_load_balancer(aws, wanted, subnets, groups)
    arns = {resource: ensure_target_group(aws, group, wanted.stack) for resource, group in wanted.target_groups.items()}
    ensure_listeners(aws, wanted, balancer["LoadBalancerArn"], arns)
    drop_target_groups(aws, wanted.stack, set(arns.values()))
    if not wanted.security_groups:
        security.drop_unused(aws, wanted.stack, set(groups))
    return str(balancer["DNSName"]).lower()


def remove(aws: Aws, stack: str) -> None:
    """Delete everything of a stack: the load balancer with its listeners, target groups, security groups."""
    for balancer in aws.load_balancers(stack):
        aws.elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    drop_target_groups(aws, stack, set())
    security.drop_unused(aws, stack, set())


def ensure_load_balancer(aws: Aws, wanted: LoadBalancer, subnets: list[str], groups: list[str]) -> Object:
    """The load balancer with its attributes; another scheme or name means another load balancer."""
    found = aws.load_balancers(wanted.stack)
    fitting = [b for b in found if b["LoadBalancerName"] == wanted.name and b["Scheme"] == wanted.scheme]
    for balancer in found:
        if balancer not in fitting:
            aws.elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    tags = naming.tags(aws.cluster, wanted.stack, "LoadBalancer", wanted.tags)
    if fitting:
        balancer = fitting[0]
        arn = balancer["LoadBalancerArn"]
        if set(balancer["SecurityGroups"]) != set(groups):
            aws.elb.set_security_groups(LoadBalancerArn=arn, SecurityGroups=groups)
        if {zone["SubnetId"] for zone in balancer["AvailabilityZones"]} != set(subnets):
            aws.elb.set_subnets(LoadBalancerArn=arn, Subnets=subnets)
        retag(aws, arn, balancer["Tags"], tags)
    else:
        answer = aws.elb.create_load_balancer(
            Name=wanted.name,
            Scheme=wanted.scheme,
            Type="application",
            IpAddressType="ipv4",
            Subnets=subnets,
            SecurityGroups=groups,
            Tags=tag_list(tags),
        )
        balancer = answer["LoadBalancers"][0]
        arn = balancer["LoadBalancerArn"]
    current = aws.elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    changed = attribute_changes(current, wanted.attributes)
    if changed:
        aws.elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=changed)
    return dict(balancer)


def retag(aws: Aws, arn: str, current: dict[str, str], wanted: dict[str, str]) -> None:
    """Set the tags that differ; foreign tags stay."""
    if any(current.get(key) != value for key, value in wanted.items()):
        aws.elb.add_tags(ResourceArns=[arn], Tags=tag_list(wanted))


def attribute_changes(current: list[Object], wanted: dict[str, str]) -> list[dict[str, str]]:
    """Wanted attributes that differ; others are left alone, as the real controller does."""
    told = {row["Key"]: row["Value"] for row in current}
    return [{"Key": key, "Value": value} for key, value in sorted(wanted.items()) if told.get(key) != value]


def health_parameters(group: TargetGroup) -> Object:
    """The health check as ELBv2 takes it."""
    result: Object = {
        k: int(v) if v.isdigit() and k.endswith(("Seconds", "Count")) else v for k, v in group.health.items()
    }
    result["Matcher"] = {"HttpCode": group.health["Matcher"]}
    return result


def ensure_target_group(aws: Aws, wanted: TargetGroup, stack: str) -> str:
    """The target group with its attributes and targets; returns the ARN."""
    found = [g for g in aws.target_groups(stack) if g["TargetGroupName"] == wanted.name]
    health = health_parameters(wanted)
    if found:
        arn = found[0]["TargetGroupArn"]
        if any(found[0].get(key) != value for key, value in health.items()):
            aws.elb.modify_target_group(TargetGroupArn=arn, **health)
        retag(aws, arn, found[0]["Tags"], wanted.tags)
    else:
        answer = aws.elb.create_target_group(
            Name=wanted.name,
            TargetType="ip",
            Protocol=wanted.protocol,
            ProtocolVersion=wanted.protocol_version,
            Port=wanted.port,
            VpcId=aws.vpc,
            IpAddressType="ipv4",
            Tags=tag_list(wanted.tags),
            **health,
        )
        arn = answer["TargetGroups"][0]["TargetGroupArn"]
    current = aws.elb.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    changed = attribute_changes(current, wanted.attributes)
    if changed:
        aws.elb.modify_target_group_attributes(TargetGroupArn=arn, Attributes=changed)
    ensure_targets(aws, arn, wanted.targets)
    return str(arn)


def ensure_targets(aws: Aws, arn: str, wanted: frozenset[tuple[str, int]]) -> None:
    """Register and deregister pods."""
    health = aws.elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    draining = ("draining", "unused")
    present = {
        (row["Target"]["Id"], row["Target"]["Port"])
        for row in health
        if row.get("TargetHealth", {}).get("State") not in draining[:1]
    }
    if new := sorted(wanted - present):
        aws.elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": ip, "Port": port} for ip, port in new])
    if gone := sorted(present - wanted):
        aws.elb.deregister_targets(TargetGroupArn=arn, Targets=[{"Id": ip, "Port": port} for ip, port in gone])


def drop_target_groups(aws: Aws, stack: str, kept: set[str]) -> None:
    """Delete the stack's other target groups."""
    for group in aws.target_groups(stack):
        if group["TargetGroupArn"] not in kept:
            aws.elb.delete_target_group(TargetGroupArn=group["TargetGroupArn"])


def actions(listener: Listener, arns: dict[str, str]) -> list[Object]:
    """The default action: redirect, a default backend or 404."""
    if listener.redirect_port:
        config = {"Protocol": "HTTPS", "Port": str(listener.redirect_port), "StatusCode": "HTTP_301"}
        return [{"Type": "redirect", "RedirectConfig": config}]
    if listener.default_target:
        return [forward(arns[listener.default_target])]
    config = {"ContentType": "text/plain", "StatusCode": "404"}
    return [{"Type": "fixed-response", "FixedResponseConfig": config}]


def forward(arn: str) -> Object:
    """Forward to one target group, as the real controller writes it."""
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": arn, "Weight": 1}]}}


def ensure_listeners(aws: Aws, wanted: LoadBalancer, balancer: str, arns: dict[str, str]) -> None:
    """Listeners with their rules; those that nobody asks for go."""
    found = {row["Port"]: row for row in aws.elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"]}
    for port, row in found.items():
        if port not in {listener.port for listener in wanted.listeners}:
            aws.elb.delete_listener(ListenerArn=row["ListenerArn"])
    for listener in wanted.listeners:
        settings: Object = {"Protocol": listener.protocol, "DefaultActions": actions(listener, arns)}
        if listener.certificates:
            settings["Certificates"] = [{"CertificateArn": listener.certificates[0]}]
            settings["SslPolicy"] = listener.ssl_policy
        if listener.port in found:
            arn = found[listener.port]["ListenerArn"]
            aws.elb.modify_listener(ListenerArn=arn, Port=listener.port, **settings)
        else:
            tags = tag_list(naming.tags(aws.cluster, wanted.stack, str(listener.port), wanted.tags))
            answer = aws.elb.create_listener(LoadBalancerArn=balancer, Port=listener.port, Tags=tags, **settings)
            arn = answer["Listeners"][0]["ListenerArn"]
        ensure_certificates(aws, arn, listener.certificates)
        ensure_rules(aws, wanted, arn, listener, arns)


def ensure_certificates(aws: Aws, listener: str, wanted: tuple[str, ...]) -> None:
    """Further certificates for SNI."""
    rows = aws.elb.describe_listener_certificates(ListenerArn=listener)["Certificates"]
    present = {row["CertificateArn"] for row in rows if not row["IsDefault"]}
    if new := [arn for arn in wanted[1:] if arn not in present]:
        aws.elb.add_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": a} for a in new])
    if gone := sorted(present - set(wanted[1:])):
        aws.elb.remove_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": a} for a in gone])


def conditions(hosts: tuple[str, ...], paths: tuple[str, ...]) -> list[Object]:
    """Host and path conditions; an ALB's rule needs one at least."""
    result: list[Object] = []
    if hosts:
        result.append({"Field": "host-header", "HostHeaderConfig": {"Values": list(hosts)}})
    if paths or not hosts:
        result.append({"Field": "path-pattern", "PathPatternConfig": {"Values": list(paths) or ["/*"]}})
    return result


def signature(row: Object) -> tuple[Any, ...]:
    """What makes two rules the same."""
    told = []
    for condition in row["Conditions"]:
        config = condition.get("HostHeaderConfig") or condition.get("PathPatternConfig") or {}
        told.append((condition["Field"], tuple(config.get("Values") or condition.get("Values") or [])))
    targets = [
        group["TargetGroupArn"]
        for action in row["Actions"]
        for group in (action.get("ForwardConfig") or {}).get("TargetGroups", [])
    ]
    return tuple(sorted(told)), tuple(targets)


def ensure_rules(aws: Aws, wanted: LoadBalancer, listener_arn: str, listener: Listener, arns: dict[str, str]) -> None:
    """Rules by priority: the same stay, a changed one is modified in place, the rest go."""
    rows = aws.elb.describe_rules(ListenerArn=listener_arn)["Rules"]
    present = {int(row["Priority"]): row for row in rows if not row["IsDefault"]}
    for priority, row in present.items():
        if priority > len(listener.rules):
            aws.elb.delete_rule(RuleArn=row["RuleArn"])
    for priority, rule in enumerate(listener.rules, 1):
        if rule.target not in arns:
            raise BuildError(f"no target group for {rule.target}")
        body: Object = {"Conditions": conditions(rule.hosts, rule.paths), "Actions": [forward(arns[rule.target])]}
        if priority not in present:
            tags = tag_list(naming.tags(aws.cluster, wanted.stack, f"{listener.port}:{priority}", wanted.tags))
            aws.elb.create_rule(ListenerArn=listener_arn, Priority=priority, Tags=tags, **body)
        elif signature(present[priority]) != signature(body):
            aws.elb.modify_rule(RuleArn=present[priority]["RuleArn"], **body)
