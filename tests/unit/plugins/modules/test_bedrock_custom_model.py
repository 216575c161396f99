"""Whole runs of bedrock_custom_model and its twin: what is asked of AWS, and what the user is told."""

from __future__ import annotations

import pytest

from tests.unit.plugins.modules.scripted_aws import Error, Lost

MODULE = "bedrock_custom_model"
PREFIX = "arn:aws:bedrock:us-west-2:123456789012:"
CUSTOM_ARN = f"{PREFIX}custom-model/amazon.nova-lite-v1:0/f6e5d4c3b2a1"
IMPORTED_ARN = f"{PREFIX}imported-model/a1b2c3d4e5f6"
IMPORT_ARN = f"{PREFIX}model-import-job/a1b2c3d4e5f6"
DEPLOYMENT = f"{PREFIX}custom-model-deployment/a1b2c3d4e5f6"
BASE = "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0"
TIME = "2026-11-22T00:00:00Z"
NEW = {
    "name": "m",
    "kind": "imported",
    "model_source_s3_uri": "s3://data/m/",
    "role_arn": "arn:aws:iam::123456789012:role/r",
    "wait_delay": 1,
    "wait_timeout": 20,
}
IMPORTED = {
    "modelArn": IMPORTED_ARN,
    "modelName": "m",
    "jobArn": IMPORT_ARN,
    "creationTime": TIME,
    "modelDataSource": {"s3DataSource": {"s3Uri": "s3://data/m/"}},
}


def custom(status="Active", **changes):
    model = {"modelArn": CUSTOM_ARN, "modelName": "m", "creationTime": TIME, "baseModelArn": BASE}
    return {**model, "modelStatus": status, **changes}


def importing(status="InProgress", **changes):
    job = {"jobArn": IMPORT_ARN, "jobName": "m-1", "importedModelName": "m", "creationTime": TIME}
    return {**job, "status": status, **changes}


def rows(*arns):
    return {"modelSummaries": [{"modelArn": arn, "modelName": "m", "creationTime": TIME} for arn in arns]}


@pytest.fixture
def aws(scripted_aws):
    scripted_aws.script |= {
        "ListCustomModels": rows(),
        "ListImportedModels": rows(),
        "ListModelImportJobs": {"modelImportJobSummaries": []},
        "GetCustomModel": custom(),
        "GetImportedModel": IMPORTED,
        "CreateCustomModel": {"modelArn": CUSTOM_ARN},
        "CreateModelImportJob": {"jobArn": IMPORT_ARN},
        "DeleteCustomModel": {},
        "DeleteImportedModel": {},
        "ListTagsForResource": {"tags": []},
        "TagResource": {},
    }
    return scripted_aws


def statuses(result):
    return [each["status"] for each in result["progress"]]


def test_a_model_is_imported_once_and_waited_for(aws, run_module):
    done = importing("Completed", importedModelArn=IMPORTED_ARN)
    aws.script["GetModelImportJob"] = [importing(), importing(), done]
    result = run_module(MODULE, **NEW)
    assert result["changed"] and result["calls"] == ["import model"]
    assert result["custom_model"]["arn"] == IMPORTED_ARN and result["custom_model"]["status"] == "Active"
    assert statuses(result) == ["InProgress", "Completed"] and aws.writes == ["CreateModelImportJob"]


def test_a_custom_model_is_made_once_and_waited_for(aws, run_module):
    aws.script["GetCustomModel"] = [custom("Creating"), custom("Creating"), custom()]
    result = run_module(MODULE, **{**NEW, "kind": "custom"})
    assert result["custom_model"]["arn"] == CUSTOM_ARN and statuses(result) == ["Creating", "Active"]
    assert aws.writes == ["CreateCustomModel"]


def test_check_mode_writes_nothing(aws, run_module):
    result = run_module(MODULE, check=True, **NEW)
    assert result["changed"] and result["diff"]["after"]["kind"] == "imported" and aws.writes == []


