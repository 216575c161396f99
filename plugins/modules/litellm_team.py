#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: litellm_team
version_added: 0.3.0
short_description: Manage the teams of a LiteLLM proxy
description:
  - Creates, changes and deletes teams of a LiteLLM proxy. A team gives the keys in it, which
    M(llmops.bedrock.litellm_key) makes, a common budget, common limits and a common choice of models.
  - LiteLLM needs a database for this.
author: Contributors to llmops.bedrock (@llmops)
options:
  state:
    description: Whether the team exists.
    type: str
    choices: [present, absent]
    default: present
  team_alias:
    description:
      - Name of the team. Needed to create it.
      - A team that this module creates without O(team_id) has an id made from its name, by which it is found again,
        even if somebody gives it another name meanwhile.
    type: str
  team_id:
    description:
      - Id of the team, by which it is found. LiteLLM's keys name their team by it.
      - With O(team_alias), the team gets that name.
    type: str
  adopt:
    description:
      - Whether a single team of the name O(team_alias) that was not made by this module is managed all the same.
        LiteLLM allows several teams of one name; where there are several, give O(team_id).
      - Without this, the module fails rather than create a second team of the name, and deletes none that it did not
        make.
      - With O(state=absent), the module fails where there is a team that it made, too, because the next run would
        delete the second one.
    type: bool
    default: false
  delete_keys:
    description:
      - Whether a team may be deleted although it has keys, which LiteLLM deletes with it. They stop working at once.
      - Without this, the module fails in such a case and names the keys.
    type: bool
    default: false
  models:
    description:
      - Models that the keys of the team may use. An empty list for all. The order makes no difference.
      - LiteLLM accepts names of models that it does not have.
    type: list
    elements: str
  max_budget:
    description: How much all keys of the team may spend together, in US dollars.
    type: float
  soft_budget:
    description: Spending above which LiteLLM sends an alert, in US dollars. Lower than O(max_budget).
    type: float
  budget_duration:
    description: How often spending starts at zero again, as V(30d).
    type: str
  rpm_limit:
    description: Requests a minute of all keys together.
    type: int
  tpm_limit:
    description: Tokens a minute of all keys together.
    type: int
  metadata:
    description:
      - Free-form notes, which everyone in the team can read. They replace those that are stored.
      - A secret in them is hidden in what Ansible shows, but not in LiteLLM. C(logging) is refused, because LiteLLM
        enciphers the secrets in it, so that they cannot be compared.
      - What LiteLLM itself keeps among them (C(logging), limits a model, the budget of members and the like) stays.
    type: dict
  blocked:
    description: Whether LiteLLM refuses the keys of the team.
    type: bool
  clear:
    description: Limits to take away from the team.
    type: list
    elements: str
    choices: [max_budget, soft_budget, budget_duration, rpm_limit, tpm_limit]
    default: []
extends_documentation_fragment:
  - llmops.bedrock.litellm
  - llmops.bedrock.litellm.actiongroup
  - llmops.bedrock.attributes
notes:
  - Members are left to LiteLLM's own pages. To name an admin of a team needs an Enterprise licence, and a member that
    LiteLLM does not know becomes a new user of it. Applications need no members, only keys.
  - Tags, guardrails, policies and budgets a model need an Enterprise licence and are left alone.
seealso:
  - module: llmops.bedrock.litellm_team_info
  - module: llmops.bedrock.litellm_key
"""

EXAMPLES = r"""
- name: A team with a budget, and a key for each of its applications
  module_defaults:
    group/llmops.bedrock.litellm:
      url: https://litellm.example.com
      api_key: "{{ litellm_master_key }}"
  block:
    - name: The team, which may spend 500 dollars a month
      llmops.bedrock.litellm_team:
        team_alias: data-science
        models: [claude-sonnet, claude-haiku]
        max_budget: 500
        budget_duration: 30d
      register: data_science

    - name: A key for each application, which may spend a part of it
      llmops.bedrock.litellm_key:
        key_alias: "data-science-{{ item.name }}"
        team_id: "{{ data_science.team.team_id }}"
        max_budget: "{{ item.max_budget }}"
        budget_duration: 30d
      loop:
        - {name: reports, max_budget: 100}
        - {name: chatbot, max_budget: 300}
      loop_control:
        label: "{{ item.name }}"
      register: data_science_keys
      no_log: true

