"""Whole runs of bedrock_custom_model_deployment and its twin: what is asked of AWS, and what the user is told."""

from __future__ import annotations

import pytest

from tests.unit.plugins.modules.scripted_aws import Error, Lost

MODULE = "bedrock_custom_model_deployment"
PREFIX = "arn:aws:bedrock:us-west-2:123456789012:"
ARN = f"{PREFIX}custom-model-deployment/a1b2c3d4e5f6"
OTHER = f"{PREFIX}custom-model-deployment/ffffffffffff"
ONE, TWO = (f"{PREFIX}custom-model/amazon.nova-lite-v1:0/{n * 12}" for n in "12")
TIME = "2026-11-22T00:00:00Z"
GONE = Error("ResourceNotFoundException", status=404)
NEW = {"name": "d", "model": "m1", "wait_delay": 1, "wait_timeout": 20}


def deployment(status="Active", model=ONE, **changes):
    found = {"customModelDeploymentArn": ARN, "modelDeploymentName": "d", "modelArn": model, "createdAt": TIME}
    return {**found, "status": status, **changes}


def update(model, status):
    return {"updateDetails": {"modelArn": model, "updateStatus": status}}


def listed(*arns, name="d"):
    rows = [
        {"customModelDeploymentArn": arn, "customModelDeploymentName": name, "modelArn": ONE, "status": "Active"}
        for arn in arns
    ]
    return {"modelDeploymentSummaries": rows}


def model_record(request):
    arn = request.parameters["modelIdentifier"]
    return {"modelArn": arn, "modelName": f"m{arn[-1]}", "creationTime": TIME, "modelStatus": "Active"}


@pytest.fixture
def aws(scripted_aws):
    models = [{"modelArn": arn, "modelName": f"m{arn[-1]}", "creationTime": TIME} for arn in (ONE, TWO)]
    scripted_aws.script |= {
        "ListCustomModels": {"modelSummaries": models},
        "GetCustomModel": model_record,
        "ListCustomModelDeployments": listed(),
        "GetCustomModelDeployment": deployment(),
        "CreateCustomModelDeployment": {"customModelDeploymentArn": ARN},
        "UpdateCustomModelDeployment": {"customModelDeploymentArn": ARN},
        "DeleteCustomModelDeployment": {},
        "ListTagsForResource": {"tags": []},
        "TagResource": {},
    }
    return scripted_aws


def statuses(result):
    return [each["status"] for each in result["progress"]]


def test_a_model_is_deployed_once_and_waited_for(aws, run_module):
    aws.script["GetCustomModelDeployment"] = [deployment("Creating"), deployment("Creating"), deployment()]
    result = run_module(MODULE, **NEW, description="why", tags={"a": "b"})
    assert result["changed"] and result["calls"] == ["create deployment"]
    assert result["deployment"]["arn"] == ARN and statuses(result) == ["Creating", "Active"]
    (sent,) = aws.calls("CreateCustomModelDeployment")
    assert sent.parameters["modelArn"] == ONE and sent.parameters["tags"] == [{"key": "a", "value": "b"}]


def test_it_is_left_alone_when_it_is_there(aws, run_module):
    aws.script["ListCustomModelDeployments"] = listed(ARN)
    for options in ({"name": "d"}, NEW, {"name": "d", "model": ONE}, {"arn": ARN}, {"arn": ARN, "name": "d"}):
        result = run_module(MODULE, **options)
        assert not result["changed"] and result["deployment"]["id"] == "a1b2c3d4e5f6"
    assert aws.writes == []


def test_check_mode_writes_nothing(aws, run_module):
    result = run_module(MODULE, check=True, **NEW)
    assert result["changed"] and result["diff"]["after"]["model_arn"] == ONE and aws.writes == []


def test_a_lost_answer_makes_no_second_deployment(aws, run_module):
    aws.script["CreateCustomModelDeployment"] = [Lost(), {"customModelDeploymentArn": ARN}]
    assert run_module(MODULE, **NEW)["changed"]
    tokens = [call.parameters["clientRequestToken"] for call in aws.calls("CreateCustomModelDeployment")]
    assert len(tokens) == 2 and len(set(tokens)) == 1


