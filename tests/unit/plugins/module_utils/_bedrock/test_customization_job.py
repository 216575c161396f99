from __future__ import annotations

from datetime import timedelta

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.customization_inputs import check_job
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.customization_job import (
    desired_of,
    plan_present,
    plan_stopped,
)
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused
from hypothesis import given, settings
from hypothesis import strategies as st

BASE = "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0"
KEY = "arn:aws:kms:us-west-2:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
ROLE = "arn:aws:iam::123456789012:role/r"
GIVEN = {
    "name": "job-1",
    "custom_model_name": "model",
    "role_arn": ROLE,
    "base_model_id": "amazon.nova-lite-v1:0",
    "training_data": {"s3_uri": "s3://data/train.jsonl", "invocation_logs": None},
    "output_s3_uri": "s3://data/out/",
}
FOUND = {
    "name": "job-1",
    "arn": "arn:job",
    "status": "Completed",
    "base_model_arn": f"{BASE}:300k",
    "custom_model_name": "model",
    "role_arn": ROLE,
    "customization_type": "FINE_TUNING",
    "hyperparameters": {"epochCount": "2", "learningRate": "1.0E-5", "batchSize": "1"},
    "training_data": {"s3_uri": "s3://data/train.jsonl"},
    "validation_data": ["s3://data/a", "s3://data/b"],
    "output_s3_uri": "s3://data/out",
    "kms_key_arn": KEY,
    "vpc": {"subnet_ids": ["subnet-1", "subnet-2"], "security_group_ids": ["sg-1"]},
    "customization_config": {
        "distillationConfig": {
            "teacherModelConfig": {
                "teacherModelIdentifier": "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-pro-v1:0",
                "maxResponseLengthForInference": 1000,
            }
        }
    },
    "failure_message": None,
    "tags": {"team": "ml"},
}


def plan(found, *, bases=(BASE,), acknowledged=True, ignore_terminal=False, **options):
    desired = desired_of({**GIVEN, **options})
    return plan_present(desired, found, base_arns=bases, acknowledged=acknowledged, ignore_terminal=ignore_terminal)


def distilled_from(teacher):
    return {"distillationConfig": {"teacherModelConfig": {"teacherModelIdentifier": teacher}}}


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"hyperparameters": {"epochCount": 2}},
        {"hyperparameters": {"learningRate": 0.00001}},
        {"hyperparameters": {"learningRate": "0.00001", "epochCount": "2"}},
        {"customization_type": "FINE_TUNING"},
        {"validation_data": ["s3://data/b", "s3://data/a"]},
        {"kms_key_id": KEY},
        {"kms_key_id": KEY.rsplit("/", 1)[1]},
        {"kms_key_id": "alias/training"},
        {"kms_key_id": "arn:aws:kms:us-west-2:123456789012:alias/training"},
        {"vpc": {"subnet_ids": ["subnet-2", "subnet-1"], "security_group_ids": ["sg-1"]}},
        {"output_s3_uri": "s3://data/out"},
        {"customization_config": distilled_from("amazon.nova-pro-v1:0")},
        {"custom_model_tags": {"any": "thing"}},
        {"tags": {"team": "ml"}},
    ],
)
@pytest.mark.parametrize("status", ["InProgress", "Completed"])
def test_a_job_with_the_same_values_is_left_alone_whatever_its_status(status, options):
    assert plan({**FOUND, "status": status}, **options).calls == ()


