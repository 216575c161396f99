"""The calls for budgets, credentials and fallbacks, against a small LiteLLM on a real port."""

from __future__ import annotations

import json
import threading

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.budgets import Budgets
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.credentials import Credentials
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.errors import LiteLLMError
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.fallbacks import Fallbacks
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.seen import wait_until_seen
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Call

from .fake_store import FakeStore


@pytest.fixture
def litellm():
    server = FakeStore()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def budgets(client):
    return Budgets(client)


@pytest.fixture
def credentials(client):
    return Credentials(client)


@pytest.fixture
def fallbacks(client, pauses):
    return Fallbacks(client, wait_timeout=0.5, sleep=pauses.append)


def answer(status, content):
    return (status, "application/json", json.dumps(content))


def call(name, **body):
    return Call(name, {"body": body})


def test_a_budget_from_birth_to_death(budgets, litellm):
    assert budgets.find("app") is None and budgets.all() == []
    assert budgets.execute(call("create budget", budget_id="app", max_budget=5))
    assert budgets.execute(call("update budget", budget_id="app", max_budget=None, rpm_limit=3))
    assert (budgets.find("app")["max_budget"], budgets.all()[0]["rpm_limit"]) == (None, 3)
    assert budgets.find("ap") is None
    delete = Call("delete budget", {"budget_id": "app"})
    assert (budgets.execute(delete), budgets.execute(delete)) == (True, False)


def test_a_budget_that_may_have_been_made(budgets, litellm):
    litellm.after_write = [None]
    budgets.execute(call("create budget", budget_id="app", max_budget=5))
    assert [path for method, path, body in litellm.writes] == ["/budget/new", "/budget/info", "/budget/update"]
    budgets.execute(call("create budget", budget_id="app", max_budget=6))  # somebody else was faster
    assert litellm.budgets["app"]["max_budget"] == 6
    litellm.answers = [None]
    with pytest.raises(LiteLLMError):
        budgets.execute(call("create budget", budget_id="lost"))
    assert "lost" not in litellm.budgets


def test_a_budget_that_is_gone_is_not_changed_in_silence(budgets):
    with pytest.raises(LiteLLMError, match="deleted it meanwhile"):
        budgets.execute(call("update budget", budget_id="app", rpm_limit=3))


def test_what_uses_a_budget(budgets, litellm):
    table = {"litellm_budget_table": {"budget_id": "app"}}
    litellm.lists = {
        "/key/list": [
            {"key_alias": "k", "budget_id": "app"},
            {"key_alias": None, "token": "h", "budget_id": "app"},
            {},
        ],
        "/customer/list": [{"user_id": "u", **table}, {"user_id": "v", "litellm_budget_table": None}],
        "/team/list": [
            {"team_alias": "t", "metadata": {"team_member_budget_id": "app"}},
            {"team_id": "s", "team_memberships": [{"budget_id": "app"}]},
            {"team_id": "r", "metadata": None},
        ],
        "/tag/list": [{"name": "g", **table}, {"name": "f"}],
    }
    assert budgets.users("app") == [
        "key k",
        "key h",
        "end user u",
        "members of the team t",
        "members of the team s",
        "tag g",
    ]
    assert budgets.users("other") == []


def test_a_listing_of_keys_that_does_not_tell_their_budgets(budgets, litellm):
    litellm.lists["/key/list"] = [{"key_alias": "k", "token": "h"}, {"key_alias": "j", "token": "i"}]
    litellm.budget_of = {"h": "app"}
    assert budgets.users("app") == ["key k"]


@pytest.mark.parametrize("wrong", [{"message": "hi"}, ["a"], None])
def test_lists_that_are_none(budgets, credentials, fallbacks, litellm, wrong):
    for read in (budgets.all, credentials.all, fallbacks.all):
        litellm.answers = [answer(200, wrong)]
        with pytest.raises(LiteLLMError, match="something else than"):
            read()


def test_a_credential_from_birth_to_death(credentials, litellm):
    body = {"credential_name": "a/b c", "credential_values": {"api_key": "sk-012345"}, "credential_info": {"x": 1}}
    assert credentials.execute(call("create credential", **body))
    assert credentials.find("a/b c")["credential_values"] == {"api_key": "sk****45"}
    assert credentials.find("a/b") is None
    new = {"credential_values": {"z": "1"}, "credential_values_to_delete": ["api_key"], "credential_info": {"y": 2}}
    assert credentials.execute(call("update credential", **{**body, **new}))
    assert credentials.find("a/b c")["credential_values"] == {"z": "1"}
    delete = Call("delete credential", {"credential_name": "a/b c"})
    assert (credentials.execute(delete), credentials.execute(delete)) == (True, False)
    assert litellm.writes[-1][1] == "/credentials/a%2Fb%20c"


