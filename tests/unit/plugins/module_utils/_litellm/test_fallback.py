from __future__ import annotations

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.fallback import (
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


def wish(models=("b", "c"), **options):
    default = {"model": "a", "fallback_type": "general", "state": "present", "fallback_models": list(models)}
    return desired({**default, **options})


def found(*models):
    return {"model": "a", "fallback_type": "general", "fallback_models": list(models), "source": "db"}


@pytest.mark.parametrize(
    "options, words",
    [
        ({"model": " "}, "model is empty"),
        ({"models": []}, "state: absent"),
        ({"models": ["b", "a"]}, "has a itself"),
        ({"models": ["b", "c", "b"]}, "b twice"),
    ],
)
def test_options_that_litellm_would_refuse(options, words):
    with pytest.raises(Refused, match=words):
        wish(**options)


def test_nothing_else_is_needed_to_take_fallbacks_away():
    assert desired({"model": "a", "fallback_type": "general", "state": "absent", "fallback_models": None})


@pytest.mark.parametrize("have, changed", [(None, True), (["b", "c"], False), (["c", "b"], True), (["b"], True)])
def test_the_whole_list_is_set_in_its_order(have, changed):
    plan = plan_present(wish(), have and found(*have))
    body = {"model": "a", "fallback_models": ["b", "c"], "fallback_type": "general"}
    assert [(call.name, call.arguments) for call in plan.calls] == [("set fallbacks", {"body": body})] * changed
    assert plan.after == body


def test_absent():
    (call,) = plan_absent(wish(), found("b")).calls
    assert (call.name, call.arguments) == ("delete fallbacks", {"model": "a", "fallback_type": "general"})
    assert plan_absent(wish(), None).calls == () and view(None) == {}


def test_what_the_configuration_file_has_counts_alone():
    for plan in (plan_present, plan_absent):
        with pytest.raises(Refused, match=r"configuration file has router_settings\.fallbacks"):
            plan(wish(), found("b"), "config")
    # Nothing is to be changed:
    assert plan_present(wish(), found("b", "c"), "config").calls == ()
    assert plan_absent(wish(), None, "config").calls == ()
    assert plan_present(wish(), found("b"), "db").calls


def test_the_settings_of_the_router():
    values = {
        "fallbacks": [{"a": ["b"]}, "everywhere", {"x": ["y"], "z": ["y"]}],
        "context_window_fallbacks": None,
        "content_policy_fallbacks": [{"a": [{"model": "b", "api_key": "s3cret"}, 5]}],
    }
    rows = parse(values, {"fallbacks": "config"})
    assert [(row["model"], row["fallback_type"], row["source"]) for row in rows] == [
        ("a", "general", "config"),
        ("x", "general", "config"),
        ("z", "general", "config"),
        ("a", "content_policy", None),
    ]
    assert "s3cret" not in str(view(rows[-1])) and view(rows[-1])["fallback_models"][0] == "b"


models = st.lists(st.sampled_from("bcd"), min_size=1, unique=True)


@given(models, st.none() | models, st.sampled_from(sorted(SETTINGS)), st.sampled_from([None, "db", "default"]))
def test_a_second_plan_is_empty(wanted, have, kind, source):
    wanted = wish(wanted, fallback_type=kind)
    row = have and {**found(*have), "fallback_type": kind}
    plan = plan_present(wanted, row, source)
    assert plan_present(wanted, plan.after, source).calls == ()
    assert all(call.arguments["body"]["model"] == "a" for call in plan.calls)
