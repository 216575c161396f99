"""EC2: where instance types are offered, zones by name, and what may not be deleted while it is used."""

from __future__ import annotations

import re
from typing import Any

from tests.lab.aws import emulator, facts
from tests.lab.aws.emulator import Answer

Parameters = dict[str, Any]


def first(value: Any) -> str:
    """A query parameter is a list of one."""
    return str(value[0] if isinstance(value, list) else value)


def offerings(parameters: Parameters) -> Answer:
    """DescribeInstanceTypeOfferings: AWS tells in which zones a type can be had; the lab has three zones."""
    ec2, region = emulator.service("ec2"), emulator.module("core.responses").get_region()
    filters = ec2._parse_filters(parameters)
    zones = filters.get("location") or [f"{region}{letter}" for letter in "abc"]
    items = "".join(
        f"<item><instanceType>{kind}</instanceType><location>{zone}</location>"
        "<locationType>availability-zone</locationType></item>"
        for kind in filters.get("instance-type", facts.aws()["instance_types"])
        for zone in zones
        if kind in facts.aws()["instance_types"] and re.fullmatch(f"{region}[abc]", zone)
    )
    xml: Answer = ec2._xml(
        200,
        "DescribeInstanceTypeOfferingsResponse",
        f"<instanceTypeOfferingSet>{items}</instanceTypeOfferingSet>",
    )
    return xml


def users_of(field: str, identifier: str) -> list[str]:
    """Load balancers that name a subnet or a security group."""
    return [lb["LoadBalancerName"] for lb in emulator.service("alb")._lbs.values() if identifier in lb.get(field, [])]


def install() -> None:
    """Fill the gaps of EC2."""
    ec2 = emulator.service("ec2")
    ec2._ACTION_MAP["DescribeInstanceTypeOfferings"] = offerings

    @emulator.override(ec2, "_describe_availability_zones")
    def zones(original: Any, parameters: Parameters) -> Answer:
        # ministack ignores ZoneName.N and ZoneId.N; a controller that gets more zones than it asked for fails.
        status, headers, body = original(parameters)
        wanted = [first(v) for key, v in parameters.items() if key.startswith(("ZoneId.", "ZoneName."))]
        if not wanted:
            return status, headers, body
        text = body.decode() if isinstance(body, bytes) else body
        kept = re.sub(
            r"<item>.*?</item>",
            lambda m: m.group(0) if any(f">{zone}<" in m.group(0) for zone in wanted) else "",
            text,
            flags=re.S,
        )
        return status, headers, kept.encode()

    guard("_delete_subnet", "SubnetId", "Subnets")
    guard("_delete_security_group", "GroupId", "SecurityGroups")


def guard(operation: str, parameter: str, field: str) -> None:
    """AWS refuses to delete what a load balancer uses; ministack does not."""
    ec2 = emulator.service("ec2")

    @emulator.override(ec2, operation)
    def delete(original: Any, parameters: Parameters) -> Answer:
        identifier = first(parameters.get(parameter, ""))
        if users_of(field, identifier):
            refusal: Answer = ec2._error("DependencyViolation", f"resource {identifier} has a dependent object", 400)
            return refusal
        result: Answer = original(parameters)
        return result
