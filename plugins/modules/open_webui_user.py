#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: open_webui_user
version_added: 0.1.0
short_description: Manage the accounts of Open WebUI
description:
  - Creates, changes and deletes accounts of Open WebUI, and the first administrator of a new one.
author: Contributors to llmops.bedrock (@llmops)
options:
  state:
    description: Whether the account exists.
    type: str
    choices: [present, absent]
    default: present
  email:
    description: E-mail address of the account. Case makes no difference.
    type: str
    required: true
  name:
    description: Name that Open WebUI shows. For a new account, when this is not set, the part of O(email) before the @.
    type: str
  role:
    description:
      - What the account may do. V(pending) can sign in, but not use anything.
      - When it is not set, a new account is V(pending), and an existing one is left alone.
    type: str
    choices: [admin, user, pending]
  password:
    description:
      - Password of the account, at most 72 bytes. Needed for a new account.
    type: str
  update_password:
    description:
      - With V(on_create), O(password) counts for a new account only.
      - With V(always), it is tried by a sign-in, and changed when it does not fit.
    type: str
    choices: [on_create, always]
    default: on_create
  bootstrap_admin:
    description:
      - Whether this account is the first administrator. When Open WebUI has no account at all, it is created by the
        sign-up that makes an administrator; else the module signs in with O(email) and O(password), and fails unless
        that is an administrator.
      - Whoever signs up first is the administrator. Use this only where nobody else can reach Open WebUI yet. Better
        is to start Open WebUI with C(WEBUI_ADMIN_EMAIL) and C(WEBUI_ADMIN_PASSWORD), and to use this to prove it.
      - O(admin_email), O(admin_password) and O(token) are not used with it.
    type: bool
    default: false
extends_documentation_fragment:
  - llmops.bedrock.open_webui
  - llmops.bedrock.open_webui.actiongroup
  - llmops.bedrock.attributes
notes:
  - Open WebUI protects its first account. It can be neither deleted nor given another role, and only its owner may
    change it.
seealso:
  - module: llmops.bedrock.open_webui_user_info
"""

EXAMPLES = r"""
- name: The first administrator exists, and is us
  llmops.bedrock.open_webui_user:
    kubernetes:
      namespace: open-webui
    email: admin@example.com
    name: Administrator
    password: "{{ open_webui_admin_password }}"
    bootstrap_admin: true

- name: Let somebody in who signed up
  llmops.bedrock.open_webui_user:
    url: https://chat.example.com
    admin_email: admin@example.com
    admin_password: "{{ open_webui_admin_password }}"
    email: bob@example.com
    role: user

- name: An account for the smoke test
  llmops.bedrock.open_webui_user:
    url: https://chat.example.com
    token: "{{ session.token }}"
    email: smoke-test@example.com
    name: Smoke test
    role: user
    password: "{{ smoke_test_password }}"
    update_password: always
"""

RETURN = r"""
user:
  description: The account as it stands, or as it would stand in check mode. Empty when it is absent.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the account.
      returned: when it exists already
      type: str
      sample: 197b6c22-1220-4150-8742-371839412144
    email:
      description: E-mail address, in lower case.
      returned: when present
      type: str
      sample: bob@example.com
    name:
      description: Name that Open WebUI shows.
      returned: when present
      type: str
      sample: Bob
    role:
      description: What the account may do.
      returned: when present
      type: str
      sample: user
calls:
  description: Names of the calls that were made, or would be made in check mode.
  returned: success
  type: list
  elements: str
  sample: [add user]
"""

from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui import user
from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui.api import Api
from ansible_collections.llmops.bedrock.plugins.module_utils._open_webui.module import OpenWebUIModule


def work(module: OpenWebUIModule) -> dict:
    """Plan the account and carry the plan out."""
    params = module.params
    desired = user.desired(params)
    bootstrap = params["bootstrap_admin"] and params["state"] == "present"
    session = module.session(desired["email"], desired["password"]) if bootstrap else module.session()
    api = Api(session)
    if bootstrap and session.onboarding():
        plan = user.plan_bootstrap(desired)
    else:
        found = api.find_user(desired["email"])
        if bootstrap and not found["primary"]:
            module.warn(f"{desired['email']} is an administrator, but another account is older and cannot be changed.")
        if user.password_in_question(desired, found):
            found["password_fits"] = session.fits(desired["email"], desired["password"])
        plan = user.plan_absent(found) if params["state"] == "absent" else user.plan_present(desired, found)
    result = module.carry_out(plan, api, lambda: user.view(api.find_user(desired["email"])))
    return {"user": result.pop("resource"), **result}


def main() -> None:
    module = OpenWebUIModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "email": {"type": "str", "required": True},
            "name": {"type": "str"},
            "role": {"type": "str", "choices": list(user.ROLES)},
            "password": {"type": "str", "no_log": True},
            "update_password": {
                "type": "str",
                "choices": ["on_create", "always"],
                "default": "on_create",
                "no_log": False,
            },
            "bootstrap_admin": {"type": "bool", "default": False},
        },
        required_if=[("bootstrap_admin", True, ["password"])],
        credentials=False,
    )
    module.run(lambda: work(module))


if __name__ == "__main__":
    main()
