"""Reading, planning, writing and looking, against a LiteLLM on a real port."""

from __future__ import annotations

import json

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.errors import LiteLLMError
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.api import row
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.lookup import find
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.reconcile import Reconciler, Stopped
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused

from .members import member


def test_check_mode_writes_nothing(run, litellm):
    actions, result = run(member(), check_mode=True)[:2]
    assert actions == ["created"] and result["changed"] and len(result["diff"]) == 1
    assert not litellm.writes


def test_create_again_change_again_delete_again(run, litellm):
    assert run(member())[0] == ["created"]
    assert run(member())[0] == ["none"]
    changed = member(params={"rpm": 5}, blocked=True)
    assert run(changed)[1]["models"][0]["differences"] == ["blocked", "litellm_params.rpm"]
    assert run(changed)[0] == ["none"]
    assert run(member(state="absent"))[0] == ["deleted"]
    assert run(member(state="absent"))[0] == ["none"]
    assert not litellm.rows


def test_a_list_needs_one_listing_when_all_is_there(run, litellm):
    wanted = [member(f"m{number}") for number in range(20)]
    litellm.page_size = 7
    assert set(run(*wanted)[0]) == {"created"}
    litellm.requests.clear()
    assert set(run(*wanted)[0]) == {"none"}
    assert {request[1] for request in litellm.requests} == {"/v2/model/info"}
    assert len(litellm.requests) == 3, "one request a page"


def test_purge_stays_in_its_scope(run, litellm):
    run(member("a", scope="team"), member("b", scope="team"), member("c"))
    actions, result = run(member("a", scope="team"), purge_scope="team")[:2]
    assert actions == ["none", "deleted"] and result["models"][1]["model_name"] == "b"
    assert sorted(found["model_name"] for found in litellm.rows.values()) == ["a", "c"]


def test_nothing_is_written_when_one_member_is_refused(run, litellm):
    litellm.rows["hand"] = {"model_name": "b", "litellm_params": {}, "model_info": {"id": "hand", "db_model": True}}
    with pytest.raises(Refused, match="adopt: true"):
        run(member("a"), member("b"))
    assert not litellm.writes


def test_the_configuration_files_name_is_a_warning(run, litellm):
    litellm.rows["cfg"] = {"model_name": "m", "litellm_params": {}, "model_info": {"id": "cfg", "db_model": False}}
    outcome = run(member())
    assert outcome[0] == ["created"] and "configuration file" in outcome[2].warnings[0]


@pytest.mark.parametrize("state, said", [("Not connected", "runs without a database"), ("stalled", "Run again when")])
def test_absence_is_not_believed_while_the_database_is_down(run, litellm, state, said):
    litellm.database = state
    with pytest.raises(LiteLLMError, match=said):
        run(member())
    assert not litellm.writes


LOST = None
BUSY = (503, "text/plain", "")


@pytest.mark.parametrize("answer", [LOST, BUSY])
def test_a_creation_whose_answer_was_lost_is_found_and_not_repeated(run, litellm, answer):
    litellm.after_write = [answer]
    assert run(member())[0] == ["created"]
    assert len(litellm.rows) == 1 and len(litellm.writes) == 1


def test_a_creation_that_the_database_refused_for_a_moment_is_repeated(run, litellm, monkeypatch):
    refusal = (500, {"detail": {"error": "Failed to add model to db. Check your server logs"}})
    create, refusals = litellm.create, [refusal]
    monkeypatch.setattr(litellm, "create", lambda body: refusals.pop() if refusals else create(body))
    assert run(member())[0] == ["created"]
    assert len(litellm.writes) == 2
    monkeypatch.setattr(litellm, "create", lambda body: refusal)
    with pytest.raises(Stopped, match="/health/readiness"):
        run(member("other"))


