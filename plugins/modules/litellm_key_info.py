#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: litellm_key_info
version_added: 0.1.0
short_description: List the virtual keys of a LiteLLM proxy
description:
  - Lists the virtual keys of a LiteLLM proxy, without their secrets, which LiteLLM does not keep.
author: Contributors to llmops.bedrock (@llmops)
options:
  key_alias:
    description: List the key of exactly this name only.
    type: str
  team_id:
    description: List the keys of this team only.
    type: str
extends_documentation_fragment:
  - llmops.bedrock.litellm
  - llmops.bedrock.litellm.actiongroup
  - llmops.bedrock.attributes.info
seealso:
  - module: llmops.bedrock.litellm_key
  - module: llmops.bedrock.litellm_team_info
"""

EXAMPLES = r"""
- name: Every key
  llmops.bedrock.litellm_key_info:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
  register: litellm

- name: What each has spent
  ansible.builtin.debug:
    msg: "{{ litellm.virtual_keys | items2dict(key_name='key_alias', value_name='spend') }}"
"""

RETURN = r"""
virtual_keys:
  description: The keys. An empty list when there is none.
  returned: success
  type: list
  elements: dict
  contains:
    key_alias:
      description: Name of the key.
      returned: always
      type: str
      sample: open-webui
    token_id:
      description: Hash of the secret, by which LiteLLM knows the key.
      returned: always
      type: str
      sample: 8e195c5703a83d4ac1ed3f6626a3ad170e90e518b2e6727a19b85e91748f0a72
    models:
      description: Models that the key may use, all when it is empty.
      returned: always
      type: list
      elements: str
      sample: [claude-sonnet]
    max_budget:
      description: How much the key may spend, in US dollars. Null for no limit.
      returned: always
      type: float
      sample: 100.0
    budget_duration:
      description: How often spending starts at zero again. Null for never.
      returned: always
      type: str
      sample: 30d
    budget_id:
      description: Budget that the key shares the terms of. Null for none, and in lists of LiteLLM 1.84.
      returned: always
      type: str
      sample: application
    rpm_limit:
      description: Requests a minute. Null for no limit.
      returned: always
      type: int
      sample: 600
    tpm_limit:
      description: Tokens a minute. Null for no limit.
      returned: always
      type: int
      sample: 100000
    max_parallel_requests:
      description: Requests at the same time. Null for no limit.
      returned: always
      type: int
      sample: 20
    metadata:
      description: Free-form notes.
      returned: always
      type: dict
      sample: {"owner": "platform"}
    team_id:
      description: Team of the key. Null for none.
      returned: always
      type: str
      sample: data-science
    blocked:
      description: Whether LiteLLM refuses the key.
      returned: always
      type: bool
      sample: false
    created_at:
      description: When the key was made.
      returned: always
      type: str
      sample: "2026-11-22T18:20:31.919000Z"
    expires:
      description: When the key stops working. Null for never.
      returned: always
      type: str
      sample: "2027-02-20T18:20:31.919000Z"
    spend:
      description: What the key has spent in its budget's present period, in US dollars.
      returned: always
      type: float
      sample: 12.5
"""

from ansible_collections.llmops.bedrock.plugins.module_utils._litellm import key
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.errors import LiteLLMError
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.keys import Keys
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.module import LiteLLMModule


def main() -> None:
    module = LiteLLMModule(argument_spec={"key_alias": {"type": "str", "no_log": False}, "team_id": {"type": "str"}})
    wanted = {name: module.params[name] for name in ("key_alias", "team_id") if module.params[name] is not None}
    try:
        # Older LiteLLM lists what contains the name: what is listed is compared again.
        found = [row for row in Keys(module.client()).all(**wanted) if wanted.items() <= row.items()]
    except LiteLLMError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, virtual_keys=[{**key.view(row), "spend": row["spend"]} for row in found])


if __name__ == "__main__":
    main()