def test_a_run_that_was_killed_is_gone_on_with(aws, run_module):
    aws.script["ListCustomModelDeployments"] = listed(ARN)
    aws.script["GetCustomModelDeployment"] = [deployment("Creating"), deployment("Creating"), deployment()]
    result = run_module(MODULE, **NEW)
    assert not result["changed"] and result["deployment"]["status"] == "Active" and aws.writes == []


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("status", ["Creating", "Failed"])
def test_a_model_that_is_not_active_is_refused_before_the_call(aws, run_module, check, status):
    aws.script["GetCustomModel"] = lambda request: {**model_record(request), "modelStatus": status}
    result = run_module(MODULE, check=check, **NEW)
    assert result["failed"] and f"is {status}, and only an Active one" in result["msg"] and aws.writes == []


def test_a_model_that_does_not_exist_is_refused(aws, run_module):
    aws.script["ListCustomModels"] = {"modelSummaries": []}
    result = run_module(MODULE, **NEW)
    assert result["failed"] and "no such custom model" in result["msg"] and aws.writes == []


def test_another_model_takes_its_place_under_the_same_arn(aws, run_module):
    aws.script["ListCustomModelDeployments"] = listed(ARN)
    aws.script["GetCustomModelDeployment"] = [
        deployment(),
        deployment(**update(TWO, "Updating")),
        deployment(**update(TWO, "Updating")),
        deployment(model=TWO, **update(TWO, "UpdateCompleted")),
    ]
    result = run_module(MODULE, **{**NEW, "model": "m2"})
    assert result["changed"] and result["diff"]["before"]["model_arn"] == ONE
    assert result["deployment"]["model_arn"] == TWO and result["deployment"]["arn"] == ARN
    assert statuses(result) == ["Active", "Active: Updating", "Active: UpdateCompleted"][1:]
    assert aws.writes == ["UpdateCustomModelDeployment"]


def test_a_change_that_is_on_its_way_is_waited_for_and_not_made_twice(aws, run_module):
    aws.script["ListCustomModelDeployments"] = listed(ARN)
    aws.script["GetCustomModelDeployment"] = [
        deployment(**update(TWO, "Updating")),
        deployment(**update(TWO, "Updating")),
        deployment(model=TWO, **update(TWO, "UpdateCompleted")),
    ]
    result = run_module(MODULE, **{**NEW, "model": TWO})
    assert not result["changed"] and result["deployment"]["model_arn"] == TWO and aws.writes == []


def test_a_deployment_that_is_being_made_gets_its_other_model_when_it_is_done(aws, run_module):
    aws.script["ListCustomModelDeployments"] = listed(ARN)
    aws.script["GetCustomModelDeployment"] = [
        deployment("Creating"),
        deployment("Creating"),
        deployment(),
        deployment(),
        deployment(model=TWO, **update(TWO, "UpdateCompleted")),
    ]
    result = run_module(MODULE, **{**NEW, "model": "m2"})
    assert result["changed"] and result["deployment"]["model_arn"] == TWO
    assert aws.writes == ["UpdateCustomModelDeployment"]


def test_a_change_that_fails_gives_the_arn_and_what_is_served(aws, run_module):
    aws.script["ListCustomModelDeployments"] = listed(ARN)
    aws.script["GetCustomModelDeployment"] = [
        deployment(),
        deployment(**update(TWO, "UpdateFailed"), failureMessage="no capacity"),
    ]
    result = run_module(MODULE, **{**NEW, "model": "m2"})
    assert result["failed"] and "no capacity" in result["msg"] and f"serve {ONE}" in result["msg"]
    assert result["deployment"]["arn"] == ARN and result["deployment"]["update_status"] == "UpdateFailed"


def test_a_deployment_that_fails_says_why_and_which(aws, run_module):
    aws.script["GetCustomModelDeployment"] = [
        deployment("Creating"),
        deployment("Failed", failureMessage="no capacity"),
    ]
    result = run_module(MODULE, **NEW)
    assert result["failed"] and result["changed"] and "no capacity" in result["msg"]
    assert result["deployment"]["arn"] == ARN and result["deployment"]["status"] == "Failed"


def test_two_of_one_name_are_never_picked_from(aws, run_module):
    aws.script["ListCustomModelDeployments"] = listed(ARN, OTHER)
    result = run_module(MODULE, name="d", state="absent")
    assert result["failed"] and ARN in result["msg"] and OTHER in result["msg"] and aws.writes == []


