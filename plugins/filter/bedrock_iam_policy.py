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
  - A foundation model or a provisioned model is allowed by its ARN. For an inference profile its ARN is allowed, and
    the models behind it on the condition that they are called through this profile.
  - Only models that can stream get the right to do so.
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
      - The ARNs of the foundation models that an inference profile routes to, by the profile's ARN.
      - Without them every region of the profile's model is allowed through the profile, which reaches the same models.
    type: dict
    default: {}
  streaming:
    description: Whether answers may be streamed.
    type: bool
    default: true
positional: account_id, region
"""

EXAMPLES = r"""
- name: LiteLLM's rights at Bedrock
  amazon.aws.iam_managed_policy:
    name: litellm-bedrock
    policy: "{{ gateway_models | llmops.bedrock.bedrock_iam_policy(account_id, 'us-west-2') }}"
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
        )
    except InvalidModelError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """Ansible's way to find the filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"bedrock_iam_policy": bedrock_iam_policy}
