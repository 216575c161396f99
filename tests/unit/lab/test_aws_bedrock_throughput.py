"""The emulated Bedrock sells throughput as AWS does: with names, terms, tokens, pages and a time to wait."""

from __future__ import annotations

import signal
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.unit.lab.aws_process import Aws, make_authorities, until

CANVAS = "stability.stable-image-core-v1:1"
NOVA = "amazon.nova-lite-v1:0:24k"


pytestmark = pytest.mark.usefixtures("instant")


def buy(bedrock: Any, name: str, **more: Any) -> str:
    asked = {"provisionedModelName": name, "modelId": CANVAS, "modelUnits": 1, **more}
    return str(bedrock.create_provisioned_model_throughput(**asked)["provisionedModelArn"])


def status(bedrock: Any, arn: str) -> str:
    return str(bedrock.get_provisioned_model_throughput(provisionedModelId=arn)["status"])


def test_a_purchase_is_made_ready_after_a_while_and_known_by_name_and_arn(aws: Aws, bedrock: Any):
    aws.lab("PUT", "/_lab/faults", {"bedrock_provisioning_seconds": 0.5})
    arn = buy(bedrock, "slow", modelId=NOVA, modelUnits=2, tags=[{"key": "team", "value": "a"}])
    assert arn.partition(":provisioned-model/")[0] == "arn:aws:bedrock:us-west-2:111122223333"
    assert status(bedrock, arn) == "Creating"
    until(lambda: status(bedrock, arn) == "InService")
    told = bedrock.get_provisioned_model_throughput(provisionedModelId="slow")
    assert told["provisionedModelArn"] == arn
    assert told["modelArn"] == told["desiredModelArn"] == told["foundationModelArn"]
    assert told["modelArn"] == f"arn:aws:bedrock:us-west-2::foundation-model/{NOVA}"
    assert (told["modelUnits"], told["desiredModelUnits"]) == (2, 2)
    assert "commitmentDuration" not in told
    assert bedrock.list_tags_for_resource(resourceARN=arn)["tags"] == [{"key": "team", "value": "a"}]


def test_a_purchase_can_fail_and_says_why_in_get_only(aws: Aws, bedrock: Any):
    aws.lab("PUT", "/_lab/faults", {"bedrock_provisioning_failure": "no capacity"})
    arn = buy(bedrock, "unlucky", commitmentDuration="OneMonth")
    told = bedrock.get_provisioned_model_throughput(provisionedModelId=arn)
    assert (told["status"], told["failureMessage"]) == ("Failed", "no capacity")
    (row,) = bedrock.list_provisioned_model_throughputs(nameContains="unlucky")["provisionedModelSummaries"]
    assert "failureMessage" not in row
    bedrock.delete_provisioned_model_throughput(provisionedModelId=arn)
    assert status(bedrock, buy(bedrock, "lucky")) == "InService"


def test_a_term_is_kept_and_ends(aws: Aws, bedrock: Any):
    arn = buy(bedrock, "kept", commitmentDuration="SixMonths")
    told = bedrock.get_provisioned_model_throughput(provisionedModelId=arn)
    assert (told["commitmentExpirationTime"] - told["creationTime"]).days == 182
    with pytest.raises(ClientError, match="ConflictException") as refused:
        bedrock.delete_provisioned_model_throughput(provisionedModelId=arn)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    aws.lab("PUT", "/_lab/faults", {"bedrock_term_seconds": 0.1})
    short = buy(bedrock, "short", commitmentDuration="OneMonth")

    def gone() -> bool:
        try:
            bedrock.delete_provisioned_model_throughput(provisionedModelId=short)
        except bedrock.exceptions.ConflictException:
            return False
        return True

    until(gone)
    with pytest.raises(bedrock.exceptions.ResourceNotFoundException):
        status(bedrock, short)


def test_one_token_buys_once_and_one_name_may_be_bought_twice(bedrock: Any):
    first = buy(bedrock, "twin", clientRequestToken="t1")
    assert buy(bedrock, "twin", clientRequestToken="t1") == first
    assert buy(bedrock, "twin", clientRequestToken="t2") != first
    rows = bedrock.list_provisioned_model_throughputs(nameContains="twin")["provisionedModelSummaries"]
    assert len(rows) == 2


def test_a_listing_filters_and_has_pages(bedrock: Any):
    arns = [buy(bedrock, f"page-{number}") for number in range(5)]
    pages = bedrock.get_paginator("list_provisioned_model_throughputs").paginate(
        nameContains="page-", sortOrder="Ascending", PaginationConfig={"PageSize": 2}
    )
    listed = [page["provisionedModelSummaries"] for page in pages]
    assert [len(page) for page in listed] == [2, 2, 1]
    assert [row["provisionedModelArn"] for page in listed for row in page] == arns
    for asked in (
        {"statusEquals": "Creating"},
        {"modelArnEquals": f"arn:aws:bedrock:us-west-2::foundation-model/{NOVA}"},
    ):
        answer = bedrock.list_provisioned_model_throughputs(nameContains="page-", **asked)
        assert answer["provisionedModelSummaries"] == []


