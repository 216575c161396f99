from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.key import (
    CLEARABLE,
    SETTINGS,
    desired,
    parse,
    plan_absent,
    token_id,
    view,
)
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.key import plan_present as plan_at
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused
from hypothesis import given
from hypothesis import strategies as st

SECRET = "sk-0123456789abcdef"
OTHER = "sk-fedcba9876543210"
MADE, NOW = "2026-11-01T12:00:00.250000Z", datetime(2026, 11, 23, 12, tzinfo=UTC)
OPTIONS = {
    **dict.fromkeys((*SETTINGS, "key", "duration", "rotate_older_than", "rotate_made_before")),
    "key_alias": "app",
    "replace": False,
    "clear": [],
}


def wish(**options):
    return desired({**OPTIONS, **options})


def found(**changes):
    row = {"key_alias": "app", "token": token_id(SECRET), "expires": None, "spend": 1.5, "models": ["a", "b"]}
    return parse({**row, "created_at": MADE, "key_type": "default", **changes})


def plan_present(wanted, row, holder=None):
    return plan_at(wanted, row, holder, now=NOW)


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
        ({"rotate_older_than": "soon"}, "as 30d"),
        ({"rotate_made_before": "yesterday"}, "2026-12-31T12:00:00Z, not 'yesterday'"),
        ({"rotate_older_than": "30d", "key": SECRET}, "rotate_older_than is for secrets that LiteLLM makes"),
        ({"rotate_made_before": "2026-01-01", "key": SECRET}, "rotate_made_before is for"),
        ({"team_id": ""}, r"clear: \[team_id\]"),
        ({"budget_id": " "}, r"clear: \[budget_id\]"),
    ],
)
def test_options_that_litellm_would_refuse_or_swallow(options, words):
    with pytest.raises(Refused, match=words) as refusal:
        wish(**options)
    assert options.get("key", "no key") not in str(refusal.value)


def test_a_new_key_has_only_what_was_said():
    plan = plan_present(wish(max_budget=5.0, duration="90d"), None)
    body = {"key_alias": "app", "duration": "90d", "max_budget": 5.0}
    assert calls(plan) == [("generate key", {"body": body, "unsaid": None})]
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
        ({"clear": ["team_id", "budget_id"]}, {"team_id": "t", "budget_id": "b"}, {"team_id": None, "budget_id": None}),
        ({"budget_id": "b"}, {"budget_id": "c"}, {"budget_id": "b"}),
        ({"metadata": {"a": 1}}, {"metadata": {"a": 1, "model_rpm_limit": {"m": 5}}}, None),
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
        ("generate key", {"body": body, "unsaid": {"models": ["a", "b"], "metadata": {"a": 1}, "blocked": True}}),
    ]
    assert plan.after["token_id"] == token_id(OTHER) and plan.after["max_budget"] is None


@pytest.mark.parametrize(
    "options, due",
    [
        ({}, False),
        ({"rotate_older_than": "22d"}, False),
        ({"rotate_older_than": "528h"}, False),
        ({"rotate_older_than": "21d"}, True),
        ({"rotate_older_than": "3w"}, True),
        ({"rotate_older_than": "1mo"}, False),
        ({"rotate_made_before": "2026-11-01T12:00:00Z"}, False),
        ({"rotate_made_before": MADE}, False),
        ({"rotate_made_before": "2026-11-01 12:00:01"}, True),
        ({"rotate_made_before": "2026-11-01T13:00:00+01:00"}, False),
        ({"rotate_made_before": "2026-11-02"}, True),
        ({"rotate_made_before": "2026-11-02", "rotate_older_than": "1mo"}, True),
    ],
)
def test_a_secret_is_made_anew_when_it_is_due(options, due):
    plan = plan_present(wish(**options), found())
    assert [call.name for call in plan.calls] == (["delete key", "generate key"] if due else [])
    assert due == ("token_id" not in plan.after)
    assert plan_present(wish(**options), found(created_at="2026-11-23T12:00:00Z")).calls == ()


