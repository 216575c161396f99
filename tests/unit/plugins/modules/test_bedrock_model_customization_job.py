"""Whole runs of the module: what is asked of AWS, how often, and what the user is told."""

from __future__ import annotations

import pytest

from tests.unit.plugins.modules.scripted_aws import Error, Lost

MODULE = "bedrock_model_customization_job"
ARN = "arn:aws:bedrock:us-west-2:123456789012:model-customization-job/amazon.nova-lite-v1:0/a1b2c3d4e5f6"
MODEL = "arn:aws:bedrock:us-west-2:123456789012:custom-model/amazon.nova-lite-v1:0/f6e5d4c3b2a1"
ROLE = "arn:aws:iam::123456789012:role/r"
OPTIONS = {
    "name": "j",
    "custom_model_name": "m",
    "role_arn": ROLE,
    "base_model_id": "amazon.nova-lite-v1:0",
    "training_data": {"s3_uri": "s3://data/t"},
    "output_s3_uri": "s3://data/o",
    "acknowledge_cost": True,
    "wait_delay": 1,
    "wait_timeout": 20,
}


def job(status="InProgress", **changes):
    return {
        "jobArn": ARN,
        "jobName": "j",
        "outputModelName": "m",
        "roleArn": ROLE,
        "creationTime": "2026-11-22T00:00:00Z",
        "baseModelArn": "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0",
        "trainingDataConfig": {"s3Uri": "s3://data/t"},
        "validationDataConfig": {"validators": []},
        "outputDataConfig": {"s3Uri": "s3://data/o"},
        "hyperParameters": {"epochCount": "2"},
        "status": status,
        **changes,
    }


def listed(*names):
    summaries = [
        {"jobArn": ARN, "jobName": name, "status": "InProgress", "creationTime": "2026-11-22T00:00:00Z"}
        for name in names
    ]
    return {"modelCustomizationJobSummaries": summaries}


@pytest.fixture
def aws(scripted_aws):
    scripted_aws.script |= {
        "ListModelCustomizationJobs": listed(),
        "CreateModelCustomizationJob": {"jobArn": ARN},
        "StopModelCustomizationJob": {},
        "ListTagsForResource": {"tags": []},
        "TagResource": {},
        "UntagResource": {},
    }
    return scripted_aws


def test_a_job_is_started_once_and_waited_for(aws, run_module):
    aws.script["GetModelCustomizationJob"] = [job(), job(), job("Completed", outputModelArn=MODEL)]
    result = run_module(MODULE, **OPTIONS)
    assert result["changed"] and result["calls"] == ["create customization job"]
    assert result["customization_job"]["custom_model_arn"] == MODEL
    assert [each["status"] for each in result["progress"]] == ["InProgress", "Completed"]
    assert aws.writes == ["CreateModelCustomizationJob"]


def test_check_mode_writes_nothing_and_does_not_wait(aws, run_module):
    result = run_module(MODULE, check=True, **OPTIONS, tags={"a": "b"})
    assert result["changed"] and result["diff"]["after"]["tags"] == {"a": "b"}
    assert aws.writes == [] and aws.count("GetModelCustomizationJob") == 0


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(
    "options, told",
    [
        ({"name": "with_underscore"}, "no underscore"),
        ({"state": "absent"}, "bedrock_custom_model"),
        ({"training_data": {"s3_uri": "t"}}, "s3://BUCKET"),
    ],
)
def test_bad_input_fails_before_any_call(aws, run_module, check, options, told):
    result = run_module(MODULE, check=check, **{**OPTIONS, **options})
    assert result["failed"] and told in result["msg"] and aws.requests == []


@pytest.mark.parametrize("check", [False, True])
def test_what_costs_money_must_be_acknowledged(aws, run_module, check):
    result = run_module(MODULE, check=check, **{**OPTIONS, "acknowledge_cost": False})
    assert result["failed"] and "acknowledge_cost" in result["msg"] and aws.writes == []


