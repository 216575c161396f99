from __future__ import annotations

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.model_deployment import (
    busy,
    called,
    check_deployment,
    check_deployments_asked_for,
    plan_absent,
    plan_present,
    the_one,
)
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused
from hypothesis import given
from hypothesis import strategies as st

ARN = "arn:aws:bedrock:us-west-2:123456789012:custom-model-deployment/a1b2c3d4e5f6"
PREFIX = "arn:aws:bedrock:us-west-2:123456789012:custom-model/amazon.nova-lite-v1:0/"
ONE, TWO = f"{PREFIX}{'1' * 12}", f"{PREFIX}{'2' * 12}"
MODELS = {arn: {"name": f"m{arn[-1]}", "arn": arn, "status": "Active", "failure_message": None} for arn in (ONE, TWO)}
FOUND = {
    "name": "d",
    "arn": ARN,
    "model_arn": ONE,
    "desired_model_arn": ONE,
    "status": "Active",
    "update_status": None,
    "failure_message": None,
    "description": "why",
    "tags": {"a": "b"},
}


def calls(plan):
    return [call.name for call in plan.calls]


def test_a_new_deployment_names_its_model_by_arn():
    desired = {"name": "d", "model": "m1", "description": "why", "tags": {"a": "b"}}
    (call,) = plan_present(desired, None, MODELS[ONE]).calls
    assert call.name == "create deployment"
    assert call.arguments == {"name": "d", "description": "why", "tags": {"a": "b"}, "model_arn": ONE}


@pytest.mark.parametrize(
    "desired, model, told",
    [
        ({"name": "d"}, None, "model must be set"),
        ({"name": "d", "model": "m1"}, None, "no such custom model"),
        ({"arn": ARN, "model": "m1"}, MODELS[ONE], "give its name"),
        ({"name": "d", "model": "m1"}, {**MODELS[ONE], "status": "Creating"}, "is Creating, and only an Active one"),
        (
            {"name": "d", "model": "m1"},
            {**MODELS[ONE], "status": "Failed", "failure_message": "bad."},
            "is Failed: bad, and only",
        ),
    ],
)
def test_a_new_deployment_needs_a_model_that_is_active(desired, model, told):
    with pytest.raises(Refused, match=told):
        plan_present(desired, None, model)


@pytest.mark.parametrize(
    "desired, model, expected",
    [
        ({}, None, []),
        ({"model": ONE}, None, []),
        ({"model": "m1"}, MODELS[ONE], []),
        ({"model": "m1"}, {**MODELS[ONE], "status": "Creating"}, []),
        ({"model": "m2"}, MODELS[TWO], ["update deployment"]),
        ({"model": TWO, "tags": {}}, MODELS[TWO], ["update deployment", "remove tags"]),
        ({"description": "why"}, None, []),
        ({"tags": {"c": 1}}, None, ["remove tags", "set tags"]),
        ({"tags": {"c": 1}, "purge_tags": False}, None, ["set tags"]),
    ],
)
def test_only_what_the_user_set_is_compared(desired, model, expected):
    assert calls(plan_present({"name": "d", **desired}, FOUND, model)) == expected


@pytest.mark.parametrize("model", [None, {**MODELS[TWO], "status": "Creating"}])
def test_the_next_model_must_be_active_too(model):
    with pytest.raises(Refused, match=r"no such custom model|only an Active one"):
        plan_present({"name": "d", "model": TWO}, FOUND, model)


def test_a_change_that_is_on_its_way_is_not_made_twice():
    changing = {**FOUND, "desired_model_arn": TWO, "update_status": "Updating"}
    assert calls(plan_present({"name": "d", "model": TWO}, changing, MODELS[TWO])) == []
    assert calls(plan_present({"name": "d", "model": ONE}, changing, MODELS[ONE])) == ["update deployment"]
    assert busy(changing) and busy({**FOUND, "status": "Creating"}) and not busy(FOUND) and not busy(None)


def test_a_change_that_failed_is_tried_again():
    unchanged = {**FOUND, "update_status": "UpdateFailed"}
    assert calls(plan_present({"name": "d", "model": TWO}, unchanged, MODELS[TWO])) == ["update deployment"]
    assert calls(plan_present({"name": "d", "model": ONE}, unchanged, MODELS[ONE])) == []


