from __future__ import annotations

import json

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.credential import (
    desired,
    hint,
    is_as,
    parse,
    plan_absent,
    plan_present,
    view,
)
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.fingerprint import fingerprint
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import HIDDEN, Refused
from hypothesis import given
from hypothesis import strategies as st

from .fake_store import shown

SECRET = "wJalrXUtnFEMI-secret"
KEY = "ansible_fingerprint"


def wish(values=None, info=None, **options):
    default = {"credential_name": "aws", "clear": [], "update_secrets": "auto"}
    return desired({**default, "credential_values": values, "credential_info": info, **options})


def found(values, info=None, prints=True, **more):
    """What LiteLLM shows of values that this collection wrote, or with prints=False somebody else."""
    marks = {KEY: {name: fingerprint(name, value) for name, value in values.items()}} if prints else {}
    row = {"credential_name": "aws", "credential_values": values, "credential_info": {**(info or {}), **marks}}
    return parse({**shown(row), **more})


def body(plan):
    ((name, arguments),) = [(call.name, call.arguments) for call in plan.calls]
    assert name == "update credential" and arguments["body"]["credential_name"] == "aws"
    return arguments["body"]


@pytest.mark.parametrize(
    "options, words",
    [
        ({"credential_name": " "}, "credential_name is empty"),
        ({"values": {"api_key": None}}, r"clear: \[api_key\]"),
        ({"values": {"api_key": SECRET}, "clear": ["api_key"]}, "set and cleared"),
        ({"info": {KEY: {}}}, "update_secrets"),
    ],
)
def test_options_that_cannot_be(options, words):
    with pytest.raises(Refused, match=words) as refusal:
        wish(**options)
    assert SECRET not in str(refusal.value)


def test_a_new_credential():
    plan = plan_present(wish({"api_key": SECRET}, {"note": 1, "gone": None}), None)
    (call,) = plan.calls
    sent = call.arguments["body"]
    assert call.name == "create credential" and sent["credential_values"] == {"api_key": SECRET}
    assert sent["credential_info"].keys() == {"note", KEY} and sent["credential_info"][KEY].keys() == {"api_key"}
    assert plan.after["credential_values"] == {"api_key": HIDDEN}
    assert SECRET not in json.dumps(plan.after) + repr(plan) + json.dumps(sent["credential_info"])
    with pytest.raises(Refused, match="Give its credential_values"):
        plan_present(wish(), None)


VALUES = {"aws_access_key_id": "AKIAEXAMPLE", "aws_region_name": "us-west-2", "api_key": "abc", "api_token_ttl": 5}


@pytest.mark.parametrize(
    "values, row, written",
    [
        (VALUES, found(VALUES), []),
        ({"api_key": "abc"}, found(VALUES), []),
        ({"api_key": "abd"}, found(VALUES), ["api_key"]),  # masked alike
        ({"api_key": "abc", "new": "x"}, found(VALUES), ["new"]),
        ({"aws_region_name": "us-west-2"}, found(VALUES, prints=False), []),  # readable
        ({"aws_region_name": "us-east-1"}, found(VALUES), ["aws_region_name"]),
        ({"api_key": "abc"}, found(VALUES, prints=False), ["api_key"]),  # nobody knows
        # Somebody else wrote another secret, and left the fingerprint.
        (
            {"aws_access_key_id": "AKIAEXAMPLE"},
            {**found(VALUES), "credential_values": {"aws_access_key_id": "AS****XX"}},
            ["aws_access_key_id"],
        ),
    ],
)
def test_values_that_are_written(values, row, written):
    plan = plan_present(wish(values), row)
    if not written:
        assert plan.calls == () and plan.before == plan.after
        return
    sent = body(plan)
    assert sent["credential_values"] == {name: values[name] for name in written}
    old = row["credential_info"].get(KEY, {})
    assert sent["credential_info"][KEY] == {**old, **{name: fingerprint(name, values[name]) for name in written}}
    assert "credential_values_to_delete" not in sent


