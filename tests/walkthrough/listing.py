"""Everything in the account, as complete listings: what a teardown is measured by.

usage: python -m tests.walkthrough.listing FILE    on the lab, in the environment of `python -m tests.lab env`
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t
from pathlib import Path

import boto3

Clients = t.Callable[[str], t.Any]
Listing = dict[str, list[str]]

GONE = ("deleted", "terminated", "DELETE_COMPLETE")
"""States in which AWS goes on to list a thing for a while."""

# kind: (service, operation, path to the members, what of a member is kept)
CALLS: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "vpcs": ("ec2", "describe_vpcs", "Vpcs", ("VpcId",)),
    "subnets": ("ec2", "describe_subnets", "Subnets", ("SubnetId", "Tags")),
    "route tables": ("ec2", "describe_route_tables", "RouteTables", ("RouteTableId", "Routes")),
    "internet gateways": ("ec2", "describe_internet_gateways", "InternetGateways", ("InternetGatewayId",)),
    "NAT gateways": ("ec2", "describe_nat_gateways", "NatGateways", ("NatGatewayId", "State")),
    "addresses": ("ec2", "describe_addresses", "Addresses", ("AllocationId",)),
    "security groups": ("ec2", "describe_security_groups", "SecurityGroups", ("GroupId", "GroupName", "IpPermissions")),
    "network interfaces": ("ec2", "describe_network_interfaces", "NetworkInterfaces", ("NetworkInterfaceId",)),
    "VPC endpoints": ("ec2", "describe_vpc_endpoints", "VpcEndpoints", ("VpcEndpointId", "State")),
    "volumes": ("ec2", "describe_volumes", "Volumes", ("VolumeId", "State")),
    "launch templates": ("ec2", "describe_launch_templates", "LaunchTemplates", ("LaunchTemplateName",)),
    "key pairs": ("ec2", "describe_key_pairs", "KeyPairs", ("KeyName",)),
    "load balancers": ("elbv2", "describe_load_balancers", "LoadBalancers", ("LoadBalancerArn",)),
    "target groups": ("elbv2", "describe_target_groups", "TargetGroups", ("TargetGroupArn",)),
    "autoscaling groups": (
        "autoscaling",
        "describe_auto_scaling_groups",
        "AutoScalingGroups",
        ("AutoScalingGroupName",),
    ),
    "clusters": ("eks", "list_clusters", "clusters", ()),
    "stacks": ("cloudformation", "describe_stacks", "Stacks", ("StackName", "StackStatus")),
    "roles": ("iam", "list_roles", "Roles", ("Arn",)),
    "policies": ("iam", "list_policies", "Policies", ("Arn", "DefaultVersionId", "AttachmentCount")),
    "instance profiles": ("iam", "list_instance_profiles", "InstanceProfiles", ("Arn",)),
    "OIDC providers": ("iam", "list_open_id_connect_providers", "OpenIDConnectProviderList", ("Arn",)),
    "certificates": ("acm", "list_certificates", "CertificateSummaryList", ("CertificateArn",)),
    "secrets": ("secretsmanager", "list_secrets", "SecretList", ("ARN", "DeletedDate")),
    "log groups": ("logs", "describe_log_groups", "logGroups", ("logGroupName",)),
    "provisioned throughput": (
        "bedrock",
        "list_provisioned_model_throughputs",
        "provisionedModelSummaries",
        ("provisionedModelArn",),
    ),
}
ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "policies": {"Scope": "Local"},
    "secrets": {"IncludePlannedDeletion": True},
}

KUBERNETES = (
    "namespaces,nodes,persistentvolumes,persistentvolumeclaims,storageclasses,csidrivers,customresourcedefinitions,"
    "ingressclasses,ingresses,services,deployments,statefulsets,daemonsets,jobs,configmaps,secrets,serviceaccounts,"
    "roles,rolebindings,clusterroles,clusterrolebindings,poddisruptionbudgets,networkpolicies,horizontalpodautoscalers,"
    "validatingwebhookconfigurations,mutatingwebhookconfigurations"
)


def members(client: t.Any, operation: str, key: str, **arguments: t.Any) -> list[t.Any]:
    """All pages of a listing."""
    if client.can_paginate(operation):
        return list(client.get_paginator(operation).paginate(**arguments).build_full_result().get(key, []))
    return list(getattr(client, operation)(**arguments).get(key, []))


def is_gone(member: t.Mapping[str, t.Any]) -> bool:
    """Whether AWS lists it as a thing of the past."""
    return member.get("State") in GONE or member.get("StackStatus") in GONE


def plain(member: t.Any, keep: tuple[str, ...]) -> str:
    """What is compared of a member, as text."""
    kept = [member.get(key) for key in keep] if keep else [member]
    return json.dumps(kept, sort_keys=True, default=str)


def account(aws: Clients) -> Listing:
    """The account, by kind."""
    found: Listing = {}
    for kind, (service, operation, key, keep) in CALLS.items():
        listed = members(aws(service), operation, key, **ARGUMENTS.get(kind, {}))
        found[kind] = [plain(one, keep) for one in listed if not (keep and is_gone(one))]
    found["instances"] = [
        instance["InstanceId"]
        for reservation in members(aws("ec2"), "describe_instances", "Reservations")
        for instance in reservation["Instances"]
        if instance["State"]["Name"] not in GONE
    ]
    found["listeners"] = [
        listener["ListenerArn"]
        for balancer in members(aws("elbv2"), "describe_load_balancers", "LoadBalancers")
        for listener in aws("elbv2").describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    ]
    route53 = aws("route53")
    found["records"] = [
        f"{zone['Name']} {json.dumps(record, sort_keys=True)}"
        for zone in members(route53, "list_hosted_zones", "HostedZones")
        for record in members(route53, "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone["Id"])
    ]
    return {kind: sorted(lines) for kind, lines in found.items()}


def kubernetes(kubectl: t.Callable[..., str]) -> Listing:
    """What stands in the API server, which in the lab survives its EKS cluster: names by kind."""
    columns = "custom-columns=KIND:.kind,NAMESPACE:.metadata.namespace,NAME:.metadata.name"
    rows = [row.split() for row in kubectl("get", KUBERNETES, "-A", "--no-headers", f"--output={columns}").splitlines()]
    assert rows, "the API server does not answer"
    found = {kind: sorted(f"{row[1]}/{row[2]}" for row in rows if row[0] == kind) for kind in {row[0] for row in rows}}
    nodes = [node["metadata"] for node in json.loads(kubectl("get", "nodes", "--output=json"))["items"]]
    labels = [f"{node['name']} {key}={value}" for node in nodes for key, value in node["labels"].items()]
    return {**found, "labels of nodes": sorted(labels)}


def everything(aws: Clients, kubectl: t.Callable[..., str]) -> Listing:
    """Account and API server."""
    return {**account(aws), **{f"Kubernetes {kind}": names for kind, names in kubernetes(kubectl).items()}}


def save(file: Path, found: Listing) -> None:
    """For a later stage."""
    file.write_text(json.dumps(found, indent=1, sort_keys=True))


def load(file: Path) -> Listing:
    """What an earlier stage saved."""
    return t.cast("Listing", json.loads(file.read_text()))


def difference(before: Listing, after: Listing) -> dict[str, dict[str, list[str]]]:
    """Kinds that differ, with what is new and what is missing."""
    found = {}
    for kind in sorted({*before, *after}):
        old, new = before.get(kind, []), after.get(kind, [])
        if old != new:
            found[kind] = {"new": sorted(set(new) - set(old)), "missing": sorted(set(old) - set(new))}
    return found


def main(file: str) -> None:
    env = os.environ

    def kubectl(*arguments: str) -> str:
        command = ["kubectl", "--kubeconfig", env["LAB_ADMIN_KUBECONFIG"], *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    session = boto3.Session(region_name=env["AWS_REGION"])
    found = everything(lambda service: session.client(service, endpoint_url=env["AWS_ENDPOINT_URL"]), kubectl)
    save(Path(file), found)


if __name__ == "__main__":
    main(sys.argv[1])
