from __future__ import annotations

from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Call, Plan, carry_out, merge


def run(plan, **options):
    done = []
    options = {"check_mode": False, "read": lambda: {"name": "read"}, **options}
    return carry_out(plan, execute=done.append, **options), done


def test_an_empty_plan_neither_writes_nor_reads():
    result, done = run(Plan({"a": 1}, {"a": 1}), read=lambda: 1 / 0)
    assert not done
    assert result == {
        "changed": False,
        "calls": [],
        "resource": {"a": 1},
        "diff": {"before": {"a": 1}, "after": {"a": 1}},
    }


def test_calls_run_in_order_and_the_result_is_read_again():
    result, done = run(Plan(None, {"a": 1}, (Call("create", {}), Call("tag", {}))))
    assert [call.name for call in done] == result["calls"] == ["create", "tag"]
    assert result["resource"] == {"name": "read"}
    assert result["diff"] == {"before": {}, "after": {"a": 1}}


def test_check_mode_shows_the_plan_and_calls_nothing():
    result, done = run(Plan({"a": 1}, None, (Call("delete", {}),)), check_mode=True, read=lambda: 1 / 0, diff=False)
    assert not done
    assert result == {"changed": True, "calls": ["delete"], "resource": {}}


def test_arguments_stay_out_of_repr():
    assert "s3cret" not in repr(Plan(None, {}, (Call("create", {"key": "s3cret"}),)))


def test_a_list_is_merged_in_order_and_only_changes_are_in_the_diff():
    changed = run(Plan(None, {"a": 1}, (Call("create", {}),)))[0]
    same = run(Plan({"b": 1}, {"b": 1}))[0]
    merged = merge({"a": changed, "b": same})
    assert merged == {
        "changed": True,
        "calls": ["create"],
        "resources": [{"name": "read"}, {"b": 1}],
        "diff": [{"before_header": "a", "after_header": "a", "before": {}, "after": {"a": 1}}],
    }
    assert merge({}) == {"changed": False, "calls": [], "resources": []}


def test_a_call_that_was_not_needed_any_more_is_no_change():
    plan = Plan({"a": 1}, None, (Call("delete", {}), Call("delete", {})))
    outcomes = [False, False, None, False]
    options = {"check_mode": False, "execute": lambda call: outcomes.pop(0), "read": lambda: None}
    assert not carry_out(plan, **options)["changed"]
    assert carry_out(plan, **options)["changed"] and not outcomes
