# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filter plugin: LiteLLM's deployments out of the gateway's list of models."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.targets import InvalidModelError, target_of

DOCUMENTATION = r"""
name: litellm_deployments
version_added: 0.1.0
short_description: LiteLLM's deployments for a list of models
description:
  - Makes one deployment for each model and one for each of its aliases.
  - So every name stands in LiteLLM's list of models.
  - The result is what O(llmops.bedrock.litellm_model#module:models) takes.
author: Contributors to llmops.bedrock
options:
  _input:
    description:
      - Models as in C(gateway_models), each with C(name) and C(bedrock_model).
      - A model of another provider has C(litellm_params.model) instead of C(bedrock_model).
    type: list
    elements: dict
    required: true
  region:
    description:
      - AWS region in which LiteLLM calls the models.
      - A model's own C(litellm_params.aws_region_name) comes first.
    type: str
    required: true
positional: region
"""

EXAMPLES = r"""
# a model called claude-sonnet with the alias gpt-4o makes two deployments
deployments: "{{ gateway_models | llmops.bedrock.litellm_deployments(region='us-west-2') }}"
"""

RETURN = r"""
_value:
  description: Deployments with C(model_name), C(litellm_params), C(model_info) and, where there is one, C(deployment).
  type: list
  elements: dict
"""

_MODES = ("chat", "completion", "embedding", "image_generation")


def litellm_deployments(models: t.Iterable[t.Mapping[str, t.Any]], region: str) -> list[dict[str, t.Any]]:
    """One deployment a name: each model's own, then its aliases."""
    found = [deployment for model in models for deployment in _deployments(model, region)]
    identities = [(deployment["model_name"], deployment.get("deployment", "default")) for deployment in found]
    twice = sorted({name for name, label in identities if identities.count((name, label)) > 1})
    if twice:
        raise AnsibleFilterError(
            f"More than one model is called {', '.join(twice)}: give each its own name, "
            "or a different 'deployment' to share the name's traffic among them."
        )
    return found


def _deployments(model: t.Mapping[str, t.Any], region: str) -> list[dict[str, t.Any]]:
    try:
        target = target_of(model, region)
    except InvalidModelError as error:
        raise AnsibleFilterError(str(error)) from error
    mode = model.get("mode") or "chat"
    if mode not in _MODES:
        raise AnsibleFilterError(f"Model {model['name']}: mode is {mode!r}, not one of {', '.join(_MODES)}.")
    params = {"model": f"bedrock/{model.get('bedrock_model')}"} | dict(model.get("litellm_params") or {})
    if params["model"].startswith("bedrock/"):
        params.setdefault("aws_region_name", target.region if target else region)
    if model.get("weight") is not None:
        params.setdefault("weight", _number(model["weight"], model["name"]))
    common: dict[str, t.Any] = {"litellm_params": params, "model_info": {"mode": mode}}
    if model.get("deployment"):
        common["deployment"] = model["deployment"]
    names = [model["name"], *(model.get("aliases") or [])]
    return [{"model_name": name, **{key: _copy(value) for key, value in common.items()}} for name in names]


def _number(weight: t.Any, name: str) -> int | float:
    """A weight as a number: LiteLLM takes text, and then fails every request to the model."""
    try:
        number = float(weight)
    except (TypeError, ValueError):
        raise AnsibleFilterError(f"Model {name}: weight is {weight!r}, not a number.") from None
    return int(number) if number.is_integer() else number


def _copy(value: t.Any) -> t.Any:
    return dict(value) if isinstance(value, dict) else value


class FilterModule:
    """Ansible's way to find the filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"litellm_deployments": litellm_deployments}
