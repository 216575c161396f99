from __future__ import annotations

import boto3
from ansible_collections.llmops.bedrock.plugins.module_utils._support import aws
from ansible_collections.llmops.bedrock.plugins.module_utils._support.facts import Aws
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


def cloudformation(*stacks, events=()):
    listed = {"Stacks": [{**NEW, "Tags": TAGS, **stack} for stack in stacks]}
    answers = [("describe_stacks", listed)]
    for stack in stacks:
        answers.append(("describe_stacks", {"Stacks": [{**NEW, **stack}]}))
    return stubbed("cloudformation", *answers, *(("describe_stack_events", {"StackEvents": [e]}) for e in events))


NEW = {"CreationTime": "2026-11-22T12:00:00Z"}
TAGS = [{"Key": "alpha.eksctl.io/cluster-name", "Value": "a"}]
MISSING, DENIED = "ResourceNotFoundException", "AccessDeniedException"


def eks_that_answers(error):
    return stubbed(
        "eks", *(("describe_cluster", error) for each in range(3)), ("list_pod_identity_associations", error)
    )


def test_the_load_balancer_of_an_ingress_and_its_targets():
    notes = []
    found = aws.look_at_balancers({"elbv2": elbv2()}.get, None, {"k8s.elb"}, Aws(cluster={"a": 1}), notes.append)
    assert [balancer["arn"] for balancer in found.load_balancers] == [ARN]
    assert found.targets[0]["health"][0]["target"] == "10.0.0.1:4000"
    assert found.cluster == {"a": 1} and notes == []


def test_a_cluster_that_does_not_exist_is_known_to_be_absent_with_the_reason():
    event = {
        "StackId": "i",
        "EventId": "e",
        "StackName": "eksctl-a-cluster",
        "Timestamp": "2026-11-22T12:00:00Z",
        "LogicalResourceId": "NATIP",
        "ResourceStatus": "CREATE_FAILED",
        "ResourceStatusReason": "The maximum number of addresses has been reached.",
    }
    failed = {"StackName": "eksctl-a-cluster", "StackStatus": "ROLLBACK_COMPLETE"}
    clients = {"eks": eks_that_answers(MISSING), "cloudformation": cloudformation(failed, events=[event])}
    found = aws.look_at_cluster(clients.get, "a", lambda note: None)
    assert found.cluster == {} and found.has_no_api
    assert found.nodegroups == () and found.associations == ()
    assert found.stacks[0]["failures"] == ["NATIP: The maximum number of addresses has been reached."]


def test_what_aws_refuses_is_noted_and_unknown():
    notes = []
    clients = {
        "elbv2": stubbed("elbv2", ("describe_load_balancers", "AccessDenied")),
        "eks": eks_that_answers(DENIED),
        "cloudformation": stubbed("cloudformation", ("describe_stacks", "AccessDenied")),
    }
    found = aws.look_at_cluster(clients.get, "a", notes.append)
    found = aws.look_at_balancers(clients.get, "a", set(), found, notes.append)
    assert found.cluster is None and found.associations is None and not found.has_no_api
    assert len(notes) == 6 and all("AccessDenied" in note for note in notes)
