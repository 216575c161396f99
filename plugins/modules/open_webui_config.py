#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: open_webui_config
version_added: 0.1.0
short_description: Change settings of Open WebUI
description:
  - Changes those settings of Open WebUI that are given, and leaves all others alone.
  - Open WebUI takes most settings from its environment only when it starts for the first time. Afterwards its database
    counts, which this module changes.
author: Contributors to llmops.bedrock (@llmops)
options:
  webui_url:
    description: Address under which people reach Open WebUI.
    type: str
  enable_signup:
    description: Whether strangers can make themselves an account. Open WebUI closes this with its first account.
    type: bool
  enable_login_form:
    description: Whether the page offers to sign in with a password.
    type: bool
  default_user_role:
    description: Role of those who sign up.
    type: str
    choices: [admin, user, pending]
  default_models:
    description: Models that a new chat starts with.
    type: list
    elements: str
  enable_api_keys:
    description: Whether people can make API keys for Open WebUI.
    type: bool
  jwt_expires_in:
    description: How long a sign-in lasts, as V(4w), V(12h) or V(90m). With V(-1) for ever.
    type: str
  enable_community_sharing:
    description: Whether chats can be shared with Open WebUI's public community.
    type: bool
  settings:
    description:
      - Any other settings, under their names in Open WebUI's export (M(llmops.bedrock.open_webui_config_info) lists
        them). Unknown names are refused.
      - Each value replaces the one that is stored. Numbers and booleans may be given as text.
      - The connections (C(openai.*)) belong to M(llmops.bedrock.open_webui_connection).
    type: dict
    default: {}
extends_documentation_fragment:
  - llmops.bedrock.open_webui
  - llmops.bedrock.open_webui.actiongroup
  - llmops.bedrock.attributes
notes:
  - With C(ENABLE_PERSISTENT_CONFIG=False) in its environment, Open WebUI forgets all changes when it starts again, and
    does not tell.
seealso:
  - module: llmops.bedrock.open_webui_config_info
"""

EXAMPLES = r"""
- name: Nobody gets in without being let in
  llmops.bedrock.open_webui_config:
    url: https://chat.example.com
    admin_email: admin@example.com
    admin_password: "{{ open_webui_admin_password }}"
    webui_url: https://chat.example.com
    enable_signup: false
    default_user_role: pending

- name: Titles of chats come from a small model
  llmops.bedrock.open_webui_config:
    kubernetes:
      namespace: open-webui
    token: "{{ session.token }}"
    settings:
      task.model.external: nova-micro
      ui.watermark: ""
"""

RETURN = r"""
settings:
  description:
    - The settings that were given, as they stand, or as they would stand in check mode.
    - Secrets are replaced.
  returned: success
  type: dict
  sample:
    ui.enable_signup: false
    ui.default_user_role: pending
calls:
  description: Names of the calls that were made, or would be made in check mode.
  returned: success
  type: list
  elements: str
  sample: [import settings]
"""

from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui import config
from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui.api import Api
from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui.module import OpenWebUIModule


def work(module: OpenWebUIModule) -> dict:
    """Plan the settings and carry the plan out."""
    api = Api(module.session())
    desired = config.desired(module.params)
    plan = config.plan(desired, api.config())
    result = module.carry_out(plan, api, lambda: config.view(config.chosen(api.config(), list(desired))))
    return {"settings": result.pop("resource"), **result}


def main() -> None:
    module = OpenWebUIModule(
        argument_spec={
            "webui_url": {"type": "str"},
            "enable_signup": {"type": "bool"},
            "enable_login_form": {"type": "bool"},
            "default_user_role": {"type": "str", "choices": ["admin", "user", "pending"]},
            "default_models": {"type": "list", "elements": "str"},
            "enable_api_keys": {"type": "bool", "no_log": False},
            "jwt_expires_in": {"type": "str"},
            "enable_community_sharing": {"type": "bool"},
            "settings": {"type": "dict", "default": {}},
        },
    )
    module.run(lambda: work(module))


if __name__ == "__main__":
    main()
