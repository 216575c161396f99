from __future__ import annotations

import json

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui.connection import (
    body,
    check_models,
    find,
    normalise_url,
    parse,
    plan_absent,
    plan_present,
    summaries,
    summary,
    view,
    wanted,
)
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import HIDDEN, Refused
from hypothesis import given
from hypothesis import strategies as st

OPENAI = "https://api.openai.com/v1"
LITELLM = "http://litellm:4000/v1"
NEW = {
    "enable": True,
    "tags": [],
    "prefix_id": "",
    "model_ids": [],
    "connection_type": "external",
    "auth_type": "bearer",
}


def answer(*connections, enabled=True):
    """Open WebUI's answer for (url, key, config) triples."""
    return {
        "ENABLE_OPENAI_API": enabled,
        "OPENAI_API_BASE_URLS": [url for url, _key, _config in connections],
        "OPENAI_API_KEYS": [key for _url, key, _config in connections],
        "OPENAI_API_CONFIGS": {str(i): config for i, (_url, _key, config) in enumerate(connections) if config},
    }


def sent(plan):
    (call,) = plan.calls
    assert call.name == "update connections"
    assert list(call.arguments["body"]) == list(answer())
    return call.arguments["body"]


def after(plan, found):
    return parse(sent(plan)) if plan.calls else found


FRESH = parse(answer((OPENAI, "", {})))
OURS = parse(answer((OPENAI, "sk-theirs", {"x": 1}), (LITELLM, "sk-ours", NEW)))


@pytest.mark.parametrize(
    "given_url, url",
    [
        ("http://litellm:4000/v1", LITELLM),
        (" http://litellm:4000/v1// ", LITELLM),
        ("HTTP://LiteLLM:4000/v1/", LITELLM),
        ("https://u:P@Host/V1", "https://u:P@host/V1"),
    ],
)
def test_urls_are_normalised(given_url, url):
    assert normalise_url(given_url) == url


@pytest.mark.parametrize("url", ["", "litellm:4000", "ftp://x/", "http://"])
def test_what_is_no_url_is_refused(url):
    with pytest.raises(Refused, match="connection_url must be"):
        normalise_url(url)


def test_a_fresh_one_is_appended_and_the_chart_s_default_stays():
    body = sent(plan_present({"url": LITELLM, "key": "sk-ours"}, FRESH))
    assert body == {
        "ENABLE_OPENAI_API": True,
        "OPENAI_API_BASE_URLS": [OPENAI, LITELLM],
        "OPENAI_API_KEYS": ["", "sk-ours"],
        "OPENAI_API_CONFIGS": {"0": {}, "1": NEW},
    }


def test_exclusive_drops_the_others():
    body = sent(plan_present({"url": LITELLM, "key": "sk-ours", "exclusive": True}, OURS))
    assert body["OPENAI_API_BASE_URLS"] == [LITELLM]
    assert body["OPENAI_API_KEYS"] == ["sk-ours"]
    assert body["OPENAI_API_CONFIGS"] == {"0": NEW}


@pytest.mark.parametrize(
    "desired",
    [
        {},
        {"key": "sk-ours"},
        {"enable": True, "tags": [], "prefix_id": "", "model_ids": [], "connection_type": "external"},
    ],
)
def test_nothing_to_do(desired):
    assert plan_present({"url": LITELLM, **desired}, OURS).calls == ()


@pytest.mark.parametrize(
    "desired, config",
    [
        ({"enable": False}, {"enable": False}),
        ({"tags": ["a", "b"]}, {"tags": [{"name": "a"}, {"name": "b"}]}),
        ({"prefix_id": "aws"}, {"prefix_id": "aws"}),
        ({"model_ids": ["m"]}, {"model_ids": ["m"]}),
        ({"connection_type": "local"}, {"connection_type": "local"}),
    ],
)
def test_one_setting_changes_and_everything_else_stays(desired, config):
    body = sent(plan_present({"url": LITELLM, **desired}, OURS))
    assert body["OPENAI_API_CONFIGS"] == {"0": {"x": 1}, "1": {**NEW, **config}}
    assert body["OPENAI_API_KEYS"] == ["sk-theirs", "sk-ours"]


@pytest.mark.parametrize("key, shown", [("sk-other", f"{HIDDEN} (changed)"), ("", "(changed)")])
def test_a_changed_key_is_seen_but_not_shown(key, shown):
    plan = plan_present({"url": LITELLM, "key": key}, OURS)
    assert sent(plan)["OPENAI_API_KEYS"] == ["sk-theirs", key]
    assert plan.before["connections"][1]["key"] == HIDDEN
    assert plan.after["connections"][1]["key"] == shown
    assert plan.after["connections"][0]["key"] == HIDDEN
    assert "sk-" not in json.dumps([plan.before, plan.after])


@pytest.mark.parametrize("enabled", [False, None])
def test_a_disabled_interface_is_switched_on(enabled):
    assert sent(plan_present({"url": LITELLM}, {**OURS, "enabled": enabled}))["ENABLE_OPENAI_API"] is True


