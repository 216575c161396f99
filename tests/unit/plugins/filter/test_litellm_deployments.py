"""The list of models becomes LiteLLM's deployments."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.llmops.bedrock.plugins.filter.litellm_deployments import FilterModule

litellm_deployments = FilterModule().filters()["litellm_deployments"]
SONNET = {"name": "claude-sonnet", "bedrock_model": "us.anthropic.claude-sonnet-5-5"}


def test_a_model_is_a_deployment() -> None:
    assert litellm_deployments([SONNET], region="us-west-2") == [
        {
            "model_name": "claude-sonnet",
            "litellm_params": {"model": "bedrock/us.anthropic.claude-sonnet-5-5", "aws_region_name": "us-west-2"},
            "model_info": {"mode": "chat"},
        }
    ]


def test_each_alias_is_a_deployment_of_its_own() -> None:
    made = litellm_deployments([{**SONNET, "aliases": ["gpt-4o", "gpt-4"]}], region="us-west-2")
    assert [deployment["model_name"] for deployment in made] == ["claude-sonnet", "gpt-4o", "gpt-4"]
    assert made[0]["litellm_params"] == made[1]["litellm_params"] == made[2]["litellm_params"]
    made[0]["litellm_params"]["rpm"] = 1
    assert "rpm" not in made[1]["litellm_params"]


def test_parameters_are_passed_through_and_come_first() -> None:
    params = {"aws_region_name": "eu-west-1", "max_tokens": 5}
    (made,) = litellm_deployments([{**SONNET, "litellm_params": params}], region="us-west-2")
    assert made["litellm_params"] == {"model": "bedrock/us.anthropic.claude-sonnet-5-5", **params}


def test_the_region_of_an_arn_is_where_it_is_called() -> None:
    arn = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-pro-v1:0"
    (made,) = litellm_deployments([{"name": "nova", "bedrock_model": arn}], region="us-west-2")
    assert made["litellm_params"]["aws_region_name"] == "eu-west-1"


def test_another_providers_model_stays_as_it_is() -> None:
    model = {"name": "gpt-4o", "litellm_params": {"model": "openai/gpt-4o", "api_key": "os.environ/OPENAI_API_KEY"}}
    (made,) = litellm_deployments([model], region="us-west-2")
    assert made["litellm_params"] == model["litellm_params"]


@pytest.mark.parametrize(("given", "number"), [("3", 3), (0, 0), ("0.5", 0.5), (9.0, 9)])
def test_a_weight_is_a_number_even_out_of_a_template(given: object, number: float) -> None:
    (made,) = litellm_deployments([{**SONNET, "weight": given}], region="r")
    weight = made["litellm_params"]["weight"]
    assert weight == number
    assert not isinstance(weight, str)


def test_one_name_may_have_several_deployments() -> None:
    made = litellm_deployments([SONNET, {**SONNET, "deployment": "overflow"}], region="r")
    assert [deployment.get("deployment") for deployment in made] == [None, "overflow"]


ARN = "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghij12"
BOUGHT = {**SONNET, "aliases": ["gpt-4o"], "provisioned_throughput": {"name": "sonnet"}}


def test_a_throughput_comes_first_for_every_name_and_is_called_in_its_own_region() -> None:
    made = litellm_deployments([BOUGHT], region="us-west-2", throughputs={"sonnet": ARN})
    assert [(one["model_name"], one.get("deployment"), one["litellm_params"]["order"]) for one in made] == [
        ("claude-sonnet", "provisioned", 1),
        ("gpt-4o", "provisioned", 1),
        ("claude-sonnet", None, 2),
        ("gpt-4o", None, 2),
    ]
    assert made[0]["litellm_params"] == {
        "model": "bedrock/anthropic.claude-sonnet-5-5",
        "model_id": ARN,
        "aws_region_name": "us-east-1",
        "order": 1,
    }
    assert made[2]["litellm_params"]["aws_region_name"] == "us-west-2"


def test_a_throughput_that_is_not_in_service_changes_nothing() -> None:
    on_demand = litellm_deployments([{**SONNET, "aliases": ["gpt-4o"]}], region="us-west-2")
    assert litellm_deployments([BOUGHT], region="us-west-2") == on_demand
    assert litellm_deployments([BOUGHT], region="us-west-2", throughputs={"other": ARN}) == on_demand


@pytest.mark.parametrize(
    ("models", "message"),
    [
        ([{"name": "a"}], "give it both name and bedrock_model"),
        ([{"bedrock_model": "a"}], "give it both name"),
        ([{**SONNET, "mode": "video"}], "mode is 'video'"),
        ([{**SONNET, "weight": "much"}], "weight is 'much'"),
        ([{**SONNET, "provisioned_throughput": {"name": "a--b"}}], "never two separators"),
        ([SONNET, SONNET], "More than one model is called claude-sonnet"),
        ([SONNET, {"name": "x", "bedrock_model": "a.y", "aliases": ["claude-sonnet"]}], "called claude-sonnet"),
    ],
)
def test_what_makes_no_sense_is_refused(models: list[dict[str, str]], message: str) -> None:
    with pytest.raises(AnsibleFilterError, match=message):
        litellm_deployments(models, region="us-west-2")
