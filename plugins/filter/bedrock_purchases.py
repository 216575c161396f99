# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filter plugin: the provisioned throughput that a list of models asks for."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.purchases import purchase_problems, purchases_of
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.targets import InvalidModelError

DOCUMENTATION = r"""
name: bedrock_purchases
version_added: 0.4.0
short_description: The provisioned throughput that a list of models asks for
description:
  - Collects C(provisioned_throughput) of the models of a list, with its defaults filled in.
  - A throughput that several models share is there once.
  - With O(found) it tells instead why a throughput cannot be bought.
author: Contributors to llmops.bedrock (@llmops)
options:
  _input:
    description: Models as in C(gateway_models).
    type: list
    elements: dict
    required: true
  region:
    description:
      - AWS region in which LiteLLM calls the models.
      - A model's own C(litellm_params.aws_region_name) comes first.
    type: str
    required: true
  found:
    description:
      - Rows of M(llmops.bedrock.bedrock_foundation_model_info) for what is bought.
      - Given, the result is a list of messages about what cannot be bought, each with the remedy.
    type: list
    elements: dict
  known:
    description: Names of the throughputs that are bought already. Nothing is said about these.
    type: list
    elements: str
    default: []
positional: region
"""

EXAMPLES = r"""
# names of the throughputs that the list asks for
names: "{{ gateway_models | llmops.bedrock.bedrock_purchases('us-west-2') | map(attribute='name') }}"
"""

RETURN = r"""
_value:
  description:
    - For each throughput C(name), C(model_id), C(model_units), C(commitment_duration), C(acknowledge_cost),
      C(overflow), C(tags), C(price_per_unit_hour), C(currency), C(foundation_model), C(region), and C(models), the
      names that it answers for.
    - With O(found) the messages.
  type: list
  elements: raw
"""


def bedrock_purchases(
    models: t.Iterable[t.Mapping[str, t.Any]],
    region: str,
    *,
    found: t.Iterable[t.Mapping[str, t.Any]] | None = None,
    known: t.Iterable[str] = (),
) -> list[dict[str, t.Any]] | list[str]:
    """The purchases, or what speaks against them."""
    try:
        wanted = purchases_of(models, region)
    except InvalidModelError as error:
        raise AnsibleFilterError(str(error)) from error
    return wanted if found is None else purchase_problems(wanted, found, set(known))


class FilterModule:
    """Ansible's way to find the filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"bedrock_purchases": bedrock_purchases}
