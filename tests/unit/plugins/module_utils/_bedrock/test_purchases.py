"""What the gateway's list wants to have bought, and what cannot be."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.llmops.bedrock.plugins.filter.bedrock_purchases import bedrock_purchases

REGION = "us-west-2"
NOVA = "amazon.nova-micro-v1:0"


def member(name: str = "fast", **throughput: t.Any) -> dict[str, t.Any]:
    block = {"name": "bought", "commitment_duration": "none", **throughput}
    return {"name": name, "bedrock_model": f"us.{NOVA}", "provisioned_throughput": block}


def row(**changes: t.Any) -> dict[str, t.Any]:
    usual = {"id": NOVA, "region": REGION, "lifecycle": "ACTIVE", "end_of_life": None, "days_to_end_of_life": None}
    return {**usual, **changes}


def test_defaults_are_filled_in_and_others_left_out() -> None:
    wanted = bedrock_purchases([{"name": "other", "bedrock_model": NOVA}, member()], REGION)
    assert wanted == [
        {
            "name": "bought",
            "model_id": NOVA,
            "model_units": 1,
            "commitment_duration": "none",
            "acknowledge_cost": False,
            "overflow": True,
            "tags": None,
            "price_per_unit_hour": None,
            "currency": None,
            "foundation_model": NOVA,
            "region": REGION,
            "models": ["fast"],
        }
    ]


def test_a_shared_throughput_is_bought_once_when_one_of_its_models_says_so() -> None:
    [shared] = bedrock_purchases([member(), member("faster", acknowledge_cost=True)], REGION)
    assert (shared["models"], shared["acknowledge_cost"]) == (["fast", "faster"], True)


def test_the_models_own_region_comes_first() -> None:
    elsewhere = {**member(), "litellm_params": {"aws_region_name": "eu-west-1"}}
    assert [each["region"] for each in bedrock_purchases([elsewhere], REGION)] == ["eu-west-1"]


@pytest.mark.parametrize(
    "found, told",
    [
        (row(), ""),
        (row(lifecycle="LEGACY", end_of_life="2027-04-08", days_to_end_of_life=90), "legacy model and ends on 2027-04"),
        (row(lifecycle="LEGACY"), "is a legacy model: none is sold"),
        (row(lifecycle="LEGACY", end_of_life="2026-09-30", days_to_end_of_life=-3), "end of life on 2026-09-30"),
        (row(end_of_life="2026-09-30", days_to_end_of_life=0), "end of life on 2026-09-30"),
        (row(lifecycle="LEGACY", region="eu-west-1"), ""),
        (row(lifecycle="LEGACY", id="amazon.nova-pro-v1:0"), ""),
    ],
)
def test_what_cannot_be_bought(found: dict[str, t.Any], told: str) -> None:
    problems = bedrock_purchases([member()], REGION, found=[found])
    assert len(problems) == bool(told) and all(
        told in str(each) and "bought (of fast)" in str(each) for each in problems
    )
    assert bedrock_purchases([member()], REGION, found=[found], known=["bought"]) == []


def test_a_term_has_no_default() -> None:
    without = member()
    del without["provisioned_throughput"]["commitment_duration"]
    [problem] = bedrock_purchases([without], REGION, found=[])
    assert "none, OneMonth, SixMonths" in str(problem)
    assert bedrock_purchases([without], REGION, found=[], known=["bought"]) == []


def test_what_is_wrong_with_the_list_is_an_error() -> None:
    with pytest.raises(AnsibleFilterError, match="OneYear"):
        bedrock_purchases([member(commitment_duration="OneYear")], REGION)
