# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filter plugin: what provisioned throughput costs and whether it is used, as a table."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.cost import HOURS_PER_MONTH, present
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.costs_table import table
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused

DOCUMENTATION = r"""
name: bedrock_costs_table
version_added: 0.4.0
short_description: What provisioned throughput costs and whether it is used
description:
  - Makes a table with a row for each provisioned throughput. It has the term, the costs, the use, what the same use
    would cost on demand, the break-even and an advice.
  - Inside of a term the advice is to use what is paid for; without one it is to keep or release it.
  - A throughput without a price has no costs in its row, and a warning. A price without a date or source is an error.
author: Contributors to llmops.bedrock (@llmops)
options:
  _input:
    description: Throughputs as M(llmops.bedrock.bedrock_provisioned_throughput_info) returns them.
    type: list
    elements: dict
    required: true
  prices:
    description:
      - What the models cost, as the user looked it up. Of several prices of a model the newest is taken.
      - A dictionary with C(model_id), C(source) and C(date) of the price, C(currency) (default V(USD)), and of these
        prices what it takes.
      - C(unit_hour) is what a model unit costs for an hour, by term (V(none), V(OneMonth) or V(SixMonths)).
      - On demand C(input_per_million) and C(output_per_million) tokens, and C(per_image).
      - C(unit_capacity) is what one model unit does, with C(input_tokens_per_minute), C(output_tokens_per_minute) and
        C(images_per_minute). AWS does not publish it, measure it or ask.
      - Give numbers as text, so that YAML does not round them.
    type: list
    elements: dict
    default: []
  metrics:
    description: Metrics of the throughputs as M(llmops.bedrock.bedrock_throughput_metrics_info) returns them.
    type: list
    elements: dict
    default: []
  metrics_hours:
    description: The hours that O(metrics) are of.
    type: float
    default: 24
  hours:
    description: Hours of a month. AWS's own examples count with 730.
    type: float
    default: 730
  now:
    description: The point in time that terms and the age of the price are counted from. By default the present.
    type: str
positional: prices, metrics
"""

EXAMPLES = r"""
- name: Costs of what is bought
  ansible.builtin.debug:
    msg: "{{ (throughputs | llmops.bedrock.bedrock_costs_table(prices, metrics, metrics_hours=168)).lines }}"
"""

RETURN = r"""
_value:
  description:
    - C(rows), a list with C(name), C(arn), C(status), C(model), C(units), C(commitment_duration), C(days_left),
      C(currency), C(hourly), C(monthly), C(invocations), C(throttles), C(utilisation_percent), C(peak_percent),
      C(on_demand_monthly), C(break_even_per_day), C(break_even_unit) and C(advice). What is not known is null.
    - C(monthly_totals) by currency, and C(warnings).
    - The same for people, as C(markdown) (a text) and as C(lines) (a list, for the terminal).
  type: dict
"""


def bedrock_costs_table(
    throughputs: t.Iterable[t.Mapping[str, t.Any]],
    prices: t.Iterable[t.Mapping[str, t.Any]] = (),
    metrics: t.Iterable[t.Mapping[str, t.Any]] = (),
    *,
    metrics_hours: t.Any = 24,
    hours: t.Any = HOURS_PER_MONTH,
    now: t.Any = None,
) -> dict[str, t.Any]:
    """The table."""
    try:
        return table(throughputs, prices, metrics, now=present(now), hours=hours, metrics_hours=metrics_hours)
    except Refused as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """Ansible's way to find the filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"bedrock_costs_table": bedrock_costs_table}
