#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bedrock_custom_model_deployment
version_added: 0.4.0
short_description: Serve a custom model of Amazon Bedrock on demand
description:
  - Deploys a custom model for requests that are paid by the token, gives the deployment another model, keeps its tags,
    and deletes it.
  - It is often the cheaper way to serve a custom model than provisioned throughput, which is paid by the hour. Which
    models and regions have it is up to Amazon Bedrock.
  - Applications call the deployment by its ARN.
options:
  state:
    description: Whether the deployment exists.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: Name of the deployment, unique in an account and region. Needed to make one. It cannot be changed.
    type: str
  arn:
    description: ARN of the deployment, in the place of a name or besides it.
    type: str
  model:
    description:
      - Name or ARN of the custom model. Needed to make a deployment. The model must be active.
      - A deployment that exists changes to it, keeps its ARN, and answers all the while.
    type: str
  description:
    description: What the deployment is for. It cannot be changed.
    type: str
  tags:
    description: Tags of the deployment. Tags are left alone when this is not set.
    type: dict
    aliases: [resource_tags]
  purge_tags:
    description: Whether tags that O(tags) does not name are removed.
    type: bool
    default: true
  wait:
    description: Whether to wait until the deployment serves its model, or is gone.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait.
    type: int
    default: 1800
  wait_delay:
    description: How many seconds lie between two looks.
    type: int
    default: 15
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Predicts the result without a write.
    support: full
  diff_mode:
    description: Shows the deployment before and after.
    support: full
notes:
  - "Rights: C(bedrock:ListCustomModelDeployments), C(bedrock:GetCustomModelDeployment),
    C(bedrock:CreateCustomModelDeployment), C(bedrock:UpdateCustomModelDeployment),
    C(bedrock:DeleteCustomModelDeployment), C(bedrock:ListTagsForResource), C(bedrock:TagResource),
    C(bedrock:UntagResource), C(bedrock:GetCustomModel) and C(bedrock:ListCustomModels)."
  - A boto3 that is too old to know these operations is refused with what to do.
seealso:
  - module: llmops.bedrock.bedrock_custom_model_deployment_info
  - module: llmops.bedrock.bedrock_custom_model
  - module: llmops.bedrock.bedrock_model_customization_job
  - module: llmops.bedrock.bedrock_provisioned_throughput
author: Contributors to llmops.bedrock (@llmops)
"""

EXAMPLES = r"""
- name: The trained model answers requests
  llmops.bedrock.bedrock_custom_model_deployment:
    name: support
    model: support-answers
    description: Answers of the support team
    tags:
      team: support
    region: us-east-1
  register: served

- name: What to call it by
  ansible.builtin.debug:
    var: served.deployment.arn

- name: The next version takes its place, under the same ARN
  llmops.bedrock.bedrock_custom_model_deployment:
    name: support
    model: support-answers-2
    region: us-east-1

- name: It is not needed any more
  llmops.bedrock.bedrock_custom_model_deployment:
    name: support
    state: absent
    region: us-east-1
"""

RETURN = r"""
deployment:
  description: The deployment as it stands, or as it would stand in check mode. Empty when it is absent.
  returned: success, and failures after it was found or made
  type: dict
  contains:
    name:
      description: Name of the deployment.
      returned: when present
      type: str
      sample: support
    arn:
      description: ARN of the deployment, by which it is called.
      returned: when it exists already
      type: str
      sample: arn:aws:bedrock:us-east-1:123456789012:custom-model-deployment/a1b2c3d4e5f6
    id:
      description: Last part of the ARN.
      returned: when it exists already
      type: str
      sample: a1b2c3d4e5f6
    model_arn:
      description: ARN of the model that it serves.
      returned: when present
      type: str
      sample: arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0:300k/f6e5d4c3b2a1
    desired_model_arn:
      description: ARN of the model that it will serve when the change that is on its way is done. Else the same.
      returned: when present
      type: str
      sample: arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0:300k/f6e5d4c3b2a1
    status:
      description: Status of the deployment, C(Creating), C(Active) or C(Failed).
      returned: when present
      type: str
      sample: Active
    update_status:
      description: Status of the last change of its model, C(Updating), C(UpdateCompleted) or C(UpdateFailed).
      returned: when present
      type: str
      sample: UpdateCompleted
    failure_message:
      description: Why it failed. None when it did not.
      returned: when it exists already
      type: str
      sample: There is no capacity for this model.
    description:
      description: What the deployment is for.
      returned: when present
      type: str
      sample: Answers of the support team
    creation_time:
      description: When it was made.
      returned: when it exists already
      type: str
      sample: "2026-11-22T12:00:00+00:00"
    last_updated_time:
      description: When it changed last. None when it never did.
      returned: when it exists already
      type: str
      sample: "2026-11-22T12:00:00+00:00"
    tags:
      description: Tags of the deployment.
      returned: when present
      type: dict
      sample: {"team": "support"}