def test_a_creation_is_looked_for_after_the_last_try_too(run, litellm, monkeypatch):
    create, refusals = litellm.create, [(500, {"detail": {"error": "Failed to add model to db"}})] * 2

    def busy_in_the_end(body):
        if refusals:
            return refusals.pop()
        create(body)
        return 503, {}

    monkeypatch.setattr(litellm, "create", busy_in_the_end)
    assert run(member())[0] == ["created"]


def test_a_creation_is_repeated_where_looking_for_it_fails_too(run, litellm, monkeypatch):
    create, tries = litellm.create, []

    def away_at_first(body):
        tries.append(body)
        if len(tries) > 1:
            return create(body)
        litellm.answers = [(500, "application/json", '{"error": {"message": "Internal server error"}}')]
        return 500, {"detail": {"error": "Failed to add model to db"}}

    monkeypatch.setattr(litellm, "create", away_at_first)
    assert run(member())[0] == ["created"] and len(tries) == 2


@pytest.mark.parametrize(
    "said",
    [
        "All connection attempts failed",
        "Error in external connector",
        "Server disconnected without sending a response.",
    ],
)
def test_a_change_for_which_the_database_was_away_is_repeated(run, litellm, monkeypatch, said):
    run(member())
    litellm.requests.clear()
    refusal = (500, {"detail": {"error": f"Error updating model: {said}"}})
    update, refusals = litellm.update, [refusal] * 2
    monkeypatch.setattr(litellm, "update", lambda *call: refusals.pop() if refusals else update(*call))
    assert run(member(params={"rpm": 5}))[0] == ["updated"]
    assert len(litellm.writes) == 3
    monkeypatch.setattr(litellm, "update", lambda *call: refusal)
    with pytest.raises(Stopped, match="/health/readiness"):
        run(member(params={"rpm": 6}))


@pytest.mark.parametrize("answer", [LOST, BUSY])
def test_a_deletion_whose_answer_was_lost_is_a_change(run, litellm, answer):
    run(member())
    litellm.after_write = [answer]
    actions, result = run(member(state="absent"))[:2]
    assert actions == ["deleted"] and result["changed"] and not litellm.rows


def test_a_creation_that_two_runs_make_at_once_is_one(run, api, litellm):
    reconciler = Reconciler(api, wait_timeout=0)
    late = reconciler.steps([member()])
    run(member())
    assert not reconciler.run(late, check_mode=False, diff=False)["changed"]
    assert len(litellm.rows) == 1


def test_a_creation_that_another_run_makes_and_removes_again_and_again_is_an_error(run, litellm, monkeypatch):
    row_id = member().id

    def create(body):
        litellm.rows[row_id] = {"model_name": "m", "litellm_params": {}, "model_info": {"id": row_id}}
        return 500, {"detail": {"error": "Failed to add model to db. Check your server logs"}}

    listing = litellm.listing

    def seen_once(query):
        answer = listing(query)
        litellm.rows.clear()
        return answer

    monkeypatch.setattr(litellm, "create", create)
    monkeypatch.setattr(litellm, "listing", seen_once)
    with pytest.raises(Stopped, match="Run again when that has ended"):
        run(member())


def test_a_change_of_a_row_that_was_deleted_meanwhile_creates_it(run, api, litellm):
    run(member())
    reconciler = Reconciler(api, wait_timeout=0)
    steps = reconciler.steps([member(params={"rpm": 5})])
    litellm.rows.clear()
    reconciler.run(steps, check_mode=False, diff=False)
    assert litellm.rows[member().id]["litellm_params"]["rpm"] == 5


def test_a_deletion_of_a_row_that_is_gone_is_no_change(run, api, litellm):
    run(member())
    reconciler = Reconciler(api, wait_timeout=0)
    steps = reconciler.steps([member(state="absent")])
    litellm.rows.clear()
    result = reconciler.run(steps, check_mode=False, diff=False)
    assert not result["changed"] and result["models"][0]["action"] == "none"


