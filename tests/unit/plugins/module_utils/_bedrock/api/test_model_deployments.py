"""What deployments answer that the emulated AWS cannot be told to."""

from __future__ import annotations

import datetime

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.calls import AWSCallError
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.failures import WaitFailed
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.support import require_operations
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.waiting import Progress
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import model_deployments as api
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Call

pytest_plugins = ["tests.unit.plugins.module_utils._bedrock.api.stubbed"]

ARN = "arn:aws:bedrock:us-west-2:123456789012:custom-model-deployment/a1b2c3d4e5f6"
PREFIX = "arn:aws:bedrock:us-west-2:123456789012:custom-model/amazon.nova-lite-v1:0/"
ONE, TWO = f"{PREFIX}{'1' * 12}", f"{PREFIX}{'2' * 12}"
NOW = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
FOUND = {
    "customModelDeploymentArn": ARN,
    "modelDeploymentName": "d",
    "modelArn": ONE,
    "createdAt": NOW,
    "status": "Active",
}


def listed(*names):
    return {
        "modelDeploymentSummaries": [
            {
                "customModelDeploymentArn": ARN,
                "customModelDeploymentName": name,
                "modelArn": ONE,
                "createdAt": NOW,
                "status": "Active",
            }
            for name in names
        ]
    }


def update(model, status):
    return {"updateDetails": {"modelArn": model, "updateStatus": status}}


def add(stub, **changes):
    expected = {"customModelDeploymentIdentifier": ARN}
    stub.add_response("get_custom_model_deployment", {**FOUND, **changes}, expected)


def wait(stub, goal, timeout=60):
    progress = Progress(api.status_in_words)
    try:
        api.wait_for(stub.client, {"name": "d", "arn": ARN}, goal, timeout=timeout, delay=15, progress=progress)
    finally:
        wait.seen = [each["status"] for each in progress.seen]


def test_a_listing_has_another_word_for_the_name(stub):
    stub.add_response("list_custom_model_deployments", {**listed("d2", "xd"), "nextToken": "n"}, {"nameContains": "d"})
    stub.add_response("list_custom_model_deployments", listed("d"), {"nameContains": "d", "nextToken": "n"})
    assert api.arns_of(stub.client, "d") == [ARN]
    stub.add_response("list_custom_model_deployments", listed("d"), {"modelArnEquals": ONE})
    assert api.arns_of(stub.client, None, ONE) == [ARN]


def test_a_deployment_is_read_with_the_change_that_is_on_its_way(stub):
    add(stub, description="why", lastUpdatedAt=NOW, **update(TWO, "Updating"))
    stub.add_response("list_tags_for_resource", {"tags": [{"key": "a", "value": "b"}]}, {"resourceARN": ARN})
    assert api.deployment_of(stub.client, ARN) == {
        "name": "d",
        "arn": ARN,
        "id": "a1b2c3d4e5f6",
        "model_arn": ONE,
        "desired_model_arn": TWO,
        "status": "Active",
        "update_status": "Updating",
        "failure_message": None,
        "description": "why",
        "creation_time": "2026-11-22T00:00:00+00:00",
        "last_updated_time": "2026-11-22T00:00:00+00:00",
        "tags": {"a": "b"},
    }


def test_after_a_change_that_failed_nothing_is_on_its_way(stub):
    add(stub, **update(TWO, "UpdateFailed"))
    stub.add_response("list_tags_for_resource", {"tags": []})
    assert api.deployment_of(stub.client, ARN)["desired_model_arn"] == ONE


def test_what_does_not_exist_is_none(stub):
    stub.add_client_error("get_custom_model_deployment", "ResourceNotFoundException", http_status_code=404)
    assert api.deployment_of(stub.client, ARN) is None


@pytest.mark.parametrize("code", ["ValidationException", "UnknownOperationException"])
def test_an_answer_that_does_not_know_the_operation_is_an_error_and_not_absence(stub, code):
    stub.add_client_error("list_custom_model_deployments", code, "No route for GET /model-customization/custom-model")
    with pytest.raises(AWSCallError, match="list the custom model deployments"):
        api.arns_of(stub.client, "d")


def run(stub, name, **arguments):
    return api.execute(stub.client, Call(name, {"name": "d", **arguments}), "token")