@pytest.mark.parametrize("kind, operation", [("custom", "CreateCustomModel"), ("imported", "CreateModelImportJob")])
def test_a_lost_answer_makes_no_second_model(aws, run_module, kind, operation):
    aws.script[operation] = [Lost(), {"modelArn": CUSTOM_ARN, "jobArn": IMPORT_ARN}]
    aws.script["GetModelImportJob"] = importing("Completed", importedModelArn=IMPORTED_ARN)
    assert run_module(MODULE, **{**NEW, "kind": kind})["changed"]
    tokens = [call.parameters["clientRequestToken"] for call in aws.calls(operation)]
    assert len(tokens) == 2 and len(set(tokens)) == 1


def test_a_run_that_was_killed_while_it_imported_is_gone_on_with(aws, run_module):
    aws.script["ListModelImportJobs"] = {"modelImportJobSummaries": [importing()]}
    done = importing("Completed", importedModelArn=IMPORTED_ARN)
    aws.script["GetModelImportJob"] = [importing(), importing(), done]
    result = run_module(MODULE, **NEW)
    assert not result["changed"] and result["custom_model"]["arn"] == IMPORTED_ARN and aws.writes == []


def test_an_import_that_fails_says_why_and_which(aws, run_module):
    aws.script["GetModelImportJob"] = [importing(), importing("Failed", failureMessage="no tokenizer")]
    result = run_module(MODULE, **NEW)
    assert result["failed"] and result["changed"] and "no tokenizer" in result["msg"]
    assert result["custom_model"]["job_arn"] == IMPORT_ARN and result["custom_model"]["status"] == "Failed"


def test_an_error_after_the_start_still_gives_the_arn(aws, run_module):
    aws.script["GetModelImportJob"] = Error("AccessDeniedException", "you may start, but not look", 403)
    result = run_module(MODULE, **NEW)
    assert result["failed"] and result["changed"]
    assert result["custom_model"] == {"name": "m", "job_arn": IMPORT_ARN}


def test_an_error_while_it_waits_is_told_as_such(aws, run_module):
    aws.script["GetCustomModel"] = [custom("Creating"), Error("AccessDeniedException", "no more", 403)]
    result = run_module(MODULE, **{**NEW, "kind": "custom"})
    assert result["failed"] and "no more" in result["msg"] and "wait_timeout" not in result["msg"]


def test_tags_of_a_model_that_a_job_made(aws, run_module):
    aws.script["ListCustomModels"] = rows(CUSTOM_ARN)
    result = run_module(MODULE, name="m", tags={"a": "b"})
    assert result["calls"] == ["set tags"] and aws.writes == ["TagResource"]
    aws.script["ListTagsForResource"] = {"tags": [{"key": "a", "value": "b"}]}
    assert not run_module(MODULE, name="m", tags={"a": "b"})["changed"]


def test_a_model_that_is_being_made_is_waited_for(aws, run_module):
    aws.script["ListCustomModels"] = rows(CUSTOM_ARN)
    aws.script["GetCustomModel"] = [custom("Creating"), custom("Creating"), custom()]
    result = run_module(MODULE, name="m", wait_delay=1)
    assert not result["changed"] and result["custom_model"]["status"] == "Active"


@pytest.mark.parametrize("state", ["present", "absent"])
def test_one_name_of_both_kinds_is_told_apart_by_the_user(aws, run_module, state):
    aws.script |= {"ListCustomModels": rows(CUSTOM_ARN), "ListImportedModels": rows(IMPORTED_ARN)}
    result = run_module(MODULE, name="m", state=state)
    assert result["failed"] and CUSTOM_ARN in result["msg"] and IMPORTED_ARN in result["msg"] and aws.writes == []


@pytest.mark.parametrize(
    "options, listing, deleted",
    [
        ({"name": "m"}, {"ListCustomModels": rows(CUSTOM_ARN)}, "DeleteCustomModel"),
        ({"name": "m"}, {"ListImportedModels": rows(IMPORTED_ARN)}, "DeleteImportedModel"),
        (
            {"name": "m", "kind": "imported"},
            {"ListCustomModels": rows(CUSTOM_ARN), "ListImportedModels": rows(IMPORTED_ARN)},
            "DeleteImportedModel",
        ),
        ({"arn": CUSTOM_ARN}, {}, "DeleteCustomModel"),
        ({"arn": IMPORTED_ARN}, {}, "DeleteImportedModel"),
    ],
)
def test_absent_by_name_and_arn_for_both_kinds(aws, run_module, options, listing, deleted):
    aws.script |= listing
    predicted = run_module(MODULE, check=True, state="absent", **options)
    assert predicted["changed"] and aws.writes == []
    result = run_module(MODULE, state="absent", **options)
    assert result["changed"] and result["custom_model"] == {} and aws.writes == [deleted]


