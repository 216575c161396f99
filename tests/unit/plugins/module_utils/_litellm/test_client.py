from __future__ import annotations

import json
import socket

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.client import LiteLLMClient
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.errors import LiteLLMError
from ansible_collections.llmops.bedrock.plugins.module_utils._rest.errors import reason_of
from ansible_collections.llmops.bedrock.plugins.module_utils._rest.transport import UrlTransport

from .fake_litellm import KEY


def answer(status, content, kind="application/json"):
    return (status, kind, content if isinstance(content, str) else json.dumps(content))


READY = answer(200, {"data": []})


@pytest.mark.parametrize(
    "content, reason",
    [
        ({"error": {"message": "plain", "code": "400"}}, "plain"),
        ({"error": {"message": "400: {'error': 'inner text'}"}}, "inner text"),
        ({"error": {"message": "400: {'error': broken}"}}, "400: {'error': broken}"),
        ({"error": {"message": {"error": "nested"}}}, "nested"),
        ({"detail": {"error": "of detail"}}, "of detail"),
        ({"detail": "just detail"}, "just detail"),
        (
            {"detail": [{"loc": ["body", "litellm_params", "rpm"], "msg": "bad", "input": "s3cret-value"}]},
            "litellm_params.rpm: bad",
        ),
        ({"detail": ["text"]}, "text"),
        ({}, "an answer without a message"),
        ("", "an empty answer"),
        ("no\njson", "no json"),
        ("<html>proxy</html>", "a web page came back, so that something other than LiteLLM answers at this address"),
    ],
)
def test_every_shape_of_an_error_is_read(content, reason):
    kind, text = answer(400, content)[1:]
    assert reason_of("LiteLLM", 400, kind, text.encode()) == reason


def test_a_long_answer_is_cut():
    assert len(reason_of("LiteLLM", 500, "text/plain", b"x" * 5000)) < 700


@pytest.mark.parametrize(
    "given, said",
    [
        (answer(401, {"error": {"message": "x"}}), "does not know this key"),
        (answer(403, {"error": {"message": "x"}}), "key of a proxy admin"),
        (answer(400, {"error": {"message": "No connected db."}}), "without a database, and the key is not its master"),
        (answer(500, {"detail": {"error": "DB not connected. See"}}), "runs without a database"),
        (answer(500, {"error": {"message": "No DB Connected. Here's how"}}), "runs without a database"),
        (answer(500, {"detail": {"error": "Set 'STORE_MODEL_IN_DB='True''"}}), "set STORE_MODEL_IN_DB=True"),
        (answer(400, {"error": {"message": "Error in external connector"}}), "its database is connected"),
        (answer(500, {"error": {"message": "Internal server error"}}), "/health/readiness"),
        (answer(404, "Not Found", "text/plain"), "address of LiteLLM itself"),
        (answer(301, "moved", "text/plain"), "redirection"),
        (answer(200, "<html>", "text/html"), "web page"),
        (answer(200, {"message": "hi"}), "something else than a list"),
    ],
)
def test_the_usual_states_come_with_their_remedy(api, litellm, given, said):
    litellm.answers = [given]
    with pytest.raises(LiteLLMError, match=said) as caught:
        api.all()
    assert str(caught.value).startswith("LiteLLM could not list the models")


def test_a_wrong_key(litellm):
    client = LiteLLMClient(UrlTransport(litellm.url), "sk-wrong")
    with pytest.raises(LiteLLMError, match="does not know this key") as caught:
        client.get("list", "/v2/model/info")
    assert caught.value.status == 401


def test_no_secret_in_a_message(client, litellm):
    litellm.answers = [answer(400, {"error": {"message": f"got s3cret-value and {KEY}"}})]
    with pytest.raises(LiteLLMError) as caught:
        client.write("create", "POST", "/model/new", {})
    assert "s3cret" not in str(caught.value) and KEY not in str(caught.value)


@pytest.mark.parametrize("passing", [answer(429, "{}"), answer(502, "<html>"), answer(503, ""), answer(504, ""), None])
def test_a_read_is_repeated_while_it_may_pass(client, litellm, pauses, passing):
    litellm.answers = [passing, passing, READY]
    assert client.get("list", "/v2/model/info") == {"data": []}
    assert pauses == [0.5, 1.0]


def test_a_read_is_not_repeated_for_ever(client, litellm, pauses):
    litellm.answers = [answer(503, "")] * 9
    with pytest.raises(LiteLLMError) as caught:
        client.get("list", "/x")
    assert caught.value.status == 503 and len(pauses) == 4


@pytest.mark.parametrize("passing, unsure", [(answer(503, ""), True), (None, True), (answer(400, "{}"), False)])
def test_a_write_that_arrived_is_not_repeated_and_says_whether_it_may_have_happened(client, litellm, passing, unsure):
    litellm.answers = [passing]
    with pytest.raises(LiteLLMError) as caught:
        client.write("create", "POST", "/model/new", {"a": 1})
    assert caught.value.unsure is unsure and len(litellm.requests) == 1


def test_a_write_that_never_arrived_is_repeated(pauses):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        client = LiteLLMClient(UrlTransport(f"http://127.0.0.1:{unused.getsockname()[1]}"), KEY, sleep=pauses.append)
        with pytest.raises(LiteLLMError, match="Nothing listens") as caught:
            client.write("create", "POST", "/model/new", {})
    assert len(pauses) == 4 and not caught.value.unsure


def test_an_answer_that_never_comes(litellm):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        client = LiteLLMClient(UrlTransport(f"http://127.0.0.1:{silent.getsockname()[1]}"), KEY, timeout=0.2)
        with pytest.raises(LiteLLMError, match="in time") as caught:
            client.write("create", "POST", "/model/new", {})
    assert caught.value.unsure


def test_a_url_must_be_one():
    with pytest.raises(ValueError, match="http://"):
        UrlTransport("litellm:4000")


def test_a_path_prefix_is_kept(litellm):
    litellm.answers = [READY]
    LiteLLMClient(UrlTransport(f"{litellm.url}/prefix/"), KEY).get("list", "/models", q="a b")
    assert litellm.requests[0][1] == "/prefix/models"
