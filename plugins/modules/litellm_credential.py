#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: litellm_credential
version_added: 0.3.0
short_description: Manage the named credentials of a LiteLLM proxy
description:
  - Creates, changes and deletes named credentials of a LiteLLM proxy, which keeps their values encrypted. A model that
    has one as C(litellm_credential_name) uses its values as if they were among its own C(litellm_params).
  - LiteLLM needs a database for this.
author: Contributors to llmops.bedrock (@llmops)
options:
  state:
    description: Whether the credential exists.
    type: str
    choices: [present, absent]
    default: present
  credential_name:
    description: Name of the credential, by which it is found.
    type: str
    required: true
  credential_values:
    description:
      - The values, named as in C(litellm_params), as C(aws_role_name), C(aws_access_key_id) or C(api_key). They are
        added to those that are stored; others stay. Needed when the credential is created.
      - None of them is ever shown. Ansible blots out each of these texts wherever it is in the output, so that a plain
        setting as a region is better off in the C(litellm_params) of the model.
    type: dict
  credential_info:
    description:
      - Free-form notes, which are added to those that are stored. Null takes a note away.
      - They are not encrypted, and LiteLLM shows them to its admins. They are no place for a secret.
    type: dict
  clear:
    description:
      - Names of values to take away from the credential.
      - Needs a LiteLLM that can do this. With 1.84 the value stays and the module fails; delete the credential and make
        it anew then.
    type: list
    elements: str
    default: []
  update_secrets:
    description:
      - When the values are written. LiteLLM does not show them again, hence a salted fingerprint of each is kept in
        C(credential_info).
      - With V(auto), when a value is not the one of the fingerprint, when it is shown and another one, or when there is
        no fingerprint.
      - With V(always), in every run, which is a change each time.
      - With V(on_create), only when the credential is created.
    type: str
    choices: [auto, always, on_create]
    default: auto
  force:
    description:
      - Whether a credential is deleted that models have as C(litellm_credential_name). Their requests fail then, or go
        out with whatever credentials the pod of LiteLLM has.
      - Without this, the module fails in such a case and names the models.
    type: bool
    default: false
  wait_timeout:
    description:
      - Seconds until what was written must be seen in LiteLLM. With several workers or pods, each reads the database
        again every 30 seconds.
    type: int
    default: 35
extends_documentation_fragment:
  - llmops.bedrock.litellm
  - llmops.bedrock.litellm.actiongroup
  - llmops.bedrock.attributes
notes:
  - A changed value counts at once for the worker of LiteLLM that took it, and within 30 seconds for the others.
  - Until then another worker may answer with what was there before, so that a second run through a load balancer may
    write the same again, or find nothing to delete. With O(kubernetes) always the same pod is asked.
  - A credential of LiteLLM's configuration file (C(credential_list)) can be changed only there.
seealso:
  - module: llmops.bedrock.litellm_credential_info
  - module: llmops.bedrock.litellm_model
"""

EXAMPLES = r"""
- name: A role of another AWS account, which has access to Bedrock
  llmops.bedrock.litellm_credential:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    credential_name: bedrock-eu
    credential_values:
      aws_role_name: arn:aws:iam::111122223333:role/bedrock-for-litellm
      aws_session_name: litellm
    credential_info:
      description: Account of the European subsidiary

- name: A model that uses it
  llmops.bedrock.litellm_model:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    model_name: claude-sonnet-eu
    litellm_params:
      model: bedrock/eu.anthropic.claude-sonnet-4-5-20250929-v1:0
      aws_region_name: eu-central-1
      litellm_credential_name: bedrock-eu

- name: Access keys in the place of the role
  llmops.bedrock.litellm_credential:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    credential_name: bedrock-eu
    credential_values:
      aws_access_key_id: "{{ bedrock_eu_access_key_id }}"
      aws_secret_access_key: "{{ bedrock_eu_secret_access_key }}"
    clear: [aws_role_name, aws_session_name]

- name: The model goes, because a credential in use stays
  llmops.bedrock.litellm_model:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    model_name: claude-sonnet-eu
    state: absent

- name: No such credential any more
  llmops.bedrock.litellm_credential:
    kubernetes:
      namespace: litellm
    api_key: "{{ litellm_master_key }}"
    credential_name: bedrock-eu
    state: absent
"""

RETURN = r"""
credential:
  description: The credential as it stands, or as it would stand in check mode. Empty when it is absent.
  returned: success
  type: dict
  contains:
    credential_name:
      description: Name of the credential.
      returned: when present
      type: str
      sample: bedrock-eu
    credential_values:
      description: Names of the values, each with V(VALUE_SPECIFIED_IN_NO_LOG_PARAMETER) in the place of the value.
      returned: when present
      type: dict
      sample: {"aws_role_name": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}
    credential_info:
      description:
        - Free-form notes.
        - In C(ansible_fingerprint) lies a salted fingerprint of each value, by which a changed value is seen.
      returned: when present
      type: dict
      sample: {"description": "Role of the account that has Bedrock"}
    source:
      description: Where the credential is defined. V(db) for the database, V(config) for the configuration file.
      returned: when present
      type: str
      sample: db
calls:
  description: Names of the calls that were made, or would be made in check mode.
  returned: success
  type: list
  elements: str
  sample: [update credential]
"""

from ansible_collections.llmops.bedrock.plugins.module_utils._litellm import credential
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.credentials import Credentials
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.errors import LiteLLMError
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.module import LiteLLMModule
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.seen import wait_until_seen
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused, carry_out


class CredentialModule(LiteLLMModule):
    """Every value is a secret, from the first line on (see RestModule)."""

    free_form = {"credential_values": lambda name: True}


def work(module: CredentialModule) -> dict:
    """Plan the credential and carry the plan out."""
    wanted = credential.desired(module.params)
    present, name = module.params["state"] == "present", wanted["credential_name"]
    credentials = Credentials(module.client())
    found = credentials.find(name)
    if present:
        plan = credential.plan_present(wanted, found)
    else:
        ask = found is not None and not module.params["force"]
        plan = credential.plan_absent(found, credentials.users(name) if ask else ())

    def read() -> dict:
        return credential.view(
            wait_until_seen(
                f"take up what was written for the credential {name}",
                lambda: credentials.find(name),
                lambda row: credential.is_as(wanted, row) if present else row is None,
                timeout=module.params["wait_timeout"],
                hint=credential.hint(plan),
            )
        )

    result = carry_out(plan, check_mode=module.check_mode, execute=credentials.execute, read=read, diff=module._diff)
    return {"credential": result.pop("resource"), **result}


def main() -> None:
    module = CredentialModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "credential_name": {"type": "str", "required": True},
            "credential_values": {"type": "dict", "no_log": True},
            "credential_info": {"type": "dict"},
            "clear": {"type": "list", "elements": "str", "default": []},
            "update_secrets": {
                "type": "str",
                "choices": ["auto", "always", "on_create"],
                "default": "auto",
                "no_log": False,
            },
            "force": {"type": "bool", "default": False},
            "wait_timeout": {"type": "int", "default": 35},
        },
    )
    try:
        result = work(module)
    except (Refused, LiteLLMError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
