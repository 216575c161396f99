"""Plans for provisioned throughput: nothing is bought, moved or deleted that should not be."""

from __future__ import annotations

import datetime

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock import throughput
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.buyable import Model
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime.datetime(2026, 11, 28, 12, tzinfo=datetime.UTC)
ARN = "arn:aws:bedrock:us-west-2:123456789012:provisioned-model/abcdef123456"
BASE = "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0:24k"
CUSTOM = "arn:aws:bedrock:us-west-2:123456789012:custom-model/amazon.nova-lite-v1:0:300k/"
SIBLING, STRANGER = CUSTOM + "b" * 12, CUSTOM.replace("lite", "pro") + "c" * 12

WANTED = {
    "name": "app",
    "model_id": "amazon.nova-lite-v1:0:24k",
    "model_arn": BASE,
    "model_units": 2,
    "commitment_duration": "OneMonth",
    "acknowledge_cost": True,
}
FOUND = {
    "name": "app",
    "arn": ARN,
    "id": "abcdef123456",
    "model_arn": BASE,
    "desired_model_arn": BASE,
    "foundation_model_arn": BASE,
    "model_units": 2,
    "desired_model_units": 2,
    "status": "InService",
    "commitment_duration": "OneMonth",
    "commitment_expiration_time": "2026-12-20T00:00:00Z",
    "commitment_days_left": 21,
    "creation_time": "2026-11-20T00:00:00Z",
    "last_modified_time": "2026-11-20T00:00:00Z",
    "failure_message": None,
    "tags": {"team": "ml", "aws:x": "y"},
}
ON_CUSTOM = {
    **FOUND,
    "model_arn": CUSTOM + "a" * 12,
    "desired_model_arn": CUSTOM + "a" * 12,
    "foundation_model_arn": BASE.replace("24k", "300k"),
}


def plan(desired, found, model=None):
    return throughput.plan_present(desired, found, model, now=NOW)


def refused(desired, found, model=None):
    with pytest.raises(Refused) as told:
        plan(desired, found, model)
    return str(told.value)


# --- A purchase ---


def test_a_purchase_is_one_call():
    made = plan({**WANTED, "tags": {"n": 1}}, None)
    (call,) = made.calls
    assert call.name == "buy throughput" and call.arguments == {
        "name": "app",
        "model_id": "amazon.nova-lite-v1:0:24k",
        "model_units": 2,
        "commitment_duration": "OneMonth",
        "tags": {"n": "1"},
    }
    assert made.before is None and made.after["desired_model_arn"] == BASE


def test_a_custom_model_is_bought_by_its_arn():
    (call,) = plan({**WANTED, "model_id": "tuned", "model_arn": SIBLING}, None).calls
    assert call.arguments["model_id"] == SIBLING


@pytest.mark.parametrize("value", [False, None])
def test_nothing_is_bought_without_consent(value):
    told = refused({**WANTED, "acknowledge_cost": value, "price_per_unit_hour": "21.18", "currency": "EUR"}, None)
    assert "2 model units at 42.36 EUR an hour, billed at least until 2026-12-28 (OneMonth)" in told


def test_consent_is_for_purchases_only():
    assert plan({"name": "app", "tags": {"a": "b"}}, FOUND).calls
    assert throughput.plan_absent({"name": "app"}, {**FOUND, "commitment_expiration_time": None}, now=NOW).calls


@pytest.mark.parametrize("option", ["name", "model_id", "model_units", "commitment_duration"])
def test_what_a_purchase_needs(option):
    assert f"missing: {option}" in refused({**WANTED, option: None}, None)


def test_an_arn_is_never_bought():
    assert "Nothing is bought" in refused({**WANTED, "arn": ARN}, None)


def test_a_bad_model_is_said_before_consent_is_asked_for():
    assert "LEGACY" in refused({**WANTED, "acknowledge_cost": False}, None, Model(arn=BASE, lifecycle="LEGACY"))


# --- What stands ---


@pytest.mark.parametrize(
    "desired, calls",
    [
        ({}, []),
        ({"name": "app"}, []),
        ({**WANTED}, []),
        ({"arn": ARN, "name": "app"}, []),
        ({"arn": ARN, "name": "new"}, ["update throughput"]),
        ({"tags": {"team": "ml"}}, []),
        ({"tags": {"team": "web"}}, ["set tags"]),
        ({"tags": {}}, ["remove tags"]),
        ({"tags": {}, "purge_tags": False}, []),
        ({"arn": ARN, "name": "new", "tags": {"new": "1"}}, ["update throughput", "remove tags", "set tags"]),
        # Other words for none of it:
        ({"model_units": None, "commitment_duration": None, "model_arn": None, "tags": None}, []),
    ],
)
def test_only_what_the_user_set_is_compared(desired, calls):
    assert [call.name for call in plan(desired, FOUND).calls] == calls


@pytest.mark.parametrize(
    "desired, told",
    [
        ({"model_units": 1}, "model_units is 2 and 1 is wanted"),
        ({"commitment_duration": "none"}, "commitment_duration is OneMonth and none is wanted"),
        ({"model_arn": SIBLING}, f"the model is {BASE} and {SIBLING} is wanted"),
        ({"model_arn": BASE.removesuffix(":24k")}, "only where it is a custom one"),
    ],
)
def test_what_aws_cannot_change_is_refused_with_both_values(desired, told):
    message = refused(desired, FOUND)
    assert told in message and "never replaced" in message


def test_all_differences_are_told_at_once():
    message = refused({"model_units": 1, "commitment_duration": "SixMonths"}, FOUND)
    assert "model_units" in message and "commitment_duration" in message


