"""The emulated AWS as a process: it answers, streams, fails on demand, and keeps quiet about secrets."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.lab.aws_process import Aws


def test_the_account_is_seeded(aws: Aws):
    zones = aws.client("route53").list_hosted_zones()["HostedZones"]
    assert [zone["Name"] for zone in zones] == ["rehearsal.example."]
    acm = aws.client("acm")
    (summary,) = acm.list_certificates(CertificateStatuses=["ISSUED"])["CertificateSummaryList"]
    certificate = acm.describe_certificate(CertificateArn=summary["CertificateArn"])["Certificate"]
    assert certificate["SubjectAlternativeNames"] == ["litellm.rehearsal.example", "chat.rehearsal.example"]


def test_a_policys_default_version_can_be_chosen(aws: Aws):
    iam = aws.client("iam")
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
    arn = iam.create_policy(PolicyName="chosen", PolicyDocument=json.dumps(document))["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(document), SetAsDefault=False)
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v2")
    assert iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"] == "v2"
    iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    iam.delete_policy(PolicyArn=arn)


def test_bedrock_streams_piece_by_piece(aws: Aws):
    aws.lab("PUT", "/_lab/faults", {"bedrock_stream_pause_seconds": 0.2})
    messages = [{"role": "user", "content": [{"text": "Hello?"}]}]
    begun = time.monotonic()
    stream = aws.client("bedrock-runtime").converse_stream(modelId="us.anthropic.claude-sonnet-5-5", messages=messages)[
        "stream"
    ]
    seen = [(time.monotonic() - begun, event) for event in stream]
    aws.lab("DELETE", "/_lab/faults")
    deltas = [
        (when, event["contentBlockDelta"]["delta"]["text"]) for when, event in seen if "contentBlockDelta" in event
    ]
    assert "Hello?" in "".join(text for _when, text in deltas)
    assert seen[-1][0] - deltas[0][0] > 0.5


def test_injected_errors_reach_the_client_and_end(aws: Aws):
    fault = {"service": "ec2", "operation": "DescribeVpcs", "error": "UnauthorizedOperation", "count": 1}
    aws.lab("PUT", "/_lab/faults", fault)
    ec2 = aws.client("ec2")
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        ec2.describe_vpcs()
    assert ec2.describe_vpcs()["Vpcs"]


def test_a_stack_whose_subnet_a_load_balancer_uses_cannot_go(aws: Aws):
    template = {
        "Resources": {
            "Subnet": {
                "Type": "AWS::EC2::Subnet",
                "Properties": {"VpcId": "vpc-00000001", "CidrBlock": "172.31.64.0/20"},
            }
        }
    }
    stacks, elb = aws.client("cloudformation"), aws.client("elbv2")
    stacks.create_stack(StackName="net", TemplateBody=json.dumps(template))
    (resource,) = stacks.describe_stack_resources(StackName="net")["StackResources"]
    balancer = elb.create_load_balancer(Name="lb", Subnets=[resource["PhysicalResourceId"]])["LoadBalancers"][0]
    stacks.delete_stack(StackName="net")
    assert settled(stacks, "net") == "DELETE_FAILED"
    elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    stacks.delete_stack(StackName="net")
    assert settled(stacks, "net") == ""


def settled(stacks: Any, name: str) -> str:
    """Status of a stack once nothing is in progress; empty when it is gone."""
    for _attempt in range(50):
        try:
            status = str(stacks.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
        except ClientError:
            return ""
        if not status.endswith("IN_PROGRESS"):
            return status
        time.sleep(0.1)
    return status


def test_the_request_log_names_operations_and_nothing_secret(aws: Aws):
    aws.client("secretsmanager").create_secret(Name="litellm/litellm/keys", SecretString="hunter2-but-longer")
    messages = [{"role": "user", "content": [{"text": "Hello?"}]}]
    aws.client("bedrock-runtime").converse(modelId="us.anthropic.claude-sonnet-5-5", messages=messages)
    fault = {"service": "ec2", "operation": "DescribeVpcs", "error": "UnauthorizedOperation", "count": 1}
    aws.lab("PUT", "/_lab/faults", fault)
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        aws.client("ec2").describe_vpcs()
    text = (aws.state / "logs" / "aws-requests.log").read_text()
    assert "200 secretsmanager CreateSecret" in text
    assert "400 ec2 DescribeVpcs UnauthorizedOperation (injected)" in text
    for secret in ("SecretString", "hunter2", "Signature", "Hello?"):
        assert secret not in text
