#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bedrock_model_customization_job
version_added: 0.4.0
short_description: Train a custom model at Amazon Bedrock
description:
  - Starts a model customization job, waits for the custom model that it makes, and stops it.
  - A job is a permanent record. Amazon Bedrock can neither change nor delete it, and its name is spent. Other
    values than those of a job that exists are refused.
  - A run that was cut off is continued by the next one, which finds the job by its name and waits for it.
options:
  state:
    description:
      - V(present) starts the job, or finds it, and waits for its model.
      - V(stopped) stops a job that runs. It looks at O(name) alone; a job that has ended is left alone.
      - V(absent) is refused with an explanation, since a job cannot be deleted. Its model can, with
        M(llmops.bedrock.bedrock_custom_model).
    type: str
    choices: [present, stopped, absent]
    default: present
  name:
    description: Name of the job, 1 to 63 letters, digits, hyphens, dots and plus signs. It can be used once, for ever.
    type: str
    required: true
  custom_model_name:
    description: Name of the model that the job makes. Needed to start a job.
    type: str
  role_arn:
    description: ARN of the role with which Bedrock reads and writes the data. Needed to start a job.
    type: str
  base_model_id:
    description:
      - What is trained on, the id or ARN of a foundation model, or the name or ARN of a custom model.
      - Needed to start a job.
    type: str
  customization_type:
    description: The kind of training. Bedrock decides when this is not set.
    type: str
    choices: [FINE_TUNING, CONTINUED_PRE_TRAINING, DISTILLATION, REINFORCEMENT_FINE_TUNING]
  training_data:
    description: What the model learns from. Needed to start a job.
    type: dict
    suboptions:
      s3_uri:
        description: Address of a file of records in S3.
        type: str
      invocation_logs:
        description: Logs of invocations in S3, in the place of a file.
        type: dict
        suboptions:
          s3_uri:
            description: Address of the logs in S3.
            type: str
            required: true
          use_prompt_response:
            description: Whether the answers in the logs are learnt from, too, and not the prompts alone.
            type: bool
          request_metadata_filters:
            description:
              - Which of the logs are used, in the API's own form.
              - Exactly one of C(equals), C(notEquals), C(andAll) and C(orAll).
            type: dict
  validation_data:
    description: Addresses in S3 of up to 10 files to validate with.
    type: list
    elements: str
  output_s3_uri:
    description: Where in S3 the metrics of the training are written to. Needed to start a job.
    type: str
  hyperparameters:
    description:
      - Hyperparameters by the names that the base model documents, C(epochCount) for example.
      - Numbers and booleans are sent as the texts that the API takes. What Bedrock adds by itself is not compared.
    type: dict
  vpc:
    description: The network that the job reads its data through.
    type: dict
    suboptions:
      subnet_ids:
        description: Ids of 1 to 16 subnets.
        type: list
        elements: str
        required: true
      security_group_ids:
        description: Ids of 1 to 5 security groups.
        type: list
        elements: str
        required: true
  kms_key_id:
    description:
      - Id, ARN or alias of the KMS key that the custom model is encrypted with.
      - An alias is not compared with the key of a job that exists, since it may stand for another key by then.
    type: str
  customization_config:
    description:
      - What distillation (C(distillationConfig)) or reinforcement fine-tuning (C(rftConfig)) needs.
      - It is in the API's own form.
    type: dict
  tags:
    description: Tags of the job. Tags are left alone when this is not set.
    type: dict
    aliases: [resource_tags]
  purge_tags:
    description: Whether tags of the job that O(tags) does not name are removed.
    type: bool
    default: true
  custom_model_tags:
    description:
      - Tags that the model gets when it is made.
      - They are not compared later. M(llmops.bedrock.bedrock_custom_model) changes the tags of a model.
    type: dict
  acknowledge_cost:
    description: Must be V(true) to start a job, which is billed. Nothing else needs it.
    type: bool
    default: false
  ignore_terminal:
    description:
      - Whether a job that is found failed or stopped is accepted as it is.
      - A job that ends so while it is waited for is a failure all the same.
    type: bool
    default: false
  wait:
    description: Whether to wait until the job has made its model, or has stopped.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait. Training usually takes hours.
    type: int
    default: 21600
  wait_delay:
    description: How many seconds lie between two looks.
    type: int
    default: 60
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Predicts the result without a write.
    support: full
  diff_mode:
    description: Shows the job before and after.
    support: full
notes:
  - "Rights: C(bedrock:ListModelCustomizationJobs), C(bedrock:GetModelCustomizationJob),
    C(bedrock:CreateModelCustomizationJob), C(bedrock:StopModelCustomizationJob), C(bedrock:ListTagsForResource),
    C(bedrock:TagResource), C(bedrock:UntagResource), and C(iam:PassRole) on O(role_arn). When a custom model is
    trained on, also C(bedrock:GetCustomModel) and C(bedrock:ListCustomModels)."
  - "The role itself must let C(bedrock.amazonaws.com) take it on, and allow C(s3:GetObject), C(s3:ListBucket) and
    C(s3:PutObject) on the data."
