"""What holds for each of the filters: its name, its documentation, and that Ansible finds it."""

from __future__ import annotations

import importlib
import inspect

import pytest
import yaml

NAMES = (
    "bedrock_break_even",
    "bedrock_costs_table",
    "bedrock_iam_policy",
    "bedrock_targets",
    "bedrock_throughput_cost",
    "litellm_deployments",
)


@pytest.mark.parametrize("name", NAMES)
def test_the_options_are_those_of_the_documentation(name: str) -> None:
    plugin = importlib.import_module(f"ansible_collections.llmops.bedrock.plugins.filter.{name}")
    (found,) = plugin.FilterModule().filters().items()
    assert found[0] == name
    documented = yaml.safe_load(plugin.DOCUMENTATION)
    _input, *parameters = inspect.signature(found[1]).parameters.values()
    options = {key: option for key, option in documented["options"].items() if key != "_input"}
    assert set(options) == {one.name for one in parameters}
    for one in parameters:
        option, optional = options[one.name], one.default is not one.empty
        assert optional is not option.get("required", False), one.name
        # An empty container is written as None or () in the code.
        assert (one.default or None) == (option.get("default") or None) or not optional, one.name
    positional = [one.name for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD]
    assert documented["positional"].split(", ") == positional
