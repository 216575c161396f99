#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: litellm_team_info
version_added: 0.3.0
short_description: List the teams of a LiteLLM proxy
description:
  - Lists the teams of a LiteLLM proxy, with what they have spent.
author: Contributors to llmops.bedrock (@llmops)
options:
  team_alias:
    description: List the teams of exactly this name only.
    type: str
  team_id:
    description: List the team of this id only.
    type: str
extends_documentation_fragment:
  - llmops.bedrock.litellm
  - llmops.bedrock.litellm.actiongroup
  - llmops.bedrock.attributes.info
seealso:
  - module: llmops.bedrock.litellm_team
  - module: llmops.bedrock.litellm_key_info
"""

EXAMPLES = r"""
- name: Every team
  llmops.bedrock.litellm_team_info:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
  register: litellm

- name: What each has spent
  ansible.builtin.debug:
    msg: "{{ litellm.teams | items2dict(key_name='team_alias', value_name='spend') }}"

- name: The team of a name
  llmops.bedrock.litellm_team_info:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    team_alias: support
  register: support

- name: Its keys
  llmops.bedrock.litellm_key_info:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    team_id: "{{ support.teams[0].team_id }}"
"""

RETURN = r"""
teams:
  description: The teams. An empty list when there is none.
  returned: success
  type: list
  elements: dict
  contains:
    team_id:
      description: Id of the team.
      returned: always
      type: str
      sample: 9b1c2f0e-64a1-5d1c-8c9c-0f4f6d0f3f11
    team_alias:
      description: Name of the team.
      returned: always
      type: str
      sample: data-science
    models:
      description: Models that the keys of the team may use, all when it is empty.
      returned: always
      type: list
      elements: str
      sample: [claude-sonnet, claude-haiku]
    max_budget:
      description: How much all keys of the team may spend together, in US dollars. Null for no limit.
      returned: always
      type: float
      sample: 500.0
    soft_budget:
      description: Spending above which LiteLLM sends an alert, in US dollars. Null for none.
      returned: always
      type: float
      sample: 400.0
    budget_duration:
      description: How often spending starts at zero again. Null for never.
      returned: always
      type: str
      sample: 30d
    rpm_limit:
      description: Requests a minute of all keys together. Null for no limit.
      returned: always
      type: int
      sample: 600
    tpm_limit:
      description: Tokens a minute of all keys together. Null for no limit.
      returned: always
      type: int
      sample: 100000
    metadata:
      description: Free-form notes, with what LiteLLM itself keeps among them.
      returned: always
      type: dict
      sample: {"owner": "platform"}
    blocked:
      description: Whether LiteLLM refuses the keys of the team.
      returned: always
      type: bool
      sample: false
    spend:
      description: What the team has spent in its budget's present period, in US dollars.
      returned: always
      type: float
      sample: 120.5
    members:
      description: Users of LiteLLM in the team. Whoever creates a team is in it.
      returned: always
      type: list
      elements: dict
      contains:
        user_id:
          description: Id of the user.
          returned: always
          type: str
          sample: default_user_id
        role:
          description: V(admin) or V(user).
          returned: always
          type: str
          sample: admin
"""

from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.errors import LiteLLMError
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.module import LiteLLMModule
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.teams import Teams


def main() -> None:
    module = LiteLLMModule(
        argument_spec={"team_alias": {"type": "str"}, "team_id": {"type": "str"}},
        mutually_exclusive=[["team_alias", "team_id"]],
    )
    wanted = {name: module.params[name] for name in ("team_alias", "team_id") if module.params[name] is not None}
    try:
        # LiteLLM lists what contains the name: what is listed is compared again.
        listed = Teams(module.client()).all(**wanted)
    except LiteLLMError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, teams=[row for row in listed if wanted.items() <= row.items()])


if __name__ == "__main__":
    main()