def test_a_run_that_was_killed_after_the_start_is_gone_on_with(aws, run_module):
    aws.script["ListModelCustomizationJobs"] = listed("j")
    aws.script["GetModelCustomizationJob"] = [job(), job(), job("Completed", outputModelArn=MODEL)]
    result = run_module(MODULE, **OPTIONS)
    assert not result["changed"] and result["customization_job"]["status"] == "Completed"
    assert [each["status"] for each in result["progress"]] == ["InProgress", "Completed"]
    assert aws.writes == []


def test_a_lost_answer_starts_no_second_job(aws, run_module):
    aws.script["CreateModelCustomizationJob"] = [Lost(), {"jobArn": ARN}]
    aws.script["GetModelCustomizationJob"] = job("Completed")
    assert run_module(MODULE, **OPTIONS)["changed"]
    tokens = [call.parameters["clientRequestToken"] for call in aws.calls("CreateModelCustomizationJob")]
    assert len(tokens) == 2 and len(set(tokens)) == 1


def test_two_runs_have_two_tokens(aws, run_module):
    aws.script["GetModelCustomizationJob"] = job("Completed")
    run_module(MODULE, **OPTIONS)
    run_module(MODULE, **OPTIONS)
    tokens = [call.parameters["clientRequestToken"] for call in aws.calls("CreateModelCustomizationJob")]
    assert len(set(tokens)) == 2


def test_a_wait_in_vain_still_gives_the_arn(aws, run_module):
    aws.script["GetModelCustomizationJob"] = job()
    result = run_module(MODULE, **{**OPTIONS, "wait_timeout": 3})
    assert result["failed"] and result["changed"] and "run the task again" in result["msg"]
    assert result["customization_job"]["arn"] == ARN and result["progress"][0]["status"] == "InProgress"


def test_an_error_after_the_start_still_gives_the_arn(aws, run_module):
    aws.script["GetModelCustomizationJob"] = Error("AccessDeniedException", "you may start, but not look", 403)
    result = run_module(MODULE, **OPTIONS)
    assert result["failed"] and result["changed"]
    assert result["customization_job"] == {"name": "j", "arn": ARN}


def test_a_job_that_fails_at_once_fails_the_task(aws, run_module):
    aws.script["GetModelCustomizationJob"] = job("Failed", failureMessage="Bad record 7")
    result = run_module(MODULE, **OPTIONS)
    assert result["failed"] and "Bad record 7" in result["msg"]
    assert result["customization_job"]["status"] == "Failed"


def test_a_job_that_is_not_waited_for_is_told_as_it_is(aws, run_module):
    aws.script["GetModelCustomizationJob"] = job()
    result = run_module(MODULE, **OPTIONS, wait=False)
    assert result["changed"] and result["customization_job"]["status"] == "InProgress" and result["progress"] == []


@pytest.mark.parametrize("check", [False, True])
def test_a_failed_job_is_found_with_its_reason(aws, run_module, check):
    aws.script["ListModelCustomizationJobs"] = listed("j")
    aws.script["GetModelCustomizationJob"] = job("Failed", failureMessage="Bad record 7")
    result = run_module(MODULE, check=check, **OPTIONS)
    assert result["failed"] and "Bad record 7" in result["msg"] and result["customization_job"]["arn"] == ARN
    accepted = run_module(MODULE, check=check, **OPTIONS, ignore_terminal=True)
    assert not accepted["changed"] and accepted["customization_job"]["status"] == "Failed"
    assert aws.writes == []


@pytest.mark.parametrize("check", [False, True])
def test_another_hyperparameter_is_refused(aws, run_module, check):
    aws.script["ListModelCustomizationJobs"] = listed("j")
    aws.script["GetModelCustomizationJob"] = job("Completed")
    result = run_module(MODULE, check=check, **OPTIONS, hyperparameters={"epochCount": 3})
    assert result["failed"] and "epochCount is '2', and '3'" in result["msg"] and aws.writes == []


