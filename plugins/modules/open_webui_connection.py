#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: open_webui_connection
version_added: 0.1.0
short_description: Connect Open WebUI to an OpenAI-compatible service such as LiteLLM
description:
  - Adds, changes and removes an OpenAI-compatible connection of Open WebUI. Connections of others are left alone.
  - Open WebUI takes connections from its environment only when it starts for the first time. A key that was changed
    there later, in a Kubernetes Secret for example, has no effect. With this module it has.
author: Contributors to llmops.bedrock (@llmops)
options:
  state:
    description: Whether the connection exists.
    type: str
    choices: [present, absent]
    default: present
  connection_url:
    description:
      - Address of the service as Open WebUI's pod sees it, mostly with C(/v1) at its end.
      - The connection is found by this address. A slash at its end, and the case of its host, make no difference.
    type: str
    required: true
  api_key:
    description:
      - Key for the service. For LiteLLM take a virtual key (see M(llmops.bedrock.litellm_key)), not the master key.
      - When it is not set, the stored key is left alone. A new connection has none then.
    type: str
  enable:
    description: Whether the connection is used. A new one is, when this is not set.
    type: bool
  connection_type:
    description: How Open WebUI marks the models. A new connection is V(external), when this is not set.
    type: str
    choices: [external, local]
  prefix_id:
    description: Text that Open WebUI puts before the names of the models, with a dot. An empty text for none.
    type: str
  model_ids:
    description: Show these models only. An empty list for all that the service offers.
    type: list
    elements: str
  tags:
    description: Tags that the models get. An empty list for none.
    type: list
    elements: str
  exclusive:
    description:
      - Whether all other connections are removed. Without this, a new Open WebUI keeps its connection to OpenAI.
    type: bool
    default: false
  verify:
    description:
      - Whether Open WebUI is asked, before anything is stored and in check mode too, which models it gets from the
        service with this key. The module fails when it gets none, and says what stands in the way.
      - Does nothing when O(state=absent).
    type: bool
    default: true
  expected_models:
    description: Fail unless the service offers all of these models. Needs O(verify=true).
    type: list
    elements: str
extends_documentation_fragment:
  - llmops.bedrock.open_webui
  - llmops.bedrock.open_webui.actiongroup
  - llmops.bedrock.attributes
seealso:
  - module: llmops.bedrock.open_webui_connection_info
  - module: llmops.bedrock.litellm_key
"""

EXAMPLES = r"""
- name: Open WebUI talks to LiteLLM, and to nothing else
  llmops.bedrock.open_webui_connection:
    url: https://chat.example.com
    admin_email: admin@example.com
    admin_password: "{{ open_webui_admin_password }}"
    connection_url: http://litellm.litellm.svc.cluster.local:4000/v1
    api_key: "{{ open_webui_litellm_key }}"
    exclusive: true
    expected_models: [claude-sonnet]

- name: The same through the Kubernetes API, with a token
  llmops.bedrock.open_webui_connection:
    kubernetes:
      namespace: open-webui
    token: "{{ session.token }}"
    connection_url: http://litellm.litellm.svc.cluster.local:4000/v1
    api_key: "{{ open_webui_litellm_key }}"

- name: No connection to OpenAI
  llmops.bedrock.open_webui_connection:
    url: https://chat.example.com
    token: "{{ session.token }}"
    connection_url: https://api.openai.com/v1
    state: absent
"""

RETURN = r"""
connection:
  description: The connection as it stands, or as it would stand in check mode. Empty when it is absent.
  returned: success
  type: dict
  contains:
    url:
      description: Address of the service.
      returned: when present
      type: str
      sample: http://litellm.litellm.svc.cluster.local:4000/v1
    has_key:
      description: Whether a key is stored. The key itself is never returned.
      returned: when present
      type: bool
      sample: true
    enable:
      description: Whether the connection is used.
      returned: when present
      type: bool
      sample: true
    connection_type:
      description: How Open WebUI marks the models.
      returned: when present
      type: str
      sample: external
    prefix_id:
      description: Text before the names of the models.
      returned: when present
      type: str
      sample: ""
    model_ids:
      description: Models that are shown, all when it is empty.
      returned: when present
      type: list
      elements: str
      sample: []
    tags:
      description: Tags of the models.
      returned: when present
      type: list
      elements: str
      sample: []
models:
  description: Models that the service offers to the key.
  returned: success, when O(verify=true) and O(state=present)
  type: list
  elements: str
  sample: [claude-sonnet]
calls:
  description: Names of the calls that were made, or would be made in check mode.
  returned: success
  type: list
  elements: str
  sample: [update connections]
"""

from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui import connection
from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui.api import Api
from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui.module import OpenWebUIModule
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused

SETTINGS = {
    "enable": {"type": "bool"},
    "connection_type": {"type": "str", "choices": ["external", "local"]},
    "prefix_id": {"type": "str"},
    "model_ids": {"type": "list", "elements": "str"},
    "tags": {"type": "list", "elements": "str"},
}


def work(module: OpenWebUIModule) -> dict:
    """Plan the connection, look whether it works, and carry the plan out."""
    params = module.params
    url = connection.normalise_url(params["connection_url"])
    if params["expected_models"] and not params["verify"]:
        raise Refused("expected_models needs verify: true.")
    desired = {"url": url, "key": params["api_key"], "exclusive": params["exclusive"]}
    desired |= {name: params[name] for name in SETTINGS}
    desired = {name: value for name, value in desired.items() if value is not None}

    api = Api(module.session())
    found = api.connections()
    result = {}
    if params["state"] == "absent":
        plan = connection.plan_absent(url, found)
    else:
        plan = connection.plan_present(desired, found)
        if params["verify"]:
            wanted = connection.wanted(desired, found)
            result["models"] = api.verify(url, wanted["key"], wanted["config"])
            connection.check_models(result["models"], params["expected_models"] or [], wanted["config"])
    result |= module.carry_out(plan, api, lambda: connection.view(api.connections()))
    return {"connection": connection.summary(result.pop("resource"), url), **result}


def main() -> None:
    module = OpenWebUIModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "connection_url": {"type": "str", "required": True},
            "api_key": {"type": "str", "no_log": True},
            **SETTINGS,
            "exclusive": {"type": "bool", "default": False},
            "verify": {"type": "bool", "default": True},
            "expected_models": {"type": "list", "elements": "str"},
        }
    )
    module.run(lambda: work(module))


if __name__ == "__main__":
    main()
