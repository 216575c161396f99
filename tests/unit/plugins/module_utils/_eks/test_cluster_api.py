"""Reading a cluster in states that the emulated AWS does not have."""

from __future__ import annotations

import datetime

import botocore.session
import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.calls import AWSCallError
from ansible_collections.llmops.bedrock.plugins.module_utils._eks import stacks as stacks_api
from ansible_collections.llmops.bedrock.plugins.module_utils._eks.cluster_api import Reader
from botocore.stub import Stubber

ARN = "arn:aws-cn:eks:cn-north-1:111122223333:cluster/c"
ISSUER = "https://oidc.eks.cn-north-1.amazonaws.com.cn/id/ABC"
NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def client(service):
    return botocore.session.Session().create_client(
        service, region_name="us-west-2", aws_access_key_id="test", aws_secret_access_key="test"
    )


class Stubs:
    def __init__(self):
        self.each = {name: Stubber(client(name)) for name in ("eks", "cloudformation", "iam")}

    def reader(self, **options):
        return Reader(*(stub.client for stub in self.each.values()), "c", "us-west-2", **options)

    def stack(self, name, status):
        stub = self.each["cloudformation"]
        if status is None:
            stub.add_client_error("describe_stacks", "ValidationError", f"Stack with id {name} does not exist")
            return
        stack = {"StackName": name, "StackStatus": status, "CreationTime": NOW}
        stub.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": name})

    def events(self, name, *events):
        listed = [
            {"StackId": "s", "EventId": "e", "StackName": name, "Timestamp": NOW, "LogicalResourceId": resource}
            | {"ResourceStatus": status, "ResourceStatusReason": reason}
            for resource, status, reason in events
        ]
        self.each["cloudformation"].add_response("describe_stack_events", {"StackEvents": listed}, {"StackName": name})


