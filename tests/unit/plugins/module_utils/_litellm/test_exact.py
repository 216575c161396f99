"""What ``exact`` removes, by which call, and what it refuses."""

from __future__ import annotations

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.fingerprint import fingerprint
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.comparison import differences
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.desired import fixed_id, from_options
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.plan import plan_present
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.reconcile import Reconciler, Stopped
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.selection import select
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused

FIRST, SECOND = fixed_id("m", "default"), fixed_id("m", "default", second=True)


def wanted(params=None, **options):
    options = {"model_name": "m", "exact": True, **options}
    return from_options({**options, "litellm_params": {"model": "bedrock/m", **(params or {})}})


def row(params=None, info=None, row_id=FIRST, **changes):
    """A row of these modules, with what LiteLLM adds to every answer."""
    marks = {"ansible_deployment": "default", "mode": "chat", "max_tokens": 7, "supports_vision": True, "key": "x"}
    return {
        "id": row_id,
        "model_name": "m",
        "blocked": False,
        "db_model": True,
        "litellm_params": {"model": "bedrock/m", "use_in_pass_through": False, **(params or {})},
        "model_info": {**marks, "output_cost_per_token": 1e-6, "tpm": None, **(info or {})},
        **changes,
    }


@pytest.mark.parametrize(
    "params, info, names, calls",
    [
        ({}, {}, [], []),
        ({"input_cost_per_token": 0}, {}, [], []),  # so LiteLLM answers one that was cleared
        ({"max_tokens": 5}, {}, ["litellm_params.max_tokens"], ["strip"]),
        ({"use_in_pass_through": True}, {}, ["litellm_params.use_in_pass_through"], ["update"]),
        ({"input_cost_per_token": 1e-6}, {}, ["litellm_params.input_cost_per_token"], ["update"]),
        (
            {"input_cost_per_token": 1e-6, "weight": 1},
            {},
            ["litellm_params.input_cost_per_token", "litellm_params.weight"],
            ["update", "strip"],
        ),
        ({"rpm": 5}, {}, ["litellm_params.rpm"], ["recreate"]),
        ({"unheard_of": 5}, {}, ["litellm_params.unheard_of"], ["recreate"]),
        ({}, {"note": "x"}, ["model_info.note"], ["recreate"]),
    ],
)
def test_what_is_not_wanted_goes_by_the_gentlest_call(params, info, names, calls):
    found = row(params, info)
    assert differences(wanted(), found) == names
    assert [call.name for call in plan_present(wanted(), found).calls] == calls
    assert plan_present(wanted(exact=False), found).calls == ()


def test_a_removal_by_the_old_update_sends_all_the_rest():
    call = plan_present(wanted({"order": 1, "api_key": "s3cret"}), row({"order": 1, "weight": 2})).calls[-1]
    sent = call.arguments["body"]["litellm_params"]
    assert call.name == "strip" and "weight" not in sent
    assert (sent["order"], sent["api_key"], sent["use_in_pass_through"]) == (1, "s3cret", False)


def test_a_row_made_anew_keeps_its_scope_and_its_block():
    found = row({"rpm": 5}, {"ansible_managed_by": "team"}, blocked=True)
    body = plan_present(wanted(), found).calls[0].arguments["body"]
    assert body["blocked"] and body["litellm_params"] == {"model": "bedrock/m"}
    assert body["model_info"] == {"id": FIRST, "ansible_deployment": "default", "ansible_managed_by": "team"}


@pytest.mark.parametrize("row_id, other", [(FIRST, SECOND), (SECOND, FIRST)])
def test_create_first_takes_the_other_id(row_id, other):
    calls = plan_present(wanted(recreate="create_first"), row({"rpm": 5}, row_id=row_id)).calls
    assert [call.name for call in calls] == ["create", "delete"]
    assert calls[0].arguments["body"]["model_info"]["id"] == other
    assert calls[1].arguments["id"] == row_id


def test_create_first_needs_an_id_to_change_to():
    with pytest.raises(Refused, match="in_place"):
        wanted(recreate="create_first", id="own")


@pytest.mark.parametrize(
    "params, info, said",
    [
        ({"aws_session_token": "toke****oken"}, {}, "aws_session_token"),
        ({"extra_headers": {"Authorization": "****"}}, {}, "extra_headers"),
        ({}, {"ansible_fingerprint": {"api_key": fingerprint("api_key", "s3cret")}}, "api_key"),
        ({"rpm": 5}, {"ansible_adopted": True}, "made by other hands"),
    ],
)
def test_a_secret_that_would_be_lost_is_refused(params, info, said):
    with pytest.raises(Refused, match=said):
        plan_present(wanted(), row(params, info))


