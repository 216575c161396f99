from __future__ import annotations

import json

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.key import (
    CLEARABLE,
    SETTINGS,
    desired,
    parse,
    plan_absent,
    plan_present,
    token_id,
    view,
)
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused
from hypothesis import given
from hypothesis import strategies as st

SECRET = "sk-0123456789abcdef"
OTHER = "sk-fedcba9876543210"
OPTIONS = {
    **dict.fromkeys((*SETTINGS, "key", "duration")),
    "key_alias": "app",
    "replace": False,
    "clear": [],
}


def wish(**options):
    return desired({**OPTIONS, **options})


def found(**changes):
    row = {"key_alias": "app", "token": token_id(SECRET), "expires": None, "spend": 1.5, "models": ["a", "b"]}
    return parse({**row, **changes})


def calls(plan):
    return [(call.name, call.arguments) for call in plan.calls]


def update(plan):
    ((name, arguments),) = calls(plan)
    assert name == "update key"
    assert arguments["body"].pop("key") == token_id(SECRET)
    return arguments["body"]


@pytest.mark.parametrize(
    "options, words",
    [
        ({"key_alias": " "}, "key_alias is empty"),
        ({"key": "pk-0123456789abcdef"}, "begin with sk-"),
        ({"key": "sk-short"}, "16 characters"),
        ({"max_budget": -1}, r"clear: \[max_budget\]"),
        ({"rpm_limit": 5, "clear": ["rpm_limit"]}, "set and cleared"),
        ({"duration": "1d", "clear": ["duration"]}, "set and cleared"),
        ({"budget_duration": "monthly"}, "as 30d"),
    ],
)
def test_options_that_litellm_would_refuse_or_swallow(options, words):
    with pytest.raises(Refused, match=words) as refusal:
        wish(**options)
    assert options.get("key", "no key") not in str(refusal.value)


def test_a_new_key_has_only_what_was_said():
    plan = plan_present(wish(max_budget=5.0, duration="90d"), None)
    assert calls(plan) == [("generate key", {"body": {"key_alias": "app", "duration": "90d", "max_budget": 5.0}})]
    assert plan.after == {"key_alias": "app", **SETTINGS, "max_budget": 5.0}


def test_its_own_secret_is_sent_but_not_shown():
    plan = plan_present(wish(key=SECRET), None)
    assert plan.calls[0].arguments["body"]["key"] == SECRET
    assert plan.after["token_id"] == token_id(SECRET)
    assert SECRET not in json.dumps(plan.after) + repr(plan)


@pytest.mark.parametrize(
    "options, row, body",
    [
        ({}, {}, None),
        ({"models": ["b", "a"], "key": SECRET, "blocked": False}, {"blocked": None}, None),
        ({"max_budget": 5}, {"max_budget": 5.0}, None),
        ({"duration": "1d"}, {"expires": "2030-01-01"}, None),
        ({"clear": list(CLEARABLE)}, {}, None),
        ({"models": []}, {}, {"models": []}),
        ({"max_budget": 6}, {"max_budget": 5.0}, {"max_budget": 6}),
        ({"metadata": {}}, {"metadata": {"a": 1}}, {"metadata": {}}),
        ({"blocked": True}, {}, {"blocked": True}),
        ({"team_id": "t"}, {}, {"team_id": "t"}),
        ({"clear": ["max_budget"]}, {"max_budget": 5.0, "rpm_limit": 3}, {"max_budget": None}),
        ({"clear": ["duration"]}, {"expires": "2030-01-01"}, {"duration": None}),
        ({"clear": ["rpm_limit"], "tpm_limit": 7}, {"rpm_limit": 1}, {"rpm_limit": None, "tpm_limit": 7}),
    ],
)
def test_changes(options, row, body):
    plan = plan_present(wish(**options), found(**row))
    if body is None:
        assert plan.calls == () and plan.before == plan.after
    else:
        assert plan.before != plan.after
        assert update(plan) == body


def test_another_secret_is_refused_or_replaces_the_key():
    row = found(max_budget=5.0, rpm_limit=3, metadata={"a": 1}, blocked=True)
    with pytest.raises(Refused, match="replace: true"):
        plan_present(wish(key=OTHER), row)
    plan = plan_present(wish(key=OTHER, replace=True, rpm_limit=4, clear=["max_budget"]), row)
    body = {
        "key_alias": "app",
        "key": OTHER,
        "models": ["a", "b"],
        "rpm_limit": 4,
        "metadata": {"a": 1},
        "blocked": True,
    }
    assert calls(plan) == [
        ("delete key", {"token_id": token_id(SECRET), "key_alias": "app"}),
        ("generate key", {"body": body}),
    ]
    assert plan.after["token_id"] == token_id(OTHER) and plan.after["max_budget"] is None


@pytest.mark.parametrize("row", [None, found()])
def test_a_secret_of_another_key_is_never_taken(row):
    holder = found(key_alias="somebody", token=token_id(OTHER))
    with pytest.raises(Refused, match="belongs to the key somebody"):
        plan_present(wish(key=OTHER, replace=True), row, holder)


def test_its_own_row_is_no_other_key():
    assert plan_present(wish(key=SECRET), found(), found()).calls == ()


def test_absent_twice():
    assert [call.name for call in plan_absent(found()).calls] == ["delete key"]
    assert plan_absent(None).calls == ()


def test_spending_is_no_change():
    assert "spend" not in view(found()) and view(None) == {}


limits = st.none() | st.integers(0, 3)
rows = st.none() | st.builds(
    found,
    models=st.lists(st.sampled_from("ab"), unique=True),
    max_budget=limits,
    rpm_limit=limits,
    budget_duration=st.sampled_from([None, "30d"]),
    metadata=st.sampled_from([None, {}, {"a": 1}]),
    expires=st.sampled_from([None, "2030-01-01"]),
    blocked=st.none() | st.booleans(),
)
wishes = st.fixed_dictionaries(
    {},
    optional={
        "models": st.lists(st.sampled_from("ab"), unique=True),
        "max_budget": limits,
        "metadata": st.sampled_from([{}, {"a": 1}]),
        "blocked": st.booleans(),
        "key": st.sampled_from([SECRET, OTHER]),
        "replace": st.just(True),
        "clear": st.lists(st.sampled_from(["rpm_limit", "budget_duration", "duration"]), unique=True),
    },
)


@given(wishes, rows)
def test_a_second_plan_is_empty(options, row):
    wanted = wish(**options)
    try:
        plan = plan_present(wanted, row)
    except Refused:
        assert "key" in options and not options.get("replace")
        return
    state = {"token_id": token_id(SECRET), "expires": None, **plan.after}
    assert plan_present(wanted, state).calls == ()
    for call in plan.calls:
        body = call.arguments.get("body", {})
        assert set(body) <= {*options, "key_alias", "key", *wanted["clear"]} or call.name == "generate key"
