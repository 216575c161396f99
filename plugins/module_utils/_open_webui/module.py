# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules for Open WebUI share: the way to it, the sign-in, the one ending. Private to this collection."""

from __future__ import annotations

import json
import typing as t

from ansible.module_utils.basic import AnsibleModule  # type: ignore[import-untyped]

from .._kubernetes.connection import KubernetesError
from .._litellm.masking import secret_values
from .._resource import Plan, Refused, Resource, carry_out
from .._rest import way_in
from .api import Api
from .masking import is_secret
from .session import OpenWebUIError, Session

_OPTIONS: dict[str, dict[str, t.Any]] = {
    **way_in.options(namespace="open-webui", label_selector="app.kubernetes.io/component=open-webui", port=8080),
    "admin_email": {"type": "str"},
    "admin_password": {"type": "str", "no_log": True},
    "token": {"type": "str", "no_log": True},
    "wait_timeout": {"type": "int", "default": 200},
}
# A verification of Open WebUI may itself wait 10 s for the other side.
_SHORTEST_TIMEOUT = 15


class OpenWebUIModule(AnsibleModule):  # type: ignore[misc]
    """An AnsibleModule with the way to Open WebUI, which knows the secrets inside free-form options."""

    def __init__(self, argument_spec: dict[str, t.Any], *, credentials: bool = True, **settings: t.Any) -> None:
        """credentials: whether the options of an administrator are required."""
        one_of = [*way_in.ONE_WAY, *([["token", "admin_email"]] if credentials else [])]
        settings["mutually_exclusive"] = [*way_in.ONE_WAY, *settings.get("mutually_exclusive", [])]
        settings["required_one_of"] = [*one_of, *settings.get("required_one_of", [])]
        settings["required_together"] = [["admin_email", "admin_password"]]
        super().__init__(argument_spec={**_OPTIONS, **argument_spec}, supports_check_mode=True, **settings)
        self.no_log_values.update(_secrets(self.params))  # dictionaries that were given as text are parsed only now

    def _load_params(self) -> None:
        # Ansible logs the invocation before the first line of a module runs: here the options are known first.
        super()._load_params()
        self.no_log_values.update(_secrets(self.params))

    def session(self, email: str | None = None, password: str | None = None) -> Session:
        """The Open WebUI that the options lead to, as its administrator, or with other credentials."""
        own = email is None
        try:
            return Session(
                way_in.transport(self.params),
                email=self.params["admin_email"] if own else email,
                password=self.params["admin_password"] if own else password,
                token=self.params["token"] if own else None,
                timeout=max(self.params["timeout"], _SHORTEST_TIMEOUT),
                wait_timeout=self.params["wait_timeout"],
                secrets=self.no_log_values,
            )
        except (KubernetesError, ValueError) as error:
            self.fail_json(msg=str(error))
            raise  # for the type checker: fail_json does not return

    def run(self, work: t.Callable[[], dict[str, t.Any]]) -> None:
        """End the module with what the work returns, or with what stopped it."""
        try:
            result = work()
        except (Refused, OpenWebUIError) as error:
            self.fail_json(msg=str(error))
        else:
            self.exit_json(**result)

    def carry_out(self, plan: Plan, api: Api, read: t.Callable[[], Resource | None]) -> dict[str, t.Any]:
        """Carry a plan out as the options of this run say."""
        return carry_out(plan, check_mode=self.check_mode, execute=api.execute, read=read, diff=self._diff)


def _secrets(params: t.Any) -> set[str]:
    """Secret strings among the settings."""
    settings = params.get("settings") if isinstance(params, t.Mapping) else None
    if isinstance(settings, str):
        try:
            settings = json.loads(settings)
        except ValueError:
            return set()
    return secret_values(settings, is_secret)
