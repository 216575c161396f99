from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._support.diagnosis import diagnose
from ansible_collections.llmops.bedrock.plugins.module_utils._support.facts import LogKey

from .build import facts, pod

KEY_REFUSED = "LiteLLM refuses the key of Open WebUI: the page shows no models"
NOT_REACHED = "Open WebUI does not reach LiteLLM"
# As LiteLLM 1.106 and Open WebUI 0.12 write them.
ASKED = '2026-11-22T11:5{}:00.1Z INFO:     {}:41020 - "GET /v1/models HTTP/1.1" {}'
NO_HOST = (
    "2026-11-22T11:59:00.1Z 2026-11-22 11:59:00.100 | ERROR    | open_webui.routers.openai:send_get_request:116 - "
    "Connection error: Cannot connect to host litellm.litellm.svc.cluster.local:4000 ssl:default [Connection refused]"
)


def with_page(gateway="", page=""):
    """LiteLLM and a page at 10.0.0.9, and what each says."""
    labels = {"labels": {"app.kubernetes.io/component": "open-webui"}}
    chat = pod("open-webui-0", ready=True)
    chat["metadata"] |= {"namespace": "open-webui", **labels}
    chat["status"] |= {"podIP": "10.0.0.9"}
    found = facts(pod(ready=True), chat, logs={"litellm-7d4f-x": gateway})
    return dataclasses.replace(found, logs={**found.logs, LogKey("open-webui", "open-webui-0", "litellm", False): page})


def asked(*answers, host="10.0.0.9"):
    return "\n".join(ASKED.format(minute, host, answer) for minute, answer in enumerate(answers))


CASES = [
    (with_page(asked("200 OK", "401 Unauthorized")), KEY_REFUSED),
    (with_page(asked("403 Forbidden").replace('"', r"\"")), KEY_REFUSED),
    (with_page(page=NO_HOST), NOT_REACHED),
]


@pytest.mark.parametrize("found, cause", CASES, ids=["key", "key in a JSON log", "connection"])
def test_one_fault_is_named_first(found, cause):
    first = diagnose(found)[0]
    assert first.cause == cause
    assert first.remedy and "open-webui/open-webui-0" in first.evidence[0]


@pytest.mark.parametrize(
    "found",
    [
        with_page(asked("401 Unauthorized", "200 OK")),
        with_page(asked("401 Unauthorized", host="10.0.0.8")),
        with_page(asked("401 Unauthorized").replace("T11:", "T09:")),
        with_page(page=NO_HOST.replace("T11:", "T09:")),
    ],
    ids=["answered since", "somebody else", "long ago", "connection, long ago"],
)
def test_what_is_over_or_not_the_pages_is_not_reported(found):
    assert diagnose(found) == []
