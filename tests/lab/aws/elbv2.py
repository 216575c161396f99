"""Elastic Load Balancing v2: what a load balancer controller sends and reads, and ministack drops."""

from __future__ import annotations

from typing import Any

from tests.lab.aws import elbv2_targets, elbv2_websocket, emulator
from tests.lab.aws.emulator import Answer

Parameters = dict[str, Any]

ZONE_IDS = {"us-east-1": "Z35SXDOTRQ7X7K", "us-east-2": "Z3AADJGX6KTTL2", "us-west-2": "Z1H1FL5HABSF5"}
"""Route 53 zones of load balancers, from AWS's page on ELB endpoints; ministack has one for every region."""


def members(parameters: Parameters, prefix: str, suffix: str = "") -> list[str]:
    """prefix.member.1suffix, prefix.member.2suffix and so on."""
    alb, found = emulator.service("alb"), list[str]()
    while value := alb._p(parameters, f"{prefix}.member.{len(found) + 1}{suffix}"):
        found.append(str(value))
    return found


def protocol_version(group: Any) -> str:
    """Version of the protocol; AWS answers HTTP1 where none was asked for."""
    version = group.get("ProtocolVersion")
    return str(version or ("HTTP1" if group.get("Protocol") in ("HTTP", "HTTPS") else ""))


def certificates_xml(certificates: list[tuple[str, bool]]) -> str:
    """Certificates of a listener with the mark of the default one."""
    return (
        "<Certificates>"
        + "".join(
            f"<member><CertificateArn>{arn}</CertificateArn><IsDefault>{str(default).lower()}</IsDefault></member>"
            for arn, default in certificates
        )
        + "</Certificates>"
    )


def install_load_balancers() -> None:
    """CreateLoadBalancer takes SubnetMappings and knows its VPC and zones by its subnets."""
    alb, ec2 = emulator.service("alb"), emulator.service("ec2")

    @emulator.override(alb, "_lb_xml")
    def render(original: Any, balancer: Any) -> str:
        xml, region = str(original(balancer)), emulator.module("core.responses").get_region()
        for subnet in balancer.get("Subnets", []):
            zone = ec2._subnets.get(subnet, {}).get("AvailabilityZone", f"{region}a")
            xml = xml.replace(
                f"<ZoneName>{region}a</ZoneName><SubnetId>{subnet}<", f"<ZoneName>{zone}</ZoneName><SubnetId>{subnet}<"
            )
        return xml.replace(ZONE_IDS["us-east-1"], ZONE_IDS.get(region, ZONE_IDS["us-east-1"]))

    @emulator.override(alb, "_create_lb")
    def create(original: Any, parameters: Parameters) -> Answer:
        parameters = dict(parameters)
        for number, subnet in enumerate(members(parameters, "SubnetMappings", ".SubnetId"), 1):
            parameters[f"Subnets.member.{number}"] = [subnet]
        subnet = ec2._subnets.get(alb._p(parameters, "Subnets.member.1"))
        if subnet:
            parameters["VpcId"] = [subnet["VpcId"]]
        result: Answer = original(parameters)
        return result

    @emulator.override(alb, "_delete_lb")
    def delete(original: Any, parameters: Parameters) -> Answer:
        arn = alb._p(parameters, "LoadBalancerArn")
        # AWS refuses a protected load balancer, and deletes its listeners and rules with it.
        if any(a["Key"] == "deletion_protection.enabled" and a["Value"] == "true" for a in alb._lb_attrs.get(arn, [])):
            refusal: Answer = alb._error(
                "OperationNotPermitted", f"Load balancer '{arn}' cannot be deleted because deletion protection is on"
            )
            return refusal
        for listener in [key for key, each in alb._listeners.items() if each["LoadBalancerArn"] == arn]:
            alb._delete_listener({"ListenerArn": [listener]})
        for group in alb._tgs.values():
            group["LoadBalancerArns"] = [each for each in group["LoadBalancerArns"] if each != arn]
        result: Answer = original(parameters)
        return result


def install_target_groups() -> None:
    """Target groups keep ProtocolVersion and IpAddressType; a controller replaces a group that lacks them."""
    alb = emulator.service("alb")

    @emulator.override(alb, "_create_tg")
    def create(original: Any, parameters: Parameters) -> Answer:
        before = set(alb._tgs)
        result: Answer = original(parameters)
        for arn in set(alb._tgs) - before:
            group = alb._tgs[arn]
            group["ProtocolVersion"] = alb._p(parameters, "ProtocolVersion") or protocol_version(group)
            group["IpAddressType"] = alb._p(parameters, "IpAddressType") or "ipv4"
        if set(alb._tgs) - before:
            (arn,) = set(alb._tgs) - before
            xml: Answer = alb._xml(
                200, "CreateTargetGroup", f"<TargetGroups>{alb._tg_xml(alb._tgs[arn])}</TargetGroups>"
            )
            return xml
        return result

    @emulator.override(alb, "_tg_xml")
    def render(original: Any, group: Any) -> str:
        version = protocol_version(group)
        extra = f"<IpAddressType>{group.get('IpAddressType', 'ipv4')}</IpAddressType>" + (
            f"<ProtocolVersion>{version}</ProtocolVersion>" if version else ""
        )
        return str(original(group)).removesuffix("</member>") + extra + "</member>"

    @emulator.override(alb, "_delete_tg")
    def delete(original: Any, parameters: Parameters) -> Answer:
        arn = alb._p(parameters, "TargetGroupArn")
        rules = [r for r in alb._rules.values() if any(arn in targets_of(a) for a in r.get("Actions", []))]
        if rules:
            refusal: Answer = alb._error(
                "ResourceInUse", f"Target group '{arn}' is currently in use by a listener or a rule"
            )
            return refusal
        result: Answer = original(parameters)
        return result