seealso:
  - module: llmops.bedrock.bedrock_model_customization_job_info
  - module: llmops.bedrock.bedrock_custom_model
  - module: llmops.bedrock.bedrock_custom_model_deployment
  - module: llmops.bedrock.bedrock_provisioned_throughput
author: Contributors to llmops.bedrock (@llmops)
"""

EXAMPLES = r"""
- name: A model that knows our support answers
  llmops.bedrock.bedrock_model_customization_job:
    name: support-answers-1
    custom_model_name: support-answers
    role_arn: arn:aws:iam::123456789012:role/bedrock-customization
    base_model_id: amazon.nova-lite-v1:0:300k
    customization_type: FINE_TUNING
    training_data:
      s3_uri: s3://our-training-data/support/train.jsonl
    validation_data:
      - s3://our-training-data/support/validate.jsonl
    output_s3_uri: s3://our-training-data/support/output/
    hyperparameters:
      epochCount: 2
      learningRate: 0.00001
    acknowledge_cost: true
    region: us-east-1

- name: Distil a large model into a small one, from the logs of a month
  llmops.bedrock.bedrock_model_customization_job:
    name: distilled-1
    custom_model_name: distilled
    role_arn: arn:aws:iam::123456789012:role/bedrock-customization
    base_model_id: amazon.nova-micro-v1:0:128k
    customization_type: DISTILLATION
    customization_config:
      distillationConfig:
        teacherModelConfig:
          teacherModelIdentifier: amazon.nova-pro-v1:0
          maxResponseLengthForInference: 1000
    training_data:
      invocation_logs:
        s3_uri: s3://our-invocation-logs/2026/10/
        use_prompt_response: true
    output_s3_uri: s3://our-training-data/distilled/output/
    acknowledge_cost: true
    wait: false
    region: us-east-1

- name: Stop it
  llmops.bedrock.bedrock_model_customization_job:
    name: distilled-1
    state: stopped
    region: us-east-1
"""

RETURN = r"""
customization_job:
  description: The job as it stands, or as it would stand in check mode. Empty when it does not exist.
  returned: success, and failures after it was found or started
  type: dict
  contains:
    name:
      description: Name of the job.
      returned: when it exists
      type: str
      sample: support-answers-1
    arn:
      description: ARN of the job.
      returned: when it exists already
      type: str
      sample: arn:aws:bedrock:us-east-1:123456789012:model-customization-job/amazon.nova-lite-v1:0:300k/a1b2c3d4e5f6
    status:
      description: Status of the job, C(InProgress), C(Completed), C(Failed), C(Stopping) or C(Stopped).
      returned: when it exists
      type: str
      sample: Completed
    status_details:
      description: Status of each phase, as far as Bedrock tells it.
      returned: when it exists already
      type: dict
      sample: {"validation": "Completed", "data_processing": "Completed", "training": "InProgress"}
    base_model_arn:
      description: ARN of the model that is trained on.
      returned: when it exists
      type: str
      sample: arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0:300k
    custom_model_name:
      description: Name of the model that the job makes.
      returned: when it exists
      type: str
      sample: support-answers
    custom_model_arn:
      description: ARN of the model that the job made. None until it is done.
      returned: when it exists already
      type: str
      sample: arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0:300k/f6e5d4c3b2a1
    role_arn:
      description: ARN of the role with which Bedrock reads and writes the data.
      returned: when it exists
      type: str
      sample: arn:aws:iam::123456789012:role/bedrock-customization
    customization_type:
      description: The kind of training.
      returned: when it exists
      type: str
      sample: FINE_TUNING
    hyperparameters:
      description: Hyperparameters as texts, with those that Bedrock added.
      returned: when it exists
      type: dict
      sample: {"epochCount": "2", "learningRate": "0.00001"}
    training_data:
      description: What the model learns from, in the form of the option.
      returned: when it exists
      type: dict
      sample: {"s3_uri": "s3://our-training-data/support/train.jsonl"}
    validation_data:
      description: Addresses of the files to validate with.
      returned: when it exists
      type: list
      elements: str
      sample: ["s3://our-training-data/support/validate.jsonl"]
    output_s3_uri:
      description: Where the metrics are written to.
      returned: when it exists
      type: str
      sample: s3://our-training-data/support/output/
    kms_key_arn:
      description: ARN of the key that the model is encrypted with. None for Bedrock's own.
      returned: when it exists already
      type: str
      sample: arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef
    vpc:
      description: The network that the job reads its data through. None without one.
      returned: when it exists
      type: dict
      sample: {"subnet_ids": ["subnet-0a1b2c3d"], "security_group_ids": ["sg-0a1b2c3d"]}
    customization_config:
      description: What distillation or reinforcement fine-tuning needs, in the API's own form. None without it.
      returned: when it exists
      type: dict
      sample: {"distillationConfig": {"teacherModelConfig": {"teacherModelIdentifier": "amazon.nova-pro-v1:0"}}}
    failure_message:
      description: Why the job failed. None when it did not.
      returned: when it exists already
      type: str
      sample: The training data has a record without an answer.
    training_metrics:
      description: What the training came to. None until it is done.
      returned: when it exists already
      type: dict
      sample: {"training_loss": 0.42}
    validation_metrics:
      description: What the validation came to, one a file.
      returned: when it exists already
      type: list
      elements: dict
      sample: [{"validation_loss": 0.51}]
    creation_time:
      description: When the job was started.
      returned: when it exists already
      type: str
      sample: "2026-11-22T10:00:00+00:00"
    last_modified_time:
      description: When it changed last. None when Bedrock does not tell.
      returned: when it exists already
      type: str
      sample: "2026-11-22T12:00:00+00:00"
    end_time:
      description: When it ended. None until then.
      returned: when it exists already
      type: str
      sample: "2026-11-22T12:00:00+00:00"
    tags:
      description: Tags of the job.
      returned: when it exists
      type: dict
      sample: {"team": "ml"}