def test_a_longer_name_is_another_deployment(aws, run_module):
    aws.script["ListCustomModelDeployments"] = listed(OTHER, name="d-2")
    assert run_module(MODULE, check=True, **NEW)["calls"] == ["create deployment"]


def test_it_is_deleted_and_waited_for_until_it_is_gone(aws, run_module):
    aws.script["ListCustomModelDeployments"] = listed(ARN)
    assert run_module(MODULE, check=True, name="d", state="absent")["changed"] and aws.writes == []
    aws.script["GetCustomModelDeployment"] = [deployment(), deployment(), deployment(), GONE]
    result = run_module(MODULE, name="d", state="absent", wait_delay=1)
    assert result["changed"] and result["deployment"] == {} and aws.writes == ["DeleteCustomModelDeployment"]


def test_a_delete_whose_answer_was_lost_is_a_change(aws, run_module):
    aws.script["ListCustomModelDeployments"] = listed(ARN)
    aws.script["DeleteCustomModelDeployment"] = [Lost(), GONE]
    aws.script["GetCustomModelDeployment"] = [deployment(), GONE]
    assert run_module(MODULE, name="d", state="absent")["changed"]


def test_absent_twice_is_fine(aws, run_module):
    assert not run_module(MODULE, name="d", state="absent")["changed"]
    aws.script["GetCustomModelDeployment"] = GONE
    assert not run_module(MODULE, arn=ARN, state="absent")["changed"]


def test_tags_alone(aws, run_module):
    aws.script["ListCustomModelDeployments"] = listed(ARN)
    result = run_module(MODULE, name="d", tags={"a": "b"})
    assert result["calls"] == ["set tags"] and result["progress"] == [] and aws.writes == ["TagResource"]


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(
    "options",
    [{"name": "a.b"}, {"arn": ONE}, {"name": "d", "model": "amazon.nova-lite-v1:0"}, {"name": "d", "tags": {"a*": 1}}],
)
def test_bad_input_fails_before_any_call(aws, run_module, check, options):
    assert run_module(MODULE, check=check, **options)["failed"] and aws.requests == []


def test_no_route_is_not_absence(aws, run_module):
    aws.script["ListCustomModelDeployments"] = Error("ValidationException", "No route for GET /model-customization/x")
    result = run_module(MODULE, name="d", state="absent")
    assert result["failed"] and "No route" in result["msg"] and aws.writes == []


INFO = f"{MODULE}_info"


def names(result):
    return [one["name"] for one in result["deployments"]]


def test_deployments_are_listed_by_name_arn_and_model(aws, run_module):
    aws.script["ListCustomModelDeployments"] = listed(ARN)
    assert names(run_module(INFO)) == ["d"]
    assert names(run_module(INFO, names=["d", "nowhere"])) == ["d"]
    assert names(run_module(INFO, names=["d"], arns=[ARN])) == ["d"]
    assert names(run_module(INFO, model="m1")) == ["d"]
    assert aws.calls("ListCustomModelDeployments")[-1].parameters == {"modelArnEquals": ONE}
    assert names(run_module(INFO, model=TWO)) == []
    assert names(run_module(INFO, arns=[ARN], model=TWO)) == []
    assert names(run_module(INFO, names=[])) == []


def test_what_does_not_exist_is_left_out(aws, run_module):
    aws.script["GetCustomModelDeployment"] = GONE
    aws.script["ListCustomModels"] = {"modelSummaries": []}
    assert names(run_module(INFO, arns=[ARN])) == []
    assert names(run_module(INFO, model="nowhere")) == []
    assert run_module(INFO, model="a.b")["failed"]


def test_an_older_boto3_is_told_what_it_lacks(aws, run_module, monkeypatch):
    def without(model):
        return [name for name in model._service_description["operations"] if "Deployment" not in name]

    monkeypatch.setattr("botocore.model.ServiceModel.operation_names", property(without))
    for module, options in ((MODULE, NEW), (INFO, {})):
        result = run_module(module, **options)
        assert result["failed"] and "pip install --upgrade boto3" in result["msg"]
        assert "ListCustomModelDeployments" in result["msg"] and aws.requests == []
