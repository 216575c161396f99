#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: open_webui_session
version_added: 0.1.0
short_description: Sign in to Open WebUI once for many tasks
description:
  - Signs in to Open WebUI and returns a token for the option O(ignore:token) of the other modules.
  - Open WebUI allows an account 15 sign-ins in 3 minutes, which a play with a few tasks, run a few times, can exceed.
  - Fails unless the account is an administrator, so that it also proves that the first account is in the right hands.
author: Contributors to llmops.bedrock (@llmops)
extends_documentation_fragment:
  - llmops.bedrock.open_webui
  - llmops.bedrock.open_webui.actiongroup
  - llmops.bedrock.attributes.info
notes:
  - Keep the token out of logs with C(no_log) on the task.
"""

EXAMPLES = r"""
- name: Sign in
  llmops.bedrock.open_webui_session:
    url: https://chat.example.com
    admin_email: admin@example.com
    admin_password: "{{ open_webui_admin_password }}"
  register: session
  no_log: true

- name: Tasks that do not sign in
  module_defaults:
    group/llmops.bedrock.open_webui:
      url: https://chat.example.com
      token: "{{ session.token }}"
  block:
    - name: Nobody signs up
      llmops.bedrock.open_webui_config:
        enable_signup: false

    - name: Bob may use it
      llmops.bedrock.open_webui_user:
        email: bob@example.com
        role: user
"""

RETURN = r"""
token:
  description: The token. A secret.
  returned: success
  type: str
  sample: eyJhbGciOi...
expires_at:
  description: When the token runs out, in seconds since 1970. Null when never.
  returned: success
  type: int
  sample: 1797790964
email:
  description: E-mail address of the account.
  returned: success
  type: str
  sample: admin@example.com
"""

from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui.module import OpenWebUIModule


def work(module: OpenWebUIModule) -> dict:
    """Sign in."""
    account = module.session().enter()
    return {
        "changed": False,
        "token": account["token"],
        "expires_at": account.get("expires_at"),
        "email": account["email"],
    }


def main() -> None:
    module = OpenWebUIModule(argument_spec={})
    module.run(lambda: work(module))


if __name__ == "__main__":
    main()
