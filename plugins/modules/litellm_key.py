#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: litellm_key
version_added: 0.1.0
short_description: Manage the virtual keys of a LiteLLM proxy
description:
  - Creates, changes and deletes virtual keys of a LiteLLM proxy, with their models, budgets and limits.
  - LiteLLM needs a database for this.
author: Contributors to llmops.bedrock (@llmops)
options:
  state:
    description: Whether the key exists.
    type: str
    choices: [present, absent]
    default: present
  key_alias:
    description: Name of the key, by which it is found.
    type: str
    required: true
  key:
    description:
      - The secret of the key. It begins with V(sk-) and has at least 16 characters; make that 32 random ones.
      - When it is not set, LiteLLM makes one up, which is returned by the run that creates the key, and never again.
    type: str
  replace:
    description:
      - Whether a key whose secret is not O(key) is deleted, and made anew with the same settings. What it has spent
        starts at zero then, and the old secret stops working.
      - Without this, the module fails in such a case.
    type: bool
    default: false
  rotate_older_than:
    description:
      - Age from which a key gets a new secret of LiteLLM's making, as V(90d); a month (V(mo)) counts 30 days. The
        secret is returned by the run that makes it, and never again.
      - The key is deleted, and made anew with the same settings and the same end. What it has spent starts at zero
        then, and the old secret stops working. An application that must not be without a key meanwhile needs two keys
        of different names.
      - A run that is interrupted between both leaves no key; the next one makes it, with the settings of the task.
    type: str
    version_added: 0.3.0
  rotate_made_before:
    description:
      - As O(rotate_older_than), for a key made before this moment, as V(2026-12-31T12:00:00Z). UTC where it does not
        say.
      - For a secret that came to light, say when that became known; further runs change nothing.
    type: str
    version_added: 0.3.0
  models:
    description:
      - Models that the key may use. An empty list for all, or for all of its team. The order makes no difference.
      - LiteLLM accepts names of models that it does not have.
    type: list
    elements: str
  max_budget:
    description: How much the key may spend, in US dollars.
    type: float
  budget_duration:
    description: How often spending starts at zero again, as V(30d).
    type: str
  budget_id:
    description:
      - Id of a budget that several keys have, each with its own spending. It holds for what the key does not set
        itself, and may also warn (a soft budget).
      - When that budget is deleted, the keys have none.
    type: str
    version_added: 0.3.0
  rpm_limit:
    description: Requests a minute.
    type: int
  tpm_limit:
    description: Tokens a minute.
    type: int
  max_parallel_requests:
    description: Requests at the same time.
    type: int
  metadata:
    description:
      - Free-form notes, which everyone who uses the key can read. They replace those that are stored.
      - A secret in them is hidden in what Ansible shows, but not in LiteLLM. C(logging) is refused, because LiteLLM
        enciphers the secrets in it, so that they cannot be compared.
      - What LiteLLM itself keeps among them (C(logging), limits a model and the like) stays.
    type: dict
  team_id:
    description: Id of the team of the key, whose limits hold for the key, too. See M(llmops.bedrock.litellm_team).
    type: str
  duration:
    description:
      - How long the key works, as V(90d). A new key works for ever when this is not set.
      - Counts when the key is created. It is not compared afterwards.
    type: str
  blocked:
    description: Whether LiteLLM refuses the key.
    type: bool
  clear:
    description:
      - What to take away from the key. V(duration) lets it work for ever, V(team_id) takes it out of its team.
      - V(team_id) and V(budget_id) since version 0.3.0.
    type: list
    elements: str
    choices: [max_budget, budget_duration, budget_id, rpm_limit, tpm_limit, max_parallel_requests, team_id, duration]
    default: []
extends_documentation_fragment:
  - llmops.bedrock.litellm
  - llmops.bedrock.litellm.actiongroup
  - llmops.bedrock.attributes
seealso:
  - module: llmops.bedrock.litellm_key_info
  - module: llmops.bedrock.litellm_team
  - module: llmops.bedrock.open_webui_connection
"""

EXAMPLES = r"""
- name: A key of its own for Open WebUI, its secret made by us and kept elsewhere
  llmops.bedrock.litellm_key:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    key_alias: open-webui
    key: "{{ open_webui_litellm_key }}"
    models: [claude-sonnet]
    max_budget: 100
    budget_duration: 30d

- name: The team of the next key
  llmops.bedrock.litellm_team:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    team_alias: data-science
  register: data_science

- name: A key in a team, its secret made by LiteLLM
  llmops.bedrock.litellm_key:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    key_alias: notebooks
    team_id: "{{ data_science.team.team_id }}"
    rpm_limit: 600
    duration: 90d
  register: created
  no_log: true

- name: Without the limit
  llmops.bedrock.litellm_key:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    key_alias: notebooks
    clear: [rpm_limit]

