#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bedrock_custom_model
version_added: 0.4.0
short_description: Make, tag and delete a custom or imported model of Amazon Bedrock
description:
  - Makes a model of files in S3, waits until it can be used, keeps its tags, and deletes it.
  - A model that is trained at Bedrock is made by M(llmops.bedrock.bedrock_model_customization_job). This module finds
    it by its name all the same.
  - A custom model answers no requests by itself. It needs M(llmops.bedrock.bedrock_custom_model_deployment) or
    M(llmops.bedrock.bedrock_provisioned_throughput). An imported model is called by its ARN.
options:
  state:
    description: Whether the model exists.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: Name of the model. Needed to make one.
    type: str
  arn:
    description: ARN of the model, in the place of a name or besides it.
    type: str
  kind:
    description:
      - V(custom) is a model of Amazon's that was trained at Bedrock or, as files, in SageMaker AI.
      - V(imported) is a model with an open architecture that runs at Bedrock.
      - Needed to make a model. To find one, both are looked through when this is not set.
    type: str
    choices: [custom, imported]
  model_source_s3_uri:
    description:
      - Where in S3 the model's files are. Needed to make one.
      - Bedrock does not tell it of a custom model that exists, so that it is compared for an imported one alone.
    type: str
  role_arn:
    description: ARN of the role with which Bedrock reads the files. Needed to make an imported model.
    type: str
  kms_key_id:
    description:
      - Id, ARN or alias of the KMS key that the model is encrypted with. For O(kind=custom) Bedrock takes an ARN alone.
      - An alias is not compared with the key of a model that exists, since it may stand for another key by then.
    type: str
  tags:
    description: Tags of the model. Tags are left alone when this is not set.
    type: dict
    aliases: [resource_tags]
  purge_tags:
    description: Whether tags that O(tags) does not name are removed.
    type: bool
    default: true
  wait:
    description: Whether to wait until a model that is being made can be used.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait.
    type: int
    default: 3600
  wait_delay:
    description: How many seconds lie between two looks.
    type: int
    default: 30
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Predicts the result without a write.
    support: full
  diff_mode:
    description: Shows the model before and after.
    support: full
notes:
  - "Rights: C(bedrock:ListCustomModels), C(bedrock:GetCustomModel), C(bedrock:ListImportedModels),
    C(bedrock:GetImportedModel), C(bedrock:ListModelImportJobs), C(bedrock:GetModelImportJob),
    C(bedrock:ListTagsForResource). To make one C(bedrock:CreateCustomModel) or C(bedrock:CreateModelImportJob), and
    C(iam:PassRole) on O(role_arn). To change it C(bedrock:TagResource), C(bedrock:UntagResource),
    C(bedrock:DeleteCustomModel) and C(bedrock:DeleteImportedModel)."
  - With C(bedrock:ListCustomModelDeployments) and C(bedrock:ListProvisionedModelThroughputs) a delete that AWS refuses
    says what uses the model.
  - An import that failed leaves no model, so that the next run imports it anew.
seealso:
  - module: llmops.bedrock.bedrock_custom_model_info
  - module: llmops.bedrock.bedrock_custom_model_deployment
  - module: llmops.bedrock.bedrock_model_customization_job
  - module: llmops.bedrock.bedrock_provisioned_throughput
author: Contributors to llmops.bedrock (@llmops)
"""

EXAMPLES = r"""
- name: A model with an open architecture, run at Bedrock
  llmops.bedrock.bedrock_custom_model:
    name: our-llama
    kind: imported
    model_source_s3_uri: s3://our-models/llama/
    role_arn: arn:aws:iam::123456789012:role/bedrock-import
    tags:
      team: ml
    region: us-east-1

- name: The tags of a model that a job made
  llmops.bedrock.bedrock_custom_model:
    name: support-answers
    tags:
      team: support
    region: us-east-1

- name: Delete it
  llmops.bedrock.bedrock_custom_model:
    name: support-answers
    state: absent
    region: us-east-1