def test_who_may_not_hand_on_the_role_is_told_which(aws, run_module):
    aws.script["CreateModelCustomizationJob"] = Error(
        "AccessDeniedException", f"User: u is not authorized to perform: iam:PassRole on resource: {ROLE}", 403
    )
    result = run_module(MODULE, **OPTIONS)
    assert result["failed"] and f"may not hand the role {ROLE} to Bedrock" in result["msg"]
    assert not result["changed"] and result["customization_job"] == {}


def test_tags_are_changed_without_acknowledging_a_cost(aws, run_module):
    aws.script["ListModelCustomizationJobs"] = listed("j")
    aws.script["GetModelCustomizationJob"] = job("Completed")
    aws.script["ListTagsForResource"] = {"tags": [{"key": "old", "value": "x"}]}
    result = run_module(MODULE, name="j", tags={"new": "y"})
    assert result["calls"] == ["remove tags", "set tags"] and aws.writes == ["UntagResource", "TagResource"]


def test_a_job_that_runs_is_stopped(aws, run_module):
    aws.script["ListModelCustomizationJobs"] = listed("j")
    aws.script["GetModelCustomizationJob"] = [job(), job("Stopping"), job("Stopping"), job("Stopped")]
    result = run_module(MODULE, name="j", state="stopped", wait_delay=1)
    assert result["changed"] and result["customization_job"]["status"] == "Stopped"
    assert aws.writes == ["StopModelCustomizationJob"]


@pytest.mark.parametrize("status", ["Completed", "Failed", "Stopped"])
def test_a_job_that_has_ended_is_not_stopped(aws, run_module, status):
    aws.script["ListModelCustomizationJobs"] = listed("j")
    aws.script["GetModelCustomizationJob"] = job(status)
    result = run_module(MODULE, name="j", state="stopped")
    assert not result["changed"] and result["customization_job"]["status"] == status and aws.writes == []


def test_a_job_that_ends_while_it_is_being_stopped_is_no_change(aws, run_module):
    aws.script["ListModelCustomizationJobs"] = listed("j")
    aws.script["GetModelCustomizationJob"] = [job(), job("Completed")]
    aws.script["StopModelCustomizationJob"] = Error("ConflictException", "it has ended", 400)
    result = run_module(MODULE, name="j", state="stopped")
    assert not result["changed"] and result["customization_job"]["status"] == "Completed"


def test_a_job_that_does_not_exist_does_not_run(aws, run_module):
    result = run_module(MODULE, name="j", state="stopped")
    assert not result["changed"] and result["customization_job"] == {}


def test_a_custom_model_that_is_trained_on_is_looked_up(aws, run_module):
    aws.script["ListCustomModels"] = {"modelSummaries": [{"modelName": "first", "modelArn": MODEL}]}
    aws.script["GetCustomModel"] = {
        "modelName": "first",
        "modelArn": MODEL,
        "creationTime": "2026-11-22T00:00:00Z",
        "baseModelArn": job()["baseModelArn"],
    }
    aws.script["ListModelCustomizationJobs"] = listed("j")
    aws.script["GetModelCustomizationJob"] = job("Completed")
    assert not run_module(MODULE, **{**OPTIONS, "base_model_id": "first"})["changed"]
    aws.script["ListCustomModels"] = {"modelSummaries": []}
    aws.script["ListModelCustomizationJobs"] = listed()
    missing = run_module(MODULE, check=True, **{**OPTIONS, "base_model_id": "first"})
    assert missing["failed"] and "no such custom model" in missing["msg"]


def test_no_route_is_not_absence(aws, run_module):
    aws.script["ListModelCustomizationJobs"] = Error(
        "ValidationException", "No route for GET /model-customization-jobs"
    )
    result = run_module(MODULE, **OPTIONS)
    assert result["failed"] and "No route" in result["msg"] and aws.writes == []
