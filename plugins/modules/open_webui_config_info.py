#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: open_webui_config_info
version_added: 0.1.0
short_description: Read the settings of Open WebUI
description:
  - Reads the settings of Open WebUI, without secrets.
author: Contributors to llmops.bedrock (@llmops)
options:
  names:
    description:
      - Read these settings only. A name with a dot at its end stands for all that begin with it.
    type: list
    elements: str
extends_documentation_fragment:
  - llmops.bedrock.open_webui
  - llmops.bedrock.open_webui.actiongroup
  - llmops.bedrock.attributes.info
seealso:
  - module: llmops.bedrock.open_webui_config
"""

EXAMPLES = r"""
- name: What the page offers, and how to sign in
  llmops.bedrock.open_webui_config_info:
    url: https://chat.example.com
    admin_email: admin@example.com
    admin_password: "{{ open_webui_admin_password }}"
    names: [ui., auth., webui.url]
  register: open_webui
"""

RETURN = r"""
settings:
  description: The settings. Secrets are replaced.
  returned: success
  type: dict
  sample:
    ui.enable_signup: false
    webui.url: https://chat.example.com
"""

from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui import config
from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui.api import Api
from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui.module import OpenWebUIModule


def work(module: OpenWebUIModule) -> dict:
    """Read the settings."""
    found = Api(module.session()).config()
    return {"changed": False, "settings": config.view(config.chosen(found, module.params["names"]))}


def main() -> None:
    module = OpenWebUIModule(argument_spec={"names": {"type": "list", "elements": "str"}})
    module.run(lambda: work(module))


if __name__ == "__main__":
    main()
