from __future__ import annotations

import boto3
from ansible_collections.llmops.bedrock.plugins.module_utils._support import aws
from botocore.stub import Stubber

ARN = "arn:aws:elasticloadbalancing:us-west-2:1:loadbalancer/app/k8s/1"
GROUP = "arn:aws:elasticloadbalancing:us-west-2:1:targetgroup/k8s/1"
BALANCER = {"LoadBalancerArn": ARN, "LoadBalancerName": "k8s", "DNSName": "K8s.elb", "State": {"Code": "active"}}
OTHER = {**BALANCER, "LoadBalancerArn": ARN + "2", "DNSName": "other.elb"}


def stubbed(service, *answers):
    client = boto3.client(service, region_name="us-west-2", aws_access_key_id="test", aws_secret_access_key="test")
    stubber = Stubber(client)
    for operation, answer in answers:
        if isinstance(answer, str):
            stubber.add_client_error(operation, answer)
        else:
            stubber.add_response(operation, answer)
    stubber.activate()
    return client


def elbv2():
    unhealthy = {
        "Target": {"Id": "10.0.0.1", "Port": 4000},
        "TargetHealth": {"State": "unhealthy", "Reason": "Target.Timeout"},
    }
    return stubbed(
        "elbv2",
        ("describe_load_balancers", {"LoadBalancers": [BALANCER, OTHER]}),
        ("describe_tags", {"TagDescriptions": []}),
        ("describe_load_balancers", {"LoadBalancers": [BALANCER]}),
        ("describe_target_groups", {"TargetGroups": [{"TargetGroupArn": GROUP, "TargetGroupName": "k8s-litellm"}]}),
        ("describe_target_health", {"TargetHealthDescriptions": [unhealthy]}),
    )


def test_the_load_balancer_of_an_ingress_and_its_targets():
    notes = []
    found = aws.look({"elbv2": elbv2()}.get, None, {"k8s.elb"}, notes.append)
    assert [balancer["arn"] for balancer in found.load_balancers] == [ARN]
    assert found.targets[0]["health"][0]["target"] == "10.0.0.1:4000"
    assert found.cluster is None and notes == []


def test_a_cluster_that_does_not_exist_is_known_to_be_absent():
    missing = "ResourceNotFoundException"
    clients = {
        "elbv2": stubbed("elbv2", ("describe_load_balancers", {"LoadBalancers": []})),
        "eks": stubbed(
            "eks",
            ("describe_cluster", missing),
            ("describe_cluster", missing),
            ("describe_cluster", missing),
            ("list_pod_identity_associations", missing),
        ),
    }
    found = aws.look(clients.get, "a", set(), lambda note: None)
    assert found.cluster == {} and found.nodegroups == () and found.associations == ()


def test_what_aws_refuses_is_noted_and_unknown():
    notes = []
    denied = "AccessDeniedException"
    clients = {
        "elbv2": stubbed("elbv2", ("describe_load_balancers", "AccessDenied")),
        "eks": stubbed(
            "eks",
            ("describe_cluster", denied),
            ("describe_cluster", denied),
            ("describe_cluster", denied),
            ("list_pod_identity_associations", denied),
        ),
    }
    found = aws.look(clients.get, "a", set(), notes.append)
    assert found.cluster is None and found.associations is None
    assert len(notes) == 5 and all("AccessDenied" in note for note in notes)
