from __future__ import annotations

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.budget import (
    SETTINGS,
    desired,
    parse,
    plan_absent,
    plan_present,
    view,
)
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused
from hypothesis import given
from hypothesis import strategies as st


def wish(**options):
    return desired({**dict.fromkeys(SETTINGS), "budget_id": "app", "clear": [], **options})


def found(**values):
    return parse({"budget_id": "app", "budget_reset_at": "2030-01-01", "created_by": "somebody", **values})


@pytest.mark.parametrize(
    "options, words",
    [
        ({"budget_id": " "}, "budget_id is empty"),
        ({"rpm_limit": -1}, r"clear: \[rpm_limit\]"),
        ({"soft_budget": float("nan")}, "soft_budget"),
        ({"budget_duration": "monthly"}, "as 30d, not 'monthly'"),
        ({"tpm_limit": 5, "clear": ["tpm_limit"]}, "tpm_limit cannot be set and cleared"),
    ],
)
def test_options_that_litellm_would_refuse_or_swallow(options, words):
    with pytest.raises(Refused, match=words):
        wish(**options)


def test_a_new_budget_has_only_what_was_said():
    plan = plan_present(wish(max_budget=5.0), None)
    assert [(call.name, call.arguments) for call in plan.calls] == [
        ("create budget", {"body": {"budget_id": "app", "max_budget": 5.0}})
    ]
    assert plan.before is None and plan.after == {**dict.fromkeys(SETTINGS), "budget_id": "app", "max_budget": 5.0}


@pytest.mark.parametrize(
    "options, row, changes",
    [
        ({}, {"max_budget": 5.0}, None),
        ({"max_budget": 5}, {"max_budget": 5.0}, None),
        ({"clear": list(SETTINGS)}, {}, None),
        ({"max_budget": 0.0}, {}, {"max_budget": 0.0}),
        ({"budget_duration": "1d"}, {"budget_duration": "30d", "rpm_limit": 3}, {"budget_duration": "1d"}),
        ({"rpm_limit": 4, "clear": ["soft_budget"]}, {"soft_budget": 2.0}, {"rpm_limit": 4, "soft_budget": None}),
    ],
)
def test_changes(options, row, changes):
    plan = plan_present(wish(**options), found(**row))
    if changes is None:
        assert plan.calls == () and plan.before == plan.after
    else:
        (call,) = plan.calls
        assert (call.name, call.arguments) == ("update budget", {"body": {"budget_id": "app", **changes}})
        assert plan.after == {**plan.before, **changes}


def test_a_budget_in_use_is_not_deleted():
    with pytest.raises(Refused, match=r"key a, end user b.*force: true"):
        plan_absent(found(), ["key a", "end user b"])
    (call,) = plan_absent(found()).calls
    assert (call.name, call.arguments) == ("delete budget", {"budget_id": "app"})
    assert plan_absent(None).calls == ()


def test_the_end_of_its_period_is_no_change():
    assert "budget_reset_at" not in view(found()) and view(None) == {}


limits = st.none() | st.integers(0, 3)
rows = st.none() | st.builds(
    found, max_budget=limits, rpm_limit=limits, budget_duration=st.sampled_from([None, "1d", "30d"])
)
wishes = st.fixed_dictionaries(
    {"clear": st.lists(st.sampled_from(["rpm_limit", "soft_budget"]), unique=True)},
    optional={"max_budget": limits, "tpm_limit": limits, "budget_duration": st.sampled_from(["1d", "30d"])},
)


@given(wishes, rows)
def test_a_second_plan_is_empty(options, row):
    wanted = wish(**options)
    plan = plan_present(wanted, row)
    assert plan_present(wanted, plan.after).calls == ()
    for call in plan.calls:
        assert set(call.arguments["body"]) <= {"budget_id", *options, *options["clear"]}
