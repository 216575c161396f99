from __future__ import annotations

import json

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.errors import LiteLLMError
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.keys import Keys
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Call, Plan


def answer(status, content):
    return (status, "application/json", json.dumps(content))


def rows(*aliases, pages=1):
    row = {"blocked": None, "models": None, "budget_id": None}
    keys = [{**row, "key_alias": alias, "token": f"hash-{alias}"} for alias in aliases]
    return answer(200, {"keys": keys, "total_pages": pages})


@pytest.fixture
def keys(client):
    return Keys(client)


def test_every_page_is_read(keys, litellm):
    litellm.answers = [rows("a", "b", pages=2), rows("c", pages=2)]
    assert [key["key_alias"] for key in keys.all()] == ["a", "b", "c"]
    assert len(litellm.requests) == 2


def test_a_key_is_found_by_its_exact_alias(keys, litellm):
    litellm.answers = [rows("app-2", "app"), rows("app-2")]
    assert keys.find("app")["token_id"] == "hash-app"
    assert keys.find("app") is None


def test_an_older_litellm_tells_more_of_one_key_than_of_all(keys, litellm):
    row = {"key_alias": "app", "token": "h", "rpm_limit": 3}
    info = {"key": "h", "info": {"budget_id": "b", "key_type": "management", "rpm_limit": 4, "token": "other"}}
    litellm.answers = [answer(200, {"keys": [row]}), answer(200, info)]
    found = keys.find("app")
    assert (found["budget_id"], found["rpm_limit"], found["token_id"]) == ("b", 3, "h")
    assert found["others"] == {"key_type": "management"}


def test_a_secret_is_looked_up_by_its_hash(keys, litellm):
    litellm.answers = [rows("app"), rows("app"), rows()]
    assert keys.by_token("hash-app")["key_alias"] == "app"
    assert keys.by_token("hash") is None
    assert keys.by_token("hash-app") is None


@pytest.mark.parametrize("wrong", [{"keys": ["hash"]}, [], {"message": "hi"}])
def test_a_list_that_is_none(keys, litellm, wrong):
    litellm.answers = [answer(200, wrong)]
    with pytest.raises(LiteLLMError, match="something else than a list of keys"):
        keys.all()


@pytest.mark.parametrize("body, secret", [({"key_alias": "a"}, "sk-made"), ({"key_alias": "a", "key": "sk-x"}, None)])
def test_a_secret_that_litellm_made_is_kept(keys, litellm, body, secret):
    litellm.answers = [answer(200, {"key": "sk-made"})]
    keys.execute(Call("generate key", {"body": body, "unsaid": None}))
    assert keys.secret == secret
    assert litellm.writes == [("POST", "/key/generate", body)]


def test_a_key_that_may_have_been_made(keys, litellm):
    litellm.answers = [None]
    with pytest.raises(LiteLLMError, match="secret that nobody knows"):
        keys.execute(Call("generate key", {"body": {"key_alias": "a"}, "unsaid": None}))
    assert len(litellm.requests) == 1


def test_other_calls(keys, litellm):
    litellm.answers = [answer(200, {}), answer(200, {}), answer(404, {"detail": "No keys found"}), answer(403, {})]
    keys.execute(Call("update key", {"body": {"key": "h", "rpm_limit": None}}))
    delete = Call("delete key", {"key_alias": "a", "token_id": "h"})
    keys.execute(delete)
    keys.execute(delete)
    assert litellm.writes[0] == ("POST", "/key/update", {"key": "h", "rpm_limit": None})
    assert litellm.writes[1:] == [("POST", "/key/delete", {"keys": ["h"]})] * 2
    with pytest.raises(LiteLLMError):
        keys.execute(delete)


@pytest.mark.parametrize(
    "reply, words",
    [
        (None, "secret that nobody knows.*deleted already.*rpm_limit.*3"),
        (answer(400, {"error": {"message": "no"}}), "no. The key that it was to replace is deleted already.*rpm_limit"),
    ],
)
def test_a_replacement_that_stopped_says_what_is_gone(keys, litellm, reply, words):
    litellm.answers = [reply]
    with pytest.raises(LiteLLMError, match=words):
        keys.execute(Call("generate key", {"body": {"key_alias": "a"}, "unsaid": {"rpm_limit": 3}}))


TEAM = answer(200, {"teams": [{"team_id": "t"}], "total_pages": 1})
NO_TEAM = answer(200, {"teams": [], "total_pages": 0})


@pytest.mark.parametrize(
    "name, answers, words",
    [
        ("generate key", [NO_TEAM], "no team with the id t"),
        ("update key", [TEAM, answer(200, [])], "no budget b"),
        ("update key", [TEAM, answer(200, [{"budget_id": "b"}])], None),
    ],
)
def test_a_team_and_a_budget_must_exist(keys, litellm, name, answers, words):
    litellm.answers = list(answers)
    calls = (Call("delete key", {"token_id": "h"}), Call(name, {"body": {"team_id": "t", "budget_id": "b"}}))
    if words:
        with pytest.raises(LiteLLMError, match=words):
            keys.require(Plan(None, None, calls))
    else:
        keys.require(Plan(None, None, calls))
    assert len(litellm.requests) == len(answers)


def test_without_a_team_or_a_budget_nothing_is_asked(keys, litellm):
    keys.require(Plan(None, None, (Call("update key", {"body": {"team_id": None, "rpm_limit": 3}}),)))
    assert litellm.requests == []
