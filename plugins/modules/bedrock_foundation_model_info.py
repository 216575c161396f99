#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bedrock_foundation_model_info
version_added: 0.1.0
short_description: Whether Bedrock models can be called
description:
  - Reads for foundation models and inference profiles whether Amazon Bedrock has them in a region, how long it will,
    and whether the account has access.
  - What stands in the way of a call is said as a problem with its remedy.
author: Contributors to llmops.bedrock (@llmops)
options:
  model_ids:
    description: IDs of foundation models and of inference profiles, C(us.anthropic.claude-sonnet-5-5) for example.
    type: list
    elements: str
    required: true
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
  - "Rights: C(bedrock:ListFoundationModels), C(bedrock:ListInferenceProfiles),
    C(bedrock:GetFoundationModelAvailability)."
"""

EXAMPLES = r"""
- name: Can these be called?
  llmops.bedrock.bedrock_foundation_model_info:
    model_ids: [us.anthropic.claude-sonnet-5-5, amazon.titan-embed-text-v2:0]
    region: us-west-2
  register: found

- name: Show what is wrong
  ansible.builtin.debug:
    msg: "{{ found.models | map(attribute='problems') | flatten }}"
"""

RETURN = r"""
models:
  description: One row a model, in the order of O(model_ids).
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The ID that was asked for.
      returned: always
      type: str
      sample: us.anthropic.claude-sonnet-5-5
    region:
      description: The region that was asked.
      returned: always
      type: str
      sample: us-west-2
    found:
      description: Whether Bedrock has it in this region.
      returned: always
      type: bool
      sample: true
    foundation_model:
      description:
        - ID of the foundation model, of the one behind it for an inference profile.
        - Null when this region has none.
      returned: always
      type: str
      sample: anthropic.claude-sonnet-5-5
    inference_profile_arn:
      description: ARN of the inference profile. Null for a foundation model.
      returned: always
      type: str
      sample: arn:aws:bedrock:us-west-2:123456789012:inference-profile/us.anthropic.claude-sonnet-5-5
    model_arns:
      description: ARNs of the foundation models that the inference profile routes to.
      returned: always
      type: list
      elements: str
      sample: ["arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-5-5"]
    lifecycle:
      description: Status of the foundation model, C(ACTIVE) or C(LEGACY) for example.
      returned: always
      type: str
      sample: ACTIVE
    end_of_life:
      description: The day on which Bedrock drops the foundation model. Null when none is set.
      returned: always
      type: str
      sample: "2027-04-08"
    problems:
      description: Why it cannot be called.
      returned: always
      type: list
      elements: str
      sample: []
    warnings:
      description: What will become a problem.
      returned: always
      type: list
      elements: str
      sample: []
"""

import datetime

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.calls import AWSCallError
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import foundation_models as api
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.models import foundation_model_of, judge


def rows(client, region, model_ids):
    """One row a model. The two listings are read once, the access once a foundation model."""
    models = api.list_foundation_models(client) or {}
    profiles = api.list_inference_profiles(client) or {}
    bases = {one: foundation_model_of(profiles[one]) if one in profiles else one for one in model_ids}
    access = {base: api.availability_of(client, base) for base in set(bases.values()) if base in models}
    today = datetime.datetime.now(datetime.UTC).date()
    return [
        judge(one, region, models=models, profiles=profiles, availability=access.get(bases[one]), today=today)
        for one in model_ids
    ]


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={"model_ids": {"type": "list", "elements": "str", "required": True}},
        supports_check_mode=True,
    )
    try:
        found = rows(module.client("bedrock"), module.region, module.params["model_ids"])
    except AWSCallError as error:
        module.fail_json_aws_error(error)
    module.exit_json(changed=False, models=found)


if __name__ == "__main__":
    main()
