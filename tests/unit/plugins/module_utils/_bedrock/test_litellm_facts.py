"""LiteLLM's strings: what the filters let through is what LiteLLM makes the right request of."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.llmops.bedrock.plugins.filter.litellm_deployments import litellm_deployments
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.targets import InvalidModelError, target_of

from tests.unit.plugins.module_utils._bedrock.litellm_facts import PROVISIONED, REGION, RIGHT, WRONG, Fact

FACTS = {**RIGHT, **WRONG}
SCRIPT = Path(__file__).with_name("litellm_requests.py")


@pytest.mark.parametrize("fact", RIGHT.values(), ids=RIGHT)
def test_what_works_is_passed_on_as_it_was_captured(fact: Fact) -> None:
    (made,) = litellm_deployments([fact.member], REGION)
    assert made["litellm_params"] == fact.params
    target = target_of(fact.member, REGION)
    assert fact.target in (target.arn, target.id)


@pytest.mark.parametrize("fact", WRONG.values(), ids=WRONG)
def test_what_does_not_work_is_refused_with_the_remedy(fact: Fact) -> None:
    with pytest.raises(InvalidModelError, match=r"litellm_params\.(model_id|aws_region_name)|Leave it out"):
        target_of(fact.member, REGION)
    with pytest.raises(AnsibleFilterError):
        litellm_deployments([fact.member], REGION)


@pytest.mark.parametrize("name", ["provisioned Claude", "provisioned Nova", "provisioned Canvas", "provisioned Titan"])
@pytest.mark.parametrize("geo", ["", "us."])
def test_a_throughput_is_called_in_the_form_that_works_for_its_family(name: str, geo: str) -> None:
    fact = RIGHT[name]
    member = {**fact.member, "bedrock_model": f"{geo}{fact.model}", "litellm_params": {}}
    wanted = {**member, "provisioned_throughput": {"name": "bought"}}
    first, overflow = litellm_deployments([wanted], REGION, throughputs={"bought": PROVISIONED})
    assert first["litellm_params"] == {**fact.params, "order": 1}
    assert overflow["litellm_params"] == {
        "model": f"bedrock/{geo}{fact.model}",
        "aws_region_name": REGION,
        "order": 2,
    }


def has_litellm(python: str | None) -> bool:
    return bool(python) or importlib.util.find_spec("litellm") is not None


def test_the_table_is_what_litellm_does() -> None:
    """With LITELLM_PYTHON, a Python that has LiteLLM: each string is sent, and the request looked at."""
    python = os.environ.get("LITELLM_PYTHON")
    if not has_litellm(python):
        pytest.skip("LiteLLM is not installed here: LITELLM_PYTHON names a Python that has it")
    asked = json.dumps([{"mode": fact.mode, "litellm_params": fact.params} for fact in FACTS.values()])
    run = subprocess.run([python or sys.executable, SCRIPT], input=asked, capture_output=True, text=True, check=True)
    for (name, fact), seen in zip(FACTS.items(), json.loads(run.stdout), strict=True):
        if fact.target is None:
            assert "error" in seen, name
            continue
        assert (name, seen["path"]) == (name, f"/model/{fact.target}/{fact.operation}")
        assert (name, seen["region"]) == (name, REGION)
        assert fact.body in seen["body"], name