- name: Without the limit on requests, and blocked
  llmops.bedrock.litellm_team:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    team_alias: data-science
    clear: [rpm_limit]
    blocked: true

- name: A team that was made by hand is managed from now on
  llmops.bedrock.litellm_team:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    team_alias: support
    adopt: true
    max_budget: 50

- name: The team and all of its keys go
  llmops.bedrock.litellm_team:
    kubernetes:
      namespace: litellm
    api_key: "{{ litellm_master_key }}"
    team_alias: data-science
    state: absent
    delete_keys: true
"""

RETURN = r"""
team:
  description: The team as it stands, or as it would stand in check mode. Empty when it is absent.
  returned: success
  type: dict
  contains:
    team_id:
      description: Id of the team.
      returned: when present
      type: str
      sample: 9b1c2f0e-64a1-5d1c-8c9c-0f4f6d0f3f11
    team_alias:
      description: Name of the team.
      returned: when present
      type: str
      sample: data-science
    models:
      description: Models that the keys of the team may use, all when it is empty.
      returned: when present
      type: list
      elements: str
      sample: [claude-sonnet, claude-haiku]
    max_budget:
      description: How much all keys of the team may spend together, in US dollars. Null for no limit.
      returned: when present
      type: float
      sample: 500.0
    soft_budget:
      description: Spending above which LiteLLM sends an alert, in US dollars. Null for none.
      returned: when present
      type: float
      sample: 400.0
    budget_duration:
      description: How often spending starts at zero again. Null for never.
      returned: when present
      type: str
      sample: 30d
    rpm_limit:
      description: Requests a minute of all keys together. Null for no limit.
      returned: when present
      type: int
      sample: 600
    tpm_limit:
      description: Tokens a minute of all keys together. Null for no limit.
      returned: when present
      type: int
      sample: 100000
    metadata:
      description: Free-form notes, with what LiteLLM itself keeps among them.
      returned: when present
      type: dict
      sample: {"owner": "platform"}
    blocked:
      description: Whether LiteLLM refuses the keys of the team.
      returned: when present
      type: bool
      sample: false
calls:
  description: Names of the calls that were made, or would be made in check mode.
  returned: success
  type: list
  elements: str
  sample: [create team]
"""

from ansible_collections.llmops.bedrock.plugins.module_utils._litellm import team
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.errors import LiteLLMError
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.keys import Keys
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.module import LiteLLMModule
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.teams import Teams
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused, carry_out


def work(module: LiteLLMModule) -> dict:
    """Plan the team and carry the plan out."""
    wanted = team.desired(module.params)
    client = module.client()
    teams = Teams(client)
    found = teams.by_id(wanted["team_id"])
    if team.needs_namesakes(wanted, found):
        found = team.select(wanted, found, teams.by_alias(wanted["team_alias"]))
    if module.params["state"] == "absent":
        plan = team.plan_absent(wanted, found, Keys(client).all(team_id=found["team_id"]) if found else ())
    else:
        plan = team.plan_present(wanted, found)
    result = carry_out(
        plan,
        check_mode=module.check_mode,
        execute=teams.execute,
        read=lambda: team.view(teams.by_id(found["team_id"] if found else wanted["team_id"])),
        diff=module._diff,
    )
    return {"team": result.pop("resource"), **result}


def main() -> None:
    module = LiteLLMModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "team_alias": {"type": "str"},
            "team_id": {"type": "str"},
            "adopt": {"type": "bool", "default": False},
            "delete_keys": {"type": "bool", "default": False, "no_log": False},
            "models": {"type": "list", "elements": "str"},
            "max_budget": {"type": "float"},
            "soft_budget": {"type": "float"},
            "budget_duration": {"type": "str"},
            "rpm_limit": {"type": "int"},
            "tpm_limit": {"type": "int"},
            "metadata": {"type": "dict"},
            "blocked": {"type": "bool"},
            "clear": {"type": "list", "elements": "str", "choices": list(team.CLEARABLE), "default": []},
        },
        required_one_of=[["team_alias", "team_id"]],
    )
    try:
        result = work(module)
    except (Refused, LiteLLMError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
