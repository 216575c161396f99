#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: litellm_budget_info
version_added: 0.3.0
short_description: List the budgets of a LiteLLM proxy
description:
  - Lists the budgets of a LiteLLM proxy, those that LiteLLM made by itself for members of teams included.
author: Contributors to llmops.bedrock (@llmops)
options:
  budget_id:
    description: List the budget of exactly this name only.
    type: str
extends_documentation_fragment:
  - llmops.bedrock.litellm
  - llmops.bedrock.litellm.actiongroup
  - llmops.bedrock.attributes.info
seealso:
  - module: llmops.bedrock.litellm_budget
"""

EXAMPLES = r"""
- name: Every budget
  llmops.bedrock.litellm_budget_info:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
  register: litellm

- name: When each is reset
  ansible.builtin.debug:
    msg: "{{ litellm.budgets | items2dict(key_name='budget_id', value_name='budget_reset_at') }}"
"""

RETURN = r"""
budgets:
  description: The budgets. An empty list when there is none.
  returned: success
  type: list
  elements: dict
  contains:
    budget_id:
      description: Name of the budget.
      returned: always
      type: str
      sample: chat-app
    max_budget:
      description: How much each user of the budget may spend, in US dollars. Null for no limit.
      returned: always
      type: float
      sample: 50.0
    soft_budget:
      description: From what spending on LiteLLM alerts, in US dollars. Null for never.
      returned: always
      type: float
      sample: 40.0
    budget_duration:
      description: How often spending starts at zero again. Null for never.
      returned: always
      type: str
      sample: 30d
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
    budget_reset_at:
      description: When spending starts at zero again. Null for never.
      returned: always
      type: str
      sample: "2027-01-01T00:00:00Z"
"""

from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.budgets import Budgets
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.errors import LiteLLMError
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.module import LiteLLMModule


def main() -> None:
    module = LiteLLMModule(argument_spec={"budget_id": {"type": "str"}})
    budgets, budget_id = Budgets(module.client()), module.params["budget_id"]
    try:
        found = budgets.all() if budget_id is None else [budgets.find(budget_id)]
    except LiteLLMError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, budgets=[budget for budget in found if budget])


if __name__ == "__main__":
    main()
