# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules for Open WebUI share: the way to it, the sign-in, the one ending. Private to this collection."""

from __future__ import annotations

import typing as t

from .._resource import Plan, Refused, Resource, carry_out
from .._rest import way_in
from .._rest.module import RestModule
from .api import Api
from .masking import is_secret
from .session import OpenWebUIError, Session

# A verification of Open WebUI may itself wait 10 s for the other side.
_SHORTEST_TIMEOUT = 15


class OpenWebUIModule(RestModule):
    """A module with the way to Open WebUI, and its administrator."""

    options = {
        **way_in.options(namespace="open-webui", label_selector="app.kubernetes.io/component=open-webui", port=8080),
        "admin_email": {"type": "str"},
        "admin_password": {"type": "str", "no_log": True},
        "token": {"type": "str", "no_log": True},
        "wait_timeout": {"type": "int", "default": 200},
    }
    free_form = {"settings": is_secret}

    def __init__(self, argument_spec: dict[str, t.Any], *, credentials: bool = True, **settings: t.Any) -> None:
        """credentials: whether the options of an administrator are required."""
        one_of = [["token", "admin_email"]] if credentials else []
        settings["required_one_of"] = [*one_of, *settings.get("required_one_of", [])]
        settings["required_together"] = [["admin_email", "admin_password"]]
        super().__init__(argument_spec, **settings)

    def session(self, email: str | None = None, password: str | None = None) -> Session:
        """The Open WebUI that the options lead to, as its administrator, or with other credentials."""
        own = email is None
        return Session(
            self.transport(),
            email=self.params["admin_email"] if own else email,
            password=self.params["admin_password"] if own else password,
            token=self.params["token"] if own else None,
            timeout=max(self.params["timeout"], _SHORTEST_TIMEOUT),
            wait_timeout=self.params["wait_timeout"],
            secrets=self.no_log_values,
        )

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