def test_a_deployment_is_made_with_one_token_however_often_it_is_asked_for(stub):
    expected = {
        "modelDeploymentName": "d",
        "modelArn": ONE,
        "description": "why",
        "tags": [{"key": "a", "value": "b"}],
        "clientRequestToken": "token",
    }
    stub.add_client_error("create_custom_model_deployment", "InternalServerException", expected_params=expected)
    stub.add_response("create_custom_model_deployment", {"customModelDeploymentArn": ARN}, expected)
    assert run(stub, "create deployment", model_arn=ONE, description="why", tags={"a": "b"}) == ARN


def test_its_model_is_all_that_is_changed(stub):
    expected = {"customModelDeploymentIdentifier": ARN, "modelArn": TWO}
    stub.add_response("update_custom_model_deployment", {"customModelDeploymentArn": ARN}, expected)
    run(stub, "update deployment", arn=ARN, model_arn=TWO)


def test_deleting_twice_is_fine(stub):
    stub.add_response("delete_custom_model_deployment", {}, {"customModelDeploymentIdentifier": ARN})
    run(stub, "delete deployment", arn=ARN)
    stub.add_client_error("delete_custom_model_deployment", "ResourceNotFoundException", http_status_code=404)
    run(stub, "delete deployment", arn=ARN)


@pytest.mark.parametrize(
    "code, told", [("ConflictException", "still at work"), ("ServiceQuotaExceededException", "Service Quotas")]
)
def test_a_refusal_says_what_to_do(stub, code, told):
    stub.add_client_error("delete_custom_model_deployment", code, http_status_code=409)
    with pytest.raises(AWSCallError, match=told):
        run(stub, "delete deployment", arn=ARN)


def test_a_new_deployment_is_waited_for(stub):
    add(stub, status="Creating")
    add(stub)
    wait(stub, "Active")
    assert wait.seen == ["Creating", "Active"]


def test_a_deployment_that_fails_says_why(stub):
    add(stub, status="Failed", failureMessage="no capacity.")
    with pytest.raises(WaitFailed, match=rf"d \({ARN}\) failed: no capacity\."):
        wait(stub, "Active")


def test_a_change_is_waited_for_by_its_own_status(stub):
    add(stub, **update(TWO, "Updating"))
    add(stub, modelArn=TWO, **update(TWO, "UpdateCompleted"))
    wait(stub, TWO)
    assert wait.seen == ["Active: Updating", "Active: UpdateCompleted"]


@pytest.mark.parametrize("earlier", ["UpdateCompleted", "UpdateFailed"])
def test_what_became_of_an_earlier_change_does_not_count(stub, earlier):
    add(stub, **update(ONE, earlier))
    add(stub, modelArn=TWO)
    wait(stub, TWO)


def test_a_change_that_fails_says_what_is_served_now(stub):
    add(stub, **update(TWO, "UpdateFailed"), failureMessage="no capacity.")
    with pytest.raises(WaitFailed, match=rf"did not change to {TWO}: no capacity\. It goes on to serve {ONE}"):
        wait(stub, TWO)


def test_a_deployment_is_gone_when_aws_knows_it_no_more(stub):
    add(stub)
    stub.add_client_error("get_custom_model_deployment", "ResourceNotFoundException", http_status_code=404)
    wait(stub, "gone")


def test_no_route_is_not_gone(stub):
    stub.add_client_error("get_custom_model_deployment", "ValidationException", "No route", 400)
    with pytest.raises(AWSCallError, match=r"Failed to wait for .*No route"):
        wait(stub, "gone")


def test_time_that_is_up_says_how_to_go_on(stub):
    add(stub, status="Creating")
    add(stub, status="Creating")
    with pytest.raises(WaitFailed, match=r"is Creating after 30 s\. .* run the task again"):
        wait(stub, "Active", timeout=30)


def test_an_older_boto3_is_told_what_it_lacks(stub, monkeypatch):
    known = [name for name in stub.client.meta.service_model.operation_names if "Deployment" not in name]
    monkeypatch.setattr(stub.client.meta.service_model, "operation_names", known, raising=False)
    with pytest.raises(AWSCallError, match=r"CreateCustomModelDeployment.*pip install --upgrade boto3"):
        require_operations(stub.client, *api.OPERATIONS)
