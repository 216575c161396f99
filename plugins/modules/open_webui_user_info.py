#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: open_webui_user_info
version_added: 0.1.0
short_description: List the accounts of Open WebUI
description:
  - Lists the accounts of Open WebUI, the oldest first.
author: Contributors to llmops.bedrock (@llmops)
options:
  email:
    description: List the account of exactly this e-mail address only.
    type: str
  role:
    description: List the accounts with this role only.
    type: str
    choices: [admin, user, pending]
extends_documentation_fragment:
  - llmops.bedrock.open_webui
  - llmops.bedrock.open_webui.actiongroup
  - llmops.bedrock.attributes.info
seealso:
  - module: llmops.bedrock.open_webui_user
"""

EXAMPLES = r"""
- name: Who waits to be let in
  llmops.bedrock.open_webui_user_info:
    url: https://chat.example.com
    admin_email: admin@example.com
    admin_password: "{{ open_webui_admin_password }}"
    role: pending
  register: waiting
"""

RETURN = r"""
users:
  description: The accounts. An empty list when there is none.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the account.
      returned: always
      type: str
      sample: 197b6c22-1220-4150-8742-371839412144
    email:
      description: E-mail address, in lower case.
      returned: always
      type: str
      sample: bob@example.com
    name:
      description: Name that Open WebUI shows.
      returned: always
      type: str
      sample: Bob
    role:
      description: What the account may do.
      returned: always
      type: str
      sample: user
    primary:
      description: Whether this is the first account, which Open WebUI protects.
      returned: always
      type: bool
      sample: false
    created_at:
      description: When the account was made, in seconds since 1970.
      returned: always
      type: int
      sample: 1795371764
    last_active_at:
      description: When the account was used last, in seconds since 1970.
      returned: always
      type: int
      sample: 1795371764
"""

from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui.api import Api
from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui.module import OpenWebUIModule
from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui.user import ROLES, select


def work(module: OpenWebUIModule) -> dict:
    """Read the accounts."""
    users = Api(module.session()).users()
    return {"changed": False, "users": select(users, module.params["email"], module.params["role"])}


def main() -> None:
    module = OpenWebUIModule(
        argument_spec={"email": {"type": "str"}, "role": {"type": "str", "choices": list(ROLES)}},
    )
    module.run(lambda: work(module))


if __name__ == "__main__":
    main()
