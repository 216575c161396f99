#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: litellm_fallback
version_added: 0.3.0
short_description: Manage the fallbacks of models of a LiteLLM proxy
description:
  - Says which models a LiteLLM proxy asks when one fails, for one model and one kind of failure.
  - LiteLLM needs a database for this.
author: Contributors to llmops.bedrock (@llmops)
options:
  state:
    description: Whether the model has fallbacks of this kind.
    type: str
    choices: [present, absent]
    default: present
  model:
    description:
      - Name of the model, as applications ask for it (C(model_name)). LiteLLM must know it, and does not take an alias.
    type: str
    required: true
  fallback_type:
    description:
      - V(general) for any error that is left after LiteLLM tried again.
      - V(context_window) for a request that is too long for the model.
      - V(content_policy) for a request that the content policy of the provider refuses.
    type: str
    choices: [general, context_window, content_policy]
    default: general
  fallback_models:
    description:
      - Names of the models to ask, in this order. The whole list is set. LiteLLM must know all of them.
      - Needed when O(state=present).
    type: list
    elements: str
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
  - Fallbacks count at once for the worker of LiteLLM that took them, and within 30 seconds for the others. Until then
    another worker may answer with what was there before, so that a second run through a load balancer may write the
    same again, or find nothing to delete. With O(kubernetes) always the same pod is asked.
  - Check mode does not ask whether LiteLLM knows the models, because the same play may make them.
  - Where the configuration file of LiteLLM has C(router_settings.fallbacks) (or C(context_window_fallbacks),
    C(content_policy_fallbacks)), it counts alone. LiteLLM takes others with success, and drops them within 30 seconds.
    The module refuses this. Keep the fallbacks of one kind either all in the file or all here.
  - LiteLLM keeps all fallbacks of a kind as one list, without a lock. Do not let two plays change them at the same
    time.
  - The other models also answer a key that may not use them, unless LiteLLM has
    C(general_settings.enforce_fallback_model_access).
seealso:
  - module: llmops.bedrock.litellm_fallback_info
  - module: llmops.bedrock.litellm_model
"""

EXAMPLES = r"""
- name: Claude and Nova on Amazon Bedrock
  llmops.bedrock.litellm_model:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    models:
      - model_name: claude-sonnet
        litellm_params:
          model: bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0
      - model_name: nova-pro
        litellm_params:
          model: bedrock/amazon.nova-pro-v1:0

- name: When Claude fails, Nova answers
  llmops.bedrock.litellm_fallback:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    model: claude-sonnet
    fallback_models: [nova-pro]

- name: And when a request is too long for it
  llmops.bedrock.litellm_fallback:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
    model: claude-sonnet
    fallback_type: context_window
    fallback_models: [nova-pro]

- name: No fallback any more
  llmops.bedrock.litellm_fallback:
    kubernetes:
      namespace: litellm
    api_key: "{{ litellm_master_key }}"
    model: claude-sonnet
    state: absent
"""

RETURN = r"""
fallback:
  description: The fallbacks as they stand, or as they would stand in check mode. Empty when there are none.
  returned: success
  type: dict
  contains:
    model:
      description: Name of the model, as applications ask for it.
      returned: when present
      type: str
      sample: claude-sonnet
    fallback_type:
      description: Kind of failure after which the other models are asked.
      returned: when present
      type: str
      sample: general
    fallback_models:
      description: The models that are asked, in this order.
      returned: when present
      type: list
      elements: str
      sample: [nova-pro]
calls:
  description: Names of the calls that were made, or would be made in check mode.
  returned: success
  type: list
  elements: str
  sample: [set fallbacks]
"""

from ansible_collections.llmops.bedrock.plugins.module_utils._litellm import fallback
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.errors import LiteLLMError
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.fallbacks import Fallbacks
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.module import LiteLLMModule
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.seen import wait_until_seen
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused, carry_out


def work(module: LiteLLMModule) -> dict:
    """Plan the fallbacks and carry the plan out."""
    wanted, timeout = fallback.desired(module.params), module.params["wait_timeout"]
    model, kind = wanted["model"], wanted["fallback_type"]
    fallbacks = Fallbacks(module.client(), wait_timeout=timeout)
    found, source = fallbacks.look(model, kind)
    planner = fallback.plan_present if module.params["state"] == "present" else fallback.plan_absent
    plan = planner(wanted, found, source)

    def read() -> dict:
        return fallback.view(
            wait_until_seen(
                f"take up what was written for the fallbacks of {model}",
                lambda: fallbacks.find(model, kind),
                lambda row: fallback.view(row) == (plan.after or {}),
                timeout=timeout,
            )
        )

    result = carry_out(plan, check_mode=module.check_mode, execute=fallbacks.execute, read=read, diff=module._diff)
    return {"fallback": result.pop("resource"), **result}


def main() -> None:
    module = LiteLLMModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "model": {"type": "str", "required": True},
            "fallback_type": {"type": "str", "choices": list(fallback.SETTINGS), "default": "general"},
            "fallback_models": {"type": "list", "elements": "str"},
            "wait_timeout": {"type": "int", "default": 35},
        },
        required_if=[("state", "present", ["fallback_models"])],
    )
    try:
        result = work(module)
    except (Refused, LiteLLMError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