@pytest.mark.parametrize(
    "options, told",
    [
        ({"custom_model_name": "other"}, "custom_model_name is 'model', and 'other' is asked for"),
        ({"role_arn": f"{ROLE}x"}, f"role_arn is '{ROLE}', and '{ROLE}x' is asked for"),
        ({"customization_type": "DISTILLATION"}, "'FINE_TUNING', and 'DISTILLATION' is"),
        ({"hyperparameters": {"epochCount": 3}}, "hyperparameters.epochCount is '2', and '3' is asked for"),
        ({"hyperparameters": {"new": 1}}, "hyperparameters.new is not set, and '1' is asked for"),
        ({"training_data": {"s3_uri": "s3://data/other"}}, "s3://data/other"),
        ({"training_data": {"invocation_logs": {"s3_uri": "s3://data/train.jsonl"}}}, "invocation_logs"),
        ({"validation_data": ["s3://data/a"]}, "validation_data is"),
        ({"validation_data": []}, "validation_data is"),
        ({"output_s3_uri": "s3://data/elsewhere"}, "s3://data/elsewhere"),
        ({"kms_key_id": KEY.replace("0123", "9999")}, "9999"),
        ({"vpc": {"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]}}, "vpc is"),
        ({"customization_config": distilled_from("amazon.nova-premier-v1:0")}, "nova-premier"),
    ],
)
def test_other_values_are_refused_with_both(options, told):
    with pytest.raises(
        Refused, match="can be neither changed nor deleted: start the new one under another name"
    ) as error:
        plan(FOUND, **options)
    assert told in str(error.value)


def test_another_base_model_is_refused_and_one_that_is_gone_cannot_be_compared():
    with pytest.raises(Refused, match=r"base_model_id is .*nova-lite-v1:0:300k"):
        plan(FOUND, bases=[BASE.replace("lite", "pro")])
    assert plan(FOUND, bases=[]).calls == ()


def test_a_key_is_not_there_when_the_job_has_none():
    with pytest.raises(Refused, match="kms_key_id is not set, and 'alias/a' is asked for"):
        plan({**FOUND, "kms_key_arn": None}, kms_key_id="alias/a")


def test_hyperparameters_are_sent_as_texts():
    (call,) = plan(None, hyperparameters={"a": 2, "b": 0.00001, "c": True, "d": "x", "e": 1.5}).calls
    assert call.arguments["hyperparameters"] == {"a": "2", "b": "0.00001", "c": "true", "d": "x", "e": "1.5"}


def test_suboptions_that_are_not_set_are_not_sent():
    (call,) = plan(
        None, training_data={"invocation_logs": {"s3_uri": "s3://data/l", "use_prompt_response": None}}
    ).calls
    assert call.arguments["training_data"] == {"invocation_logs": {"s3_uri": "s3://data/l"}}


@pytest.mark.parametrize("option", ["custom_model_name", "role_arn", "base_model_id", "training_data", "output_s3_uri"])
def test_a_new_job_needs_its_values_and_one_that_exists_does_not(option):
    with pytest.raises(Refused, match=f"to start it {option} must be set"):
        plan(None, **{option: None})
    assert plan(FOUND, **{option: None}).calls == ()


def test_a_new_job_costs_money_and_one_that_exists_does_not():
    with pytest.raises(Refused, match="acknowledge_cost: true"):
        plan(None, acknowledged=False)
    assert plan(FOUND, acknowledged=False, tags={"new": "tag"}).calls


def test_a_new_job_needs_a_base_model_that_exists():
    with pytest.raises(Refused, match="no such custom model"):
        plan(None, bases=[], base_model_id="nowhere")


@pytest.mark.parametrize(
    "status, how", [("Failed", "failed: bad data."), ("Stopped", "was stopped"), ("Stopping", "is being")]
)
def test_a_job_that_ended_badly_is_a_failure_unless_it_is_accepted(status, how):
    found = {**FOUND, "status": status, "failure_message": "bad data." if status == "Failed" else None}
    with pytest.raises(Refused, match=how) as error:
        plan(found)
    assert "ignore_terminal" in str(error.value) and "another name" in str(error.value)
    assert plan(found, ignore_terminal=True).after["status"] == status
    with pytest.raises(Refused, match="other values"):
        plan(found, ignore_terminal=True, custom_model_name="other")


@pytest.mark.parametrize(
    "options, calls",
    [
        ({"tags": {"team": "web"}}, ["set tags"]),
        ({"tags": {}}, ["remove tags"]),
        ({"tags": {"new": 1}}, ["remove tags", "set tags"]),
        ({"tags": {"new": 1}, "purge_tags": False}, ["set tags"]),
    ],
)
def test_tags_are_all_that_changes(options, calls):
    assert [call.name for call in plan(FOUND, **options).calls] == calls


@pytest.mark.parametrize("status", ["Completed", "Failed", "Stopped", "Stopping"])
def test_only_a_job_that_runs_is_stopped(status):
    assert plan_stopped({**FOUND, "status": status}).calls == ()
    assert plan_stopped(None).calls == ()
    stopped = plan_stopped({**FOUND, "status": "InProgress"})
    assert stopped.calls[0].arguments == {"name": "job-1", "arn": "arn:job"}
    assert plan_stopped(stopped.after).calls == ()


tags = st.dictionaries(st.sampled_from("abc"), st.sampled_from("xy"))
options = st.fixed_dictionaries(
    {},
    optional={
        "tags": tags,
        "purge_tags": st.booleans(),
        "hyperparameters": st.dictionaries(st.sampled_from("pq"), st.integers(0, 3) | st.floats(0, 1) | st.booleans()),
        "validation_data": st.lists(st.sampled_from(["s3://data/a", "s3://data/b"]), unique=True),
        "customization_type": st.sampled_from(["FINE_TUNING", "DISTILLATION"]),
        "vpc": st.just(FOUND["vpc"]),
        "customization_config": st.just(FOUND["customization_config"]),
    },
)
founds = st.none() | st.builds(lambda t: {**FOUND, "tags": t}, tags)


@settings(deadline=timedelta(seconds=2))
@given(options, founds)
def test_a_second_plan_is_empty_and_no_call_leaves_its_job(given_options, found):
    try:
        first = plan(found, **given_options)
    except Refused:
        return
    after = {"arn": "arn:job", "kms_key_arn": None, **first.after}
    assert plan(after, **given_options).calls == ()
    for call in first.calls:
        assert call.arguments.get("name", "job-1") == "job-1" and call.arguments.get("arn", "arn:job") == "arn:job"


def checked(**changes):
    check_job({"state": "present", "wait_timeout": 1, "wait_delay": 1, **GIVEN, **changes})


def test_good_options_pass():
    checked(
        name="a.b+c-1",
        base_model_id="arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/amazon.nova-lite-v1:0:300k",
        training_data={
            "invocation_logs": {"s3_uri": "s3://data/logs/", "request_metadata_filters": {"equals": {"team": "ml"}}}
        },
        validation_data=["s3://data/a"] * 10,
        vpc={"subnet_ids": ["subnet-1"] * 16, "security_group_ids": ["sg-1"] * 5},
        kms_key_id="alias/a",
        customization_type="REINFORCEMENT_FINE_TUNING",
        customization_config={"rftConfig": {"hyperParameters": {"epochCount": 50, "learningRate": 0.001}}},
        tags={"a": ""},
        custom_model_tags={"b": "c d"},
        hyperparameters={"a": 1, "b": "x", "c": 0.5, "d": False},
    )


LOGS = {"s3_uri": "s3://data/l"}


@pytest.mark.parametrize(
    "changes, told",
    [
        ({"state": "absent"}, "cannot be deleted"),
        ({"name": "with_underscore"}, "no underscore"),
        ({"name": "-a"}, "name is"),
        ({"name": ""}, "name is"),
        ({"name": "a" * 64}, "name is"),
        ({"custom_model_name": "a.b"}, "custom_model_name is"),
        ({"custom_model_name": "a--b"}, "separators"),
        ({"custom_model_name": "a" * 64}, "custom_model_name is"),
        ({"role_arn": "arn:aws:iam::123456789012:user/r"}, "role_arn is"),
        ({"role_arn": "r"}, "role_arn is"),
        ({"base_model_id": "no model"}, "base_model_id is"),
        (
            {"base_model_id": "arn:aws:bedrock:us-west-2:123456789012:provisioned-model/a1b2c3d4e5f6"},
            "base_model_id is",
        ),
        ({"output_s3_uri": "s3://X/y"}, "output_s3_uri is"),
        ({"output_s3_uri": "https://bucket/y"}, "output_s3_uri is"),
        ({"output_s3_uri": "s3://data/" + "a" * 1024}, "output_s3_uri is"),
        ({"training_data": {"s3_uri": "data/train"}}, "training_data.s3_uri is"),
        ({"training_data": {"invocation_logs": {"s3_uri": "x"}}}, "invocation_logs.s3_uri is"),
        ({"training_data": {"invocation_logs": {**LOGS, "request_metadata_filters": {}}}}, "exactly one of"),
        ({"training_data": {"invocation_logs": {**LOGS, "request_metadata_filters": {"any": 1}}}}, "exactly one of"),
        ({"validation_data": ["s3://data/a"] * 11}, "0 to 10"),
        ({"validation_data": ["a"]}, "validation_data is"),
        ({"vpc": {"subnet_ids": [], "security_group_ids": ["sg-1"]}}, "subnet_ids is 0"),
        ({"vpc": {"subnet_ids": ["subnet-1"] * 17, "security_group_ids": ["sg-1"]}}, "1 to 16"),
        ({"vpc": {"subnet_ids": ["subnet-1"], "security_group_ids": []}}, "security_group_ids is 0"),
        ({"vpc": {"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"] * 6}}, "1 to 5"),
        ({"vpc": {"subnet_ids": ["vpc-1"], "security_group_ids": ["sg-1"]}}, "subnet_ids is 'vpc-1'"),
        ({"vpc": {"subnet_ids": ["subnet-1"], "security_group_ids": ["x"]}}, "security_group_ids is 'x'"),
        ({"kms_key_id": "my-key"}, "kms_key_id is"),
        ({"hyperparameters": {"a": None}}, "hyperparameters.a is None"),
        ({"hyperparameters": {"a": [1]}}, "hyperparameters.a is"),
        ({"customization_config": {}}, "exactly one of"),
        ({"customization_config": {"other": {}}}, "exactly one of"),
        ({"customization_config": {"rftConfig": {}, "distillationConfig": {}}}, "exactly one of"),
        ({"customization_config": {"rftConfig": {}}, "customization_type": "DISTILLATION"}, "Change one of them"),
        ({"customization_config": {"rftConfig": {"hyperParameters": {"epochCount": 51}}}}, "1 to 50"),
        ({"customization_config": {"rftConfig": {"hyperParameters": {"batchSize": 8}}}}, "16 to 512"),
        ({"customization_config": {"rftConfig": {"hyperParameters": {"batchSize": "many"}}}}, "16 to 512"),
        ({"tags": {"a*": "b"}}, "key of tags"),
        ({"tags": {"aws:x": "b"}}, "only AWS sets"),
        ({"tags": {str(n): "" for n in range(201)}}, "201 tags"),
        ({"custom_model_tags": {"a": "b" * 257}}, "custom_model_tags"),
        ({"wait_timeout": 0}, "wait_timeout is 0"),
        ({"wait_delay": 0}, "wait_delay is 0"),
    ],
)
def test_what_aws_would_refuse_is_refused_before_any_call(changes, told):
    with pytest.raises(Refused) as error:
        checked(**changes)
    assert told in str(error.value)
