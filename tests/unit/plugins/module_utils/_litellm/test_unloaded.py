"""What LiteLLM stores and the answering worker has not loaded, as where another one made it just now."""

from __future__ import annotations

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.reconcile import Stopped

from .members import member


def test_new_members_of_a_list_are_not_looked_for_one_by_one(run, litellm):
    assert set(run(*(member(f"m{number}") for number in range(20)))[0]) == {"created"}
    paths = [path for method, path, body in litellm.requests if method == "GET"]
    assert paths == ["/v2/model/info", "/health/readiness", "/v2/model/info"], "listing, database, reading back"


@pytest.mark.parametrize("rpm, action", [(None, "none"), (5, "updated")])
@pytest.mark.parametrize("check_mode", [True, False])
def test_a_member_that_is_stored_and_not_loaded_is_found(run, litellm, rpm, action, check_mode):
    run(member("b"))
    litellm.unloaded = {member("b").id}
    litellm.requests.clear()
    wanted = [member("a"), member("b", params={"rpm": rpm} if rpm else {}), member("c")]
    actions, result = run(*wanted, check_mode=check_mode)[:2]
    assert actions == ["created", action, "created"]
    assert result["models"][1].get("differences") == (["litellm_params.rpm"] if rpm else None)
    assert len(result["diff"]) == (3 if rpm else 2)
    assert len(litellm.rows) == (1 if check_mode else 3) and bool(litellm.writes) is not check_mode


def test_a_member_that_is_stored_and_not_loaded_goes_where_it_is_to_be_absent(run, litellm):
    run(member("b"))
    litellm.unloaded = {member("b").id}
    assert run(member("a"), member("b", state="absent"), member("c"))[0] == ["created", "deleted", "created"]
    assert member("b").id not in litellm.rows


def test_a_change_of_what_was_found_late_is_read_back(run, litellm):
    run(member("b"))
    litellm.unloaded, litellm.lazy = {member("b").id}, True
    with pytest.raises(Stopped, match=r"still serves another value of litellm_params\.rpm"):
        run(member("a"), member("b", params={"rpm": 5}), member("c"))


def test_a_member_that_is_stored_and_not_loaded_does_not_take_over_another_of_its_name(run, litellm):
    run(member("b"), member("b", deployment="second"))
    litellm.unloaded = {member("b").id}
    litellm.requests.clear()
    assert run(member("a"), member("b", adopt=True), member("c", state="absent"))[0] == ["created", "none", "none"]
    assert len(litellm.writes) == 1


def test_a_member_that_is_found_late_and_refused_stops_the_run(run, litellm):
    run(member("b", params={"aws_secret_access_key": "s3cret-value"}))
    litellm.unloaded = {member("b").id}
    with pytest.raises(Stopped, match="secrets that this task does not give") as caught:
        run(member("a"), member("b", exact=True), member("c"))
    assert [step.summary["action"] for step in caught.value.done] == ["created"]
    assert sorted(found["model_name"] for found in litellm.rows.values()) == ["a", "b"]