def test_a_moment_in_the_future_would_rotate_for_ever():
    with pytest.raises(Refused, match="in the future"):
        plan_present(wish(rotate_made_before="2026-11-23T12:00:01Z"), found())


def test_a_key_without_a_date_is_old():
    assert len(plan_present(wish(rotate_older_than="10w"), found(created_at=None)).calls) == 2


def test_a_key_made_anew_is_like_the_old_one():
    row = found(team_id="t", budget_id="b", user_id="u", aliases={"x": "y"}, metadata={"a": 1, "tags": ["z"]})
    plan = plan_present(wish(rotate_older_than="1d", rpm_limit=4, metadata={"b": 2}), row)
    kept = {"models": ["a", "b"], "team_id": "t", "budget_id": "b", "user_id": "u", "aliases": {"x": "y"}}
    said = {"key_alias": "app", "rpm_limit": 4, "metadata": {"b": 2, "tags": ["z"]}}
    assert plan.calls[1].arguments == {"body": {**kept, **said}, "unsaid": kept}


@pytest.mark.parametrize(
    "options, duration",
    [({}, "86400s"), ({"duration": "9d"}, "9d"), ({"clear": ["duration"]}, None)],
)
def test_a_key_made_anew_ends_with_the_old_one(options, duration):
    row = found(expires="2026-11-24T12:00:00Z")
    plan = plan_present(wish(rotate_older_than="1d", **options), row)
    assert plan.calls[1].arguments["body"].get("duration") == duration


def test_a_key_that_has_ended_needs_a_new_end():
    row = found(expires="2026-11-22T12:00:00Z")
    with pytest.raises(Refused, match="has expired"):
        plan_present(wish(rotate_older_than="1d"), row)
    assert len(plan_present(wish(rotate_older_than="1d", duration="9d"), row).calls) == 2


@pytest.mark.parametrize("lost", ["org_id", "object_permission_id", "budget_limits"])
def test_what_a_new_key_would_not_get_is_not_lost(lost):
    with pytest.raises(Refused, match=lost):
        plan_present(wish(rotate_older_than="1d"), found(**{lost: "something"}))


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
    assert set(view(found(user_id="u"))) == {"key_alias", "token_id", *SETTINGS, "created_at", "expires"}
    assert view(None) == {}


limits = st.none() | st.integers(0, 3)
rows = st.none() | st.builds(
    found,
    models=st.lists(st.sampled_from("ab"), unique=True),
    max_budget=limits,
    rpm_limit=limits,
    budget_duration=st.sampled_from([None, "30d"]),
    metadata=st.sampled_from([None, {}, {"a": 1}, {"a": 1, "tags": []}]),
    expires=st.sampled_from([None, "2030-01-01"]),
    created_at=st.sampled_from([None, MADE, "2026-11-23T11:00:00Z"]),
    user_id=st.sampled_from([None, "u"]),
    team_id=st.sampled_from([None, "t"]),
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
        "rotate_older_than": st.sampled_from(["1d", "2h"]),
        "clear": st.lists(st.sampled_from(["rpm_limit", "budget_duration", "team_id", "duration"]), unique=True),
    },
)


@given(wishes, rows)
def test_a_second_plan_is_empty(options, row):
    try:
        wanted = wish(**options)
        plan = plan_present(wanted, row)
    except Refused:
        assert "key" in options and (not options.get("replace") or "rotate_older_than" in options)
        return
    made = {"token_id": token_id(SECRET), "created_at": "2026-11-23T12:00:00Z", "expires": None, "others": {}}
    assert plan_present(wanted, {**made, **plan.after}).calls == ()
    for call in plan.calls:
        body = call.arguments.get("body", {})
        assert set(body) <= {*options, "key_alias", "key", *wanted["clear"]} or call.name == "generate key"