def test_a_model_that_litellm_cannot_load_is_not_left_behind(run, litellm):
    with pytest.raises(Stopped, match="does not know the provider of 'nosuch/x'") as caught:
        run(member("a"), member("b", params={"model": "nosuch/x"}), member("c"))
    assert [found["model_name"] for found in litellm.rows.values()] == ["a"]
    assert [step.summary["action"] for step in caught.value.done] == ["created"]


def test_a_change_that_litellm_does_not_take_up_is_undone(run, litellm):
    run(member(params={"rpm": 1, "api_key": "s3cret-value"}))
    litellm.lazy = True
    with pytest.raises(Stopped, match="written back"):
        run(member(params={"rpm": 2, "model": "nosuch/x", "api_key": "s3cret-value"}))
    method, body = litellm.writes[-1][0], litellm.writes[-1][2]
    assert method == "PATCH"
    assert body["litellm_params"]["rpm"] == 1 and body["litellm_params"]["model"] == "bedrock/a"
    assert "api_key" not in body["litellm_params"]


def test_an_older_litellm_that_stores_what_it_cannot_load_is_found_out(run, litellm):
    litellm.old = True
    with pytest.raises(Stopped, match="the whole model"):
        run(member(params={"model": "nosuch/x"}))
    assert not litellm.rows
    run(member())
    with pytest.raises(Stopped, match="written back"):
        run(member(params={"model": "nosuch/x"}))
    assert litellm.rows[member().id]["litellm_params"]["model"] == "bedrock/a"
    assert run(member())[0] == ["none"]


def test_a_deployment_that_an_older_litellm_cannot_block_is_not_left_unblocked(run, litellm):
    litellm.old = True
    with pytest.raises(Stopped, match="no switch to block"):
        run(member(blocked=True))
    assert not litellm.rows


def test_a_worker_that_lags_is_waited_for(run, api, litellm):
    run(member())
    litellm.lazy = True
    wanted = member(params={"rpm": 2})

    def catch_up(pause):
        litellm.rows[wanted.id]["litellm_params"]["rpm"] = 2

    reconciler = Reconciler(api, wait_timeout=30, sleep=catch_up)
    assert reconciler.run(reconciler.steps([wanted]), check_mode=False, diff=False)["changed"]


def test_values_that_litellm_cannot_decrypt_are_never_overwritten():
    with pytest.raises(LiteLLMError, match="LITELLM_SALT_KEY"):
        row({"model_name": "m", "litellm_params": {"model": "A" * 80}, "model_info": {"id": "1"}})


def test_the_older_listing_names_each_deployment_once(api, litellm):
    def raw(name):
        return {"model_name": name, "litellm_params": {}, "model_info": {"id": "wild" if "/" in name else name}}

    refused = (500, "application/json", json.dumps({"detail": {"error": "DB not connected"}}))
    listing = (200, "application/json", json.dumps({"data": [raw("h3/a"), raw("h3/b"), raw("m")]}))
    alone = (200, "application/json", json.dumps({"data": [raw("h3/*")]}))
    litellm.answers = [refused, listing, alone]
    assert [found["model_name"] for found in find(api)] == ["h3/*", "m"]


@pytest.mark.parametrize("more", [[], [member("a"), member("b")]], ids=["single", "list"])
def test_one_of_ours_and_one_of_others_are_not_removed_one_after_the_other(run, litellm, more):
    run(member())
    litellm.rows["hand-made"] = {
        "model_name": "m",
        "litellm_params": {},
        "model_info": {"id": "hand-made", "db_model": True},
    }
    stored = dict(litellm.rows)
    with pytest.raises(Refused, match="a deployment of that name that other hands made: hand-made"):
        run(member(state="absent", adopt=True), *more)
    assert litellm.rows == stored
    assert run(member(state="absent"))[0] == ["deleted"] and list(litellm.rows) == ["hand-made"]
    assert run(member(state="absent", adopt=True))[0] == ["deleted"] and not litellm.rows
