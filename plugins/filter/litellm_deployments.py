# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filter plugin: LiteLLM's deployments out of the gateway's list of models."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.expansion import expand_all
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.targets import MODES, InvalidModelError, target_of

DOCUMENTATION = r"""
name: litellm_deployments
version_added: 0.1.0
short_description: LiteLLM's deployments for a list of models
description:
  - Makes one deployment for each model and one for each of its aliases.
  - So every name stands in LiteLLM's list of models.
  - A model whose C(provisioned_throughput) is in service has two deployments for each name. C(provisioned) calls the
    throughput and comes first (C(order) 1); the model's own is on demand and takes what the throughput cannot
    (C(order) 2). With C(overflow) false there is only the first.
  - A custom model that only its throughput answers for has no overflow, and no deployment before it is in service. The
    base model would be another one.
  - Its C(model) is the foundation model and its C(model_id) the throughput's ARN, the one form in which LiteLLM makes
    the right request of every kind of model.
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
  throughputs:
    description:
      - The ARNs of the provisioned throughputs that are in service, by name.
      - A model whose C(provisioned_throughput.name) is not among them is on demand.
    type: dict
    default: {}
    version_added: 0.4.0
positional: region
"""

EXAMPLES = r"""
# a model called claude-sonnet with the alias gpt-4o makes two deployments
deployments: "{{ gateway_models | llmops.bedrock.litellm_deployments(region='us-west-2') }}"

# a model on provisioned throughput, with on demand for what is too much for it
with_throughput: "{{ models | llmops.bedrock.litellm_deployments('us-west-2', throughputs={'chat': throughput_arn}) }}"
models:
  - name: nova-lite
    bedrock_model: us.amazon.nova-lite-v1:0
    provisioned_throughput:
      name: chat
      model_id: amazon.nova-lite-v1:0:24k
      commitment_duration: none
"""

RETURN = r"""
_value:
  description: Deployments with C(model_name), C(litellm_params), C(model_info) and, where there is one, C(deployment).
  type: list
  elements: dict
"""


def litellm_deployments(
    models: t.Iterable[t.Mapping[str, t.Any]], region: str, *, throughputs: t.Mapping[str, str] | None = None
) -> list[dict[str, t.Any]]:
    """One deployment a name: each model's own, then its aliases."""
    try:
        members = expand_all(models, region, throughputs)
        found = [deployment for member in members for deployment in _deployments(member, region)]
    except InvalidModelError as error:
        raise AnsibleFilterError(str(error)) from error
    identities = [(deployment["model_name"], deployment.get("deployment", "default")) for deployment in found]
    twice = sorted({name for name, label in identities if identities.count((name, label)) > 1})
    if twice:
        raise AnsibleFilterError(
            f"More than one model is called {', '.join(twice)}: give each its own name, "
            "or a different 'deployment' to share the name's traffic among them."
        )
    return found


def _deployments(model: t.Mapping[str, t.Any], region: str) -> list[dict[str, t.Any]]:
    target = target_of(model, region)
    mode = model.get("mode") or "chat"
    if mode not in MODES:
        raise AnsibleFilterError(f"Model {model['name']}: mode is {mode!r}, not one of {', '.join(MODES)}.")
    own = model.get("litellm_params") or {}
    params: dict[str, t.Any] = {"model": f"bedrock/{model.get('bedrock_model')}", **own}
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
