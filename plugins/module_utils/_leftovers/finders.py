# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is searched for: one row a kind. Private to this collection."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from . import read_ec2, read_eks, read_others
from .things import (
    Rule,
    Scope,
    Thing,
    by_alias,
    by_description,
    by_eksctl_name,
    by_eksctl_template,
    by_host,
    by_issuer,
    by_marked_host,
    by_marker,
    by_membership,
    by_prefix,
    by_stack,
    by_tag,
    by_throughput_name,
    by_vpc,
)


def _always(thing: Thing) -> bool:
    return True


def _never(thing: Thing) -> bool:
    return False


@dataclass(frozen=True)
class Finder:
    """How one kind is listed, told, priced and removed.

    remove: a command, with {id}, {name} and the thing's details in it. Regional ones get --region.
    """

    kind: str
    service: str
    read: t.Callable[[t.Any, Scope], t.Iterable[Thing]]
    rules: tuple[Rule, ...]
    billable: t.Callable[[Thing], bool]
    remove: str
    regional: bool = True


_OURS = (by_tag, by_eksctl_name)
_PATH = (by_prefix("/litellm/{cluster}/"), by_tag)

# In the order of the search: what teaches the scope (cluster, VPC, load balancer) stands before what hangs on it.
FINDERS: tuple[Finder, ...] = (
    Finder(
        "eks_cluster", "eks", read_eks.clusters, (by_membership,), _always, "eksctl delete cluster --name {id} --wait"
    ),
    Finder(
        "eks_nodegroup",
        "eks",
        read_eks.nodegroups,
        (by_membership,),
        _always,
        "aws eks delete-nodegroup --cluster-name {cluster} --nodegroup-name {id}",
    ),
    Finder(
        "eks_addon",
        "eks",
        read_eks.addons,
        (by_membership,),
        _never,
        "aws eks delete-addon --cluster-name {cluster} --addon-name {id}",
    ),
    Finder(
        "eks_pod_identity_association",
        "eks",
        read_eks.associations,
        (by_membership,),
        _never,
        "aws eks delete-pod-identity-association --cluster-name {cluster} --association-id {id}",
    ),
    Finder(
        "cloudformation_stack",
        "cloudformation",
        read_others.stacks,
        (by_stack,),
        _never,
        "aws cloudformation delete-stack --stack-name {name}",
    ),
    Finder("vpc", "ec2", read_ec2.vpcs, _OURS, _never, "aws ec2 delete-vpc --vpc-id {id}"),
    Finder(
        "load_balancer",
        "elbv2",
        read_ec2.load_balancers,
        _OURS,
        _always,
        "aws elbv2 delete-load-balancer --load-balancer-arn {id}",
    ),
    Finder(
        "target_group",
        "elbv2",
        read_ec2.target_groups,
        _OURS,
        _never,
        "aws elbv2 delete-target-group --target-group-arn {id}",
    ),
    Finder(
        "classic_load_balancer",
        "elb",
        read_ec2.classic_load_balancers,
        _OURS,
        _always,
        "aws elb delete-load-balancer --load-balancer-name {id}",
    ),
    Finder("instance", "ec2", read_ec2.instances, _OURS, _always, "aws ec2 terminate-instances --instance-ids {id}"),
    Finder(
        "autoscaling_group",
        "autoscaling",
        read_ec2.autoscaling_groups,
        _OURS,
        _never,
        "aws autoscaling delete-auto-scaling-group --force-delete --auto-scaling-group-name {id}",
    ),
    Finder(
        "launch_template",
        "ec2",
        read_ec2.launch_templates,
        (by_tag, by_eksctl_template),
        _never,
        "aws ec2 delete-launch-template --launch-template-id {id}",
    ),
    Finder(
        "nat_gateway",
        "ec2",
        read_ec2.nat_gateways,
        (*_OURS, by_vpc),
        _always,
        "aws ec2 delete-nat-gateway --nat-gateway-id {id}",
    ),
    Finder("elastic_ip", "ec2", read_ec2.elastic_ips, _OURS, _always, "aws ec2 release-address --allocation-id {id}"),
    Finder(
        "vpc_endpoint",
        "ec2",
        read_ec2.vpc_endpoints,
        (*_OURS, by_vpc),
        read_ec2.endpoint_costs,
        "aws ec2 delete-vpc-endpoints --vpc-endpoint-ids {id}",
    ),
    Finder(
        "network_interface",
        "ec2",
        read_ec2.network_interfaces,
        (by_tag, by_vpc, by_description),
        _never,
        "aws ec2 delete-network-interface --network-interface-id {id}",
    ),
    Finder(
        "security_group",
        "ec2",
        read_ec2.security_groups,
        _OURS,
        _never,
        "aws ec2 delete-security-group --group-id {id}",
    ),
    Finder("volume", "ec2", read_ec2.volumes, _OURS, _always, "aws ec2 delete-volume --volume-id {id}"),
    Finder("snapshot", "ec2", read_ec2.snapshots, _OURS, _always, "aws ec2 delete-snapshot --snapshot-id {id}"),
    Finder(
        "database",
        "rds",
        read_others.databases,
        (*_OURS, by_vpc),
        _always,
        "aws rds delete-db-instance --db-instance-identifier {id}",
    ),
    Finder("iam_role", "iam", read_others.roles, _PATH, _never, "aws iam delete-role --role-name {id}", regional=False),
    Finder(
        "iam_policy",
        "iam",
        read_others.policies,
        _PATH,
        _never,
        "aws iam delete-policy --policy-arn {id}",
        regional=False,
    ),
    Finder(
        "iam_oidc_provider",
        "iam",
        read_others.oidc_providers,
        (by_issuer, by_tag),
        _never,
        "aws iam delete-open-id-connect-provider --open-id-connect-provider-arn {id}",
        regional=False,
    ),
    Finder(
        "dns_record",
        "route53",
        read_others.records,
        (by_marker, by_marked_host, by_alias, by_host),
        _never,
        "aws route53 change-resource-record-sets --hosted-zone-id {zone_id} --change-batch ... (DELETE {name} {type})",
        regional=False,
    ),
    Finder(
        "secret",
        "secretsmanager",
        read_others.secrets,
        # The tag first: a secret without it was made by the user.
        (by_tag, by_prefix("litellm/{cluster}/")),
        read_others.secret_costs,
        "{remove}",
        regional=False,
    ),
    Finder(
        "log_group",
        "logs",
        read_others.log_groups,
        (by_prefix("/aws/eks/{cluster}/", "/aws/containerinsights/{cluster}/"),),
        _always,
        "aws logs delete-log-group --log-group-name {id}",
    ),
    Finder(
        "certificate",
        "acm",
        read_others.certificates,
        _OURS,
        read_others.certificate_costs,
        "aws acm delete-certificate --certificate-arn {id}",
    ),
    Finder(
        "provisioned_throughput",
        "bedrock",
        read_others.provisioned_throughputs,
        (by_tag, by_throughput_name),
        _always,
        "{after}aws bedrock delete-provisioned-model-throughput --provisioned-model-id {id}",
    ),
    # A job that ends after the search leaves a model, which is billed by the month.
    Finder(
        "model_customization_job",
        "bedrock",
        read_others.model_customization_jobs,
        (by_tag,),
        _always,
        "aws bedrock stop-model-customization-job --job-identifier {id}",
    ),
    Finder(
        "model_import_job",
        "bedrock",
        read_others.model_import_jobs,
        (by_tag,),
        _always,
        "AWS stops no import. When it has ended: aws bedrock delete-imported-model --model-identifier {model}",
    ),
    # Billed by the token, so not by being there; but it keeps its model, which is billed by the month.
    Finder(
        "custom_model_deployment",
        "bedrock",
        read_others.custom_model_deployments,
        (by_tag,),
        _never,
        "aws bedrock delete-custom-model-deployment --custom-model-deployment-identifier {id}",
    ),
    Finder(
        "custom_model",
        "bedrock",
        read_others.custom_models,
        (by_tag,),
        _always,
        "{after}aws bedrock delete-custom-model --model-identifier {id}",
    ),
    Finder(
        "imported_model",
        "bedrock",
        read_others.imported_models,
        (by_tag,),
        _always,
        "aws bedrock delete-imported-model --model-identifier {id}",
    ),
)
