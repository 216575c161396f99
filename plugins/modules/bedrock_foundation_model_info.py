#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bedrock_foundation_model_info
version_added: 0.1.0
short_description: Bedrock's models, how long they live and whether they can be called
description:
  - Reads for foundation models and inference profiles whether Amazon Bedrock has them in a region, how long it will,
    whether the account has access, and to which regions a profile leads.
  - What stands in the way of a call is said as a problem with its remedy.
author: Contributors to llmops.bedrock (@llmops)
options:
  model_ids:
    description:
      - IDs of foundation models and of inference profiles, C(us.anthropic.claude-sonnet-5-5) for example, or their
        ARNs.
      - An ID that provisioned throughput is bought for, C(amazon.nova-lite-v1:0:24k) for example, is judged by the life
        cycle and access of its model.
      - All foundation models of the region when this is not set.
    type: list
    elements: str
  provider:
    description: Only models of this provider, C(Anthropic) for example. Not with O(model_ids).
    type: str
    version_added: 0.4.0
  output_modality:
    description: Only models that write this. Not with O(model_ids).
    type: str
    choices: [TEXT, IMAGE, EMBEDDING]
    version_added: 0.4.0
  inference_type:
    description: Only models that can be called on demand, or that throughput can be bought for. Not with O(model_ids).
    type: str
    choices: [ON_DEMAND, PROVISIONED]
    version_added: 0.4.0
  customization_type:
    description: Only models that can be customized in this way. Not with O(model_ids).
    type: str
    choices: [FINE_TUNING, CONTINUED_PRE_TRAINING, DISTILLATION]
    version_added: 0.4.0
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
  - The listings are read once, the access once a foundation model, whatever the number of O(model_ids).
seealso:
  - module: llmops.bedrock.bedrock_model_access
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

- name: What of Anthropic's is there?
  llmops.bedrock.bedrock_foundation_model_info:
    provider: Anthropic
    region: us-west-2
  register: anthropic

- name: Show what ends within half a year
  ansible.builtin.debug:
    msg: "{{ anthropic.models | rejectattr('days_to_end_of_life', 'none') | selectattr('days_to_end_of_life', 'lt', 183)
      | map(attribute='id') }}"
"""

RETURN = r"""
models:
  description: One row a model, in the order of O(model_ids), else of the IDs.
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
    inference_profiles:
      description: IDs of Bedrock's own inference profiles that lead to the foundation model.
      returned: always
      type: list
      elements: str
      sample: [global.anthropic.claude-sonnet-5-5, us.anthropic.claude-sonnet-5-5]
    destination_regions:
      description:
        - Regions in which a call is answered, one for a foundation model and several for an inference profile.
        - A global profile may also answer in others.
      returned: always
      type: list
      elements: str
      sample: [us-east-1, us-east-2, us-west-2]
    model_arns:
      description: ARNs of the foundation models that the inference profile routes to.
      returned: always
      type: list
      elements: str
      sample: ["arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-5-5"]
    provider:
      description: Name of the provider. Null when the model is not listed, as all that follows.
      returned: always
      type: str
      sample: Anthropic
    name:
      description: Name of the model.
      returned: always
      type: str
      sample: Claude Sonnet 5.5
    input_modalities:
      description: What it reads.
      returned: always
      type: list
      elements: str
      sample: [TEXT, IMAGE]
    output_modalities:
      description: What it writes.
      returned: always
      type: list
      elements: str
      sample: [TEXT]
    inference_types:
      description: How it can be called. What needs an inference profile is not C(ON_DEMAND).
      returned: always
      type: list
      elements: str
      sample: [INFERENCE_PROFILE]
    customizations:
      description: How it can be customized.
      returned: always
      type: list
      elements: str
      sample: []
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
    legacy_time:
      description: When it becomes or became a legacy model. Null when none is set.
      returned: always
      type: str
      sample: "2026-10-08T00:00:00+00:00"
    days_to_end_of_life:
      description: Days until RV(models[].end_of_life), negative when it is over. Null when none is set.
      returned: always
      type: int
      sample: 137
    agreement:
      description: Status of the agreement about the model, C(AVAILABLE) or C(NOT_AVAILABLE) for example.
      returned: always
      type: str
      sample: AVAILABLE
    authorized:
      description: Whether the account may use the model.
      returned: always
      type: bool
      sample: true
    entitled:
      description: Whether the account is entitled to the model.
      returned: always
      type: bool
      sample: true
    region_available:
      description: Whether the model is available in the region.
      returned: always
      type: bool
      sample: true
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
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.support import require_operations
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import foundation_models as api
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.inputs import check
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.models import judge, names_application_profile
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused

_FILTERS = {
    "provider": "byProvider",
    "output_modality": "byOutputModality",
    "inference_type": "byInferenceType",
    "customization_type": "byCustomizationType",
}


def rows(client, model_ids, filters):
    """One row a model. The listings are read once, the access once a foundation model."""
    own_profiles = any(names_application_profile(one) for one in model_ids or [])
    catalogue = api.catalogue_of(client, own_profiles=own_profiles, **filters)
    wanted = sorted(catalogue.models) if model_ids is None else model_ids
    bases = {one: base["modelId"] for one in wanted if (base := catalogue.base(one))}
    access = api.availabilities_of(client, sorted(set(bases.values())))
    today = datetime.datetime.now(datetime.UTC).date()
    return [judge(one, catalogue, availability=access.get(bases.get(one, "")), today=today) for one in wanted]


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "model_ids": {"type": "list", "elements": "str"},
            "provider": {},
            "output_modality": {"choices": ["TEXT", "IMAGE", "EMBEDDING"]},
            "inference_type": {"choices": ["ON_DEMAND", "PROVISIONED"]},
            "customization_type": {"choices": ["FINE_TUNING", "CONTINUED_PRE_TRAINING", "DISTILLATION"]},
        },
        mutually_exclusive=[("model_ids", one) for one in _FILTERS],
        supports_check_mode=True,
    )
    filters = {name: module.params[one] for one, name in _FILTERS.items() if module.params[one] is not None}
    try:
        if "byProvider" in filters:
            check("provider", filters["byProvider"], "provider")
        client = module.client("bedrock")
        require_operations(client, "ListFoundationModels", "ListInferenceProfiles", "GetFoundationModelAvailability")
        found = rows(client, module.params["model_ids"], filters)
    except Refused as refused:
        module.fail_json(msg=str(refused))
    except AWSCallError as error:
        module.fail_json_aws_error(error)
    module.exit_json(changed=False, models=found)


if __name__ == "__main__":
    main()
