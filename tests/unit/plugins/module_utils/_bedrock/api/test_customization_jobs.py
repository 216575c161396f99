"""What jobs answer that the emulated AWS cannot be told to."""

from __future__ import annotations

import datetime

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.calls import AWSCallError
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.failures import WaitFailed
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.waiting import Progress
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import customization_jobs as api
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Call

pytest_plugins = ["tests.unit.plugins.module_utils._bedrock.api.stubbed"]

ARN = "arn:aws:bedrock:us-west-2:123456789012:model-customization-job/amazon.nova-lite-v1:0/a1b2c3d4e5f6"
MODEL = "arn:aws:bedrock:us-west-2:123456789012:custom-model/amazon.nova-lite-v1:0/f6e5d4c3b2a1"
KEY = "arn:aws:kms:us-west-2:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
ROLE = "arn:aws:iam::123456789012:role/r"
NOW = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
SUMMARY = {
    "jobArn": ARN,
    "jobName": "j",
    "status": "InProgress",
    "creationTime": NOW,
    "baseModelArn": MODEL,
}
JOB = {
    "jobArn": ARN,
    "jobName": "j",
    "outputModelName": "m",
    "roleArn": ROLE,
    "creationTime": NOW,
    "baseModelArn": "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0",
    "trainingDataConfig": {"s3Uri": "s3://data/t"},
    "validationDataConfig": {"validators": [{"s3Uri": "s3://data/v"}]},
    "outputDataConfig": {"s3Uri": "s3://data/o"},
    "hyperParameters": {"epochCount": "2", "batchSize": "1"},
    "status": "InProgress",
}
OPTIONS = {
    "name": "j",
    "custom_model_name": "m",
    "role_arn": ROLE,
    "base_model_id": "amazon.nova-lite-v1:0",
    "training_data": {"s3_uri": "s3://data/t"},
    "output_s3_uri": "s3://data/o",
}
REQUEST = {
    "jobName": "j",
    "customModelName": "m",
    "roleArn": ROLE,
    "baseModelIdentifier": "amazon.nova-lite-v1:0",
    "trainingDataConfig": {"s3Uri": "s3://data/t"},
    "outputDataConfig": {"s3Uri": "s3://data/o"},
    "clientRequestToken": "token",
}
NO_SESSION = "not authorized to perform: iam:PassRole on resource"


def phases(**statuses):
    return {f"{phase}Details": {"status": status} for phase, status in statuses.items()}


def add_job(stub, **changes):
    stub.add_response("get_model_customization_job", {**JOB, **changes}, {"jobIdentifier": ARN})


def start(stub):
    return api.execute(stub.client, Call("create customization job", OPTIONS), "token")


def wait(stub, goal="Completed", timeout=600):
    progress = Progress(api.status_in_words)
    try:
        api.wait_for(stub.client, {"name": "j", "arn": ARN}, goal, timeout=timeout, delay=60, progress=progress)
    finally:
        wait.seen = [each["status"] for each in progress.seen]


