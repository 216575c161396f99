"""The options of a service: which way counts, and what the environment gives."""

from __future__ import annotations

import json

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.module import LiteLLMModule

CLUSTER = {"host": "https://cluster.example", "api_key": "token-of-the-cluster"}
ENVIRONMENT = {"LITELLM_PROXY_URL": "https://environment.example", "LITELLM_PROXY_API_KEY": "sk-environment"}
MEMBERS = {"members": {"type": "list", "elements": "raw"}}


@pytest.fixture
def environment(monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def made(**options):
    with patch_module_args(options):
        return LiteLLMModule(argument_spec={})


def refused(capsys, **options):
    with pytest.raises(SystemExit):
        made(**options)
    return json.loads(capsys.readouterr().out)["msg"]


@pytest.mark.usefixtures("environment")
def test_the_environment_fills_what_is_not_set():
    module = made()
    assert (module.params["url"], module.params["api_key"]) == tuple(ENVIRONMENT.values())
    assert "sk-environment" in module.no_log_values
    assert made(url="https://task.example").params["url"] == "https://task.example"


@pytest.mark.usefixtures("environment")
def test_kubernetes_counts_although_the_environment_has_an_address():
    module = made(kubernetes=CLUSTER)
    assert module.params["url"] is None
    assert module.params["kubernetes"]["host"] == CLUSTER["host"]


@pytest.mark.usefixtures("environment")
def test_two_ways_in_a_task_are_refused(capsys):
    assert "mutually exclusive" in refused(capsys, kubernetes=CLUSTER, url="https://task.example")


def test_no_way_and_no_key_are_refused(capsys, monkeypatch):
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    assert "url, kubernetes" in refused(capsys, api_key="sk-task")
    assert "api_key" in refused(capsys, url="https://task.example")


def echo(capsys, **options):
    """The options in the result of a module that ends well."""
    with patch_module_args({"url": "https://task.example", "api_key": "sk-task", **options}), pytest.raises(SystemExit):
        LiteLLMModule(argument_spec=MEMBERS).exit_json(changed=False)
    return json.loads(capsys.readouterr().out)["invocation"]["module_args"]


@pytest.mark.parametrize("verbosity, echoed", [(0, False), (2, False), (3, True)])
def test_members_of_lists_are_echoed_only_where_that_is_shown(capsys, verbosity, echoed):
    options = echo(capsys, members=[{"a": 1}], _ansible_verbosity=verbosity)
    assert ("members" in options) is echoed
    assert options["url"] == "https://task.example"
    assert "sk-task" not in options.values()


def test_a_list_of_plain_values_is_echoed(capsys):
    assert echo(capsys, members=["a", "b"])["members"] == ["a", "b"]
