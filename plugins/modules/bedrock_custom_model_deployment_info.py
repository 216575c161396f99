#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bedrock_custom_model_deployment_info
version_added: 0.4.0
short_description: List on-demand deployments of custom models of Amazon Bedrock
description:
  - Lists deployments of custom models with status, model and tags. Each is read by itself.
options:
  names:
    description: Only deployments of these names. Those that do not exist are left out.
    type: list
    elements: str
  arns:
    description: Only deployments with these ARNs, besides those of O(names). Those that do not exist are left out.
    type: list
    elements: str
  model:
    description: Only deployments that serve this custom model, given by name or ARN.
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
  - "Rights: C(bedrock:ListCustomModelDeployments), C(bedrock:GetCustomModelDeployment), C(bedrock:ListTagsForResource),
    and for the name of a model C(bedrock:ListCustomModels) and C(bedrock:GetCustomModel)."
  - A boto3 that is too old to know these operations is refused with what to do.
seealso:
  - module: llmops.bedrock.bedrock_custom_model_deployment
author: Contributors to llmops.bedrock (@llmops)
"""

EXAMPLES = r"""
- name: All deployments
  llmops.bedrock.bedrock_custom_model_deployment_info:
    region: us-east-1

- name: What serves this model?
  llmops.bedrock.bedrock_custom_model_deployment_info:
    model: support-answers
    region: us-east-1
"""

RETURN = r"""
deployments:
  description: The deployments that match.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the deployment.
      returned: always
      type: str
      sample: support
    arn:
      description: ARN of the deployment, by which it is called.
      returned: always
      type: str
      sample: arn:aws:bedrock:us-east-1:123456789012:custom-model-deployment/a1b2c3d4e5f6
    id:
      description: Last part of the ARN.
      returned: always
      type: str
      sample: a1b2c3d4e5f6
    model_arn:
      description: ARN of the model that it serves.
      returned: always
      type: str
      sample: arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0:300k/f6e5d4c3b2a1
    desired_model_arn:
      description: ARN of the model that it will serve when the change that is on its way is done. Else the same.
      returned: always
      type: str
      sample: arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0:300k/f6e5d4c3b2a1
    status:
      description: Status of the deployment, C(Creating), C(Active) or C(Failed).
      returned: always
      type: str
      sample: Active
    update_status:
      description: Status of the last change of its model, C(Updating), C(UpdateCompleted) or C(UpdateFailed).
      returned: always
      type: str
      sample: UpdateCompleted
    failure_message:
      description: Why it failed. None when it did not.
      returned: always
      type: str
      sample: There is no capacity for this model.
    description:
      description: What the deployment is for.
      returned: always
      type: str
      sample: Answers of the support team
    creation_time:
      description: When it was made.
      returned: always
      type: str
      sample: "2026-11-22T12:00:00+00:00"
    last_updated_time:
      description: When it changed last. None when it never did.
      returned: always
      type: str
      sample: "2026-11-22T12:00:00+00:00"
    tags:
      description: Tags of the deployment.
      returned: always
      type: dict
      sample: {"team": "support"}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.failures import fail
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.support import require_operations
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import custom_models
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import model_deployments as api
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.model_deployment import (
    check_deployments_asked_for,
)
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused

_SPEC = {
    "names": {"type": "list", "elements": "str"},
    "arns": {"type": "list", "elements": "str"},
    "model": {},
}


def deployments(client, params):
    """All that match, each once."""
    names, arns, model = params["names"], params["arns"], params["model"]
    if model and not model.startswith("arn:"):
        named = custom_models.custom_model(client, model)
        if named is None:
            return []
        model = named["arn"]
    wanted = list(arns or [])
    if names is not None:
        wanted += [arn for name in names for arn in api.arns_of(client, name, model)]
    elif arns is None:
        wanted = api.arns_of(client, None, model)
    found = (api.deployment_of(client, arn) for arn in dict.fromkeys(wanted))
    return [one for one in found if one and model in (None, one["model_arn"])]


def main() -> None:
    module = AnsibleAWSModule(argument_spec=_SPEC, supports_check_mode=True)
    try:
        check_deployments_asked_for(module.params)
        client = module.client("bedrock")
        require_operations(client, "ListCustomModelDeployments", "GetCustomModelDeployment")
        found = deployments(client, module.params)
    except (api.AWSCallError, Refused) as error:
        fail(module, error)
    module.exit_json(changed=False, deployments=found)


if __name__ == "__main__":
    main()