@pytest.fixture
def stubs(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    stubs = Stubs()
    for stub in stubs.each.values():
        stub.activate()
    yield stubs
    for stub in stubs.each.values():
        stub.assert_no_pending_responses()


def test_neither_stack_nor_cluster_is_none(stubs):
    stubs.stack("eksctl-c-cluster", None)
    stubs.each["eks"].add_client_error("describe_cluster", "ResourceNotFoundException")
    assert stubs.reader().read() is None


def test_a_stack_that_failed_tells_its_first_failure_first(stubs):
    stubs.stack("eksctl-c-cluster", "ROLLBACK_COMPLETE")
    stubs.each["eks"].add_client_error("describe_cluster", "ResourceNotFoundException")
    newest_first = (
        ("eksctl-c-cluster", "ROLLBACK_COMPLETE", ""),
        ("VPC", "CREATE_FAILED", "cancelled"),
        ("NAT", "CREATE_FAILED", "quota"),
        ("VPC", "CREATE_IN_PROGRESS", ""),
    )
    stubs.events("eksctl-c-cluster", *newest_first)
    found = stubs.reader().read()
    assert found["failures"] == ["NAT: quota", "VPC: cancelled"]
    assert found["nodegroups"] == found["addons"] == {}
    assert found["status"] is None


def test_a_cluster_with_nodegroup_stack_that_failed_and_no_oidc_provider(stubs):
    eks = stubs.each["eks"]
    stubs.stack("eksctl-c-cluster", "CREATE_COMPLETE")
    described = {
        "name": "c",
        "arn": ARN,
        "status": "ACTIVE",
        "version": "1.35",
        "identity": {"oidc": {"issuer": ISSUER}},
    }
    eks.add_response("describe_cluster", {"cluster": described})
    provider = "arn:aws-cn:iam::111122223333:oidc-provider/oidc.eks.cn-north-1.amazonaws.com.cn/id/ABC"
    stubs.each["iam"].add_client_error(
        "get_open_id_connect_provider", "NoSuchEntity", expected_params={"OpenIDConnectProviderArn": provider}
    )
    eks.add_response("list_nodegroups", {"nodegroups": ["old"]})
    sizes = {"minSize": 1, "desiredSize": 2, "maxSize": 3}
    eks.add_response("describe_nodegroup", {"nodegroup": {"status": "ACTIVE", "scalingConfig": sizes}})
    stubs.stack("eksctl-c-nodegroup-new", "ROLLBACK_COMPLETE")
    stubs.events("eksctl-c-nodegroup-new", ("Group", "CREATE_FAILED", "no capacity"))
    eks.add_response("list_addons", {"addons": ["coredns"]})
    eks.add_response("describe_addon", {"addon": {"status": "DEGRADED", "addonVersion": "v1"}})
    found = stubs.reader(nodegroups=("old", "new")).read()
    assert not found["oidc_provider"]
    assert found["nodegroups"] == {
        "old": {"status": "ACTIVE", "min_size": 1, "desired_size": 2, "max_size": 3, "instance_types": []},
        "new": {"status": None, "stack_status": "ROLLBACK_COMPLETE", "failures": ["Group: no capacity"]},
    }
    assert found["addons"] == {"coredns": {"status": "DEGRADED", "version": "v1"}}


def test_another_error_of_cloudformation_is_one(stubs):
    stubs.each["cloudformation"].add_client_error("describe_stacks", "AccessDenied", "no")
    with pytest.raises(AWSCallError, match="describe stack s"):
        stacks_api.stack_status_of(stubs.each["cloudformation"].client, "s")


def test_waiting_ends_with_whatever_comes_out(stubs):
    stubs.stack("s", "CREATE_IN_PROGRESS")
    stubs.stack("s", "ROLLBACK_IN_PROGRESS")
    stubs.stack("s", "ROLLBACK_COMPLETE")
    stubs.reader().wait("stack_settled", "s", 60)
    stubs.stack("s", None)
    stubs.reader().wait("stack_settled", "s", 60)
    stubs.each["eks"].add_response("describe_cluster", {"cluster": {"status": "FAILED"}})
    stubs.reader().wait("cluster_settled", "c", 60)
    stubs.each["eks"].add_response("describe_nodegroup", {"nodegroup": {"status": "UPDATING"}})
    stubs.each["eks"].add_response("describe_nodegroup", {"nodegroup": {"status": "ACTIVE"}})
    stubs.reader().wait("nodegroup_settled", "n", 60)


def test_waiting_has_an_end(stubs):
    stubs.stack("s", "CREATE_IN_PROGRESS")
    with pytest.raises(AWSCallError, match="did not finish with stack s within 5 s"):
        stubs.reader().wait("stack_settled", "s", 5)


def listed(name, cluster="c", status="CREATE_COMPLETE"):
    tags = [{"Key": "alpha.eksctl.io/cluster-name", "Value": cluster}]
    return {"StackName": name, "StackStatus": status, "CreationTime": NOW, "Tags": tags}


def test_stacks_are_deleted_by_tag_and_the_clusters_own_last(stubs):
    stub = stubs.each["cloudformation"]
    own, nodes = "eksctl-c-cluster", "eksctl-c-nodegroup-n"
    every = [
        listed(own),
        listed(nodes),
        listed("eksctl-c-x-cluster", "c-x"),
        listed("eksctl-c-old", status="DELETE_COMPLETE"),
    ]
    stub.add_response("describe_stacks", {"Stacks": every}, {})
    for name in (nodes, own):
        stub.add_response(
            "update_termination_protection", {}, {"StackName": name, "EnableTerminationProtection": False}
        )
        stub.add_response("delete_stack", {}, {"StackName": name})
        stubs.stack(name, None)
        stubs.stack(name, None)
    stubs.reader().delete_stacks(60)


def test_a_stack_that_stays_is_an_error_with_its_reason(stubs):
    stub = stubs.each["cloudformation"]
    stub.add_response("describe_stacks", {"Stacks": [listed("eksctl-c-cluster")]}, {})
    stub.add_response("update_termination_protection", {})
    stub.add_response("delete_stack", {})
    stubs.stack("eksctl-c-cluster", "DELETE_FAILED")
    stubs.stack("eksctl-c-cluster", "DELETE_FAILED")
    stubs.events("eksctl-c-cluster", ("Subnet", "DELETE_FAILED", "has dependencies"))
    with pytest.raises(AWSCallError, match="is DELETE_FAILED: Subnet: has dependencies"):
        stubs.reader().delete_stacks(60)
