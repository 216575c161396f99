"""A member of the list with provisioned throughput: what is made of it, and what is refused."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.expansion import expand, expand_all, purchase_of
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.problems import problems_of
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.targets import InvalidModelError, target_of
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.terms import TERMS
from hypothesis import given
from hypothesis import strategies as st

REGION = "us-west-2"
BEDROCK = f"arn:aws:bedrock:{REGION}:123456789012"
ARN = f"{BEDROCK}:provisioned-model/abcdefghij12"
KNOWN = {"chat": ARN}


def member(target: str = "us.amazon.nova-lite-v1:0", *, throughput: t.Any = None, **more: t.Any) -> dict[str, t.Any]:
    return {
        "name": "m",
        "bedrock_model": target,
        "provisioned_throughput": {"name": "chat"} | (throughput or {}),
        **more,
    }


def test_the_throughput_comes_first_and_on_demand_takes_the_rest() -> None:
    given = member(litellm_params={"rpm": 5}, aliases=["n"], weight=2)
    first, second = expand(given, REGION, KNOWN)
    assert first == {
        "name": "m",
        "bedrock_model": "us.amazon.nova-lite-v1:0",
        "aliases": ["n"],
        "weight": 2,
        "deployment": "provisioned",
        "litellm_params": {"rpm": 5, "model": "bedrock/amazon.nova-lite-v1:0", "model_id": ARN, "order": 1},
    }
    assert second["litellm_params"] == {"rpm": 5, "order": 2}
    assert "deployment" not in second and "provisioned_throughput" not in second


@pytest.mark.parametrize("overflow", [False, "false", "no"])
def test_without_overflow_only_the_throughput_is_called(overflow: t.Any) -> None:
    (made,) = expand(member(throughput={"overflow": overflow}), REGION, KNOWN)
    assert made["litellm_params"]["model_id"] == ARN


def test_until_it_is_in_service_the_model_stays_on_demand() -> None:
    for throughputs in ({}, {"other": ARN}, {"chat": ""}):
        (made,) = expand(member(throughput={"overflow": False}), REGION, throughputs)
        assert made == {"name": "m", "bedrock_model": "us.amazon.nova-lite-v1:0"}


def test_members_without_one_stay_as_they_are() -> None:
    others = [{"name": "a", "bedrock_model": "a.b"}, {"name": "o", "litellm_params": {"model": "openai/gpt"}}]
    assert expand_all(others, REGION, KNOWN) == others
    assert expand_all(others, REGION, None) == others


@pytest.mark.parametrize(
    ("target", "model"),
    [
        ("amazon.nova-lite-v1:0", "bedrock/amazon.nova-lite-v1:0"),
        ("amazon.nova-lite-v1:0:24k", "bedrock/amazon.nova-lite-v1:0"),
        ("cohere.embed-english-v3:0:512", "bedrock/cohere.embed-english-v3:0"),
        ("amazon.titan-text-lite-v1:4k", "bedrock/amazon.titan-text-lite-v1"),
        ("global.anthropic.claude-sonnet-5-5", "bedrock/anthropic.claude-sonnet-5-5"),
        ("converse/us.a.b-v1:0", "bedrock/converse/a.b-v1:0"),
        (f"{REGION}/a.b-v1:0", "bedrock/a.b-v1:0"),
        (f"{BEDROCK}:inference-profile/eu.a.b", "bedrock/a.b"),
        ("arn:aws:bedrock:us-west-2::foundation-model/a.b", "bedrock/a.b"),
    ],
)
def test_litellm_is_told_the_foundation_model(target: str, model: str) -> None:
    assert expand(member(target), REGION, KNOWN)[0]["litellm_params"]["model"] == model


@pytest.mark.parametrize(
    "bought",
    [
        "a.b-v1:0:24k",
        "arn:aws:bedrock:us-west-2::foundation-model/a.b-v1:0",
        f"{BEDROCK}:custom-model/a.b-v1:0:24k/abcdefghij12",
    ],
)
def test_what_is_bought_tells_of_a_foundation_model_that_the_name_hides(bought: str) -> None:
    profile = f"{BEDROCK}:application-inference-profile/abc"
    made = expand(member(profile, throughput={"model_id": bought}), REGION, KNOWN)
    assert made[0]["litellm_params"]["model"] == "bedrock/a.b-v1:0"
    assert [one["bedrock_model"] for one in made[1:]] == ([] if ":custom-model/" in bought else [profile])


CUSTOM = f"{BEDROCK}:custom-model/amazon.nova-lite-v1:0/abcdefghij12"


@pytest.mark.parametrize("bought", ["tuned", CUSTOM])
@pytest.mark.parametrize("block", [{}, {"overflow": False}])
def test_the_base_model_never_answers_in_the_place_of_a_fine_tuned_one(bought: str, block: t.Any) -> None:
    tuned = member("amazon.nova-lite-v1:0", throughput={"model_id": bought, **block})
    assert [target_of(made, REGION).arn for made in expand(tuned, REGION, KNOWN)] == [ARN]
    assert expand(tuned, REGION, {}) == []
    assert problems_of([tuned, tuned], REGION) != []
    assert problems_of([tuned], REGION) == []
    with pytest.raises(InvalidModelError, match=r"Take overflow out, or give the ARN of a deployment"):
        expand(member("amazon.nova-lite-v1:0", throughput={"model_id": bought, "overflow": True}), REGION, KNOWN)


def test_a_fine_tuned_model_overflows_to_its_own_deployment() -> None:
    deployment = f"{BEDROCK}:custom-model-deployment/abcdefghij12"
    tuned = member("amazon.nova-lite-v1:0", throughput={"model_id": "tuned"}, litellm_params={"model_id": deployment})
    assert [target_of(made, REGION).arn for made in expand(tuned, REGION, KNOWN)] == [ARN, deployment]


def test_a_purchase_has_its_defaults() -> None:
    assert purchase_of(member(), REGION) == {
        "name": "chat",
        "model_id": "amazon.nova-lite-v1:0",
        "model_units": 1,
        "overflow": True,
        "acknowledge_cost": False,
        "foundation_model": "amazon.nova-lite-v1:0",
    }
    bought = {"model_id": "amazon.nova-lite-v1:0:24k", "model_units": "2", "commitment_duration": "SixMonths"}
    assert purchase_of(member(throughput=bought), REGION) | {**bought, "model_units": 2} == purchase_of(
        member(throughput=bought), REGION
    )


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        (member(throughput={"name": "a--b"}), "never two separators"),
        (member(throughput={"name": ""}), "Use 1 to 63"),
        (member(throughput={"commitment_duration": "1 year"}), "'1 year'.*none .by the hour., OneMonth or SixMonths"),
        (member(throughput={"commitment_duration": "OneYear"}), "no term of a year"),
        (member(throughput={"commitment_duration": 12}), "no term of a year"),
        (member(throughput={"model_units": 0}), "at least 1"),
        (member(throughput={"model_units": "1.5"}), "units are whole"),
        (member(throughput={"model_units": True}), "units are whole"),
        (member(throughput={"model_id": "a b"}), r"provider\.model"),
        (member(throughput={"tags": ["a"]}), "Give a dictionary"),
        (member(throughput={"tags": {"aws:x": "y"}}), "Rename it"),
        (member(throughput={"overflow": "perhaps"}), "Give true or false"),
        (member(throughput={"units": 2}), "no option units. There are name, model_id, model_units"),
        ({"name": "m", "bedrock_model": "a.b", "provisioned_throughput": "chat"}, "Give a dictionary"),
        (member(litellm_params={"model_id": ARN}), "Take it out: the ARN is that of"),
        (member(litellm_params={"order": 1}), "order is set by"),
        (member(litellm_params={"model": "openai/gpt-4o"}), "for models of Bedrock"),
        (member(f"{BEDROCK}:application-inference-profile/abc"), "id of the base model"),
        (member("tuned"), r"provider\.model"),
        (member("mantle/a.b"), "id of the base model"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_bought(wrong: dict[str, t.Any], remedy: str) -> None:
    for throughputs in ({}, KNOWN):
        with pytest.raises(InvalidModelError, match=remedy):
            expand(wrong, REGION, throughputs)
        (told,) = problems_of([wrong], REGION, throughputs)
        assert told.startswith("Model m")


@pytest.mark.parametrize("arn", ["chat", f"{BEDROCK}:custom-model/abc", "arn:aws:s3:::b"])
def test_what_is_no_throughputs_arn_is_refused(arn: str) -> None:
    with pytest.raises(InvalidModelError, match="Give its ARN"):
        expand(member(), REGION, {"chat": arn})


def test_a_throughput_of_another_region_than_the_members_is_refused() -> None:
    with pytest.raises(InvalidModelError, match="set it to us-west-2"):
        expand(member(litellm_params={"aws_region_name": "eu-west-1"}), REGION, KNOWN)


def test_members_may_share_a_throughput_but_not_contradict_each_other() -> None:
    second = {**member(), "name": "n"}
    assert problems_of([member(), second], REGION, KNOWN) == []
    (told,) = problems_of([member(throughput={"model_units": 2}), second], REGION)
    assert "Models m and n share the provisioned throughput chat, and their model_units is 2 and 1" in told


def test_two_members_of_a_name_have_labels_of_their_own() -> None:
    west = member(deployment="west")
    assert [made.get("deployment") for made in expand(west, REGION, KNOWN)] == ["west-provisioned", "west"]
    assert problems_of([west, member(throughput={"name": "two"})], REGION, {**KNOWN, "two": ARN}) == []
    clash = {"name": "m", "bedrock_model": "a.b", "deployment": "provisioned"}
    (told,) = problems_of([member(), clash], REGION, KNOWN)
    assert "called m" in told
    assert problems_of([member(), clash], REGION) == []


@given(
    st.sampled_from(["a.b", "us.a.b", "converse/us.a.b", "us-west-2/a.b"]),
    st.sampled_from(["chat", "embedding", "image_generation"]),
    st.fixed_dictionaries(
        {},
        optional={
            "overflow": st.booleans(),
            "model_units": st.integers(1, 9),
            "commitment_duration": st.sampled_from([*TERMS]),
        },
    ),
    st.booleans(),
)
def test_whatever_is_made_can_be_called_and_is_not_expanded_again(target, mode, block, bought) -> None:
    if "/" in target and mode != "chat":
        target = target.rsplit("/", 1)[1]
    made = expand(member(target, throughput=block, mode=mode), REGION, KNOWN if bought else {})
    assert len(made) == (2 if bought and block.get("overflow", True) else 1)
    assert [target_of(one, REGION).arn == ARN for one in made] == [bought, False][: len(made)]
    assert expand_all(made, REGION, KNOWN) == made