- name: A key for each application, each with the same budget of its own
  module_defaults:
    group/llmops.bedrock.litellm:
      url: https://litellm.example.com
      api_key: "{{ litellm_master_key }}"
  block:
    - name: The budget
      llmops.bedrock.litellm_budget:
        budget_id: application
        max_budget: 100
        soft_budget: 80
        budget_duration: 30d

    - name: The keys
      llmops.bedrock.litellm_key:
        key_alias: "{{ item }}"
        budget_id: application
      loop: [chatbot, reports]
      register: application_keys
      no_log: true

- name: A key that is at most 90 days old, its new secret for whoever keeps it
  llmops.bedrock.litellm_key:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    key_alias: chatbot
    rotate_older_than: 90d
  register: chatbot
  no_log: true

- name: Another secret under the same name
  llmops.bedrock.litellm_key:
    kubernetes:
      namespace: litellm
    api_key: "{{ litellm_master_key }}"
    key_alias: open-webui
    key: "{{ new_open_webui_litellm_key }}"
    replace: true
"""

RETURN = r"""
key:
  description:
    - The secret, when LiteLLM made it up. Keep it out of logs with C(no_log) on the task.
  returned: when the key was created or rotated without O(key), not in check mode
  type: str
  sample: sk-...
virtual_key:
  description: The key as it stands, or as it would stand in check mode. Empty when it is absent.
  returned: success
  type: dict
  contains:
    key_alias:
      description: Name of the key.
      returned: when present
      type: str
      sample: open-webui
    token_id:
      description: Hash of the secret, by which LiteLLM knows the key.
      returned: when it exists already, or its secret was given
      type: str
      sample: 8e195c5703a83d4ac1ed3f6626a3ad170e90e518b2e6727a19b85e91748f0a72
    models:
      description: Models that the key may use, all when it is empty.
      returned: when present
      type: list
      elements: str
      sample: [claude-sonnet]
    max_budget:
      description: How much the key may spend, in US dollars. Null for no limit.
      returned: when present
      type: float
      sample: 100.0
    budget_duration:
      description: How often spending starts at zero again. Null for never.
      returned: when present
      type: str
      sample: 30d
    budget_id:
      description: Budget that the key shares the terms of. Null for none, and in lists of LiteLLM 1.84.
      returned: when present
      type: str
      sample: application
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
    metadata:
      description: Free-form notes.
      returned: when present
      type: dict
      sample: {"owner": "platform"}
    team_id:
      description: Team of the key. Null for none.
      returned: when present
      type: str
      sample: data-science
    blocked:
      description: Whether LiteLLM refuses the key.
      returned: when present
      type: bool
      sample: false
    created_at:
      description: When the key was made.
      returned: when it exists already
      type: str
      sample: "2026-11-22T18:20:31.919000Z"
    expires:
      description: When the key stops working. Null for never.
      returned: when it exists already
      type: str
      sample: "2027-02-20T18:20:31.919000Z"
calls:
  description: Names of the calls that were made, or would be made in check mode.
  returned: success
  type: list
  elements: str
  sample: [generate key]
"""

from datetime import UTC, datetime

from ansible_collections.llmops.bedrock.plugins.module_utils._litellm import key
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.errors import LiteLLMError
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.keys import Keys
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.module import LiteLLMModule
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused, carry_out


def work(module: LiteLLMModule) -> dict:
    """Plan the key and carry the plan out."""
    wanted = key.desired(module.params)
    keys = Keys(module.client())
    found = keys.find(wanted["key_alias"])
    if module.params["state"] == "absent":
        plan = key.plan_absent(found)
    else:
        holder = keys.by_token(key.token_id(wanted["key"])) if "key" in wanted else None
        plan = key.plan_present(wanted, found, holder, now=datetime.now(UTC))
    if not module.check_mode:
        keys.require(plan)  # in check mode, the task before this one may not have made them
    result = carry_out(
        plan,
        check_mode=module.check_mode,
        execute=keys.execute,
        read=lambda: key.view(keys.find(wanted["key_alias"])),
        diff=module._diff,
    )
    secret = {} if keys.secret is None else {"key": keys.secret}
    return {"virtual_key": result.pop("resource"), **secret, **result}


def main() -> None:
    module = LiteLLMModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "key_alias": {"type": "str", "required": True, "no_log": False},
            "key": {"type": "str", "no_log": True},
            "replace": {"type": "bool", "default": False},
            "rotate_older_than": {"type": "str"},
            "rotate_made_before": {"type": "str"},
            "models": {"type": "list", "elements": "str"},
            "max_budget": {"type": "float"},
            "budget_duration": {"type": "str"},
            "budget_id": {"type": "str"},
            "rpm_limit": {"type": "int"},
            "tpm_limit": {"type": "int"},
            "max_parallel_requests": {"type": "int"},
            "metadata": {"type": "dict"},
            "team_id": {"type": "str"},
            "duration": {"type": "str"},
            "blocked": {"type": "bool"},
            "clear": {"type": "list", "elements": "str", "choices": list(key.CLEARABLE), "default": []},
        },
    )
    try:
        result = work(module)
    except (Refused, LiteLLMError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
