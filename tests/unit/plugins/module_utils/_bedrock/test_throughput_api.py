"""Bedrock's calls for provisioned throughput, checked against botocore's model of the service."""

from __future__ import annotations

import datetime

import botocore.session
import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.calls import AWSCallError
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.failures import WaitFailed
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.waiting import Progress
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import throughput as api
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import throughput_waits as waits
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Call, Refused
from botocore.stub import Stubber

NOW = datetime.datetime(2026, 11, 28, 12, tzinfo=datetime.UTC)
HERE = "arn:aws:bedrock:us-west-2:123456789012"
ARN = f"{HERE}:provisioned-model/abcdef123456"
MODEL = "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0:24k"
OLD, NEW = (f"{HERE}:custom-model/amazon.nova-lite-v1:0:300k/{letter * 12}" for letter in "ab")
ANSWER = {
    "provisionedModelName": "app",
    "provisionedModelArn": ARN,
    "modelArn": MODEL,
    "desiredModelArn": MODEL,
    "foundationModelArn": MODEL,
    "modelUnits": 1,
    "desiredModelUnits": 1,
    "status": "InService",
    "creationTime": NOW,
    "lastModifiedTime": NOW,
}
GET, LIST = "get_provisioned_model_throughput", "list_provisioned_model_throughputs"
BOUGHT = {
    "name": "app",
    "model_id": "a.b:0:24k",
    "model_units": 1,
    "commitment_duration": "SixMonths",
    "tags": {"a": "1"},
}


