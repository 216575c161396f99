from __future__ import annotations

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.team import (
    CLEARABLE,
    SETTINGS,
    desired,
    fixed_id,
    needs_namesakes,
    parse,
    plan_absent,
    plan_present,
    select,
    view,
)
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused
from hypothesis import given
from hypothesis import strategies as st

OPTIONS = {
    **dict.fromkeys((*SETTINGS, "team_id")),
    "team_alias": "app",
    "state": "present",
    "adopt": False,
    "delete_keys": False,
    "clear": [],
}
MADE_BY_HAND = "0b6c"


def wish(**options):
    return desired({**OPTIONS, **options})


def found(**changes):
    row = {"team_id": fixed_id("app"), "team_alias": "app", "spend": 1.5, "models": ["a", "b"]}
    return parse({**row, **changes})


def calls(plan):
    return [(call.name, call.arguments) for call in plan.calls]


def bodies(plan):
    assert {call.name for call in plan.calls} <= {"update team"}
    return [dict(call.arguments["body"]) for call in plan.calls]


@pytest.mark.parametrize(
    "options, words",
    [
        ({"team_alias": " "}, "team_alias is empty"),
        ({"team_id": ""}, "team_id is empty"),
        ({"max_budget": -1}, r"clear: \[max_budget\]"),
        ({"rpm_limit": 5, "clear": ["rpm_limit"]}, "set and cleared"),
        ({"budget_duration": "monthly"}, "as 30d"),
    ],
)
def test_options_that_litellm_would_refuse_or_swallow(options, words):
    with pytest.raises(Refused, match=words):
        wish(**options)


def test_the_id_comes_from_the_alias_for_ever():
    # A literal: another one would make every team a second time.
    assert wish()["team_id"] == fixed_id("app") == "209d92a6-19c5-5b7d-9a75-21f0fa7ded05"
    assert wish(team_id="own")["team_id"] == "own"
    assert fixed_id("app") != fixed_id("App")


def test_a_new_team_has_only_what_was_said():
    plan = plan_present(wish(max_budget=5.0), None)
    body = {"team_id": fixed_id("app"), "team_alias": "app", "max_budget": 5.0}
    assert calls(plan) == [("create team", {"body": body})]
    assert plan.after == {**SETTINGS, **body}


def test_a_new_team_has_a_name():
    with pytest.raises(Refused, match="Give it a team_alias"):
        plan_present(wish(team_id="own", team_alias=None), None)


@pytest.mark.parametrize(
    "options, row, body",
    [
        ({}, {}, None),
        ({"models": ["b", "a"], "blocked": False}, {"blocked": None}, None),
        ({"max_budget": 5}, {"max_budget": 5.0}, None),
        ({"clear": list(CLEARABLE)}, {}, None),
        ({"metadata": {"a": 1}}, {"metadata": {"a": 1, "team_member_budget_id": "b"}}, None),
        ({"team_id": fixed_id("app"), "team_alias": None}, {"team_alias": "other"}, None),
        ({}, {"team_alias": "renamed"}, {"team_alias": "app"}),
        ({"models": []}, {}, {"models": []}),
        ({"metadata": {}}, {"metadata": {"a": 1}}, {"metadata": {}}),
        ({"blocked": True}, {}, {"blocked": True}),
        ({"clear": ["max_budget"]}, {"max_budget": 5.0, "rpm_limit": 3}, {"max_budget": None}),
        ({"clear": ["rpm_limit"], "tpm_limit": 7}, {"rpm_limit": 1}, {"rpm_limit": None, "tpm_limit": 7}),
        ({"max_budget": 9, "soft_budget": 8}, {"max_budget": 2}, {"max_budget": 9, "soft_budget": 8}),
    ],
)
def test_changes(options, row, body):
    plan = plan_present(wish(**options), found(**row))
    if body is None:
        assert plan.calls == () and plan.before == plan.after
    else:
        assert plan.before != plan.after
        assert bodies(plan) == [{"team_id": fixed_id("app"), **body}]


@pytest.mark.parametrize(
    "options, row, first, second",
    [
        ({"clear": ["max_budget"], "soft_budget": 5}, {"max_budget": 3}, {"max_budget": None}, {"soft_budget": 5}),
        (
            {"clear": ["soft_budget"], "max_budget": 2, "blocked": True},
            {"max_budget": 9, "soft_budget": 3},
            {"soft_budget": None},
            {"max_budget": 2, "blocked": True},
        ),
    ],
)
def test_a_budget_is_cleared_before_the_other_is_set(options, row, first, second):
    plan = plan_present(wish(**options), found(**row))
    assert bodies(plan) == [{"team_id": fixed_id("app"), **body} for body in (first, second)]


@pytest.mark.parametrize(
    "options, row",
    [
        ({"soft_budget": 5, "max_budget": 5}, None),
        ({"soft_budget": 5}, {"max_budget": 5}),
        ({"max_budget": 4}, {"max_budget": 9, "soft_budget": 5}),
    ],
)
def test_a_soft_budget_is_lower(options, row):
    with pytest.raises(Refused, match="must be lower than max_budget"):
        plan_present(wish(**options), row and found(**row))