def test_a_purchase_takes_another_name_but_a_base_model_stays(bedrock: Any):
    arn = buy(bedrock, "before")
    bedrock.update_provisioned_model_throughput(provisionedModelId=arn, desiredProvisionedModelName="after")
    assert bedrock.get_provisioned_model_throughput(provisionedModelId="after")["provisionedModelArn"] == arn
    with pytest.raises(ClientError, match="can't specify this field"):
        bedrock.update_provisioned_model_throughput(provisionedModelId=arn, desiredModelId=NOVA)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"name": "a--b"}, "ValidationException"),
        ({"name": "a" * 64}, "ValidationException"),
        ({"commitmentDuration": "OneYear"}, "ValidationException"),
        ({"tags": [{"key": "a&b", "value": ""}]}, "ValidationException"),
        ({"modelId": "amazon.made-up-v1:0"}, "ValidationException"),
        ({"modelId": "us.amazon.nova-lite-v1:0"}, "ValidationException"),
        ({"modelId": "amazon.nova-lite-v1:0"}, "ValidationException"),
        ({"modelId": "openai.gpt-oss-20b-1:0"}, "ValidationException"),
        ({"modelId": "meta.llama4-maverick-17b-instruct-v1:0:128k"}, "ValidationException"),
        ({"modelId": "amazon.nova-canvas-v1:0"}, "ResourceNotFoundException"),
        ({"modelId": "no-such-custom-model"}, "ResourceNotFoundException"),
    ],
)
def test_a_purchase_that_aws_refuses(bedrock: Any, asked: dict[str, Any], code: str):
    with pytest.raises(ClientError, match=code):
        buy(bedrock, **{"name": "refused", **asked})


def test_tags_change_on_what_there_is_only(bedrock: Any):
    arn = buy(bedrock, "tagged", tags=[{"key": "a", "value": "1"}, {"key": "b", "value": "2"}])
    bedrock.tag_resource(resourceARN=arn, tags=[{"key": "a", "value": "3"}])
    bedrock.untag_resource(resourceARN=arn, tagKeys=["b"])
    assert bedrock.list_tags_for_resource(resourceARN=arn)["tags"] == [{"key": "a", "value": "3"}]
    with pytest.raises(bedrock.exceptions.ResourceNotFoundException):
        bedrock.list_tags_for_resource(resourceARN=arn[:-1] + ("a" if arn[-1] != "a" else "b"))
    more = [{"key": f"k{number}", "value": ""} for number in range(200)]
    with pytest.raises(bedrock.exceptions.TooManyTagsException):
        bedrock.tag_resource(resourceARN=arn, tags=more)


@pytest.mark.parametrize(("moment", "bought"), [("before", 0), ("after", 1)])
def test_a_connection_ends_without_an_answer(aws: Aws, bedrock: Any, moment: str, bought: int):
    fault = {"service": "bedrock", "operation": "CreateProvisionedModelThroughput", "reset": moment, "count": 1}
    aws.lab("PUT", "/_lab/faults", fault)
    with pytest.raises(ConnectionClosedError):
        buy(bedrock, f"reset-{moment}", clientRequestToken=f"reset-{moment}")
    rows = bedrock.list_provisioned_model_throughputs(nameContains=f"reset-{moment}")["provisionedModelSummaries"]
    assert len(rows) == bought
    buy(bedrock, f"reset-{moment}", clientRequestToken=f"reset-{moment}")
    rows = bedrock.list_provisioned_model_throughputs(nameContains=f"reset-{moment}")["provisionedModelSummaries"]
    assert len(rows) == 1


def test_a_fault_finds_a_call_whose_path_holds_an_arn(aws: Aws, bedrock: Any):
    arn = buy(bedrock, "faulty")
    fault = {"service": "bedrock", "operation": "DeleteProvisionedModelThroughput", "error": "ThrottlingException"}
    aws.lab("PUT", "/_lab/faults", fault)
    with pytest.raises(ClientError, match="ThrottlingException"):
        bedrock.delete_provisioned_model_throughput(provisionedModelId=arn)
    bedrock.delete_provisioned_model_throughput(provisionedModelId=arn)


def test_purchases_survive_a_kill_while_they_are_made(tmp_path_factory: pytest.TempPathFactory):
    state = tmp_path_factory.mktemp("killed")
    make_authorities(state / "pki")
    lab = Aws(state)
    try:
        lab.start()
        lab.lab("PUT", "/_lab/faults", {"bedrock_provisioning_seconds": 1})
        arn = buy(lab.client("bedrock"), "survivor", clientRequestToken="once", tags=[{"key": "a", "value": "b"}])
        saved = state / "aws" / "bedrock.json"
        until(lambda: saved.exists() and "survivor" in saved.read_text())
        lab.end(signal.SIGKILL)
        lab.start()
        again = lab.client("bedrock")
        assert buy(again, "survivor", clientRequestToken="once") == arn
        until(lambda: status(again, arn) == "InService")
        assert again.list_tags_for_resource(resourceARN=arn)["tags"] == [{"key": "a", "value": "b"}]
    finally:
        lab.end(signal.SIGTERM)


@pytest.mark.parametrize("nonsense", [{"bedrock_unknown": 1}, {"bedrock_term_seconds": "x"}, {"reset": "during"}])
def test_nonsense_turns_no_knob(aws: Aws, nonsense: dict[str, Any]):
    with pytest.raises(OSError, match="400"):
        aws.lab("PUT", "/_lab/faults", {"bedrock_provisioning_failure": "never", **nonsense})
    assert aws.lab("GET", "/_lab/faults")["bedrock_provisioning_failure"] == ""
