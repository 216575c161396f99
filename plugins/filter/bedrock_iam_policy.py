# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filter plugin: the IAM policy that a list of models needs."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.policy import policy_for
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.targets import InvalidModelError

DOCUMENTATION = r"""
name: bedrock_iam_policy
version_added: 0.1.0
short_description: The IAM policy that a list of Bedrock models needs
description:
  - Makes the IAM policy document that lets LiteLLM call exactly the models of a list.
  - A foundation model, provisioned model, imported model or deployment of a custom model is allowed by its ARN. For an
    inference profile or prompt router its ARN is allowed, and the models behind it on the condition that they are
    called through it.
  - Only models that can stream get the right to do so.
  - A model with C(provisioned_throughput) is allowed on the throughput and, unless C(overflow) is false, on demand.
  - The right to apply a guardrail comes with the C(guardrailConfig) of a model's C(litellm_params).
  - A document that is too long for a managed policy is an error, which says where to split the list.
  - The same models in any order make the same document.
author: Contributors to llmops.bedrock (@llmops)
options:
  _input:
    description: Models as in C(gateway_models), each with C(name) and C(bedrock_model).
    type: list
    elements: dict
    required: true
  account_id:
    description: ID of the AWS account whose inference profiles are called.
    type: str
    required: true
  region:
    description:
      - AWS region in which LiteLLM calls the models.
      - A model's own C(litellm_params.aws_region_name) comes first.
    type: str
    required: true
  partition:
    description: Partition of the ARNs.
    type: str
    default: aws
  profiles:
    description:
      - The ARNs of what an inference profile or prompt router routes to, by its own ARN.
      - Without them every region of the profile's model is allowed through the profile, and every model through an
        application profile or router. That reaches the same models, as AWS alone decides where these lead.
    type: dict
    default: {}
  streaming:
    description: Whether answers may be streamed.
    type: bool
    default: true
  throughputs:
    description:
      - The ARNs of the provisioned throughputs that are in service, by name.
      - A model whose C(provisioned_throughput.name) is not among them is allowed on demand.
    type: dict
    default: {}
    version_added: 0.4.0
  guardrails:
    description: IDs or ARNs of further guardrails, those of LiteLLM's own setting C(guardrails).
    type: list
    elements: str
    default: []
    version_added: 0.4.0
positional: account_id, region
"""

EXAMPLES = r"""
- name: LiteLLM's rights at Bedrock
  amazon.aws.iam_managed_policy:
    name: litellm-bedrock
    policy: "{{ gateway_models | llmops.bedrock.bedrock_iam_policy(account_id, 'us-west-2') }}"

- name: Rights with a provisioned throughput that is in service
  amazon.aws.iam_managed_policy:
    name: litellm-bedrock
    policy: >-
      {{ gateway_models | llmops.bedrock.bedrock_iam_policy(account_id, 'us-west-2',
         throughputs={'chat': 'arn:aws:bedrock:us-west-2:123456789012:provisioned-model/abcdefghij12'}) }}
"""

RETURN = r"""
_value:
  description: The policy document.
  type: dict
"""


def bedrock_iam_policy(
    models: t.Iterable[t.Mapping[str, t.Any]],
    account_id: str,
    region: str,
    *,
    partition: str = "aws",
    profiles: t.Mapping[str, t.Sequence[str]] | None = None,
    streaming: bool = True,
    throughputs: t.Mapping[str, str] | None = None,
    guardrails: t.Iterable[str] = (),
) -> dict[str, t.Any]:
    """The policy document for the models."""
    try:
        return policy_for(
            models,
            account=str(account_id),
            region=region,
            partition=partition,
            profiles=profiles,
            streaming=streaming,
            throughputs=throughputs,
            guardrails=guardrails,
        )
    except InvalidModelError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """Ansible's way to find the filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"bedrock_iam_policy": bedrock_iam_policy}
