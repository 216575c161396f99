from __future__ import annotations

import pytest
import yaml
from ansible_collections.llmops.bedrock.plugins.doc_fragments import kubernetes, litellm, open_webui
from ansible_collections.llmops.bedrock.plugins.module_utils._kubernetes.connection import CONNECTION_SPEC
from ansible_collections.llmops.bedrock.plugins.module_utils._rest import way_in

SERVICES = (
    (litellm, {"namespace": "litellm", "label_selector": "app.kubernetes.io/name=litellm", "port": 4000}),
    (open_webui, {"namespace": "open-webui", "label_selector": "app.kubernetes.io/component=open-webui", "port": 8080}),
)


def documented(fragment):
    return yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION)["options"]


def test_the_connection_is_documented_as_it_is():
    suboptions = documented(kubernetes)["kubernetes"]["suboptions"]
    assert {name: value["type"] for name, value in suboptions.items()} == {
        name: value["type"] for name, value in CONNECTION_SPEC.items()
    }


@pytest.mark.parametrize("fragment, defaults", SERVICES)
def test_the_ways_to_a_service_are_documented_as_they_are(fragment, defaults):
    text, spec = documented(fragment), way_in.options(**defaults)
    assert spec.keys() <= text.keys()
    suboptions = text["kubernetes"]["suboptions"]
    assert {name: suboptions[name]["default"] for name in defaults} == defaults
    assert suboptions.keys() == spec["kubernetes"]["options"].keys()
    assert "@" not in fragment.ModuleDocFragment.DOCUMENTATION
