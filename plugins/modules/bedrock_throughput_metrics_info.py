#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bedrock_throughput_metrics_info
version_added: 0.4.0
short_description: How much Bedrock models and provisioned throughput are used
description:
  - Reads from Amazon CloudWatch how often models were called, how many calls were refused, how long they took and how
    many tokens and images went through.
  - Any number of models is read in as few calls as CloudWatch allows, which is about 40 models a call.
  - A model without any data is said, never shown as 0.
author: Contributors to llmops.bedrock (@llmops)
options:
  model_ids:
    description:
      - What was called, as it was called, as in CloudWatch's dimension C(ModelId). Provisioned throughput and
        deployments are counted under their ARNs, foundation models and inference profiles under their IDs.
      - A name of a provisioned throughput is refused, as nothing is counted under it.
    type: list
    elements: str
    required: true
  start_time:
    description:
      - When the range begins, in ISO 8601, C(2026-11-22T06:00:00Z) or C(2026-11-22). Without an offset it is UTC.
      - It is rounded down to what CloudWatch keeps, which is minutes for 15 days, 5 minutes for 63 days and hours for
        455 days.
    type: str
  end_time:
    description: When the range ends, as O(start_time). Now when it is not set.
    type: str
  hours:
    description: How many hours before its end the range begins, when O(start_time) is not set.
    type: int
    default: 24
  period:
    description:
      - Seconds that CloudWatch sums up into one point, a multiple of 60, of 300 for a range that begins 15 days ago,
        of 3600 for one that begins 63 days ago.
      - The whole range when this is not set. It matters for RV(metrics[].latency_p90_ms) only.
    type: int
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Reads only, so that it does the same in check mode.
    support: full
  diff_mode:
    description: Changes nothing.
    support: none
notes:
  - "Rights: C(cloudwatch:GetMetricData)."
  - The peaks of a minute are known for ranges that begin less than 15 days ago, as CloudWatch keeps single minutes no
    longer. They are null for longer ranges.
  - CloudWatch has no metric of the utilisation of a provisioned throughput. What its units can do is told by AWS to
    the one who buys them; C(peak_input_tokens_per_minute) and C(peak_output_tokens_per_minute) are to be compared with
    that.
  - CloudWatch takes some minutes to count a call, and bills 12 metrics a model and run.
seealso:
  - module: llmops.bedrock.bedrock_provisioned_throughput_info
"""

EXAMPLES = r"""
- name: What is the throughput used for?
  llmops.bedrock.bedrock_throughput_metrics_info:
    model_ids:
      - arn:aws:bedrock:us-west-2:123456789012:provisioned-model/abcdefghij12
      - us.anthropic.claude-sonnet-5-5
    hours: 168
    region: us-west-2
  register: used

- name: Show what is bought and not used
  ansible.builtin.debug:
    msg: "{{ used.metrics | rejectattr('has_data') | map(attribute='model_id') }}"

- name: Show what is too small
  ansible.builtin.debug:
    msg: "{{ used.metrics | selectattr('throttles', '>', 0) | map(attribute='model_id') }}"
  when: used.metrics | selectattr('has_data') | length > 0
"""

RETURN = r"""
metrics:
  description: One row a model, in the order of O(model_ids).
  returned: success
  type: list
  elements: dict
  contains:
    model_id:
      description: What was called.
      returned: always
      type: str
      sample: arn:aws:bedrock:us-west-2:123456789012:provisioned-model/abcdefghij12
    has_data:
      description:
        - Whether CloudWatch has any data of it in the range.
        - Without data all that follows is null, which is not 0.
      returned: always
      type: bool
      sample: true
    invocations:
      description: Calls that were answered.
      returned: always
      type: int
      sample: 14210
    client_errors:
      description: Calls that failed by the caller's fault.
      returned: always
      type: int
      sample: 3
    server_errors:
      description: Calls that failed at AWS.
      returned: always
      type: int
      sample: 0
    throttles:
      description: Calls that were refused because they were too many. They count neither as invocations nor as errors.
      returned: always
      type: int
      sample: 12
    legacy_invocations:
      description: Calls of a legacy model, which is to be replaced.
      returned: always
      type: int
      sample: 0
    latency_average_ms:
      description: Average duration of all calls. Null when none was answered.
      returned: always
      type: float
      sample: 2104.5
    latency_p90_ms:
      description:
        - Nine of ten calls were faster.
        - With more than one O(period) in the range, that of the slowest period.
      returned: always
      type: float
      sample: 4210.0
    input_tokens:
      description: Tokens of the questions. Null for models that count none, as image models do.
      returned: always
      type: int
      sample: 9140220
    output_tokens:
      description: Tokens of the answers. Null for models that count none.
      returned: always
      type: int
      sample: 1840032
    output_images:
      description: Pictures that were made. Null for models that make none.
      returned: always
      type: int
      sample: null
    peak_input_tokens_per_minute:
      description: The most tokens of questions in a minute. Null for a range that begins more than 15 days ago.
      returned: always
      type: int
      sample: 51200
    peak_output_tokens_per_minute:
      description: The most tokens of answers in a minute. Null for a range that begins more than 15 days ago.
      returned: always
      type: int
      sample: 9800
start_time:
  description: When the range begins, after rounding.
  returned: success
  type: str
  sample: "2026-11-21T06:00:00+00:00"
end_time:
  description: When the range ends.
  returned: success
  type: str
  sample: "2026-11-22T06:00:00+00:00"
period:
  description: Seconds that were summed up into one point.
  returned: success
  type: int
  sample: 86400
"""

import datetime

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.calls import AWSCallError
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.support import require_operations
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock import metrics
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api.metrics import points_of
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.inputs import check_count
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused


def wanted_range(params):
    """The range that the options name, checked."""
    check_count("hours", params["hours"], 1, metrics.MOST_HOURS, "CloudWatch keeps metrics for 455 days")
    start, end = (metrics.parse_time(option, params[option]) for option in ("start_time", "end_time"))
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    return metrics.range_of(start, end, hours=params["hours"], period=params["period"], now=now)


def read(module, model_ids, when):
    """One row a model, and a warning about what is not known."""
    client = module.client("cloudwatch")
    require_operations(client, "GetMetricData")
    points, told = points_of(client, metrics.queries_for(model_ids, when), when)
    rows = metrics.rows_of(model_ids, points)
    for warning in (*told, metrics.told_of_nothing(rows, when, client.meta.region_name)):
        if warning:
            module.warn(warning)
    return rows


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "model_ids": {"type": "list", "elements": "str", "required": True},
            "start_time": {},
            "end_time": {},
            "hours": {"type": "int", "default": 24},
            "period": {"type": "int"},
        },
        supports_check_mode=True,
    )
    try:
        model_ids, when = metrics.check_model_ids(module.params["model_ids"]), wanted_range(module.params)
        rows = read(module, model_ids, when)
    except Refused as refused:
        module.fail_json(msg=str(refused))
    except AWSCallError as error:
        module.fail_json_aws_error(error)
    times = {"start_time": when.start.isoformat(), "end_time": when.end.isoformat(), "period": when.period}
    module.exit_json(changed=False, metrics=rows, **times)


if __name__ == "__main__":
    main()
