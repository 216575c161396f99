#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bedrock_custom_model_info
version_added: 0.4.0
short_description: List custom and imported models of Amazon Bedrock
description:
  - Lists custom and imported models with status, base model, metrics and tags. Each is read by itself.
options:
  names:
    description: Only models of these names. Those that do not exist are left out.
    type: list
    elements: str
  arns:
    description: Only models with these ARNs, besides those of O(names). Those that do not exist are left out.
    type: list
    elements: str
  base_model_id:
    description:
      - Only models that were made from this foundation model, given by id or ARN. Imported models have none.
    type: str
  kind:
    description: Only models of this kind.
    type: str
    choices: [custom, imported]
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
  - "Rights: C(bedrock:ListCustomModels), C(bedrock:GetCustomModel), C(bedrock:ListImportedModels),
    C(bedrock:GetImportedModel), C(bedrock:ListModelImportJobs), C(bedrock:GetModelImportJob),
    C(bedrock:ListTagsForResource)."
seealso:
  - module: llmops.bedrock.bedrock_custom_model
author: Contributors to llmops.bedrock (@llmops)
"""

EXAMPLES = r"""
- name: All models of ours
  llmops.bedrock.bedrock_custom_model_info:
    region: us-east-1

- name: Models that were trained from Nova Lite
  llmops.bedrock.bedrock_custom_model_info:
    base_model_id: amazon.nova-lite-v1:0:300k
    kind: custom
    region: us-east-1
"""

RETURN = r"""
custom_models:
  description: The models that match. With O(names), those that are being imported, too.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the model.
      returned: always
      type: str
      sample: support-answers
    arn:
      description: ARN of the model. None while it is being imported.
      returned: always
      type: str
      sample: arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0:300k/f6e5d4c3b2a1
    kind:
      description: Whether it is C(custom) or C(imported).
      returned: always
      type: str
      sample: custom
    status:
      description: Status of the model, C(Creating), C(Active) or C(Failed). An imported one that is there is C(Active).
      returned: always
      type: str
      sample: Active
    base_model_arn:
      description: ARN of the model that it was made from. None of an imported one.
      returned: always
      type: str
      sample: arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0:300k
    job_arn:
      description: ARN of the job that made it, if one did.
      returned: always
      type: str
      sample: arn:aws:bedrock:us-east-1:123456789012:model-customization-job/amazon.nova-lite-v1:0:300k/a1b2c3d4e5f6
    customization_type:
      description: How it was made.
      returned: always
      type: str
      sample: FINE_TUNING
    failure_message:
      description: Why it failed. None when it did not.
      returned: always
      type: str
      sample: The files of the model cannot be read.
    instruct_supported:
      description: Whether an imported model takes chats (Converse). None of a custom one.
      returned: always
      type: bool
      sample: true
    model_architecture:
      description: Architecture of an imported model. None of a custom one.
      returned: always
      type: str
      sample: llama3
    source_s3_uri:
      description: Where the files of an imported model were. None of a custom one.
      returned: always
      type: str
      sample: s3://our-models/llama/
    kms_key_arn:
      description: ARN of the key that it is encrypted with. None for Bedrock's own.
      returned: always
      type: str
      sample: arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef
    training_metrics:
      description: What the training came to. None when Bedrock does not tell.
      returned: always
      type: dict
      sample: {"training_loss": 0.42}
    creation_time:
      description: When it was made.
      returned: always
      type: str
      sample: "2026-11-22T12:00:00+00:00"
    tags:
      description: Tags of the model.
      returned: always
      type: dict
      sample: {"team": "ml"}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.failures import fail
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.support import require_operations
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import custom_models as api
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.arns import foundation_model_arn
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.custom_model import check_models_asked_for
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused

_SPEC = {
    "names": {"type": "list", "elements": "str"},
    "arns": {"type": "list", "elements": "str"},
    "base_model_id": {},
    "kind": {"choices": ["custom", "imported"]},
}


def models(client, params):
    """All that match, each once."""
    names, arns, kind = params["names"], params["arns"], params["kind"]
    base = foundation_model_arn(params["base_model_id"], client) if params["base_model_id"] else None
    if names is None and arns is None:
        return [model for arn in api.list_models(client, kind, base) if (model := api.model_of(client, arn))]
    found = [model for name in dict.fromkeys(names or []) for model in api.find_models(client, name, kind)]
    known = {model["arn"] for model in found}
    found += [api.model_of(client, arn) for arn in dict.fromkeys(arns or []) if arn not in known]
    return [
        model for model in found if model and kind in (None, model["kind"]) and base in (None, model["base_model_arn"])
    ]


def main() -> None:
    module = AnsibleAWSModule(argument_spec=_SPEC, supports_check_mode=True)
    try:
        check_models_asked_for(module.params)
        client = module.client("bedrock")
        require_operations(client, *api.OPERATIONS)
        found = models(client, module.params)
    except (api.AWSCallError, Refused) as error:
        fail(module, error)
    module.exit_json(changed=False, custom_models=found)


if __name__ == "__main__":
    main()