@pytest.fixture
def stub(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    client = botocore.session.Session().create_client(
        "bedrock", region_name="us-west-2", aws_access_key_id="test", aws_secret_access_key="test"
    )
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def answers(stub, *changes):
    for change in changes:
        if isinstance(change, str):
            stub.add_client_error(GET, change)
        else:
            stub.add_response(GET, {**ANSWER, **change}, {"provisionedModelId": ARN})


def ready(stub, progress=None, **told):
    told = {"timeout": 60, "delay": 10, **told}
    waits.until_ready(stub.client, ARN, progress=progress or Progress(waits.status_of), **told)


# --- Reads ---


def test_all_keys_are_there_whatever_aws_leaves_out(stub):
    answers(stub, {})
    stub.add_response("list_tags_for_resource", {"tags": [{"key": "a", "value": "1"}]}, {"resourceARN": ARN})
    assert api.read(stub.client, ARN, NOW) == {
        "name": "app",
        "arn": ARN,
        "id": "abcdef123456",
        "model_arn": MODEL,
        "desired_model_arn": MODEL,
        "foundation_model_arn": MODEL,
        "model_units": 1,
        "desired_model_units": 1,
        "status": "InService",
        "commitment_duration": "none",
        "commitment_expiration_time": None,
        "commitment_days_left": None,
        "creation_time": "2026-11-28T12:00:00Z",
        "last_modified_time": "2026-11-28T12:00:00Z",
        "failure_message": None,
        "tags": {"a": "1"},
    }


def test_a_name_is_looked_for_in_two_ways(stub):
    rows = [{**ANSWER, "provisionedModelName": "app-2"}]
    stub.add_response(LIST, {"provisionedModelSummaries": rows}, {"nameContains": "app"})
    stub.add_client_error(GET, "ResourceNotFoundException", expected_params={"provisionedModelId": "app"})
    assert api.find(stub.client, "app") is None
    stub.add_response(LIST, {"provisionedModelSummaries": []}, {"nameContains": "app"})
    stub.add_response(GET, ANSWER, {"provisionedModelId": "app"})
    assert api.find(stub.client, "app") == ARN


def test_an_id_that_reads_like_the_name_is_not_the_name(stub):
    stub.add_response(LIST, {"provisionedModelSummaries": []})
    stub.add_response(GET, ANSWER, {"provisionedModelId": "abcdef123456"})
    assert api.find(stub.client, "abcdef123456") is None


def test_a_custom_model_has_the_arn_that_bedrock_gives(stub):
    custom = {"modelArn": OLD, "modelName": "tuned", "creationTime": NOW}
    stub.add_response("get_custom_model", custom, {"modelIdentifier": "tuned"})
    assert api.model_arn_of(stub.client, "tuned") == OLD
    stub.add_client_error("get_custom_model", "ResourceNotFoundException")
    with pytest.raises(Refused, match="no custom model with the name gone in us-west-2"):
        api.model_arn_of(stub.client, "gone")


def test_an_unknown_operation_is_an_error(stub):
    stub.add_client_error(GET, "ValidationException", "No route", http_status_code=400)
    with pytest.raises(AWSCallError, match="read provisioned throughput"):
        api.read(stub.client, ARN, NOW)


def test_missing_is_told_by_the_code_and_not_by_the_status(stub):
    stub.add_client_error(GET, "AccessDeniedException", http_status_code=404)
    with pytest.raises(AWSCallError):
        api.read(stub.client, ARN, NOW)
    stub.add_client_error(GET, "ResourceNotFoundException", http_status_code=400)
    assert api.read(stub.client, ARN, NOW) is None


# --- Writes ---


@pytest.mark.parametrize("duration", ["none", "OneMonth", "SixMonths"])
def test_a_purchase_in_the_apis_words(stub, duration):
    asked = {
        "provisionedModelName": "app",
        "modelId": "a.b:0:24k",
        "modelUnits": 1,
        "clientRequestToken": "t-1",
        "tags": [{"key": "a", "value": "1"}],
    }
    if duration != "none":
        asked["commitmentDuration"] = duration
    stub.add_response("create_provisioned_model_throughput", {"provisionedModelArn": ARN}, asked)
    assert api.buy(stub.client, Call("buy throughput", {**BOUGHT, "commitment_duration": duration}), "t-1") == ARN


def test_a_change_in_the_apis_words(stub):
    asked = {"provisionedModelId": ARN, "desiredProvisionedModelName": "new", "desiredModelId": NEW}
    stub.add_response("update_provisioned_model_throughput", {}, asked)
    api.execute(stub.client, Call("update throughput", {"arn": ARN, "name": "new", "model_arn": NEW}))


def test_deleting_twice_is_fine(stub):
    stub.add_client_error("delete_provisioned_model_throughput", "ResourceNotFoundException")
    assert api.execute(stub.client, Call("delete throughput", {"arn": ARN})) is None


# --- Waits ---


def test_a_wait_tells_its_progress(stub):
    lines = []
    progress = Progress(waits.status_of, tell=lines.append)
    answers(stub, {"status": "Creating"}, {"status": "Creating"}, {})
    ready(stub, progress)
    assert [row["status"] for row in progress.seen] == ["Creating", "InService"] and len(lines) == 2


def test_what_disturbs_a_wait_does_not_end_it(stub):
    answers(stub, "ResourceNotFoundException", "ThrottlingException", "InternalServerException", {})
    ready(stub)


def test_in_service_with_the_old_model_is_not_ready(stub):
    old = {"modelArn": OLD, "desiredModelArn": OLD}
    moving = {"modelArn": OLD, "desiredModelArn": NEW}
    answers(stub, old, {**moving, "status": "Updating"}, moving, {"modelArn": NEW, "desiredModelArn": NEW})
    ready(stub, model_arn=NEW)


def test_in_service_on_the_way_to_another_model_is_not_ready(stub):
    answers(stub, {"modelArn": OLD, "desiredModelArn": NEW}, {"modelArn": NEW, "desiredModelArn": NEW})
    ready(stub)


def test_a_failure_is_told_with_its_reason(stub):
    answers(stub, {"status": "Creating"}, {"status": "Failed", "failureMessage": "no capacity"})
    with pytest.raises(WaitFailed, match=f"{ARN} is Failed: no capacity"):
        ready(stub)


def test_a_wait_in_vain_says_that_it_is_billed(stub):
    answers(stub, *[{"status": "Creating"}] * 6)
    with pytest.raises(WaitFailed, match=f"{ARN} is not InService after 60 s .its status is Creating.*billed"):
        ready(stub)


def test_gone_is_what_aws_does_not_know(stub):
    answers(stub, {}, "ThrottlingException", "ResourceNotFoundException")
    waits.until_gone(stub.client, ARN, timeout=60, delay=10, progress=Progress(waits.status_of))
    answers(stub, {}, {})
    with pytest.raises(WaitFailed, match="still there after 20 s"):
        waits.until_gone(stub.client, ARN, timeout=20, delay=10, progress=Progress(waits.status_of))