@pytest.mark.parametrize("lost", [True, False])
def test_a_credential_that_this_worker_does_not_show(credentials, litellm, lost):
    body = {"credential_name": "a", "credential_values": {"k": "new"}, "credential_info": {"x": 1}}
    if lost:
        litellm.after_write = [None]
    else:
        litellm.credentials["a"] = {**body, "credential_values": {"k": "old"}}
    litellm.unread = {"a"}
    credentials.execute(call("create credential", **body))
    assert credentials.find("a")["credential_values"] == {"k": "new"}
    assert [method for method, path, body in litellm.writes] == ["POST", "PATCH"]


def test_a_credential_that_was_never_made(credentials, litellm):
    litellm.answers = [None]
    with pytest.raises(LiteLLMError, match="Run again to create it"):
        credentials.execute(call("create credential", credential_name="a", credential_values={"k": "v"}))
    litellm.answers = [answer(409, {"error": {"message": "Credential 'a' is defined in config. Edit config.yaml"}})]
    with pytest.raises(LiteLLMError, match="defined in config"):
        credentials.execute(call("create credential", credential_name="a", credential_values={"k": "v"}))
    litellm.answers = [answer(404, {"detail": "Not Found"})]
    with pytest.raises(LiteLLMError, match="Check that url"):
        credentials.execute(Call("delete credential", {"credential_name": "a"}))


def test_what_uses_a_credential(credentials, litellm):
    for number, name in enumerate(["b", "a", "a", "c"]):
        params = {"model": "x/y", "litellm_credential_name": "other" if name == "c" else "aws"}
        row = {"model_name": name, "litellm_params": params, "model_info": {"id": str(number), "db_model": True}}
        litellm.rows[str(number)] = row
    assert credentials.users("aws") == ["a", "b"]


def test_fallbacks_from_birth_to_death(fallbacks, litellm):
    litellm.loaded = {"a", "a/b", "c"}
    for model in ("a", "a/b"):
        body = {"model": model, "fallback_models": ["c"], "fallback_type": "content_policy"}
        assert fallbacks.execute(call("set fallbacks", **body))
        assert fallbacks.find(model, "content_policy")["fallback_models"] == ["c"]
        assert fallbacks.find(model, "general") is None
    for model in ("a", "a/b"):
        delete = Call("delete fallbacks", {"model": model, "fallback_type": "content_policy"})
        assert (fallbacks.execute(delete), fallbacks.execute(delete)) == (True, False)
    assert litellm.router == {"content_policy_fallbacks": []}


def test_where_fallbacks_come_from(fallbacks, litellm):
    litellm.router = {"fallbacks": [{"a": ["b"]}, {"*": ["z"]}]}
    litellm.source = {"fallbacks": "config"}
    found, source = fallbacks.look("a", "general")
    assert (found["fallback_models"], source) == (["b"], "config")
    assert fallbacks.look("x", "general") == (None, "config")
    assert fallbacks.look("a", "context_window") == (None, None)


@pytest.mark.parametrize("model, other", [("a", "nosuch"), ("nosuch", "a")])
def test_models_that_nobody_knows(fallbacks, litellm, pauses, model, other):
    litellm.loaded = {"a"}
    with pytest.raises(LiteLLMError, match="Create its model first"):
        fallbacks.execute(call("set fallbacks", model=model, fallback_models=[other], fallback_type="general"))
    assert pauses == []


def test_models_that_this_worker_does_not_know_yet(fallbacks, litellm, pauses):
    info = {"id": "1", "db_model": True}
    for name in ("a", "b"):
        litellm.rows[name] = {
            "model_name": name,
            "litellm_params": {"model": "x/y"},
            "model_info": {**info, "id": name},
        }
    litellm.loaded = {"a"}
    fallbacks._sleep = lambda seconds: litellm.loaded.add("b")
    fallbacks.execute(call("set fallbacks", model="a", fallback_models=["b"], fallback_type="general"))
    assert litellm.router["fallbacks"] == [{"a": ["b"]}]


def test_a_refusal_is_passed_on(fallbacks, litellm):
    litellm.answers = [answer(400, {"detail": {"error": "Database storage not enabled. Set 'STORE_MODEL_IN_DB=True'"}})]
    with pytest.raises(LiteLLMError, match="does not keep models"):
        fallbacks.execute(call("set fallbacks", model="a", fallback_models=["b"], fallback_type="general"))
    litellm.answers = [answer(404, {"detail": "Not Found"})]
    with pytest.raises(LiteLLMError, match="Check that url"):
        fallbacks.execute(Call("delete fallbacks", {"model": "a", "fallback_type": "general"}))


def test_waiting_for_what_was_written(pauses):
    rows = iter([None, {"a": 1}, {"a": 2}])
    found = wait_until_seen(
        "take it up", lambda: next(rows), lambda row: row == {"a": 2}, timeout=5, sleep=pauses.append
    )
    assert found == {"a": 2} and len(pauses) == 2
    for hint, words in (("", "run again"), ("Buy a new one.", "Buy a new one")):
        with pytest.raises(LiteLLMError, match=f"after 0 s it still shows something else.*{words}"):
            wait_until_seen("take it up", lambda: None, lambda row: False, timeout=0, hint=hint, sleep=pauses.append)
