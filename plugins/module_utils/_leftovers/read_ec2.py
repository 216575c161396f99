# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listings of EC2, Elastic Load Balancing and Auto Scaling as things. Private to this collection."""

from __future__ import annotations

import itertools
import typing as t

from .api import Item, get, listing
from .things import Scope, Thing, tags_of

_PAGE = 1000
_TAG_BATCH = 20  # DescribeTags takes no more


def _named(tags: t.Mapping[str, str], default: str) -> str:
    return tags.get("Name") or default


def _thing(kind: str, item: Item, id_key: str, name: str | None = None, **details: t.Any) -> Thing:
    tags = tags_of(item.get("Tags") or item.get("TagSet"))
    return Thing(kind, item[id_key], name or _named(tags, item[id_key]), tags, details)


def _with_tags(client: t.Any, things: list[Thing], argument: str, id_key: str) -> list[Thing]:
    """Things whose tags AWS tells by a second call, in batches."""
    tagged = []
    rest = iter(things)
    while batch := list(itertools.islice(rest, _TAG_BATCH)):
        which: dict[str, t.Any] = {argument: [thing.id for thing in batch]}
        found = listing(client, "describe_tags", "TagDescriptions", **which)
        tags = {entry[id_key]: tags_of(entry.get("Tags")) for entry in found}
        tagged += [Thing(x.kind, x.id, x.name, tags.get(x.id, {}), x.details) for x in batch]
    return tagged


def load_balancers(client: t.Any, scope: Scope) -> list[Thing]:
    """Application, network and gateway load balancers."""
    items = listing(client, "describe_load_balancers", "LoadBalancers")
    things = [
        _thing("load_balancer", item, "LoadBalancerArn", item["LoadBalancerName"], dns_name=item.get("DNSName"))
        for item in items
    ]
    return _with_tags(client, things, "ResourceArns", "ResourceArn")


def target_groups(client: t.Any, scope: Scope) -> list[Thing]:
    """Target groups."""
    items = listing(client, "describe_target_groups", "TargetGroups")
    things = [_thing("target_group", item, "TargetGroupArn", item["TargetGroupName"]) for item in items]
    return _with_tags(client, things, "ResourceArns", "ResourceArn")


def classic_load_balancers(client: t.Any, scope: Scope) -> list[Thing]:
    """Classic load balancers, which Kubernetes makes for a Service where no controller takes it."""
    items = listing(client, "describe_load_balancers", "LoadBalancerDescriptions")
    things = [_thing("classic_load_balancer", item, "LoadBalancerName") for item in items]
    return _with_tags(client, things, "LoadBalancerNames", "LoadBalancerName")


def vpcs(client: t.Any, scope: Scope) -> list[Thing]:
    """VPCs."""
    return [_thing("vpc", item, "VpcId") for item in listing(client, "describe_vpcs", "Vpcs")]


def instances(client: t.Any, scope: Scope) -> list[Thing]:
    """Instances that are not terminated."""
    reservations = listing(client, "describe_instances", "Reservations", page_size=_PAGE)
    return [
        _thing("instance", item, "InstanceId")
        for reservation in reservations
        for item in reservation["Instances"]
        if item["State"]["Name"] not in ("terminated", "shutting-down")
    ]


def autoscaling_groups(client: t.Any, scope: Scope) -> list[Thing]:
    """Auto Scaling groups."""
    items = listing(client, "describe_auto_scaling_groups", "AutoScalingGroups")
    return [_thing("autoscaling_group", item, "AutoScalingGroupName", item["AutoScalingGroupName"]) for item in items]


def launch_templates(client: t.Any, scope: Scope) -> list[Thing]:
    """Launch templates; of those that may be eksctl's also the node group that they tag their instances with."""
    things = []
    for item in listing(client, "describe_launch_templates", "LaunchTemplates"):
        name = item["LaunchTemplateName"]
        nodegroup = None
        if name.startswith(f"eksctl-{scope.cluster}-"):
            nodegroup = _nodegroup_of(client, item["LaunchTemplateId"])
        things.append(_thing("launch_template", item, "LaunchTemplateId", name, nodegroup=nodegroup))
    return things


def _nodegroup_of(client: t.Any, template_id: str) -> str | None:
    answer = get(client, "describe_launch_template_versions", LaunchTemplateId=template_id, Versions=["$Latest"])
    for version in (answer or {}).get("LaunchTemplateVersions", []):
        for specification in version["LaunchTemplateData"].get("TagSpecifications", []):
            nodegroup = tags_of(specification.get("Tags")).get("alpha.eksctl.io/nodegroup-name")
            if nodegroup:
                return nodegroup
    return None


def nat_gateways(client: t.Any, scope: Scope) -> list[Thing]:
    """NAT gateways; a deleted one stays listed for an hour."""
    items = listing(client, "describe_nat_gateways", "NatGateways")
    return [
        _thing("nat_gateway", item, "NatGatewayId", vpc_id=item.get("VpcId"))
        for item in items
        if item["State"] != "deleted"
    ]


def elastic_ips(client: t.Any, scope: Scope) -> list[Thing]:
    """Elastic IP addresses."""
    items = listing(client, "describe_addresses", "Addresses")
    return [_thing("elastic_ip", item, "AllocationId") for item in items if item.get("AllocationId")]


def vpc_endpoints(client: t.Any, scope: Scope) -> list[Thing]:
    """VPC endpoints."""
    items = listing(client, "describe_vpc_endpoints", "VpcEndpoints")
    return [
        _thing("vpc_endpoint", item, "VpcEndpointId", vpc_id=item.get("VpcId"), type=item.get("VpcEndpointType"))
        for item in items
        if str(item.get("State")).lower() != "deleted"
    ]


def endpoint_costs(thing: Thing) -> bool:
    """Gateway endpoints (S3, DynamoDB) are free."""
    return thing.details.get("type") != "Gateway"


def network_interfaces(client: t.Any, scope: Scope) -> list[Thing]:
    """Network interfaces."""
    items = listing(client, "describe_network_interfaces", "NetworkInterfaces", page_size=_PAGE)
    return [
        _thing(
            "network_interface",
            item,
            "NetworkInterfaceId",
            vpc_id=item.get("VpcId"),
            description=item.get("Description"),
        )
        for item in items
    ]


def security_groups(client: t.Any, scope: Scope) -> list[Thing]:
    """Security groups."""
    items = listing(client, "describe_security_groups", "SecurityGroups", page_size=_PAGE)
    return [_thing("security_group", item, "GroupId", item.get("GroupName")) for item in items]


def volumes(client: t.Any, scope: Scope) -> list[Thing]:
    """EBS volumes."""
    items = listing(client, "describe_volumes", "Volumes", page_size=_PAGE)
    return [_thing("volume", item, "VolumeId") for item in items if item.get("State") != "deleted"]


def snapshots(client: t.Any, scope: Scope) -> list[Thing]:
    """EBS snapshots of this account."""
    items = listing(client, "describe_snapshots", "Snapshots", page_size=_PAGE, OwnerIds=["self"])
    return [_thing("snapshot", item, "SnapshotId") for item in items]
