"""What the emulated AWS cannot do: an addon's associations, health issues, throttling, waiters that fail."""

from __future__ import annotations

import json

import botocore.session
import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.calls import AWSCallError
from ansible_collections.llmops.bedrock.plugins.module_utils._eks import api
from ansible_collections.llmops.bedrock.plugins.module_utils._eks.waiters import wait_for_addon
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Call
from botocore.stub import Stubber

ADDON = {
    "addonName": "ebs",
    "clusterName": "c",
    "addonArn": "arn:addon",
    "status": "DEGRADED",
    "addonVersion": "v1",
    "configurationValues": '{"a": 1}',
    "podIdentityAssociations": ["arn:aws:eks:us-west-2:1:podidentityassociation/c/a-1"],
    "health": {"issues": [{"code": "InsufficientNumberOfReplicas", "message": "no nodes"}]},
    "tags": {"k": "v"},
}
ASSOCIATION = {
    "clusterName": "c",
    "namespace": "kube-system",
    "serviceAccount": "s",
    "roleArn": "r",
    "associationId": "a-1",
    "associationArn": "arn:a-1",
    "ownerArn": "arn:addon",
}


@pytest.fixture
def stub(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    client = botocore.session.Session().create_client(
        "eks", region_name="us-west-2", aws_access_key_id="test", aws_secret_access_key="test"
    )
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def test_an_addon_is_read_with_the_roles_of_its_service_accounts(stub):
    stub.add_response("describe_addon", {"addon": ADDON}, {"clusterName": "c", "addonName": "ebs"})
    stub.add_response(
        "describe_pod_identity_association", {"association": ASSOCIATION}, {"clusterName": "c", "associationId": "a-1"}
    )
    found = api.find_addon(stub.client, cluster_name="c", name="ebs")
    assert found["configuration_values"] == {"a": 1}
    assert found["pod_identity_associations"] == [{"service_account": "s", "role_arn": "r"}]
    assert found["issues"] == ["InsufficientNumberOfReplicas: no nodes"]


def test_values_that_are_yaml_stay_text(stub):
    stub.add_response(
        "describe_addon", {"addon": {**ADDON, "configurationValues": "a: 1", "podIdentityAssociations": []}}
    )
    assert api.find_addon(stub.client, cluster_name="c", name="ebs")["configuration_values"] == "a: 1"


def test_what_does_not_exist_is_none(stub):
    stub.add_client_error("describe_addon", "ResourceNotFoundException", http_status_code=404)
    stub.add_client_error("list_pod_identity_associations", "ResourceNotFoundException", http_status_code=404)
    assert api.find_addon(stub.client, cluster_name="c", name="ebs") is None
    assert api.find_association(stub.client, cluster_name="c", namespace="n", service_account="s") is None


def test_a_throttled_call_is_tried_again(stub):
    stub.add_client_error("describe_addon", "ThrottlingException")
    stub.add_response("describe_addon", {"addon": {**ADDON, "podIdentityAssociations": []}})
    assert api.find_addon(stub.client, cluster_name="c", name="ebs")["version"] == "v1"


def test_a_refused_call_says_what_was_tried(stub):
    stub.add_client_error("create_addon", "AccessDeniedException", "no")
    with pytest.raises(AWSCallError, match="create addon ebs on cluster c"):
        api.execute(stub.client, Call("create addon", {"cluster_name": "c", "name": "ebs"}))


def test_an_update_is_sent_in_the_apis_words(stub):
    expected = {
        "clusterName": "c",
        "addonName": "ebs",
        "configurationValues": json.dumps({"a": 2}),
        "podIdentityAssociations": [{"serviceAccount": "s", "roleArn": "r"}],
        "resolveConflicts": "PRESERVE",
    }
    stub.add_response("update_addon", {"update": {}}, expected)
    arguments = {
        "cluster_name": "c",
        "name": "ebs",
        "configuration_values": {"a": 2},
        "pod_identity_associations": [{"service_account": "s", "role_arn": "r"}],
        "resolve_conflicts": "PRESERVE",
    }
    api.execute(stub.client, Call("update addon", arguments))


def test_deleting_twice_is_fine(stub):
    stub.add_client_error("delete_pod_identity_association", "ResourceNotFoundException", http_status_code=404)
    api.execute(stub.client, Call("delete association", {"cluster_name": "c", "association_id": "a-1"}))


def test_a_degraded_addon_is_waited_for(stub):
    for status in ("CREATING", "DEGRADED", "ACTIVE"):
        stub.add_response("describe_addon", {"addon": {**ADDON, "status": status}})
    wait_for_addon(stub.client, "addon_ready", cluster_name="c", name="ebs", timeout=60)


@pytest.mark.parametrize("answers, timeout", [(["CREATING", "CREATE_FAILED"], 60), (["DEGRADED", "DEGRADED"], 10)])
def test_a_wait_in_vain_tells_the_addons_issues(stub, answers, timeout):
    for status in answers:
        stub.add_response("describe_addon", {"addon": {**ADDON, "status": status}})
    with pytest.raises(AWSCallError, match=rf"status is {answers[-1]} \(InsufficientNumberOfReplicas: no nodes\)"):
        wait_for_addon(stub.client, "addon_ready", cluster_name="c", name="ebs", timeout=timeout)


def test_an_addon_is_gone_when_eks_knows_it_no_more(stub):
    stub.add_response("describe_addon", {"addon": {**ADDON, "status": "DELETING"}})
    stub.add_client_error("describe_addon", "ResourceNotFoundException", http_status_code=404)
    wait_for_addon(stub.client, "addon_gone", cluster_name="c", name="ebs", timeout=60)
