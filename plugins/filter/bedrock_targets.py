# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filter plugin: what the models of a list call at Bedrock."""

from __future__ import annotations

import typing as t
from dataclasses import asdict

from ansible.errors import AnsibleFilterError
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.expansion import expand_all
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.problems import problems_of
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.targets import target_of

DOCUMENTATION = r"""
name: bedrock_targets
version_added: 0.1.0
short_description: What the models of a list call at Bedrock
description:
  - Reads the models of a list as LiteLLM does, and tells for each what it calls at Bedrock, and where.
  - A model that LiteLLM or Bedrock could not call is an error, or with O(problems=true) a message in the result.
  - Models of other providers are left out.
  - A model whose C(provisioned_throughput) is in service has two targets, the throughput and the model on demand, or
    only the first where C(overflow) is false.
author: Contributors to llmops.bedrock (@llmops)
options:
  _input:
    description: Models as in C(gateway_models), each with C(name) and C(bedrock_model).
    type: list
    elements: dict
    required: true
  region:
    description:
      - AWS region in which LiteLLM calls the models.
      - A model's own C(litellm_params.aws_region_name) comes first.
    type: str
    required: true
  problems:
    description:
      - Give the messages about what is wrong with the list, instead of the targets.
      - Names that stand twice are among them.
    type: bool
    default: false
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
# ids of the foundation models and inference profiles
ids: "{{ gateway_models | llmops.bedrock.bedrock_targets('us-west-2') | map(attribute='id') }}"
"""

RETURN = r"""
_value:
  description:
    - For each model C(name), C(mode), C(kind) (the resource type in its ARN), C(id), C(region), C(arn) if it was given
      as an ARN, and C(foundation_model) where the id tells it. With O(problems=true) the messages.
  type: list
  elements: raw
"""


def bedrock_targets(
    models: t.Iterable[t.Mapping[str, t.Any]],
    region: str,
    *,
    problems: bool = False,
    throughputs: t.Mapping[str, str] | None = None,
) -> list[dict[str, t.Any]] | list[str]:
    """The targets, or what is wrong with the models."""
    models = list(models)
    wrong = problems_of(models, region, throughputs)
    if problems:
        return wrong
    if wrong:
        raise AnsibleFilterError(" ".join(wrong))
    members = expand_all(models, region, throughputs)
    targets = [target for member in members if (target := target_of(member, region))]
    return [{**asdict(target), "foundation_model": target.foundation_model} for target in targets]


class FilterModule:
    """Ansible's way to find the filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"bedrock_targets": bedrock_targets}