def test_a_description_cannot_change():
    with pytest.raises(Refused, match="is 'why', and 'other' is asked for"):
        plan_present({"name": "d", "description": "other"}, FOUND, None)


def test_a_deployment_that_failed_is_a_failure_with_its_reason():
    with pytest.raises(Refused, match=r"failed: no capacity\. Remove the cause"):
        plan_present({"name": "d"}, {**FOUND, "status": "Failed", "failure_message": "no capacity."}, None)


def test_absent():
    assert plan_absent(FOUND).calls[0].arguments == {"name": "d", "arn": ARN}
    assert calls(plan_absent({**FOUND, "status": "Failed"})) == ["delete deployment"]
    assert plan_absent(None).calls == ()


def test_no_deployment_is_ever_picked_from_two():
    assert the_one([ARN], "d") == ARN and the_one([], "d") is None
    with pytest.raises(Refused, match=f"{ARN}, other"):
        the_one([ARN, "other"], "d")


def test_a_deployment_cannot_be_renamed():
    assert called(FOUND, "d") == called(FOUND, None) == FOUND and called(None, "x") is None
    with pytest.raises(Refused, match="cannot be renamed"):
        called(FOUND, "x")


tags = st.dictionaries(st.sampled_from("abc"), st.sampled_from("xy"))
desireds = st.builds(
    lambda model, more: {"name": "d", "model": model, **more},
    st.sampled_from([ONE, TWO]),
    st.fixed_dictionaries({}, optional={"tags": tags, "purge_tags": st.booleans(), "description": st.just("why")}),
)
founds = st.none() | st.builds(
    lambda model, target, t: {
        **FOUND,
        "model_arn": model,
        "desired_model_arn": target,
        "update_status": "Updating" if model != target else None,
        "tags": t,
    },
    st.sampled_from([ONE, TWO]),
    st.sampled_from([ONE, TWO]),
    tags,
)


@given(desireds, founds)
def test_a_second_plan_is_empty_and_no_call_leaves_its_deployment(desired, found):
    model = MODELS[desired["model"]]
    plan = plan_present(desired, found, model)
    after = {"arn": ARN, **plan.after}
    assert plan_present(desired, after, model).calls == ()
    assert after["desired_model_arn"] == desired["model"]
    for call in plan.calls:
        assert call.arguments.get("arn", ARN) == ARN and call.arguments.get("name", "d") == "d"


def checked(**changes):
    check_deployment({"state": "present", "wait_timeout": 1, "wait_delay": 1, **changes})


def test_good_options_pass():
    checked(name="d_1", model="m-1", description="a\nb", tags={"a": ""})
    checked(arn=ARN, model=ONE)
    checked(arn=ARN.replace("aws", "aws-us-gov", 1))


@pytest.mark.parametrize(
    "changes, told",
    [
        ({"name": "a.b"}, "name is"),
        ({"name": "-a"}, "name is"),
        ({"name": "a" * 64}, "name is"),
        ({"arn": ONE}, "arn is"),
        ({"arn": "d"}, "arn is"),
        ({"model": "amazon.nova-lite-v1:0"}, "model is"),
        ({"model": "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0"}, "Only a custom model"),
        ({"model": "arn:aws:bedrock:us-west-2:123456789012:imported-model/a1b2c3d4e5f6"}, "takes no deployment"),
        ({"description": ""}, "description is"),
        ({"description": "a" * 2049}, "description is"),
        ({"tags": {"a": "ü"}}, "tags['a']"),
        ({"wait_timeout": 0}, "wait_timeout"),
        ({"wait_delay": -1}, "wait_delay"),
    ],
)
def test_what_aws_would_refuse_is_refused_before_any_call(changes, told):
    with pytest.raises(Refused) as error:
        checked(**changes)
    assert told in str(error.value)


@pytest.mark.parametrize("question", [{"names": ["a.b"]}, {"arns": ["a"]}, {"model": "a.b"}])
def test_bad_questions_are_refused(question):
    with pytest.raises(Refused):
        check_deployments_asked_for({"names": None, "arns": None, "model": None, **question})
