#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: litellm_fallback_info
version_added: 0.3.0
short_description: List the fallbacks of models of a LiteLLM proxy
description:
  - Lists the fallbacks of a LiteLLM proxy, those of its configuration file included.
author: Contributors to llmops.bedrock (@llmops)
options:
  model:
    description: List the fallbacks of exactly this model only.
    type: str
  fallback_type:
    description: List the fallbacks of this kind only.
    type: str
    choices: [general, context_window, content_policy]
extends_documentation_fragment:
  - llmops.bedrock.litellm
  - llmops.bedrock.litellm.actiongroup
  - llmops.bedrock.attributes.info
seealso:
  - module: llmops.bedrock.litellm_fallback
"""

EXAMPLES = r"""
- name: Every fallback
  llmops.bedrock.litellm_fallback_info:
    url: https://litellm.example.com
    api_key: "{{ litellm_master_key }}"
  register: litellm

- name: Those that can be changed in the configuration file only
  ansible.builtin.debug:
    msg: "{{ litellm.fallbacks | selectattr('source', 'eq', 'config') }}"
"""

RETURN = r"""
fallbacks:
  description: The fallbacks. An empty list when there is none.
  returned: success
  type: list
  elements: dict
  contains:
    model:
      description: Name of the model, as applications ask for it.
      returned: always
      type: str
      sample: claude-sonnet
    fallback_type:
      description: Kind of failure after which the other models are asked.
      returned: always
      type: str
      sample: general
    fallback_models:
      description: The models that are asked, in this order.
      returned: always
      type: list
      elements: str
      sample: [nova-pro]
    source:
      description:
        - Where the fallback is defined.
        - V(db) for the database, V(config) for the configuration file, null where LiteLLM does not tell.
      returned: always
      type: str
      sample: db
"""

from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.errors import LiteLLMError
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.fallback import SETTINGS, view
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.fallbacks import Fallbacks
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.module import LiteLLMModule


def main() -> None:
    module = LiteLLMModule(
        argument_spec={"model": {"type": "str"}, "fallback_type": {"type": "str", "choices": list(SETTINGS)}}
    )
    wanted = {name: module.params[name] for name in ("model", "fallback_type") if module.params[name] is not None}
    try:
        found = Fallbacks(module.client()).all()
    except LiteLLMError as error:
        module.fail_json(msg=str(error))
    rows = [{**view(row), "source": row["source"]} for row in found if wanted.items() <= row.items()]
    module.exit_json(changed=False, fallbacks=rows)


if __name__ == "__main__":
    main()
