from __future__ import annotations

import json

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.errors import LiteLLMError
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.keys import Keys
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Call


def answer(status, content):
    return (status, "application/json", json.dumps(content))


def rows(*aliases, pages=1):
    keys = [{"key_alias": alias, "token": f"hash-{alias}", "blocked": None, "models": None} for alias in aliases]
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
    keys.execute(Call("generate key", {"body": body}))
    assert keys.secret == secret
    assert litellm.writes == [("POST", "/key/generate", body)]


def test_a_key_that_may_have_been_made(keys, litellm):
    litellm.answers = [None]
    with pytest.raises(LiteLLMError, match="secret that nobody knows"):
        keys.execute(Call("generate key", {"body": {"key_alias": "a"}}))
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
