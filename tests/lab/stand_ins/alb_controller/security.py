"""Security groups of a load balancer: its own, open to the inbound CIDRs, and the cluster's shared backend group."""

from __future__ import annotations

from . import naming
from .aws import Aws, Object, tag_list
from .model import LoadBalancer


def ensure(aws: Aws, wanted: LoadBalancer) -> list[str]:
    """Ids of both groups."""
    return [managed(aws, wanted), backend(aws)]


def create(aws: Aws, name: str, description: str, tags: dict[str, str]) -> str:
    """A security group in the cluster's VPC."""
    answer = aws.ec2.create_security_group(
        GroupName=name,
        Description=description,
        VpcId=aws.vpc,
        TagSpecifications=[{"ResourceType": "security-group", "Tags": tag_list(tags)}],
    )
    return str(answer["GroupId"])


def managed(aws: Aws, wanted: LoadBalancer) -> str:
    """The load balancer's own group with one rule a port and CIDR."""
    tags = naming.tags(aws.cluster, wanted.stack, "ManagedLBSecurityGroup", wanted.tags)
    rows = aws.security_groups(**{naming.STACK_TAG: wanted.stack, naming.RESOURCE_TAG: "ManagedLBSecurityGroup"})
    rows = [row for row in rows if row["GroupName"] == wanted.name]
    if rows:
        group, present = rows[0]["GroupId"], rows[0].get("IpPermissions") or []
    else:
        group, present = create(aws, wanted.name, "[k8s] Managed SecurityGroup for LoadBalancer", tags), []
    there = {(rule["FromPort"], cidr["CidrIp"]) for rule in present for cidr in rule.get("IpRanges") or []}
    needed = {(listener.port, cidr) for listener in wanted.listeners for cidr in wanted.inbound_cidrs}
    if needed - there:
        aws.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=permissions(needed - there))
    if there - needed:
        aws.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=permissions(there - needed))
    return str(group)


def permissions(rules: set[tuple[int, str]]) -> list[Object]:
    """Rules in EC2's form."""
    return [
        {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": cidr, "Description": ""}]}
        for port, cidr in sorted(rules)
    ]


def backend(aws: Aws) -> str:
    """The group that all load balancers of the cluster have, for rules towards the pods."""
    rows = aws.security_groups(**{naming.BACKEND_TAG: "backend-sg"})
    if rows:
        return str(rows[0]["GroupId"])
    tags = {naming.CLUSTER_TAG: aws.cluster, naming.BACKEND_TAG: "backend-sg"}
    return create(aws, naming.backend_group(aws.cluster), "[k8s] Shared Backend SecurityGroup for LoadBalancer", tags)


def drop_unused(aws: Aws, stack: str, kept: set[str]) -> None:
    """Delete the stack's other groups, and the shared one with the cluster's last load balancer."""
    for row in aws.security_groups(**{naming.STACK_TAG: stack}):
        if row["GroupId"] not in kept:
            aws.ec2.delete_security_group(GroupId=row["GroupId"])
    if not kept and not aws.load_balancers():
        for row in aws.security_groups(**{naming.BACKEND_TAG: "backend-sg"}):
            aws.ec2.delete_security_group(GroupId=row["GroupId"])
