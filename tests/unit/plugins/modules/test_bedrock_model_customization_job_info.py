"""What is listed, and how few calls it takes."""

from __future__ import annotations

import pytest

from tests.unit.plugins.modules.scripted_aws import Error

MODULE = "bedrock_model_customization_job_info"
PREFIX = "arn:aws:bedrock:us-west-2:123456789012:model-customization-job/amazon.nova-lite-v1:0/"
ARNS = {f"job-{n}": f"{PREFIX}{str(n) * 12}" for n in (1, 2, 3)}
STATUS = {"job-1": "Completed", "job-2": "InProgress", "job-3": "Failed"}
TIME = "2026-11-22T00:00:00Z"


def summary(name):
    return {"jobArn": ARNS[name], "jobName": name, "status": STATUS[name], "creationTime": TIME}


def record(request):
    for name, arn in ARNS.items():
        if request.parameters["jobIdentifier"] == arn:
            return {"jobArn": arn, "jobName": name, "status": STATUS[name], "creationTime": TIME}
    return Error("ResourceNotFoundException", status=404)


@pytest.fixture
def aws(scripted_aws):
    scripted_aws.script |= {
        "ListModelCustomizationJobs": [
            {"modelCustomizationJobSummaries": [summary("job-1"), summary("job-2")], "nextToken": "more"},
            {"modelCustomizationJobSummaries": [summary("job-3")]},
        ],
        "GetModelCustomizationJob": record,
        "ListTagsForResource": {"tags": [{"key": "a", "value": "b"}]},
    }
    return scripted_aws


def names(result):
    return [job["name"] for job in result["customization_jobs"]]


def test_all_pages_are_listed(aws, run_module):
    result = run_module(MODULE)
    assert names(result) == ["job-1", "job-2", "job-3"] and not result["changed"]
    assert result["customization_jobs"][0]["tags"] == {"a": "b"}


def test_only_those_asked_for_are_read(aws, run_module):
    assert names(run_module(MODULE, names=["job-3", "nowhere"])) == ["job-3"]
    assert aws.count("GetModelCustomizationJob") == 1


def test_arns_need_no_listing_and_missing_ones_are_left_out(aws, run_module):
    assert names(run_module(MODULE, arns=[ARNS["job-2"], PREFIX + "x" * 12])) == ["job-2"]
    assert aws.count("ListModelCustomizationJobs") == 0


def test_names_and_arns_add_up(aws, run_module):
    assert names(run_module(MODULE, names=["job-1"], arns=[ARNS["job-1"], ARNS["job-2"]])) == ["job-1", "job-2"]


def test_filters_go_to_aws_and_hold_for_arns_as_well(aws, run_module):
    run_module(MODULE, status="Failed", name_contains="job")
    sent = aws.calls("ListModelCustomizationJobs")[0].parameters
    assert sent == {"statusEquals": "Failed", "nameContains": "job"}
    assert names(run_module(MODULE, arns=list(ARNS.values()), status="Failed")) == ["job-3"]
    assert names(run_module(MODULE, arns=list(ARNS.values()), name_contains="2")) == ["job-2"]


@pytest.mark.parametrize("options", [{"names": ["a_b"]}, {"arns": ["job-1"]}, {"name_contains": ""}])
def test_bad_questions_are_refused_before_any_call(aws, run_module, options):
    assert run_module(MODULE, **options)["failed"] and aws.requests == []


def test_no_route_is_not_an_empty_list(aws, run_module):
    aws.script["ListModelCustomizationJobs"] = Error(
        "ValidationException", "No route for GET /model-customization-jobs"
    )
    assert "No route" in run_module(MODULE)["msg"]
