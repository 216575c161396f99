#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bedrock_model_customization_job_info
version_added: 0.4.0
short_description: List model customization jobs of Amazon Bedrock
description:
  - Lists model customization jobs with status, phases, parameters, metrics and the model that each made.
  - Jobs are kept for ever, so that all of them can be many. Each is read by itself.
options:
  names:
    description: Only jobs of these names. Those that do not exist are left out.
    type: list
    elements: str
  arns:
    description: Only jobs with these ARNs, besides those of O(names). Those that do not exist are left out.
    type: list
    elements: str
  status:
    description: Only jobs in this status.
    type: str
    choices: [InProgress, Completed, Failed, Stopping, Stopped]
  name_contains:
    description: Only jobs with this in their name.
    type: str
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
  - "Rights: C(bedrock:ListModelCustomizationJobs), C(bedrock:GetModelCustomizationJob),
    C(bedrock:ListTagsForResource)."
seealso:
  - module: llmops.bedrock.bedrock_model_customization_job
author: Contributors to llmops.bedrock (@llmops)
"""

EXAMPLES = r"""
- name: Jobs that run
  llmops.bedrock.bedrock_model_customization_job_info:
    status: InProgress
    region: us-east-1

- name: Why did this one fail?
  llmops.bedrock.bedrock_model_customization_job_info:
    names: [support-answers-1]
    region: us-east-1
  register: found

- name: Its reason
  ansible.builtin.debug:
    msg: "{{ found.customization_jobs | map(attribute='failure_message') }}"
"""

RETURN = r"""
customization_jobs:
  description: The jobs that match.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the job.
      returned: always
      type: str
      sample: support-answers-1
    arn:
      description: ARN of the job.
      returned: always
      type: str
      sample: arn:aws:bedrock:us-east-1:123456789012:model-customization-job/amazon.nova-lite-v1:0:300k/a1b2c3d4e5f6
    status:
      description: Status of the job, C(InProgress), C(Completed), C(Failed), C(Stopping) or C(Stopped).
      returned: always
      type: str
      sample: Completed
    status_details:
      description: Status of each phase, as far as Bedrock tells it.
      returned: always
      type: dict
      sample: {"validation": "Completed", "data_processing": "Completed", "training": "InProgress"}
    base_model_arn:
      description: ARN of the model that is trained on.
      returned: always
      type: str
      sample: arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0:300k
    custom_model_name:
      description: Name of the model that the job makes.
      returned: always
      type: str
      sample: support-answers
    custom_model_arn:
      description: ARN of the model that the job made. None until it is done.
      returned: always
      type: str
      sample: arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0:300k/f6e5d4c3b2a1
    role_arn:
      description: ARN of the role with which Bedrock reads and writes the data.
      returned: always
      type: str
      sample: arn:aws:iam::123456789012:role/bedrock-customization
    customization_type:
      description: The kind of training.
      returned: always
      type: str
      sample: FINE_TUNING
    hyperparameters:
      description: Hyperparameters as texts, with those that Bedrock added.
      returned: always
      type: dict
      sample: {"epochCount": "2", "learningRate": "0.00001"}
    training_data:
      description: What the model learns from, in the form of the option.
      returned: always
      type: dict
      sample: {"s3_uri": "s3://our-training-data/support/train.jsonl"}
    validation_data:
      description: Addresses of the files to validate with.
      returned: always
      type: list
      elements: str
      sample: ["s3://our-training-data/support/validate.jsonl"]
    output_s3_uri:
      description: Where the metrics are written to.
      returned: always
      type: str
      sample: s3://our-training-data/support/output/
    kms_key_arn:
      description: ARN of the key that the model is encrypted with. None for Bedrock's own.
      returned: always
      type: str
      sample: arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef
    vpc:
      description: The network that the job reads its data through. None without one.
      returned: always
      type: dict
      sample: {"subnet_ids": ["subnet-0a1b2c3d"], "security_group_ids": ["sg-0a1b2c3d"]}
    customization_config:
      description: What distillation or reinforcement fine-tuning needs, in the API's own form. None without it.
      returned: always
      type: dict
      sample: {"distillationConfig": {"teacherModelConfig": {"teacherModelIdentifier": "amazon.nova-pro-v1:0"}}}
    failure_message:
      description: Why the job failed. None when it did not.
      returned: always
      type: str
      sample: The training data has a record without an answer.
    training_metrics:
      description: What the training came to. None until it is done.
      returned: always
      type: dict
      sample: {"training_loss": 0.42}
    validation_metrics:
      description: What the validation came to, one a file.
      returned: always
      type: list
      elements: dict
      sample: [{"validation_loss": 0.51}]
    creation_time:
      description: When the job was started.
      returned: always
      type: str
      sample: "2026-11-22T10:00:00+00:00"
    last_modified_time:
      description: When it changed last. None when Bedrock does not tell.
      returned: always
      type: str
      sample: "2026-11-22T12:00:00+00:00"
    end_time:
      description: When it ended. None until then.
      returned: always
      type: str
      sample: "2026-11-22T12:00:00+00:00"
    tags:
      description: Tags of the job.
      returned: always
      type: dict
      sample: {"team": "ml"}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.failures import fail
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.support import require_operations
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import customization_jobs as api
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.customization_inputs import check_jobs_asked_for
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused

_SPEC = {
    "names": {"type": "list", "elements": "str"},
    "arns": {"type": "list", "elements": "str"},
    "status": {"choices": ["InProgress", "Completed", "Failed", "Stopping", "Stopped"]},
    "name_contains": {},
}


def jobs(client, params):
    """All that match. A listing is made only where names, or nothing, must be found in it."""
    names, arns, status = params["names"], params["arns"], params["status"]
    wanted = list(arns or [])
    if names is not None or arns is None:
        given = {"statusEquals": status, "nameContains": params["name_contains"]}
        listed = api.list_jobs(client, **{key: value for key, value in given.items() if value}) or []
        wanted += [job["arn"] for job in listed if names is None or job["name"] in names]
    found = (api.job_of(client, arn) for arn in dict.fromkeys(wanted))
    return [
        job
        for job in found
        if job and status in (None, job["status"]) and (params["name_contains"] or "") in job["name"]
    ]


def main() -> None:
    module = AnsibleAWSModule(argument_spec=_SPEC, supports_check_mode=True)
    try:
        check_jobs_asked_for(module.params)
        client = module.client("bedrock")
        require_operations(client, "ListModelCustomizationJobs", "GetModelCustomizationJob")
        found = jobs(client, module.params)
    except (api.AWSCallError, Refused) as error:
        fail(module, error)
    module.exit_json(changed=False, customization_jobs=found)


if __name__ == "__main__":
    main()
