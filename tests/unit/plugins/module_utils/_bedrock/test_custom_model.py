from __future__ import annotations

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.custom_model import (
    called,
    check_model,
    check_models_asked_for,
    plan_absent,
    plan_present,
    the_one,
)
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused
from hypothesis import given
from hypothesis import strategies as st

CUSTOM_ARN = "arn:aws:bedrock:us-west-2:123456789012:custom-model/amazon.nova-lite-v1:0/f6e5d4c3b2a1"
IMPORTED_ARN = "arn:aws:bedrock:us-west-2:123456789012:imported-model/a1b2c3d4e5f6"
JOB_ARN = "arn:aws:bedrock:us-west-2:123456789012:model-import-job/a1b2c3d4e5f6"
KEY = "arn:aws:kms:us-west-2:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
ROLE = "arn:aws:iam::123456789012:role/r"
CUSTOM = {
    "name": "m",
    "arn": CUSTOM_ARN,
    "kind": "custom",
    "status": "Active",
    "source_s3_uri": None,
    "tags": {"a": "b"},
}
IMPORTED = {**CUSTOM, "arn": IMPORTED_ARN, "kind": "imported", "source_s3_uri": "s3://data/m/", "kms_key_arn": KEY}
MAKING = {**IMPORTED, "arn": None, "job_arn": JOB_ARN, "status": "Creating", "tags": {}}
NEW = {"name": "m", "kind": "imported", "model_source_s3_uri": "s3://data/m", "role_arn": ROLE}


def calls(plan):
    return [call.name for call in plan.calls]


@pytest.mark.parametrize(
    "desired, expected",
    [
        (NEW, "import model"),
        ({**NEW, "kind": "custom"}, "create model"),
        ({"name": "m", "kind": "custom", "model_source_s3_uri": "s3://data/m"}, "create model"),
    ],
)
def test_a_new_model_is_made_by_its_kind(desired, expected):
    assert calls(plan_present(desired, None)) == [expected]


@pytest.mark.parametrize(
    "desired, told",
    [
        ({"name": "m"}, "kind, model_source_s3_uri must be set"),
        ({**NEW, "role_arn": None}, "role_arn must be set"),
        ({"arn": CUSTOM_ARN}, "give its name"),
    ],
)
def test_a_new_model_needs_its_values(desired, told):
    with pytest.raises(Refused, match=told):
        plan_present({key: value for key, value in desired.items() if value is not None}, None)


@pytest.mark.parametrize(
    "desired, found, expected",
    [
        ({}, CUSTOM, []),
        ({"model_source_s3_uri": "s3://any/thing"}, CUSTOM, []),
        ({"model_source_s3_uri": "s3://data/m", "kms_key_id": "alias/k"}, IMPORTED, []),
        ({"kms_key_id": KEY}, IMPORTED, []),
        ({"tags": {"c": 1}}, CUSTOM, ["remove tags", "set tags"]),
        ({"tags": {"c": 1}, "purge_tags": False}, CUSTOM, ["set tags"]),
        ({"tags": {"c": 1}}, MAKING, []),
        ({}, {**CUSTOM, "status": "Creating"}, []),
    ],
)
def test_a_model_that_exists_changes_its_tags_only(desired, found, expected):
    assert calls(plan_present({"name": "m", **desired}, found)) == expected


@pytest.mark.parametrize(
    "desired, told",
    [
        ({"kind": "custom"}, "kind is imported, and custom is asked for"),
        ({"model_source_s3_uri": "s3://data/other"}, "model_source_s3_uri is s3://data/m/, and s3://data/other"),
        ({"kms_key_id": KEY.replace("0123", "9999")}, "kms_key_id is"),
    ],
)
def test_other_values_are_refused_with_both(desired, told):
    with pytest.raises(Refused, match=told):
        plan_present({"name": "m", **desired}, IMPORTED)


def test_a_model_that_failed_is_a_failure_with_its_reason():
    with pytest.raises(Refused, match=r"failed: no files\. Remove the cause"):
        plan_present({"name": "m"}, {**CUSTOM, "status": "Failed", "failure_message": "no files."})