def test_both_budgets_cleared_go_in_one_call():
    plan = plan_present(wish(clear=["max_budget", "soft_budget"]), found(max_budget=9, soft_budget=3))
    assert len(plan.calls) == 1


@pytest.mark.parametrize("options", [{}, {"adopt": True}, {"team_id": "own"}])
def test_without_a_namesake_there_is_nothing_to_take_over(options):
    assert select(wish(**options), None, []) is None


def test_a_team_made_by_hand_is_taken_over_on_request_only():
    namesake = found(team_id=MADE_BY_HAND)
    with pytest.raises(Refused, match=f"{MADE_BY_HAND}.*adopt: true"):
        select(wish(), None, [namesake])
    assert select(wish(adopt=True), None, [namesake]) is namesake
    assert select(wish(adopt=True, state="absent"), None, [namesake]) is namesake
    assert select(wish(state="absent"), None, [namesake]) is None
    assert select(wish(team_id="own"), None, [namesake]) is None
    plan = plan_present(wish(adopt=True, models=["c"]), namesake)
    assert bodies(plan) == [{"team_id": MADE_BY_HAND, "models": ["c"]}]


def test_one_of_ours_and_one_of_others_are_not_removed_one_after_the_other():
    ours, namesake = found(), found(team_id=MADE_BY_HAND)
    with pytest.raises(Refused, match=f"and of that name also: {MADE_BY_HAND}"):
        select(wish(adopt=True, state="absent"), ours, [ours, namesake])
    assert select(wish(adopt=True, state="absent"), ours, [ours]) is ours
    assert select(wish(state="absent"), ours, []) is ours
    assert select(wish(adopt=True), ours, [namesake]) is ours


@pytest.mark.parametrize(
    "options, stored, needed",
    [
        ({}, False, True),
        ({}, True, False),
        ({"adopt": True}, True, False),
        ({"adopt": True, "state": "absent"}, True, True),
        ({"adopt": True, "state": "absent", "team_id": "own"}, True, False),
        ({"team_id": "own"}, False, False),
    ],
)
def test_when_namesakes_matter(options, stored, needed):
    assert needs_namesakes(wish(**options), found() if stored else None) is needed


@pytest.mark.parametrize("adopt", [False, True])
def test_several_are_named(adopt):
    with pytest.raises(Refused, match="0b6c, 0b6d"):
        select(wish(adopt=adopt), None, [found(team_id="0b6d"), found(team_id="0b6c")])


def test_absent_twice():
    plan = plan_absent(wish(), found())
    assert calls(plan) == [("delete team", {"team_id": fixed_id("app"), "label": "app"})]
    assert plan.before == view(found()) and plan.after is None
    assert plan_absent(wish(), None).calls == ()


def test_its_keys_are_deleted_on_request_only():
    keys = [{"key_alias": "two", "token_id": "h2"}, {"key_alias": None, "token_id": "h1"}]
    with pytest.raises(Refused, match=r"app has 2 keys.*h1, two.*delete_keys: true"):
        plan_absent(wish(), found(), keys)
    plan = plan_absent(wish(delete_keys=True), found(), keys)
    assert [call.name for call in plan.calls] == ["delete team"]
    assert plan.before["keys"] == ["h1", "two"]


def test_spending_and_members_are_no_change():
    assert set(view(found())) == {"team_id", "team_alias", *SETTINGS} and view(None) == {}


def test_members_are_read():
    row = found(members_with_roles=[{"user_id": "u", "user_email": "u@example.com", "role": "user"}])
    assert row["members"] == [{"user_id": "u", "role": "user"}]


limits = st.none() | st.integers(0, 3)
notes = st.dictionaries(st.sampled_from(["a", "b", "tags"]), st.integers(0, 1))
rows = st.none() | st.builds(
    found,
    team_id=st.sampled_from([fixed_id("app"), MADE_BY_HAND]),
    team_alias=st.sampled_from(["app", "other", None]),
    models=st.none() | st.lists(st.sampled_from("ab"), unique=True),
    max_budget=limits,
    soft_budget=limits,
    budget_duration=st.sampled_from([None, "30d"]),
    metadata=st.none() | notes,
    blocked=st.none() | st.booleans(),
)
wishes = st.fixed_dictionaries(
    {},
    optional={
        "models": st.lists(st.sampled_from("ab"), unique=True),
        "max_budget": limits,
        "soft_budget": limits,
        "metadata": notes,
        "blocked": st.booleans(),
        "clear": st.lists(st.sampled_from(CLEARABLE), unique=True),
    },
)


@given(wishes, rows)
def test_a_second_plan_is_empty(options, row):
    try:
        wanted = wish(**options)
        plan = plan_present(wanted, row)
    except Refused:
        return  # a wish that contradicts itself or what stands
    assert plan_present(wanted, plan.after).calls == ()
    for call in plan.calls:
        assert call.arguments["body"]["team_id"] == (row["team_id"] if row else fixed_id("app"))
        asked = {*(name for name, value in options.items() if value is not None), *wanted["clear"]}
        assert set(call.arguments["body"]) <= {"team_id", "team_alias", *asked}