def test_a_row_that_others_made_is_not_made_anew():
    foreign = row({"rpm": 5}, model_info={})
    with pytest.raises(Refused, match="state: absent"):
        plan_present(wanted(adopt=True), foreign)
    taken = plan_present(wanted(adopt=True), row({"weight": 5}, model_info={}))
    assert taken.calls[0].arguments["body"]["model_info"]["ansible_adopted"] is True


def test_of_two_rows_the_nearer_one_stays_and_the_other_goes():
    old, new = row({"rpm": 5}), row(row_id=SECOND)
    found, leftover = select(wanted(recreate="create_first"), [old, new])
    assert (found["id"], leftover["id"]) == (SECOND, FIRST)
    plan = plan_present(wanted(recreate="create_first"), found, leftover)
    assert [(call.name, call.arguments["id"]) for call in plan.calls] == [("delete", FIRST)]


@pytest.mark.parametrize(
    "options, said", [({"blocked": True}, "no switch to block"), ({"params": {"input_cost_per_token": None}}, "exact")]
)
def test_what_an_older_litellm_cannot_do_is_refused(options, said):
    found = row({"input_cost_per_token": 1e-6}, can_block=False)
    with pytest.raises(Refused, match=said):
        plan_present(wanted(**options, exact=False), found)
    assert [call.name for call in plan_present(wanted(), found).calls] == ["recreate"]


@pytest.fixture
def run(api, pauses):
    def run(member):
        reconciler = Reconciler(api, wait_timeout=0, sleep=pauses.append)
        return reconciler.run(reconciler.steps([member]), check_mode=False, diff=False)["models"][0]

    return run


def test_each_way_leaves_one_row_and_nothing_to_do(run, litellm):
    assert run(wanted({"rpm": 5, "max_tokens": 7}))["action"] == "created"
    assert run(wanted({"rpm": 5}))["action"] == "updated"
    assert run(wanted({"rpm": 5}))["action"] == "none"
    assert run(wanted())["action"] == "recreated"
    assert run(wanted())["action"] == "none"
    run(wanted({"rpm": 5}))
    moved = run(wanted(recreate="create_first"))
    assert (moved["action"], moved["id"], list(litellm.rows)) == ("recreated", SECOND, [SECOND])
    assert run(wanted(recreate="create_first"))["action"] == "none"
    assert run(wanted())["action"] == "none", "found by its mark"


def test_a_move_that_was_cut_off_is_finished(run, litellm):
    run(wanted({"rpm": 5}))
    litellm.rows[SECOND] = {**litellm.rows[FIRST], "litellm_params": {"model": "bedrock/m"}}
    litellm.rows[SECOND]["model_info"] = {**litellm.rows[FIRST]["model_info"], "id": SECOND}
    done = run(wanted(recreate="create_first"))
    assert (done["action"], done["differences"], list(litellm.rows)) == ("updated", ["id"], [SECOND])


def test_what_was_there_is_put_back_when_the_new_one_cannot_be_made(run, litellm):
    run(wanted({"rpm": 5}, blocked=True))
    with pytest.raises(Stopped, match="is back"):
        run(from_options({"model_name": "m", "exact": True, "litellm_params": {"model": "nosuch/m"}}))
    assert litellm.rows[FIRST]["litellm_params"]["rpm"] == 5
    assert litellm.rows[FIRST]["model_info"]["blocked"]


def test_what_another_run_made_between_deletion_and_creation_is_not_put_back_but_planned_again(
    run, litellm, monkeypatch
):
    run(wanted({"rpm": 5}))
    delete, first = litellm.delete, [(200, {"message": "deleted"})]
    monkeypatch.setattr(litellm, "delete", lambda body: first.pop() if first else delete(body))
    litellm.requests.clear()
    assert run(wanted())["action"] == "recreated"
    assert "rpm" not in litellm.rows[FIRST]["litellm_params"]
    assert [path for _method, path, _body in litellm.writes] == ["/model/delete", "/model/new"] * 2


def test_what_another_run_made_is_left_where_the_new_one_cannot_be_made(run, litellm, monkeypatch):
    run(wanted({"rpm": 5}))
    create = litellm.create

    def refuse_while_another_run_creates(body):
        monkeypatch.setattr(litellm, "create", create)
        create({**body, "litellm_params": {"model": "bedrock/others"}})
        return 400, {"error": {"message": "no such budget"}}

    monkeypatch.setattr(litellm, "create", refuse_while_another_run_creates)
    with pytest.raises(Stopped, match=r"no such budget\. Another run has made it anew"):
        run(wanted())
    assert litellm.rows[FIRST]["litellm_params"] == {"model": "bedrock/others"}


def test_a_move_that_was_cut_off_goes_wholly_where_the_deployment_is_to_be_absent(run, litellm):
    run(wanted())
    litellm.rows[SECOND] = {**litellm.rows[FIRST], "model_info": {**litellm.rows[FIRST]["model_info"], "id": SECOND}}
    assert run(from_options({"model_name": "m", "state": "absent"}))["action"] == "deleted"
    assert not litellm.rows