def test_absent():
    (call,) = plan_absent(CUSTOM).calls
    assert call.arguments == {"name": "m", "arn": CUSTOM_ARN, "kind": "custom"}
    assert plan_absent(None).calls == ()
    assert calls(plan_absent({**CUSTOM, "status": "Failed"})) == ["delete model"]
    with pytest.raises(Refused, match=f"{JOB_ARN}, and an import cannot be stopped"):
        plan_absent(MAKING)


def test_two_models_of_one_name_are_told_apart_by_the_user():
    assert the_one([], "m") is None and the_one([CUSTOM], "m") == CUSTOM
    with pytest.raises(Refused) as error:
        the_one([CUSTOM, IMPORTED], "m")
    assert CUSTOM_ARN in str(error.value) and IMPORTED_ARN in str(error.value)


def test_an_arn_with_another_name_is_refused():
    assert called(CUSTOM, "m") == called(CUSTOM, None) == CUSTOM and called(None, "m") is None
    with pytest.raises(Refused, match="cannot be renamed"):
        called(CUSTOM, "other")


tags = st.dictionaries(st.sampled_from("abc"), st.sampled_from("xy"))
desireds = st.builds(
    lambda kind, more: {**NEW, "kind": kind, **more},
    st.sampled_from(["custom", "imported"]),
    st.fixed_dictionaries({}, optional={"tags": tags, "purge_tags": st.booleans()}),
)
founds = st.none() | st.builds(lambda model, t: {**model, "tags": t}, st.sampled_from([CUSTOM, IMPORTED]), tags)


@given(desireds, founds)
def test_a_second_plan_is_empty_and_no_call_leaves_its_model(desired, found):
    try:
        plan = plan_present(desired, found)
    except Refused:
        return
    after = {"arn": CUSTOM_ARN, **plan.after}
    assert plan_present(desired, after).calls == ()
    for call in plan.calls:
        assert call.arguments.get("name") == "m" or call.arguments["arn"] == found["arn"]


def checked(**changes):
    check_model({"state": "present", "wait_timeout": 1, "wait_delay": 1, **changes})


def test_good_options_pass():
    checked(name="a-b_c", kind="imported", kms_key_id="alias/a", role_arn=ROLE, model_source_s3_uri="s3://data/m/")
    checked(arn=CUSTOM_ARN, kind="custom", kms_key_id=KEY, tags={"a": "b"})
    checked(arn=IMPORTED_ARN)


@pytest.mark.parametrize(
    "changes, told",
    [
        ({"name": "a.b"}, "name is"),
        ({"name": "a__b"}, "separators"),
        ({"name": "a" * 64}, "name is"),
        ({"arn": "m"}, "arn is"),
        ({"arn": JOB_ARN}, "arn is"),
        ({"arn": CUSTOM_ARN, "kind": "imported"}, "kind is imported"),
        ({"model_source_s3_uri": "/files"}, "s3://BUCKET"),
        ({"role_arn": "r"}, "role_arn is"),
        ({"kms_key_id": "k"}, "kms_key_id is"),
        ({"kind": "custom", "kms_key_id": "alias/a"}, "ARN of a KMS key alone"),
        ({"tags": {"": "x"}}, "key of tags"),
        ({"wait_timeout": -1}, "wait_timeout"),
        ({"wait_delay": 0}, "wait_delay"),
    ],
)
def test_what_aws_would_refuse_is_refused_before_any_call(changes, told):
    with pytest.raises(Refused) as error:
        checked(**changes)
    assert told in str(error.value)


@pytest.mark.parametrize(
    "question", [{"names": ["a.b"]}, {"arns": ["a"]}, {"base_model_id": "custom-name"}, {"base_model_id": "a b"}]
)
def test_bad_questions_are_refused(question):
    with pytest.raises(Refused):
        check_models_asked_for({"names": None, "arns": None, "base_model_id": None, **question})