def test_how_values_are_written():
    row = found({"api_key": SECRET})
    assert body(plan_present(wish({"api_key": SECRET}, update_secrets="always"), row))["credential_values"]
    assert plan_present(wish({"api_key": "other"}, update_secrets="on_create"), row).calls == ()
    assert is_as(wish({"api_key": SECRET}, update_secrets="always"), row)
    assert not is_as(wish({"api_key": "other"}), row) and not is_as(wish(), None)


def test_a_value_is_taken_away_with_its_fingerprint():
    sent = body(plan_present(wish(clear=["api_key", "nosuch"]), found({"api_key": SECRET, "b": "c"})))
    assert sent["credential_values_to_delete"] == ["api_key"] and sent["credential_values"] == {}
    assert sent["credential_info"][KEY].keys() == {"b"}
    assert "1.84" in hint(plan_present(wish(clear=["b"]), found({"b": "c"}))) and not hint(
        plan_present(wish({"a": "b"}), None)
    )
    assert plan_present(wish(clear=["nosuch"]), found({"api_key": SECRET})).calls == ()


def test_notes_are_merged_and_sent_whole():
    row = found({"b": "c"}, {"a": 1, "deep": {"x": 1, "y": 2}, "gone": None})
    plan = plan_present(wish(info={"deep": {"x": 3}, "a": None, "gone": None}), row)
    sent = body(plan)["credential_info"]
    assert sent.pop(KEY).keys() == {"b"} and sent == {"deep": {"x": 3}, "a": None, "gone": None}
    assert plan.after["credential_info"].keys() == {"deep", KEY}
    assert plan_present(wish(info={"gone": None, "deep": {"x": 1, "y": 2}}), row).calls == ()


def test_the_configuration_file_is_left_alone():
    row = found({"api_key": SECRET}, source="config")
    for plan in (lambda: plan_present(wish({"api_key": SECRET}), row), lambda: plan_absent(row)):
        with pytest.raises(Refused, match="configuration file"):
            plan()


def test_absent():
    row = found({"api_key": SECRET})
    (call,) = plan_absent(row).calls
    assert (call.name, call.arguments) == ("delete credential", {"credential_name": "aws"})
    assert plan_absent(None).calls == () and view(None) == {}
    with pytest.raises(Refused, match=r"in use by claude, nova.*force: true"):
        plan_absent(row, ["claude", "nova"])


values = st.dictionaries(
    st.sampled_from(["api_key", "region", "token"]), st.sampled_from(["ab", "abcdef", "abXXef", 5])
)
notes = st.dictionaries(st.sampled_from("xyz"), st.sampled_from([None, 1, {"d": 1}]))


def stored(row, plan):
    """What LiteLLM has after the calls of a plan."""
    row = row or {"credential_name": "aws", "credential_values": {}, "credential_info": {}}
    for call in plan.calls:
        sent = call.arguments["body"]
        have = {**row["credential_values"], **sent["credential_values"]}
        have = {name: value for name, value in have.items() if name not in sent.get("credential_values_to_delete", ())}
        row = {"credential_name": "aws", "credential_values": have, "credential_info": sent["credential_info"]}
    return row


def row_of(have, info, prints):
    return {**found(have, info, prints), "credential_values": have}


rows = st.none() | st.builds(row_of, values, notes, st.booleans())


@given(values, notes, st.lists(st.sampled_from(["api_key", "region"])), rows)
def test_a_second_plan_is_empty(wanted_values, wanted_notes, clear, row):
    clear = [name for name in clear if name not in wanted_values]
    wanted = wish(wanted_values, wanted_notes, clear=clear)
    seen = None if row is None else parse(shown(row))
    try:
        plan = plan_present(wanted, seen)
    except Refused:
        assert row is None and not wanted_values
        return
    assert "abcdef" not in json.dumps([plan.before, plan.after])
    assert plan_present(wanted, parse(shown(stored(row, plan)))).calls == ()