@pytest.mark.parametrize(
    "model", [SIBLING, BASE, BASE.replace(":24k", ""), CUSTOM.split("amazon", maxsplit=1)[0] + "imported/" + "d" * 12]
)
def test_a_custom_model_gives_way_to_its_base_and_siblings(model):
    made = plan({"model_arn": model}, ON_CUSTOM)
    assert [call.arguments for call in made.calls] == [{"arn": ARN, "model_arn": model}]
    assert made.after["desired_model_arn"] == model


@pytest.mark.parametrize("model", [STRANGER, BASE.replace("lite", "pro")])
def test_and_to_no_other(model):
    assert "not made from amazon.nova-lite-v1:0:300k" in refused({"model_arn": model}, ON_CUSTOM)


def test_one_that_is_moving_there_is_not_moved_again():
    assert not plan({"model_arn": SIBLING}, {**ON_CUSTOM, "status": "Updating", "desired_model_arn": SIBLING}).calls


def test_one_that_is_moving_to_its_base_stays_there():
    moving = {**ON_CUSTOM, "status": "Updating", "desired_model_arn": BASE}
    assert "only where it is a custom one" in refused({"model_arn": SIBLING}, moving)


def test_units_are_compared_with_those_that_were_asked_for():
    growing = {**FOUND, "desired_model_units": 3}
    assert not plan({"model_units": 3}, growing).calls
    assert "model_units is 3 and 2" in refused({"model_units": 2}, growing)


@pytest.mark.parametrize("desired", [{"name": "app"}, WANTED, {"tags": {}}])
def test_a_failed_one_is_not_replaced(desired):
    failed = {**FOUND, "status": "Failed", "failure_message": "no capacity"}
    assert "Failed: no capacity" in refused(desired, failed)


# --- Absent ---


def absent(found, **desired):
    return throughput.plan_absent(desired, found, now=NOW)


def test_absent_is_one_call_or_none():
    free = {**FOUND, "commitment_duration": "none", "commitment_expiration_time": None}
    (call,) = absent(free, name="app").calls
    assert call.name == "delete throughput" and call.arguments == {"arn": ARN}
    assert absent(free).after is None and not absent(None, name="app").calls


@pytest.mark.parametrize("end, held", [("2026-11-28T12:00:01Z", True), ("2026-11-28T12:00:00Z", False)])
def test_the_term_ends_by_the_second(end, held):
    found = {**FOUND, "commitment_expiration_time": end}
    if not held:
        assert absent(found).calls
        return
    with pytest.raises(Refused, match=f"committed \\(OneMonth\\) until {end}"):
        absent(found)


def test_two_names_contradict():
    with pytest.raises(Refused, match="Nothing is deleted"):
        absent(FOUND, name="other", arn=ARN)


# --- All of it ---


def test_two_of_one_name_are_for_the_user_to_tell_apart():
    assert throughput.only_one("app", []) is None and throughput.only_one("app", [ARN]) == ARN
    with pytest.raises(Refused, match=f"2 provisioned .* app: {ARN}, {ARN}z. .*Give the arn"):
        throughput.only_one("app", [ARN + "z", ARN])


def test_a_diff_has_neither_times_nor_status():
    assert throughput.shown(FOUND) == {
        "name": "app",
        "model_arn": BASE,
        "model_units": 2,
        "commitment_duration": "OneMonth",
        "tags": FOUND["tags"],
    }
    assert throughput.shown(None) == {}


@pytest.mark.parametrize(
    "changes, is_busy",
    [
        ({"status": "Creating"}, True),
        ({"status": "Updating"}, True),
        ({}, False),
        ({"desired_model_arn": SIBLING}, True),
        ({"status": "Failed", "desired_model_arn": SIBLING}, False),
    ],
)
def test_busy(changes, is_busy):
    assert throughput.busy({**FOUND, **changes}) is is_busy


def test_nothing_is_not_busy():
    assert not throughput.busy(None)


tags = st.none() | st.dictionaries(st.sampled_from("abc"), st.sampled_from("xy"))
models = st.sampled_from([BASE, SIBLING, STRANGER, CUSTOM + "a" * 12, BASE.replace(":24k", "")])
desireds = st.fixed_dictionaries(
    {"name": st.sampled_from(["app", "new"]), "model_id": st.just("m")},
    optional={
        "arn": st.just(ARN),
        "model_arn": models,
        "model_units": st.integers(1, 3),
        "commitment_duration": st.sampled_from(["none", "OneMonth", "SixMonths"]),
        "tags": tags,
        "purge_tags": st.booleans(),
        "acknowledge_cost": st.booleans(),
    },
)
founds = st.none() | st.builds(
    lambda base, model, units, status, some: {
        **base,
        "desired_model_arn": model,
        "desired_model_units": units,
        "status": status,
        "tags": some or {},
    },
    st.sampled_from([FOUND, ON_CUSTOM]),
    models,
    st.integers(1, 3),
    st.sampled_from(["Creating", "Updating", "InService", "Failed"]),
    tags,
)


@given(desireds, founds)
def test_a_second_plan_is_empty_and_buys_nothing_that_stands(desired, found):
    try:
        made = plan({"model_arn": BASE, **desired}, found)
    except Refused:
        return
    names = [call.name for call in made.calls]
    assert ("buy throughput" in names) == (found is None)
    assert not {"delete throughput"} & set(names)
    # A run that bought knows no ARN of the user's.
    after = {**made.after, "arn": ARN}
    assert plan({"model_arn": BASE, **desired}, after).calls == ()
    assert all(call.arguments.get("arn") in (ARN, None) for call in made.calls)
    fixed = ("desired_model_units", "commitment_duration")
    assert found is None or [made.after[key] for key in fixed] == [found[key] for key in fixed]
