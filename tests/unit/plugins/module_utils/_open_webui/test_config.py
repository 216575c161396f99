from __future__ import annotations

import json

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui.config import (
    NAMED,
    chosen,
    desired,
    plan,
    view,
)
from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui.masking import is_secret
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import HIDDEN, Refused
from hypothesis import given
from hypothesis import strategies as st

FOUND = {
    "ui.enable_signup": False,
    "ui.default_user_role": "pending",
    "ui.default_models": None,
    "ui.banners": [],
    "webui.url": "",
    "auth.jwt_expiry": "4w",
    "rag.top_k": 3,
    "rag.relevance_threshold": 0.5,
    "rag.openai.api_key": "old-secret",
    "folders.max_file_count": "",
    "models.default_params": {},
    "openai.enable": True,
}


def changes(wish):
    calls = plan(wish, FOUND).calls
    return calls[0].arguments["body"]["config"] if calls else {}


@pytest.mark.parametrize(
    "wish, change",
    [
        ({}, {}),
        ({"ui.enable_signup": False, "rag.top_k": 3}, {}),
        ({"ui.enable_signup": "no", "rag.top_k": "3", "rag.relevance_threshold": "0.5"}, {}),
        ({"ui.enable_signup": "True"}, {"ui.enable_signup": True}),
        ({"ui.enable_signup": 0}, None),
        ({"rag.top_k": "5"}, {"rag.top_k": 5}),
        ({"folders.max_file_count": 5}, {"folders.max_file_count": 5}),
        ({"webui.url": "https://chat.example.com/"}, {"webui.url": "https://chat.example.com"}),
        ({"ui.default_user_role": "user", "ui.banners": []}, {"ui.default_user_role": "user"}),
        ({"auth.jwt_expiry": "-1"}, {"auth.jwt_expiry": "-1"}),
        ({"auth.jwt_expiry": "1.5h"}, {"auth.jwt_expiry": "1.5h"}),
        ({"ui.default_models": "a,b"}, {"ui.default_models": "a,b"}),
    ],
)
def test_only_what_differs_is_written(wish, change):
    if change is None:
        with pytest.raises(Refused, match="true or false"):
            plan(wish, FOUND)
    else:
        assert changes(wish) == change


@pytest.mark.parametrize(
    "wish, words",
    [
        ({"ui.enable_singup": True}, "no setting ui.enable_singup. It has: ui.enable_signup"),
        ({"x": True}, r"no setting x. It has: auth\., folders\."),
        ({"openai.enable": True}, "open_webui_connection"),
        ({"openai.nonsense": True}, "open_webui_connection"),
        ({"ui.default_user_role": "guest"}, "one of admin, user, pending"),
        ({"auth.jwt_expiry": "soon"}, "duration"),
        ({"rag.top_k": "many"}, "must be a number"),
        ({"ui.banners": "x"}, "must be a list"),
        ({"models.default_params": []}, "must be a dictionary"),
    ],
)
def test_what_open_webui_would_swallow_is_refused(wish, words):
    with pytest.raises(Refused, match=words):
        plan(wish, FOUND)


def test_secrets_are_compared_but_not_shown():
    same = plan({"rag.openai.api_key": "old-secret"}, FOUND)
    assert same.calls == () and same.before == same.after == {"rag.openai.api_key": HIDDEN}
    other = plan({"rag.openai.api_key": "new-secret"}, FOUND)
    assert other.calls and other.after == {"rag.openai.api_key": f"{HIDDEN} (changed)"}
    assert "secret" not in json.dumps([other.before, other.after])


@pytest.mark.parametrize(
    "name, secret",
    [
        ("rag.openai.api_key", True),
        ("openai.api_keys", True),
        ("ldap.server.app_password", True),
        ("rag.external_document_loader_headers", True),
        ("webhook_url", True),
        ("auth.api_key.endpoint_restrictions", False),
        ("auth.enable_api_keys", False),
        ("web.search.brave_search_context_tokens", False),
        ("automations.auth_token_expires_in", False),
    ],
)
def test_which_settings_are_secrets(name, secret):
    assert is_secret(name) is secret


def test_secrets_inside_of_settings():
    shown = view({"tool_server.connections": [{"url": "u", "key": "s"}], "openai.api_configs": {"0": {"headers": {}}}})
    assert shown["tool_server.connections"] == [{"url": "u", "key": HIDDEN}]
    assert shown["openai.api_configs"]["0"]["headers"] == HIDDEN


def test_options_become_settings():
    options = {
        **dict.fromkeys(NAMED),
        "enable_signup": False,
        "default_models": ["a", "b"],
        "settings": {"rag.top_k": 1},
    }
    assert desired(options) == {"ui.enable_signup": False, "ui.default_models": "a,b", "rag.top_k": 1}
    with pytest.raises(Refused, match="given as enable_signup too"):
        desired({**options, "settings": {"ui.enable_signup": True}})


def test_names_are_chosen():
    assert chosen(FOUND, None) == FOUND
    assert list(chosen(FOUND, ["rag.", "webui.url"])) == [
        "webui.url",
        "rag.top_k",
        "rag.relevance_threshold",
        "rag.openai.api_key",
    ]
    with pytest.raises(Refused, match="no setting webui"):
        chosen(FOUND, ["webui"])


values = st.booleans() | st.integers() | st.sampled_from(["", "x", "yes", "3", "admin"]) | st.none() | st.just([])
names = st.sampled_from(sorted(set(FOUND) - {"openai.enable"}))


@given(st.dictionaries(names, values), st.dictionaries(names, values))
def test_a_second_plan_is_empty_and_nothing_else_is_written(wish, found):
    found = {**FOUND, **found}
    try:
        first = plan(wish, found)
    except Refused:
        return
    written = first.calls[0].arguments["body"]["config"] if first.calls else {}
    assert set(written) <= set(wish)
    assert plan(wish, {**found, **written}).calls == ()