calls:
  description: Names of the calls that were made, or would be made in check mode.
  returned: success
  type: list
  elements: str
  sample: ["create deployment"]
progress:
  description: What the wait saw, each new status with the seconds since the task began.
  returned: success, and failures after the first call
  type: list
  elements: dict
  sample: [{"status": "Creating", "after_seconds": 2}, {"status": "Active", "after_seconds": 300}]
"""

import contextlib

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.failures import WaitFailed, fail
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.support import require_operations
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock import model_deployment as deployments
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import custom_models
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import model_deployments as api
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.managed import Managed
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused

_OPTIONS = ("name", "arn", "model", "description", "tags", "purge_tags")
_SPEC = {
    "state": {"choices": ["present", "absent"], "default": "present"},
    "name": {},
    "arn": {},
    "model": {},
    "description": {},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 1800},
    "wait_delay": {"type": "int", "default": 15},
}


class Deployment(Managed):
    """The deployment that the options name."""

    goal = None

    def find(self):
        name = self.params["name"]
        if self.params["arn"]:
            return deployments.called(self.by_arn(self.params["arn"]), name)
        arn = deployments.the_one(api.arns_of(self.client, name), name)
        return self.by_arn(arn) if arn else None

    def by_arn(self, arn):
        return api.deployment_of(self.client, arn)

    def plan(self, found):
        if self.params["state"] == "absent":
            return deployments.plan_absent(found)
        desired = {key: self.params[key] for key in _OPTIONS if self.params[key] is not None}
        model = custom_models.custom_model(self.client, desired["model"]) if "model" in desired else None
        plan = deployments.plan_present(desired, found, model)
        updates = any(call.name == "update deployment" for call in plan.calls)
        if updates and deployments.busy(found) and self.params["wait"] and not self.check_mode:
            # AWS takes no other model before; how that ends does not matter, what it is then does.
            with contextlib.suppress(WaitFailed):
                self.wait()
            plan = deployments.plan_present(desired, self.read(), model)
        return plan

    def make(self, call):
        self.goal = {"create deployment": "Active", "delete deployment": "gone"}.get(call.name, self.goal)
        self.goal = call.arguments.get("model_arn") if call.name == "update deployment" else self.goal
        outcome = api.execute(self.client, call, self.token)
        return {"name": self.params["name"], "arn": outcome} if isinstance(outcome, str) else outcome

    def awaited(self, calls):
        return self.goal is not None or (self.params["state"] == "present" and deployments.busy(self.known))

    def wait(self):
        on_its_way = "Active" if self.known.get("status") == "Creating" else self.known.get("desired_model_arn")
        api.wait_for(
            self.client,
            self.known,
            self.goal or on_its_way,
            timeout=self.params["wait_timeout"],
            delay=self.params["wait_delay"],
            progress=self.progress,
        )


def main() -> None:
    module = AnsibleAWSModule(argument_spec=_SPEC, supports_check_mode=True, required_one_of=[["name", "arn"]])
    deployment = None
    try:
        deployments.check_deployment(module.params)
        client = module.client("bedrock")
        require_operations(client, *api.OPERATIONS)
        deployment = Deployment(module, client, api.status_in_words)
        result = deployment.converge()
    except (api.AWSCallError, Refused, WaitFailed) as error:
        told = deployment.told() if deployment else {"resource": {}}
        fail(module, error, deployment=told.pop("resource"), **told)
    module.exit_json(deployment=result.pop("resource"), **result)


if __name__ == "__main__":
    main()
