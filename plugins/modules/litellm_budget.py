#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: litellm_budget
version_added: 0.3.0
short_description: Manage the budgets of a LiteLLM proxy
description:
  - Creates, changes and deletes budgets of a LiteLLM proxy, which are limits with a name. Virtual keys, end users, tags
    and members of teams refer to one, instead of having limits of their own.
  - The limits are shared, what was spent is not. Each key of a budget of 50 dollars may spend 50 dollars. For one pot
    of money take a team with C(max_budget).
  - LiteLLM needs a database for this.
author: Contributors to llmops.bedrock (@llmops)
options:
  state:
    description: Whether the budget exists.
    type: str
    choices: [present, absent]
    default: present
  budget_id:
    description: Name of the budget, by which it is found, and which keys have as their C(budget_id).
    type: str
    required: true
  max_budget:
    description: How much each user of the budget may spend, in US dollars. Requests beyond it are refused.
    type: float
  soft_budget:
    description: From what spending on LiteLLM alerts, in US dollars. Nothing is refused.
    type: float
  budget_duration:
    description:
      - How often spending starts at zero again. A number with V(s), V(m), V(h), V(d), V(w) or V(mo), as V(30d).
      - LiteLLM aligns it with the calendar. V(30d) and V(1mo) begin on the first of a month.
    type: str
  rpm_limit:
    description: Requests a minute.
    type: int
  tpm_limit:
    description: Tokens a minute.
    type: int
  max_parallel_requests:
    description: Requests at the same time.
    type: int
  clear:
    description: Limits to take away from the budget.
    type: list
    elements: str
    choices: [max_budget, soft_budget, budget_duration, rpm_limit, tpm_limit, max_parallel_requests]
    default: []
  force:
    description:
      - Whether a budget is deleted that keys, end users, tags or members of teams refer to. LiteLLM takes its limits
        from them without a word.
      - Without this, the module fails in such a case and names them.
    type: bool
    default: false
extends_documentation_fragment:
  - llmops.bedrock.litellm
  - llmops.bedrock.litellm.actiongroup
  - llmops.bedrock.attributes
notes:
  - LiteLLM keeps what it knows of a key for a minute, so that a changed budget may take that long to count.
  - C(model_max_budget), a limit for each model, needs a LiteLLM Enterprise licence and is not managed here.
seealso:
  - module: llmops.bedrock.litellm_budget_info
  - module: llmops.bedrock.litellm_key
"""

EXAMPLES = r"""
- name: One set of limits for all keys of an application
  llmops.bedrock.litellm_budget:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    budget_id: chat-app
    max_budget: 50
    soft_budget: 40
    budget_duration: 30d
    rpm_limit: 600

- name: The keys of the application, a budget for each of them
  llmops.bedrock.litellm_key:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    key_alias: "chat-app-{{ item }}"
    key: "{{ chat_app_keys[item] }}"
    budget_id: chat-app
  loop: [web, mobile]
  loop_control:
    label: "{{ item }}"

- name: Without the limit of requests
  llmops.bedrock.litellm_budget:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    budget_id: chat-app
    clear: [rpm_limit]

- name: The keys go, because a budget in use stays
  llmops.bedrock.litellm_key:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    key_alias: "chat-app-{{ item }}"
    state: absent
  loop: [web, mobile]

- name: No such budget any more
  llmops.bedrock.litellm_budget:
    kubernetes:
      namespace: litellm
    api_key: "{{ litellm_master_key }}"
    budget_id: chat-app
    state: absent
"""

RETURN = r"""
budget:
  description: The budget as it stands, or as it would stand in check mode. Empty when it is absent.
  returned: success
  type: dict
  contains:
    budget_id:
      description: Name of the budget.
      returned: when present
      type: str
      sample: chat-app
    max_budget:
      description: How much each user of the budget may spend, in US dollars. Null for no limit.
      returned: when present
      type: float
      sample: 50.0
    soft_budget:
      description: From what spending on LiteLLM alerts, in US dollars. Null for never.
      returned: when present
      type: float
      sample: 40.0
    budget_duration:
      description: How often spending starts at zero again. Null for never.
      returned: when present
      type: str
      sample: 30d
    rpm_limit:
      description: Requests a minute. Null for no limit.
      returned: when present
      type: int
      sample: 600
    tpm_limit:
      description: Tokens a minute. Null for no limit.
      returned: when present
      type: int
      sample: 100000
    max_parallel_requests:
      description: Requests at the same time. Null for no limit.
      returned: when present
      type: int
      sample: 20
calls:
  description: Names of the calls that were made, or would be made in check mode.
  returned: success
  type: list
  elements: str
  sample: [create budget]
"""

from ansible_collections.llmops.bedrock.plugins.module_utils._litellm import budget
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.budgets import Budgets
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.errors import LiteLLMError
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.module import LiteLLMModule
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused, carry_out


def work(module: LiteLLMModule) -> dict:
    """Plan the budget and carry the plan out."""
    wanted = budget.desired(module.params)
    budgets = Budgets(module.client())
    found = budgets.find(wanted["budget_id"])
    if module.params["state"] == "present":
        plan = budget.plan_present(wanted, found)
    else:
        ask = found is not None and not module.params["force"]
        plan = budget.plan_absent(found, budgets.users(wanted["budget_id"]) if ask else ())
    result = carry_out(
        plan,
        check_mode=module.check_mode,
        execute=budgets.execute,
        read=lambda: budget.view(budgets.find(wanted["budget_id"])),
        diff=module._diff,
    )
    return {"budget": result.pop("resource"), **result}


def main() -> None:
    module = LiteLLMModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "budget_id": {"type": "str", "required": True},
            "max_budget": {"type": "float"},
            "soft_budget": {"type": "float"},
            "budget_duration": {"type": "str"},
            "rpm_limit": {"type": "int"},
            "tpm_limit": {"type": "int"},
            "max_parallel_requests": {"type": "int"},
            "clear": {"type": "list", "elements": "str", "choices": list(budget.SETTINGS), "default": []},
            "force": {"type": "bool", "default": False},
        },
    )
    try:
        result = work(module)
    except (Refused, LiteLLMError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