def test_a_job_is_found_by_its_whole_name_on_any_page(stub):
    first = {"modelCustomizationJobSummaries": [{**SUMMARY, "jobName": "j-2"}], "nextToken": "more"}
    stub.add_response("list_model_customization_jobs", first, {"nameContains": "j"})
    second = {"modelCustomizationJobSummaries": [SUMMARY]}
    stub.add_response("list_model_customization_jobs", second, {"nameContains": "j", "nextToken": "more"})
    add_job(
        stub,
        outputModelKmsKeyArn=KEY,
        trainingMetrics={"trainingLoss": 0.5},
        validationMetrics=[{"validationLoss": 0.25}],
        statusDetails=phases(validation="Completed", dataProcessing="InProgress"),
        vpcConfig={"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]},
        endTime=NOW,
    )
    stub.add_response("list_tags_for_resource", {"tags": [{"key": "a", "value": "b"}]}, {"resourceARN": ARN})
    assert api.find_job(stub.client, "j") == {
        "name": "j",
        "arn": ARN,
        "status": "InProgress",
        "status_details": {"validation": "Completed", "data_processing": "InProgress"},
        "base_model_arn": JOB["baseModelArn"],
        "custom_model_name": "m",
        "custom_model_arn": None,
        "role_arn": ROLE,
        "customization_type": None,
        "hyperparameters": {"epochCount": "2", "batchSize": "1"},
        "training_data": {"s3_uri": "s3://data/t"},
        "validation_data": ["s3://data/v"],
        "output_s3_uri": "s3://data/o",
        "kms_key_arn": KEY,
        "vpc": {"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]},
        "customization_config": None,
        "failure_message": None,
        "training_metrics": {"training_loss": 0.5},
        "validation_metrics": [{"validation_loss": 0.25}],
        "creation_time": "2026-11-22T00:00:00+00:00",
        "last_modified_time": None,
        "end_time": "2026-11-22T00:00:00+00:00",
        "tags": {"a": "b"},
    }


def test_a_name_that_only_contains_it_is_absent(stub):
    stub.add_response(
        "list_model_customization_jobs", {"modelCustomizationJobSummaries": [{**SUMMARY, "jobName": "j2"}]}
    )
    assert api.find_job(stub.client, "j") is None


def test_a_job_with_everything_is_sent_in_the_apis_words(stub):
    options = {
        **OPTIONS,
        "training_data": {
            "invocation_logs": {
                "s3_uri": "s3://data/l",
                "use_prompt_response": True,
                "request_metadata_filters": {"equals": {"team": "ml"}},
            }
        },
        "customization_type": "DISTILLATION",
        "validation_data": ["s3://data/v"],
        "hyperparameters": {"epochCount": "2"},
        "vpc": {"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]},
        "kms_key_id": "alias/a",
        "customization_config": {"distillationConfig": {"teacherModelConfig": {"teacherModelIdentifier": "a.b"}}},
        "tags": {"a": "b"},
        "custom_model_tags": {"c": "d"},
    }
    expected = {
        **REQUEST,
        "trainingDataConfig": {
            "invocationLogsConfig": {
                "invocationLogSource": {"s3Uri": "s3://data/l"},
                "usePromptResponse": True,
                "requestMetadataFilters": {"equals": {"team": "ml"}},
            }
        },
        "customizationType": "DISTILLATION",
        "validationDataConfig": {"validators": [{"s3Uri": "s3://data/v"}]},
        "hyperParameters": {"epochCount": "2"},
        "vpcConfig": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]},
        "customModelKmsKeyId": "alias/a",
        "customizationConfig": options["customization_config"],
        "jobTags": [{"key": "a", "value": "b"}],
        "customModelTags": [{"key": "c", "value": "d"}],
    }
    stub.add_response("create_model_customization_job", {"jobArn": ARN}, expected)
    assert api.execute(stub.client, Call("create customization job", options), "token") == ARN


def test_a_throttled_start_is_repeated_with_the_same_token(stub):
    stub.add_client_error("create_model_customization_job", "ThrottlingException", expected_params=REQUEST)
    stub.add_client_error("create_model_customization_job", "InternalServerException", expected_params=REQUEST)
    stub.add_response("create_model_customization_job", {"jobArn": ARN}, REQUEST)
    assert start(stub) == ARN


def test_a_conflict_with_a_job_of_this_very_run_is_none(stub):
    stub.add_client_error("create_model_customization_job", "ConflictException", http_status_code=400)
    stub.add_response("get_model_customization_job", {**JOB, "clientRequestToken": "token"}, {"jobIdentifier": "j"})
    assert start(stub) == ARN


@pytest.mark.parametrize("status", [400, 409])
def test_a_name_that_is_taken_says_so(stub, status):
    stub.add_client_error("create_model_customization_job", "ConflictException", http_status_code=status)
    stub.add_response("get_model_customization_job", {**JOB, "clientRequestToken": "another"}, {"jobIdentifier": "j"})
    with pytest.raises(AWSCallError, match=r"start model customization job j\. The name .* is taken"):
        start(stub)


def test_who_may_not_hand_on_the_role_is_told_which(stub):
    stub.add_client_error("create_model_customization_job", "AccessDeniedException", f"{NO_SESSION}: x", 403)
    with pytest.raises(AWSCallError, match=rf"may not hand the role {ROLE} to Bedrock: allow it iam:PassRole"):
        start(stub)


def test_who_may_not_start_jobs_at_all_is_not_told_about_the_role(stub):
    stub.add_client_error("create_model_customization_job", "AccessDeniedException", "no", 403)
    with pytest.raises(AWSCallError) as error:
        start(stub)
    assert "hand the role" not in str(error.value)


@pytest.mark.parametrize("code", ["ValidationException", "UnknownOperationException", "AccessDeniedException"])
def test_an_answer_that_does_not_know_the_operation_is_an_error_and_not_absence(stub, code):
    stub.add_client_error("list_model_customization_jobs", code, "No route for GET /model-customization-jobs")
    with pytest.raises(AWSCallError, match="list the model customization jobs"):
        api.find_job(stub.client, "j")


def test_a_job_is_waited_for_through_its_phases(stub):
    add_job(stub, statusDetails=phases(validation="InProgress", dataProcessing="NotStarted", training="NotStarted"))
    stub.add_client_error("get_model_customization_job", "ThrottlingException")
    add_job(stub, statusDetails=phases(validation="Completed", dataProcessing="Completed", training="InProgress"))
    add_job(stub, statusDetails=phases(validation="Completed", dataProcessing="Completed", training="InProgress"))
    add_job(stub, status="Completed", outputModelArn=MODEL)
    wait(stub)
    assert wait.seen == ["InProgress: validation", "InProgress: training", "Completed"]


@pytest.mark.parametrize(
    "end, told",
    [
        ({"status": "Failed", "failureMessage": "Bad record 7."}, r"failed: Bad record 7\. .*another name"),
        ({"status": "Stopped"}, "was stopped"),
        ({"status": "Stopping"}, "is being stopped"),
    ],
)
def test_a_job_that_ends_badly_while_it_is_waited_for_says_why_and_which(stub, end, told):
    add_job(stub)
    add_job(stub, **end)
    with pytest.raises(WaitFailed, match=told) as error:
        wait(stub)
    assert ARN in str(error.value)


def test_time_that_is_up_says_how_to_go_on(stub):
    add_job(stub)
    add_job(stub)
    with pytest.raises(WaitFailed, match=r"is InProgress after 120 s\. It goes on, and is billed: run the task again"):
        wait(stub, timeout=120)


@pytest.mark.parametrize("end", ["Stopped", "Completed", "Failed"])
def test_a_job_that_is_to_stop_may_end_in_any_way(stub, end):
    add_job(stub, status="Stopping")
    add_job(stub, status=end)
    wait(stub, goal="ended")


def stop(stub):
    return api.execute(stub.client, Call("stop customization job", {"name": "j", "arn": ARN}), "token")


def test_a_job_is_stopped(stub):
    stub.add_response("stop_model_customization_job", {}, {"jobIdentifier": ARN})
    assert stop(stub) is True


def test_a_job_that_ended_just_before_was_not_stopped_by_us(stub):
    stub.add_client_error("stop_model_customization_job", "ConflictException", http_status_code=400)
    add_job(stub, status="Completed")
    assert stop(stub) is False


def test_a_job_that_cannot_be_stopped_is_an_error(stub):
    stub.add_client_error("stop_model_customization_job", "ConflictException", "not now", http_status_code=409)
    add_job(stub)
    with pytest.raises(AWSCallError, match="stop model customization job j"):
        stop(stub)


def test_tags_are_set_on_the_jobs_arn(stub):
    expected = {"resourceARN": ARN, "tags": [{"key": "a", "value": "1"}, {"key": "b", "value": ""}]}
    stub.add_response("tag_resource", {}, expected)
    stub.add_response("untag_resource", {}, {"resourceARN": ARN, "tagKeys": ["c"]})
    api.execute(stub.client, Call("set tags", {"arn": ARN, "tags": {"b": "", "a": "1"}}), "token")
    api.execute(stub.client, Call("remove tags", {"arn": ARN, "keys": ["c"]}), "token")