def test_two_spellings_become_one_in_the_first_place():
    found = parse(answer((LITELLM + "/", "sk-a", {"y": 2}), (OPENAI, "k", {"x": 1}), (LITELLM.upper(), "sk-b", {})))
    found["connections"][2]["url"] = "http://LITELLM:4000/v1"
    body = sent(plan_present({"url": LITELLM}, found))
    assert body["OPENAI_API_BASE_URLS"] == [LITELLM, OPENAI]
    assert body["OPENAI_API_KEYS"] == ["sk-a", "k"]
    assert body["OPENAI_API_CONFIGS"] == {"0": {"y": 2}, "1": {"x": 1}}


def test_absent_moves_the_settings_of_those_behind():
    found = parse(answer((LITELLM, "sk-ours", NEW), (OPENAI, "k", {"x": 1}), enabled=None))
    assert sent(plan_absent(LITELLM, found)) == answer((OPENAI, "k", {"x": 1}), enabled=None)
    assert plan_absent(LITELLM, FRESH).calls == ()


def test_gaps_of_open_webui_are_filled():
    found = parse({"OPENAI_API_BASE_URLS": ["http://a/v1", "b"], "OPENAI_API_KEYS": ["k"], "OPENAI_API_CONFIGS": None})
    assert body(found) == {
        "ENABLE_OPENAI_API": None,
        "OPENAI_API_BASE_URLS": ["http://a/v1", "b"],
        "OPENAI_API_KEYS": ["k", ""],
        "OPENAI_API_CONFIGS": {"0": {}, "1": {}},
    }
    by_url = parse({**answer((OPENAI, "k", {})), "OPENAI_API_CONFIGS": {OPENAI: {"x": 1}}})
    assert by_url["connections"][0]["config"] == {"x": 1}
    assert find(found, "http://a/v1") and not find(found, "http://b")


def test_results_have_neither_keys_nor_passwords():
    found = parse(answer(("http://u:p@h/v1", "sk-1", {"tags": [{"name": "a"}, "b"]}), (LITELLM, "", {})))
    shown = view(found)
    assert [each["url"] for each in shown["connections"]] == [f"http://{HIDDEN}@h/v1", LITELLM]
    assert summaries(shown)[0]["tags"] == ["a", "b"]
    assert summary(shown, LITELLM) == {
        "url": LITELLM,
        "has_key": False,
        **{name: value for name, value in NEW.items() if name != "auth_type"},
    }
    assert summary(shown, OPENAI) == {}


@pytest.mark.parametrize(
    "offered, expected, shown, words",
    [
        (["a"], ["a", "b"], [], r"does not offer b \(expected_models\).*It offers: a"),
        (["a"], [], ["c"], r"does not offer c \(model_ids\)"),
        (["a", "b"], ["a"], ["b"], "expected_models has a, which model_ids hides"),
    ],
)
def test_models_that_are_not_there_are_named(offered, expected, shown, words):
    with pytest.raises(Refused, match=words):
        check_models(offered, expected, {"model_ids": shown})


def test_models_that_are_there():
    check_models(["a", "b"], ["a"], {"model_ids": ["a"]})
    check_models(["a"], [], {})


keys = st.sampled_from(["", "sk-1", "sk-2"])
urls = st.sampled_from([OPENAI, LITELLM, LITELLM + "/", "http://c", "no url"])
configs = st.fixed_dictionaries(
    {},
    optional={
        "enable": st.none() | st.booleans(),
        "tags": st.lists(st.sampled_from(["a", {"name": "a"}, {"name": "b"}]), max_size=2),
        "model_ids": st.lists(st.sampled_from("mn"), max_size=2),
        "azure": st.booleans(),
    },
)
states = st.builds(
    lambda rows, enabled: parse(answer(*rows, enabled=enabled)),
    st.lists(st.tuples(urls, keys, configs), max_size=4),
    st.none() | st.booleans(),
)
wishes = st.fixed_dictionaries(
    {"url": st.sampled_from([OPENAI, LITELLM])},
    optional={
        "key": keys,
        "exclusive": st.booleans(),
        "enable": st.booleans(),
        "tags": st.lists(st.sampled_from("ab"), max_size=2),
        "prefix_id": st.sampled_from(["", "p"]),
        "model_ids": st.lists(st.sampled_from("mn"), max_size=2),
    },
)


@given(wishes, states)
def test_a_second_plan_is_empty_and_others_are_untouched(wish, found):
    plan = plan_present(wish, found)
    state = after(plan, found)
    assert plan_present(wish, state).calls == ()
    assert find(state, wish["url"]) == wanted(wish, found)
    if not wish.get("exclusive"):
        assert others(state, wish["url"]) == others(found, wish["url"])


@given(urls.filter(lambda url: url.startswith("http")), states)
def test_absent_is_absent_and_others_are_untouched(url, found):
    url = normalise_url(url)
    state = after(plan_absent(url, found), found)
    assert find(state, url) is None
    assert others(state, url) == others(found, url)
    assert plan_absent(url, state).calls == ()


def others(state, url):
    return [each for each in state["connections"] if each["url"].rstrip("/") != url]
