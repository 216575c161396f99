from __future__ import annotations

import pytest
import yaml
from ansible_collections.llmops.bedrock.plugins.doc_fragments import litellm, open_webui

SERVICE = {"namespace", "label_selector", "port"}


def options(fragment):
    return yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION)["options"]


@pytest.mark.parametrize("name", ["validate_certs", "ca_path"])
def test_the_ways_in_are_documented_alike(name):
    assert options(litellm)[name] == options(open_webui)[name]


def test_the_connection_to_kubernetes_is_documented_alike():
    one, other = (options(fragment)["kubernetes"]["suboptions"] for fragment in (litellm, open_webui))
    assert one.keys() == other.keys()
    assert {n: v for n, v in one.items() if n not in SERVICE} == {n: v for n, v in other.items() if n not in SERVICE}
