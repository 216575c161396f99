#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: open_webui_connection_info
version_added: 0.1.0
short_description: List the OpenAI-compatible connections of Open WebUI
description:
  - Lists the OpenAI-compatible connections of Open WebUI, without their keys.
author: Contributors to llmops.bedrock (@llmops)
options:
  connection_url:
    description: List the connection of this address only.
    type: str
extends_documentation_fragment:
  - llmops.bedrock.open_webui
  - llmops.bedrock.open_webui.actiongroup
  - llmops.bedrock.attributes.info
seealso:
  - module: llmops.bedrock.open_webui_connection
"""

EXAMPLES = r"""
- name: Every connection
  llmops.bedrock.open_webui_connection_info:
    url: https://chat.example.com
    admin_email: admin@example.com
    admin_password: "{{ open_webui_admin_password }}"
  register: open_webui

- name: What Open WebUI talks to
  ansible.builtin.debug:
    msg: "{{ open_webui.connections | selectattr('enable') | map(attribute='url') }}"
"""

RETURN = r"""
enabled:
  description: Whether Open WebUI uses its OpenAI-compatible connections at all.
  returned: success
  type: bool
  sample: true
connections:
  description: The connections. An empty list when there is none.
  returned: success
  type: list
  elements: dict
  contains:
    url:
      description: Address of the service.
      returned: always
      type: str
      sample: http://litellm.litellm.svc.cluster.local:4000/v1
    has_key:
      description: Whether a key is stored. The key itself is never returned.
      returned: always
      type: bool
      sample: true
    enable:
      description: Whether the connection is used.
      returned: always
      type: bool
      sample: true
    connection_type:
      description: How Open WebUI marks the models.
      returned: always
      type: str
      sample: external
    prefix_id:
      description: Text before the names of the models.
      returned: always
      type: str
      sample: ""
    model_ids:
      description: Models that are shown, all when it is empty.
      returned: always
      type: list
      elements: str
      sample: []
    tags:
      description: Tags of the models.
      returned: always
      type: list
      elements: str
      sample: []
"""

from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui import connection
from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui.api import Api
from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui.module import OpenWebUIModule


def work(module: OpenWebUIModule) -> dict:
    """Read the connections."""
    chosen = module.params["connection_url"]
    url = None if chosen is None else connection.normalise_url(chosen)
    state = connection.view(Api(module.session()).connections())
    return {"changed": False, "enabled": state["enabled"], "connections": connection.summaries(state, url)}


def main() -> None:
    module = OpenWebUIModule(argument_spec={"connection_url": {"type": "str"}})
    module.run(lambda: work(module))


if __name__ == "__main__":
    main()