calls:
  description: Names of the calls that were made, or would be made in check mode.
  returned: success
  type: list
  elements: str
  sample: ["create customization job"]
progress:
  description: What the wait saw, each new status with the seconds since the task began.
  returned: success, and failures after the first call
  type: list
  elements: dict
  sample: [{"status": "InProgress: training", "after_seconds": 60}, {"status": "Completed", "after_seconds": 5400}]
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.failures import WaitFailed, fail
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.support import require_operations
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock import customization_job as jobs
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import custom_models
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import customization_jobs as api
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.customization_inputs import check_job
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.managed import Managed
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused

_LOGS = {
    "s3_uri": {"required": True},
    "use_prompt_response": {"type": "bool"},
    "request_metadata_filters": {"type": "dict"},
}
_SPEC = {
    "state": {"choices": ["present", "stopped", "absent"], "default": "present"},
    "name": {"required": True},
    "custom_model_name": {},
    "role_arn": {},
    "base_model_id": {},
    "customization_type": {
        "choices": ["FINE_TUNING", "CONTINUED_PRE_TRAINING", "DISTILLATION", "REINFORCEMENT_FINE_TUNING"]
    },
    "training_data": {
        "type": "dict",
        "options": {"s3_uri": {}, "invocation_logs": {"type": "dict", "options": _LOGS}},
        "mutually_exclusive": [["s3_uri", "invocation_logs"]],
        "required_one_of": [["s3_uri", "invocation_logs"]],
    },
    "validation_data": {"type": "list", "elements": "str"},
    "output_s3_uri": {},
    "hyperparameters": {"type": "dict"},
    "vpc": {
        "type": "dict",
        "options": {
            "subnet_ids": {"type": "list", "elements": "str", "required": True},
            "security_group_ids": {"type": "list", "elements": "str", "required": True},
        },
    },
    "kms_key_id": {},
    "customization_config": {"type": "dict"},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
    "custom_model_tags": {"type": "dict"},
    "acknowledge_cost": {"type": "bool", "default": False},
    "ignore_terminal": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 21600},
    "wait_delay": {"type": "int", "default": 60},
}


class Job(Managed):
    """The job that the options name."""

    def find(self):
        return api.find_job(self.client, self.params["name"])

    def by_arn(self, arn):
        return api.job_of(self.client, arn)

    def plan(self, found):
        if self.params["state"] == "stopped":
            return jobs.plan_stopped(found)
        base = self.params["base_model_id"]
        return jobs.plan_present(
            jobs.desired_of(self.params),
            found,
            base_arns=custom_models.base_arns(self.client, base) if base else [],
            acknowledged=self.params["acknowledge_cost"],
            ignore_terminal=self.params["ignore_terminal"],
        )

    def make(self, call):
        outcome = api.execute(self.client, call, self.token)
        return {"name": self.params["name"], "arn": outcome} if isinstance(outcome, str) else outcome

    def awaited(self, calls):
        on_its_way = (jobs.RUNNING, "Stopping") if self.params["state"] == "stopped" else (jobs.RUNNING,)
        return "create customization job" in calls or self.known.get("status") in on_its_way

    def wait(self):
        api.wait_for(
            self.client,
            self.known,
            "ended" if self.params["state"] == "stopped" else "Completed",
            timeout=self.params["wait_timeout"],
            delay=self.params["wait_delay"],
            progress=self.progress,
        )


def main() -> None:
    module = AnsibleAWSModule(argument_spec=_SPEC, supports_check_mode=True)
    job = None
    try:
        check_job(module.params)
        client = module.client("bedrock")
        require_operations(client, *api.OPERATIONS)
        job = Job(module, client, api.status_in_words)
        result = job.converge()
    except (api.AWSCallError, Refused, WaitFailed) as error:
        told = job.told() if job else {"resource": {}}
        fail(module, error, customization_job=told.pop("resource"), **told)
    module.exit_json(customization_job=result.pop("resource"), **result)


if __name__ == "__main__":
    main()
