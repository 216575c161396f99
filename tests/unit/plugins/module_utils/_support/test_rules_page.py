from __future__ import annotations

import base64
import dataclasses

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._support.diagnosis import diagnose
from ansible_collections.llmops.bedrock.plugins.module_utils._support.facts import LogKey

from .build import facts, pod, thing

KEY_REFUSED = "LiteLLM refuses the key of Open WebUI: the page shows no models"
NOT_REACHED = "Open WebUI does not reach LiteLLM"
# As LiteLLM 1.106 and Open WebUI 0.12 write them.
ASKED = '2026-11-22T11:5{}:00.1Z INFO:     {}:41020 - "GET /v1/models HTTP/1.1" {}'
NO_HOST = (
    "2026-11-22T11:59:00.1Z 2026-11-22 11:59:00.100 | ERROR    | open_webui.routers.openai:send_get_request:116 - "
    "Connection error: Cannot connect to host litellm.litellm.svc.cluster.local:4000 ssl:default [Connection refused]"
)
# sha256 of sk-unknown.
UNKNOWN = (
    "{}:00.1Z 11:59:00 - LiteLLM Proxy:ERROR: auth_exception_handler.py:197 - litellm.proxy.proxy_server."
    "user_api_key_auth(): Exception occured - Authentication Error, Invalid proxy server token passed. "
    "key=6eace09f299b912fba6f69532343cb57b8039869a8a1590441112e87d1e84727, not found in db. "
    "Create key via `/key/generate` call."
)
KEYS = {"litellm-api-key": base64.b64encode(b"sk-unknown").decode(), "odd": "%"}


def with_page(gateway="", page=""):
    """LiteLLM and a page at 10.0.0.9, and what each says."""
    labels = {"labels": {"app.kubernetes.io/component": "open-webui"}}
    chat = pod("open-webui-0", ready=True)
    chat["metadata"] |= {"namespace": "open-webui", **labels}
    chat["status"] |= {"podIP": "10.0.0.9"}
    secret = thing("Secret", "open-webui-bootstrap", "open-webui", data=KEYS)
    found = facts(pod(ready=True), chat, secret, logs={"litellm-7d4f-x": gateway})
    return dataclasses.replace(found, logs={**found.logs, LogKey("open-webui", "open-webui-0", "litellm", False): page})


def asked(*answers, host="10.0.0.9"):
    return "\n".join(ASKED.format(minute, host, answer) for minute, answer in enumerate(answers))


CASES = [
    (with_page(asked("200 OK", "401 Unauthorized")), KEY_REFUSED),
    (with_page(asked("403 Forbidden").replace('"', r"\"")), KEY_REFUSED),
    (with_page(page=NO_HOST), NOT_REACHED),
    (
        with_page(UNKNOWN.format("2026-11-22T11:59")),
        "LiteLLM does not know the key in Secret open-webui/open-webui-bootstrap",
    ),
]


@pytest.mark.parametrize("found, cause", CASES, ids=["key", "key in a JSON log", "connection", "Secret"])
def test_one_fault_is_named_first(found, cause):
    first = diagnose(found)[0]
    assert first.cause == cause
    assert first.remedy and first.evidence


@pytest.mark.parametrize(
    "found",
    [
        with_page(asked("401 Unauthorized", "200 OK")),
        with_page(asked("401 Unauthorized", host="10.0.0.8")),
        with_page(asked("403 Forbidden").replace("GET /v1/models", "POST /v1/chat/completions")),
        with_page(asked("401 Unauthorized").replace("T11:", "T09:")),
        with_page(page=NO_HOST.replace("T11:", "T09:")),
        with_page(UNKNOWN.format("2026-11-22T11:40")),
        with_page(UNKNOWN.format("2026-11-22T11:59").replace("key=6e", "key=7e")),
    ],
    ids=[
        "answered since",
        "somebody else",
        "a model that is refused",
        "long ago",
        "connection, long ago",
        "Secret, some time ago",
        "a key of nobody",
    ],
)
def test_what_is_over_or_not_the_pages_is_not_reported(found):
    assert diagnose(found) == []