def targets_of(action: Any) -> list[str]:
    """Target groups of an action."""
    return [arn for arn, _weight in action.get("ForwardConfig") or []] + [action.get("TargetGroupArn", "")]


def install_certificates() -> None:
    """A listener's further certificates (SNI): three operations that ministack lacks."""
    alb = emulator.service("alb")

    def listener_of(parameters: Parameters) -> Any:
        return alb._listeners.get(alb._p(parameters, "ListenerArn"))

    def add(parameters: Parameters) -> Answer:
        listener = listener_of(parameters)
        if not listener:
            return missing()
        wanted = alb._parse_certificate_arns(parameters)
        extra = listener.setdefault("ExtraCertificates", [])
        extra += [arn for arn in wanted if arn not in extra]
        result: Answer = alb._xml(200, "AddListenerCertificates", certificates_xml([(arn, False) for arn in wanted]))
        return result

    def remove(parameters: Parameters) -> Answer:
        listener = listener_of(parameters)
        if not listener:
            return missing()
        gone = alb._parse_certificate_arns(parameters)
        listener["ExtraCertificates"] = [c for c in listener.get("ExtraCertificates", []) if c not in gone]
        result: Answer = alb._empty("RemoveListenerCertificates")
        return result

    def describe(parameters: Parameters) -> Answer:
        listener = listener_of(parameters)
        if not listener:
            return missing()
        default = [(arn, True) for arn in listener.get("Certificates", [])]
        extra = [(arn, False) for arn in listener.get("ExtraCertificates", [])]
        result: Answer = alb._xml(200, "DescribeListenerCertificates", certificates_xml(default + extra))
        return result

    def missing() -> Answer:
        result: Answer = alb._error("ListenerNotFound", "One or more listeners not found")
        return result

    alb._ACTION_MAP.update(
        AddListenerCertificates=add, RemoveListenerCertificates=remove, DescribeListenerCertificates=describe
    )


def install_actions() -> None:
    """Forward actions given as ForwardConfig.TargetGroups alone, which is what controllers send."""
    alb = emulator.service("alb")

    @emulator.override(alb, "_parse_actions")
    def parse(original: Any, parameters: Parameters, prefix: str = "DefaultActions") -> Any:
        actions = original(parameters, prefix)
        for number, action in enumerate(actions, 1):
            base = f"{prefix}.member.{number}.ForwardConfig.TargetGroups"
            groups = members(parameters, base, ".TargetGroupArn")
            if groups:
                weights = [alb._p(parameters, f"{base}.member.{i}.Weight") or "1" for i in range(1, len(groups) + 1)]
                action["ForwardConfig"] = [list(pair) for pair in zip(groups, weights, strict=True)]
                action.setdefault("TargetGroupArn", groups[0])
        return actions

    @emulator.override(alb, "_action_xml")
    def render(original: Any, action: Any) -> str:
        xml = str(original(action))
        if action.get("Type") != "forward" or not action.get("TargetGroupArn"):
            return xml
        groups = action.get("ForwardConfig") or [(action["TargetGroupArn"], "1")]
        listed = "".join(
            f"<member><TargetGroupArn>{arn}</TargetGroupArn><Weight>{weight}</Weight></member>"
            for arn, weight in groups
        )
        return (
            xml.removesuffix("</member>") + f"<ForwardConfig><TargetGroups>{listed}</TargetGroups>"
            "<TargetGroupStickinessConfig><Enabled>false</Enabled></TargetGroupStickinessConfig>"
            "</ForwardConfig></member>"
        )

    for operation in ("_create_rule", "_modify_rule"):
        link_target_groups(operation)


def link_target_groups(operation: str) -> None:
    """AWS lists the load balancers of a target group also when a rule, not a listener, names it."""
    alb = emulator.service("alb")

    @emulator.override(alb, operation)
    def changed(original: Any, parameters: Parameters) -> Answer:
        result: Answer = original(parameters)
        for rule in alb._rules.values():
            listener = alb._listeners.get(rule.get("ListenerArn"))
            for arn in (a for action in rule.get("Actions", []) for a in targets_of(action)):
                group = alb._tgs.get(arn)
                if group and listener and listener["LoadBalancerArn"] not in group["LoadBalancerArns"]:
                    group["LoadBalancerArns"].append(listener["LoadBalancerArn"])
        return result


def install() -> None:
    """Fill the gaps of load balancing."""
    install_load_balancers()
    install_target_groups()
    elbv2_targets.install()
    elbv2_websocket.install()
    install_certificates()
    install_actions()