"""

RETURN = r"""
custom_model:
  description: The model as it stands, or as it would stand in check mode. Empty when it is absent.
  returned: success, and failures after it was found or made
  type: dict
  contains:
    name:
      description: Name of the model.
      returned: when present
      type: str
      sample: support-answers
    arn:
      description: ARN of the model. None while it is being imported.
      returned: when it exists already
      type: str
      sample: arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0:300k/f6e5d4c3b2a1
    kind:
      description: Whether it is C(custom) or C(imported).
      returned: when present
      type: str
      sample: custom
    status:
      description: Status of the model, C(Creating), C(Active) or C(Failed). An imported one that is there is C(Active).
      returned: when present
      type: str
      sample: Active
    base_model_arn:
      description: ARN of the model that it was made from. None of an imported one.
      returned: when it exists already
      type: str
      sample: arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0:300k
    job_arn:
      description: ARN of the job that made it, if one did.
      returned: when it exists already
      type: str
      sample: arn:aws:bedrock:us-east-1:123456789012:model-customization-job/amazon.nova-lite-v1:0:300k/a1b2c3d4e5f6
    customization_type:
      description: How it was made.
      returned: when it exists already
      type: str
      sample: FINE_TUNING
    failure_message:
      description: Why it failed. None when it did not.
      returned: when it exists already
      type: str
      sample: The files of the model cannot be read.
    instruct_supported:
      description: Whether an imported model takes chats (Converse). None of a custom one.
      returned: when it exists already
      type: bool
      sample: true
    model_architecture:
      description: Architecture of an imported model. None of a custom one.
      returned: when it exists already
      type: str
      sample: llama3
    source_s3_uri:
      description: Where the files of an imported model were. None of a custom one.
      returned: when present
      type: str
      sample: s3://our-models/llama/
    kms_key_arn:
      description: ARN of the key that it is encrypted with. None for Bedrock's own.
      returned: when it exists already
      type: str
      sample: arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef
    training_metrics:
      description: What the training came to. None when Bedrock does not tell.
      returned: when it exists already
      type: dict
      sample: {"training_loss": 0.42}
    creation_time:
      description: When it was made.
      returned: when it exists already
      type: str
      sample: "2026-11-22T12:00:00+00:00"
    tags:
      description: Tags of the model.
      returned: when present
      type: dict
      sample: {"team": "ml"}
calls:
  description: Names of the calls that were made, or would be made in check mode.
  returned: success
  type: list
  elements: str
  sample: ["import model"]
progress:
  description: What the wait saw, each new status with the seconds since the task began.
  returned: success, and failures after the first call
  type: list
  elements: dict
  sample: [{"status": "InProgress", "after_seconds": 2}, {"status": "Completed", "after_seconds": 900}]
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.failures import WaitFailed, fail
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.support import require_operations
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock import custom_model as models
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import custom_model_writes as writes
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import custom_models as api
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.managed import Managed
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused

_OPTIONS = ("name", "arn", "kind", "model_source_s3_uri", "role_arn", "kms_key_id", "tags", "purge_tags")
_SPEC = {
    "state": {"choices": ["present", "absent"], "default": "present"},
    "name": {},
    "arn": {},
    "kind": {"choices": ["custom", "imported"]},
    "model_source_s3_uri": {},
    "role_arn": {},
    "kms_key_id": {},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 3600},
    "wait_delay": {"type": "int", "default": 30},
}


class Model(Managed):
    """The model that the options name."""

    def find(self):
        arn, name = self.params["arn"], self.params["name"]
        if arn:
            return models.called(self.by_arn(arn), name)
        return models.the_one(api.find_models(self.client, name, self.params["kind"]), name)

    def by_arn(self, arn):
        return api.model_of(self.client, arn)

    def plan(self, found):
        if self.params["state"] == "absent":
            return models.plan_absent(found)
        plan = models.plan_present({key: self.params[key] for key in _OPTIONS if self.params[key] is not None}, found)
        if found is None:
            require_operations(self.client, writes.TO_MAKE[self.params["kind"]])
        return plan

    def make(self, call):
        outcome = writes.execute(self.client, call, self.token)
        if not isinstance(outcome, str):
            return outcome
        return {"name": self.params["name"], "job_arn" if call.name == "import model" else "arn": outcome}

    def awaited(self, calls):
        return self.params["state"] == "present" and self.known.get("status", models.MAKING) in (
            models.MAKING,
            models.FAILED,
        )

    def wait(self):
        writes.wait_until_ready(
            self.client,
            self.known,
            timeout=self.params["wait_timeout"],
            delay=self.params["wait_delay"],
            progress=self.progress,
        )


def main() -> None:
    module = AnsibleAWSModule(argument_spec=_SPEC, supports_check_mode=True, required_one_of=[["name", "arn"]])
    model = None
    try:
        models.check_model(module.params)
        client = module.client("bedrock")
        require_operations(client, *api.OPERATIONS, *writes.OPERATIONS)
        model = Model(module, client, writes.status_in_words)
        result = model.converge()
    except (api.AWSCallError, Refused, WaitFailed) as error:
        told = model.told() if model else {"resource": {}}
        fail(module, error, custom_model=told.pop("resource"), **told)
    module.exit_json(custom_model=result.pop("resource"), **result)


if __name__ == "__main__":
    main()
