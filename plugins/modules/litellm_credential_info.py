#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: litellm_credential_info
version_added: 0.3.0
short_description: List the named credentials of a LiteLLM proxy
description:
  - Lists the named credentials of a LiteLLM proxy, in its database and in its configuration file, without their values.
author: Contributors to llmops.bedrock (@llmops)
options:
  credential_name:
    description: List the credential of exactly this name only.
    type: str
extends_documentation_fragment:
  - llmops.bedrock.litellm
  - llmops.bedrock.litellm.actiongroup
  - llmops.bedrock.attributes.info
seealso:
  - module: llmops.bedrock.litellm_credential
"""

EXAMPLES = r"""
- name: Every credential
  llmops.bedrock.litellm_credential_info:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
  register: litellm

- name: What each of them has
  ansible.builtin.debug:
    msg: "{{ item.credential_name }}: {{ item.credential_values | list | join(', ') }}"
  loop: "{{ litellm.credentials }}"
  loop_control:
    label: "{{ item.credential_name }}"
"""

RETURN = r"""
credentials:
  description: The credentials. An empty list when there is none.
  returned: success
  type: list
  elements: dict
  contains:
    credential_name:
      description: Name of the credential.
      returned: always
      type: str
      sample: bedrock-eu
    credential_values:
      description: Names of the values, each with V(VALUE_SPECIFIED_IN_NO_LOG_PARAMETER) in the place of the value.
      returned: always
      type: dict
      sample: {"aws_role_name": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}
    credential_info:
      description:
        - Free-form notes.
        - In C(ansible_fingerprint) lies a salted fingerprint of each value, by which a changed value is seen.
      returned: always
      type: dict
      sample: {"description": "Role of the account that has Bedrock"}
    source:
      description: Where the credential is defined. V(db) for the database, V(config) for the configuration file.
      returned: always
      type: str
      sample: db
"""

from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.credential import view
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.credentials import Credentials
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.errors import LiteLLMError
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.module import LiteLLMModule


def main() -> None:
    module = LiteLLMModule(argument_spec={"credential_name": {"type": "str"}})
    name = module.params["credential_name"]
    try:
        found = Credentials(module.client()).all()
    except LiteLLMError as error:
        module.fail_json(msg=str(error))
    wanted = [view(row) for row in found if name in (None, row["credential_name"])]
    module.exit_json(changed=False, credentials=wanted)


if __name__ == "__main__":
    main()
