#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: litellm_model_info
version_added: 0.1.0
short_description: List the models of a LiteLLM proxy
description:
  - Lists the deployments of a LiteLLM proxy, those of its database and those of its configuration file.
  - Each deployment is listed once. Aliases are not listed, and wildcards are not expanded.
author: Contributors to llmops.bedrock (@llmops)
options:
  model_name:
    description: List the deployments of this name only.
    type: str
  id:
    description: List the deployment of this ID only.
    type: str
extends_documentation_fragment:
  - llmops.bedrock.litellm
  - llmops.bedrock.litellm.actiongroup
  - llmops.bedrock.attributes.info
seealso:
  - module: llmops.bedrock.litellm_model
"""

EXAMPLES = r"""
- name: Every deployment
  llmops.bedrock.litellm_model_info:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
  register: litellm

- name: The names that applications can ask for
  ansible.builtin.debug:
    msg: "{{ litellm.models | map(attribute='model_name') | unique | sort }}"

- name: The deployments of one name, through the Kubernetes API
  llmops.bedrock.litellm_model_info:
    kubernetes:
      namespace: litellm
    api_key: "{{ litellm_master_key }}"
    model_name: claude-sonnet
"""

RETURN = r"""
models:
  description: The deployments. Empty when there is none.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the deployment in LiteLLM.
      returned: always
      type: str
      sample: 5f0c2f0e-7a4b-5d0e-9d53-3a9e2c1f7b11
    model_name:
      description: Name that applications ask for.
      returned: always
      type: str
      sample: claude-sonnet
    litellm_params:
      description: Parameters of the deployment, without secrets.
      returned: always
      type: dict
      sample:
        model: bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0
        aws_region_name: us-west-2
    model_info:
      description:
        - Information about the deployment, with what LiteLLM knows about the model.
        - Keys without a value are left out.
      returned: always
      type: dict
      sample:
        mode: chat
    blocked:
      description: Whether LiteLLM refuses requests to the deployment.
      returned: always
      type: bool
      sample: false
    db_model:
      description: Whether the deployment is in LiteLLM's database, and not in its configuration file.
      returned: always
      type: bool
      sample: true
"""

from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.errors import LiteLLMError
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.lookup import find
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.shown import view_all
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.module import LiteLLMModule


def main() -> None:
    module = LiteLLMModule(
        argument_spec={"model_name": {"type": "str"}, "id": {"type": "str"}},
        mutually_exclusive=[["model_name", "id"]],
    )
    try:
        rows = find(module.deployments(), model_name=module.params["model_name"], row_id=module.params["id"])
    except LiteLLMError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, models=[view_all(row) for row in rows])


if __name__ == "__main__":
    main()
