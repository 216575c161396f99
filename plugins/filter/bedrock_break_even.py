# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filter plugin: from which volume on a provisioned throughput is cheaper than on demand."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.cost import HOURS_PER_MONTH, break_even, present
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.prices import read_price
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused

DOCUMENTATION = r"""
name: bedrock_break_even
version_added: 0.4.0
short_description: From which volume on a provisioned throughput is cheaper than on demand
description:
  - Computes with exact decimals how many images or requests a day cost as much on demand as the throughput does.
  - With the user's volume it tells what is saved or lost, and with the capacity of a model unit whether the throughput
    can pay off at all.
  - Inside of a term the throughput is paid for whatever is done, so it pays to use it.
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
  volume:
    description:
      - For a model that makes images C(images_per_day).
      - For others C(input_tokens) and C(output_tokens), what one request has on average, and C(requests_per_day).
      - Without a number per day only the break-even is told.
    type: dict
    default: {}
  hours:
    description: Hours of a month. AWS's own examples count with 730.
    type: float
    default: 730
  now:
    description: The point in time that terms and the age of the price are counted from. By default the present.
    type: str
positional: price, volume
seealso:
  - plugin: llmops.bedrock.bedrock_throughput_cost
    plugin_type: filter
"""

EXAMPLES = r"""
# 6 an hour against 0.06 an image: 2400 images a day
images: "{{ (wanted | llmops.bedrock.bedrock_break_even(price, {'images_per_day': 1000})).break_even_per_day }}"
wanted: {name: canvas, model_units: 1, commitment_duration: OneMonth}
price:
  model_id: provider.model-v1:0
  date: "2026-11-22"
  source: where it was looked up
  unit_hour: {OneMonth: "6.00"}
  per_image: "0.06"
"""

RETURN = r"""
_value:
  description:
    - C(unit) is what is counted, V(image) or V(request), and C(on_demand_price) what one of it costs on demand.
    - C(break_even_per_day) and C(break_even_per_hour); C(capacity_per_day) and C(can_pay_off), null where
      C(unit_capacity) is not given.
    - With a volume C(on_demand_monthly), C(saving_monthly) (below 0 when on demand is cheaper), C(utilisation_percent),
      C(days_to_break_even) of a term, and C(pays_off).
    - C(hourly), C(monthly), C(currency), C(inside_term), C(advice) in a sentence, and C(warnings).
  type: dict
"""


def bedrock_break_even(
    throughput: t.Mapping[str, t.Any],
    price: t.Mapping[str, t.Any],
    volume: t.Mapping[str, t.Any] | None = None,
    *,
    hours: t.Any = HOURS_PER_MONTH,
    now: t.Any = None,
) -> dict[str, t.Any]:
    """Where the throughput breaks even."""
    try:
        time = present(now)
        return break_even(throughput, read_price(price, time.date()), volume, time, hours)
    except Refused as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """Ansible's way to find the filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"bedrock_break_even": bedrock_break_even}
