from __future__ import annotations

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui.session import OpenWebUIError
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Call

URL, KEY = "http://litellm:4000/v1", "sk-s3cret-key"


def verify(api, server, answer):
    api.connections()
    server.answers = {"/openai/verify": [answer]}
    return api.verify(URL, KEY, {"enable": True})


def test_models_of_a_connection(api, server):
    assert verify(api, server, (200, {"data": [{"id": "a"}, {"id": "b"}]})) == ["a", "b"]
    assert server.asked("/openai/verify") == [{"url": URL, "key": KEY, "config": {"enable": True}}]


REFUSED = {"error": {"message": f"Authentication Error, got {KEY}", "code": "401"}}


@pytest.mark.parametrize(
    "answer, said",
    [
        ((401, REFUSED), "the other side refuses the key .Authentication Error"),
        ((403, {"detail": "no"}), "forbids"),
        ((404, {"detail": "Not Found"}), "no such path"),
        ((429, {"error": "slow"}), "too much to do"),
        ((500, {"detail": "Open WebUI: Server Connection Error"}), "cannot be reached"),
        ((502, "<html>"), "the other side fails"),
        ((200, "<html>a page"), "OpenAI-compatible"),
        ((200, {"data": [{"name": "x"}]}), "OpenAI-compatible"),
        ((200, {"detail": "hi"}), "OpenAI-compatible"),
        ((200, {"data": []}), "no model to this key"),
    ],
)
def test_every_failure_of_a_connection_has_words_of_its_own(api, server, answer, said):
    with pytest.raises(OpenWebUIError, match=said) as caught:
        verify(api, server, answer)
    assert KEY not in str(caught.value) and URL in str(caught.value)
    # A 401 of the other side is no reason to sign in again.
    assert len(server.asked("/api/v1/auths/signin")) == 1


@pytest.mark.parametrize(
    "answer, said",
    [
        ((200, "<html>"), "web page"),
        ((200, []), "something else than settings"),
        ((403, {"detail": "no"}), "Only an administrator"),
        ((422, {"detail": [{"loc": ["body", "x"], "msg": "missing", "input": "s3cret"}]}), "x: missing"),
    ],
)
def test_wrong_answers_to_a_read(api, server, answer, said):
    server.answers = {"/openai/config": [answer]}
    with pytest.raises(OpenWebUIError, match=said) as caught:
        api.connections()
    assert "s3cret" not in str(caught.value)


def test_accounts_are_listed_once_and_the_oldest_is_first(api):
    users = api.users()
    assert [user["name"] for user in users] == ["admin", "bobby", "bob", "carol"]
    assert [user["primary"] for user in users] == [True, False, False, False]
    assert "settings" not in users[0]


@pytest.mark.parametrize(
    "email, name, primary, own",
    [
        ("admin@example.com", "admin", True, True),
        ("bob@example.com", "bob", False, False),
        ("carol@example.com", "carol", False, False),
        ("bo@example.com", None, None, None),
        ("example.com", None, None, None),
    ],
)
def test_an_account_is_found_by_its_exact_address(api, email, name, primary, own):
    found = api.find_user(email)
    assert (found and (found["name"], found["primary"], found["own"])) == (name and (name, primary, own))


def test_a_list_that_is_none(api, server):
    server.answers = {"/api/v1/users/": [(200, {"detail": "x"})]}
    with pytest.raises(OpenWebUIError, match="something else than a list"):
        api.users()


@pytest.mark.parametrize(
    "call, request_",
    [
        (Call("update connections", {"body": {"a": 1}}), ("POST", "/openai/config/update", {"a": 1})),
        (Call("import settings", {"body": {"config": {}}}), ("POST", "/api/v1/configs/import", {"config": {}})),
        (Call("add user", {"body": {"email": "x"}}), ("POST", "/api/v1/auths/add", {"email": "x"})),
        (
            Call("update user", {"id": "a/b", "own": False, "body": {"role": "user"}}),
            ("POST", "/api/v1/users/a%2Fb/update", {"role": "user"}),
        ),
        (Call("delete user", {"id": "i"}), ("DELETE", "/api/v1/users/i", None)),
    ],
)
def test_calls(api, server, call, request_):
    api.execute(call)
    assert server.requests[-1] == request_


def test_a_changed_own_password_is_used_from_then_on(api, server):
    api.execute(Call("update user", {"id": "i", "own": True, "body": {"password": "s3cret-new"}}))
    server.tokens.clear()
    server.password = "s3cret-new"
    assert api.connections()["enabled"] is True
    assert [body["password"] for body in server.asked("/api/v1/auths/signin")] == ["s3cret-admin", "s3cret-new"]


def test_the_first_sign_up_is_a_call(api, server):
    server.answers = {"/api/v1/auths/signup": [(200, {"role": "admin", "token": "t", "email": "x"})]}
    api.execute(Call("sign up the first administrator", {"body": {"email": "x", "password": "s3cret-x"}}))
    assert server.asked("/api/v1/auths/signup")
