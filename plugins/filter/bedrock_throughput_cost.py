# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filter plugin: what a provisioned throughput costs."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.cost import HOURS_PER_MONTH, cost_of, present
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.prices import read_price
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused

DOCUMENTATION = r"""
name: bedrock_throughput_cost
version_added: 0.4.0
short_description: What a provisioned throughput costs
description:
  - Computes with exact decimals what a provisioned throughput costs by the hour, in a month and in its term.
  - The prices are the user's own. One older than 90 days gives a warning.
author: Contributors to llmops.bedrock (@llmops)
options:
  _input:
    description:
      - C(provisioned_throughput) of a model, or a throughput as
        M(llmops.bedrock.bedrock_provisioned_throughput_info) returns it.
      - Read are C(commitment_duration), C(model_units) (default 1), the model, and the times of a term that runs.
    type: dict
    required: true
  price:
    description:
      - What the model costs, as the user looked it up. No price comes with this collection, and none that is missing is
        taken for 0.
      - A dictionary with C(model_id), C(source) and C(date) of the price, C(currency) (default V(USD)), and of these
        prices what it takes.
      - C(unit_hour) is what a model unit costs for an hour, by term (V(none), V(OneMonth) or V(SixMonths)).
      - On demand C(input_per_million) and C(output_per_million) tokens, and C(per_image).
      - C(unit_capacity) is what one model unit does, with C(input_tokens_per_minute), C(output_tokens_per_minute) and
        C(images_per_minute). AWS does not publish it, measure it or ask.
      - Give numbers as text, so that YAML does not round them.
    type: dict
    required: true
  hours:
    description: Hours of a month. AWS's own examples count with 730.
    type: float
    default: 730
  now:
    description: The point in time that terms and the age of the price are counted from. By default the present.
    type: str
positional: price
seealso:
  - plugin: llmops.bedrock.bedrock_break_even
    plugin_type: filter
"""

EXAMPLES = r"""
monthly: "{{ (wanted | llmops.bedrock.bedrock_throughput_cost(price)).monthly }}"
wanted: {name: canvas, model_units: 1, commitment_duration: OneMonth}
price:
  model_id: provider.model-v1:0
  date: "2026-11-22"
  source: where it was looked up
  unit_hour: {none: "8.00", OneMonth: "6.00"}
"""

RETURN = r"""
_value:
  description:
    - C(hourly), C(monthly), and for a term C(term_hours), C(term_total) and C(discount_percent) against the price
      without a commitment where that is given; all as text.
    - C(inside_term) tells whether a term runs, and C(term_left) what is to be paid of it whatever is done.
    - Beside them C(model_units), C(commitment_duration), C(price_per_unit_hour), C(hours_per_month), C(currency),
      C(term_end), C(price_date), C(price_source), C(price_age_days) and C(warnings).
  type: dict
"""


def bedrock_throughput_cost(
    throughput: t.Mapping[str, t.Any],
    price: t.Mapping[str, t.Any],
    *,
    hours: t.Any = HOURS_PER_MONTH,
    now: t.Any = None,
) -> dict[str, t.Any]:
    """The bill of a throughput."""
    try:
        time = present(now)
        return cost_of(throughput, read_price(price, time.date()), time, hours)
    except Refused as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """Ansible's way to find the filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"bedrock_throughput_cost": bedrock_throughput_cost}