def test_a_delete_whose_answer_was_lost_is_a_change(aws, run_module):
    aws.script["ListCustomModels"] = rows(CUSTOM_ARN)
    aws.script["DeleteCustomModel"] = [Lost(), Error("ResourceNotFoundException", status=404)]
    assert run_module(MODULE, name="m", state="absent")["changed"]


def test_absent_twice_is_fine(aws, run_module):
    assert not run_module(MODULE, name="m", state="absent")["changed"]
    aws.script["GetCustomModel"] = Error("ResourceNotFoundException", status=404)
    assert not run_module(MODULE, arn=CUSTOM_ARN, state="absent")["changed"]


@pytest.mark.parametrize("status", [400, 409])
def test_a_model_in_use_is_not_deleted_and_the_user_told_why(aws, run_module, status):
    aws.script["ListCustomModels"] = rows(CUSTOM_ARN)
    aws.script["DeleteCustomModel"] = Error("ConflictException", "in use", status)
    summary = {"customModelDeploymentArn": DEPLOYMENT, "customModelDeploymentName": "d", "modelArn": CUSTOM_ARN}
    aws.script["ListCustomModelDeployments"] = {"modelDeploymentSummaries": [summary]}
    result = run_module(MODULE, name="m", state="absent")
    assert result["failed"] and DEPLOYMENT in result["msg"] and "bedrock_custom_model_deployment" in result["msg"]


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("options", [{"name": "a.b"}, {"arn": "m"}, {"name": "m", "tags": {"aws:a": "b"}}])
def test_bad_input_fails_before_any_call(aws, run_module, check, options):
    assert run_module(MODULE, check=check, **options)["failed"] and aws.requests == []


def test_no_route_is_not_absence(aws, run_module):
    aws.script["ListImportedModels"] = Error("ValidationException", "No route for GET /imported-models")
    result = run_module(MODULE, name="m", state="absent")
    assert result["failed"] and "No route" in result["msg"] and aws.writes == []


INFO = f"{MODULE}_info"


def arns(result):
    return [model["arn"] for model in result["custom_models"]]


def test_both_kinds_are_listed(aws, run_module):
    aws.script |= {"ListCustomModels": rows(CUSTOM_ARN), "ListImportedModels": rows(IMPORTED_ARN)}
    assert arns(run_module(INFO)) == [CUSTOM_ARN, IMPORTED_ARN]
    assert arns(run_module(INFO, kind="custom")) == [CUSTOM_ARN]
    assert arns(run_module(INFO, names=["m", "nowhere"])) == [CUSTOM_ARN, IMPORTED_ARN]
    assert arns(run_module(INFO, names=["m"], kind="imported")) == [IMPORTED_ARN]
    assert arns(run_module(INFO, names=["m"], arns=[CUSTOM_ARN])) == [CUSTOM_ARN, IMPORTED_ARN]
    assert arns(run_module(INFO, names=[])) == []


def test_models_of_a_base(aws, run_module):
    aws.script["ListCustomModels"] = rows(CUSTOM_ARN)
    assert arns(run_module(INFO, base_model_id="amazon.nova-lite-v1:0")) == [CUSTOM_ARN]
    assert aws.calls("ListCustomModels")[0].parameters["foundationModelArnEquals"] == BASE
    assert arns(run_module(INFO, arns=[CUSTOM_ARN], base_model_id="amazon.nova-pro-v1:0")) == []


def test_arns_that_do_not_exist_are_left_out(aws, run_module):
    aws.script["GetCustomModel"] = Error("ResourceNotFoundException", status=404)
    assert arns(run_module(INFO, arns=[CUSTOM_ARN, IMPORTED_ARN])) == [IMPORTED_ARN]
    assert run_module(INFO, arns=["m"])["failed"]
