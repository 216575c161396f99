#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bedrock_provisioned_throughput_info
version_added: 0.4.0
short_description: List the provisioned throughput of Amazon Bedrock
description:
  - Lists the provisioned throughput of a region with status, model, units, and the days that are left of its term.
  - All options narrow the list. Without any, all of it is listed.
author: Contributors to llmops.bedrock (@llmops)
options:
  names:
    description: Only those with these names or O(arns). What does not exist is left out.
    type: list
    elements: str
  arns:
    description: Only those with these ARNs or O(names). What does not exist is left out.
    type: list
    elements: str
  status:
    description: Only those with this status.
    type: str
    choices: [Creating, InService, Updating, Failed]
  model_id:
    description: Only those of this model, given as ID or ARN of a foundation model, or name or ARN of a custom model.
    type: str
  include_tags:
    description: Whether tags are read, which takes a call for each.
    type: bool
    default: false
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
  - "Rights: C(bedrock:ListProvisionedModelThroughputs), C(bedrock:GetProvisionedModelThroughput); for O(include_tags)
    C(bedrock:ListTagsForResource); for a custom model's name C(bedrock:GetCustomModel)."
seealso:
  - module: llmops.bedrock.bedrock_provisioned_throughput
  - module: llmops.bedrock.bedrock_throughput_metrics_info
"""

EXAMPLES = r"""
- name: What is paid for here?
  llmops.bedrock.bedrock_provisioned_throughput_info:
    include_tags: true
    region: us-west-2
  register: found

- name: Terms that end within a week
  ansible.builtin.debug:
    msg: "{{ found.provisioned_throughputs | rejectattr('commitment_days_left', 'none')
      | selectattr('commitment_days_left', 'lt', 7) | map(attribute='name') }}"
"""

RETURN = r"""
provisioned_throughputs:
  description: The provisioned throughput, by name. An empty list when there is none.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      returned: always
      type: str
      sample: nova-lite
    arn:
      description: Its ARN.
      returned: always
      type: str
      sample: arn:aws:bedrock:us-west-2:123456789012:provisioned-model/abcdef123456
    id:
      description: The last part of its ARN.
      returned: always
      type: str
      sample: abcdef123456
    model_arn:
      description: ARN of the model that it serves.
      returned: always
      type: str
      sample: arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0:24k
    desired_model_arn:
      description: ARN of the model that it is moving to, or serves.
      returned: always
      type: str
      sample: arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0:24k
    foundation_model_arn:
      description: ARN of the foundation model that its model was made from, or is.
      returned: always
      type: str
      sample: arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0:24k
    model_units:
      description: Number of its model units.
      returned: always
      type: int
      sample: 2
    desired_model_units:
      description: Number of model units that it was asked to have.
      returned: always
      type: int
      sample: 2
    status:
      description: C(Creating), C(InService), C(Updating) or C(Failed).
      returned: always
      type: str
      sample: InService
    commitment_duration:
      description: Its term, C(none), C(OneMonth) or C(SixMonths).
      returned: always
      type: str
      sample: OneMonth
    commitment_expiration_time:
      description: When its term is over. Null without one.
      returned: always
      type: str
      sample: "2026-12-28T09:30:00Z"
    commitment_days_left:
      description: Whole days that are left of its term. Null without one.
      returned: always
      type: int
      sample: 29
    creation_time:
      description: When it was bought.
      returned: always
      type: str
      sample: "2026-11-28T09:30:00Z"
    last_modified_time:
      description: When it was changed last.
      returned: always
      type: str
      sample: "2026-11-28T09:42:10Z"
    failure_message:
      description: Why it is C(Failed). Null otherwise.
      returned: always
      type: str
      sample: Not enough capacity.
    tags:
      description: Its tags.
      returned: when O(include_tags=true)
      type: dict
      sample: {"team": "ml"}
"""

import datetime

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.calls import AWSCallError
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.failures import fail
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.support import require_operations
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock import buyable, inputs
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import throughput as api
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused

_SPEC = {
    "names": {"type": "list", "elements": "str"},
    "arns": {"type": "list", "elements": "str"},
    "status": {"choices": ["Creating", "InService", "Updating", "Failed"]},
    "model_id": {},
    "include_tags": {"type": "bool", "default": False},
}


def check_options(options):
    inputs.check_each("names", options["names"] or [], "provisioned_model_name")
    inputs.check_each("arns", options["arns"] or [], "provisioned_model_arn")
    if options["model_id"] is not None:
        buyable.check_model("model_id", options["model_id"])


def rows(client, options):
    """One row for each that fits all the options."""
    now = datetime.datetime.now(datetime.UTC)
    names, chosen = options["names"], options["arns"]
    filters = {"statusEquals": options["status"]} if options["status"] else {}
    if options["model_id"]:
        filters["modelArnEquals"] = api.model_arn_of(client, options["model_id"])
    if names and len(names) == 1 and chosen is None:
        filters["nameContains"] = names[0]
    found = [
        row
        for row in api.listed(client, now, **filters)
        if (names is None and chosen is None) or row["name"] in (names or []) or row["arn"] in (chosen or [])
    ]
    if options["include_tags"]:
        found = [api.with_tags(client, row) for row in found]
    return sorted(found, key=lambda row: (row["name"], row["arn"]))


def main() -> None:
    module = AnsibleAWSModule(argument_spec=_SPEC, supports_check_mode=True)
    found = []
    try:
        check_options(module.params)
        client = module.client("bedrock")
        require_operations(client, "ListProvisionedModelThroughputs", "GetProvisionedModelThroughput")
        found = rows(client, module.params)
    except (Refused, AWSCallError) as error:
        fail(module, error)
    module.exit_json(changed=False, provisioned_throughputs=found)


if __name__ == "__main__":
    main()
