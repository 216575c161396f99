# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Open WebUI's calls, and what each answer means. Private to this collection."""

from __future__ import annotations

import typing as t
from urllib.parse import quote

from .._resource import HIDDEN, Call, Resource
from .._rest.errors import message_of
from . import connection
from .session import OpenWebUIError, Session


class Api:
    """Connections, accounts and settings of one Open WebUI."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def connections(self) -> dict[str, t.Any]:
        """The state of its OpenAI-compatible connections. It holds keys."""
        return connection.parse(self._mapping("read its connections", "/openai/config"))

    def verify(self, url: str, key: str, config: Resource) -> list[str]:
        """The ids of the models that Open WebUI gets from a connection, which need not be stored.

        Call it after a read: its status is mostly that of the other side, passed on, so that 401 is not about the
        session. Raises OpenWebUIError, one for each cause.
        """
        doing = f"get models from {connection.without_userinfo(url)}"
        body = {"url": url, "key": key, "config": dict(config)}
        status, answer = self._session.ask(doing, "/openai/verify", body)
        if status == 200:
            return _models(doing, answer)
        said = message_of(answer) if isinstance(answer, t.Mapping) else "it gives no reason"
        said = self._session.without_secrets(said).replace(key or "\0", HIDDEN)
        what, hint = _VERIFY.get(status, ("the other side fails", "Look into its log."))
        raise OpenWebUIError(doing, f"{what} ({said.rstrip('.')})", status=status, hint=hint)

    def users(self) -> list[Resource]:
        """Every account, the oldest first."""
        found: dict[str, Resource] = {}
        page = 1
        while rows := self._page(page, order_by="created_at", direction="asc"):
            known = len(found)
            found.update({str(row["id"]): row for row in rows})
            if len(found) == known:
                break
            page += 1
        return [user(row, primary=index == 0) for index, row in enumerate(found.values())]

    def find_user(self, email: str) -> dict[str, t.Any] | None:
        """The account of exactly this address, with whether it is the session's own."""
        rows = self._page(1, order_by="created_at", direction="asc")
        first, page = (rows[0]["id"] if rows else None), 1
        while rows:
            for row in rows:
                if str(row.get("email", "")).lower() == email:
                    return {**user(row, primary=row["id"] == first), "own": self._session.email == email}
            # The search finds parts of names and addresses too.
            rows = self._page(page, query=email)
            page += 1
        return None

    def config(self) -> dict[str, t.Any]:
        """All settings. They hold secrets."""
        return self._mapping("read its settings", "/api/v1/configs/export")

    def execute(self, call: Call) -> None:
        """Make one planned call. Raises OpenWebUIError."""
        _EXECUTORS[call.name](self._session, **call.arguments)

    def _page(self, page: int, **query: str) -> list[dict[str, t.Any]]:
        answer = self._session.get("list its accounts", "/api/v1/users/", page=page, **query)
        users = answer.get("users") if isinstance(answer, t.Mapping) else None
        if not isinstance(users, list):
            raise OpenWebUIError("list its accounts", "it answers something else than a list", hint="Check url.")
        return users

    def _mapping(self, doing: str, path: str) -> dict[str, t.Any]:
        answer = self._session.get(doing, path)
        if not isinstance(answer, dict):
            raise OpenWebUIError(doing, "it answers something else than settings", hint="Check url.")
        return answer


def user(row: Resource, *, primary: bool) -> dict[str, t.Any]:
    """An account as the planner takes it."""
    names = ("id", "email", "name", "role", "created_at", "last_active_at")
    return {**{name: row.get(name) for name in names}, "primary": primary}


# What the status of a verification means. Only 500 is Open WebUI's own.
_VERIFY = {
    401: (
        "the other side refuses the key",
        "Check api_key: for LiteLLM, a virtual key that exists and is not blocked.",
    ),
    403: ("the other side forbids it", "The key may not list models, or something between both is in the way."),
    404: (
        "the other side has no such path",
        "Check connection_url: Open WebUI adds /models to it, so it usually ends with /v1.",
    ),
    429: ("the other side has too much to do", "Run again later."),
    500: (
        "the other side cannot be reached, or answers too late",
        "connection_url has to work from Open WebUI's own pod: check name, port and NetworkPolicy, and that the other "
        "side runs.",
    ),
}


def _models(doing: str, answer: t.Any) -> list[str]:
    data = answer.get("data") if isinstance(answer, t.Mapping) else None
    if not isinstance(data, list) or not all(isinstance(model, t.Mapping) and "id" in model for model in data):
        raise OpenWebUIError(
            doing,
            "the other side answers, but not as an OpenAI-compatible interface does",
            hint="Check connection_url: Open WebUI adds /models to it, so it usually ends with /v1.",
        )
    if not data:
        raise OpenWebUIError(
            doing, "the other side offers no model to this key", hint="Give the key models, or LiteLLM a model."
        )
    return [str(model["id"]) for model in data]


def _update_connections(session: Session, body: Resource) -> None:
    session.write("change its connections", "POST", "/openai/config/update", body)


def _import_settings(session: Session, body: Resource) -> None:
    session.write("change its settings", "POST", "/api/v1/configs/import", body)


def _add_user(session: Session, body: Resource) -> None:
    session.write(f"create the account {body['email']}", "POST", "/api/v1/auths/add", body)


def _update_user(session: Session, id: str, own: bool, body: Resource) -> None:
    session.write("change the account", "POST", f"/api/v1/users/{quote(id, safe='')}/update", body)
    if own and "password" in body:
        session.password_changed(body["password"])


def _delete_user(session: Session, id: str) -> None:
    session.write("delete the account", "DELETE", f"/api/v1/users/{quote(id, safe='')}")


def _sign_up_first(session: Session, body: Resource) -> None:
    session.sign_up_first(body)


_EXECUTORS: dict[str, t.Callable[..., None]] = {
    "update connections": _update_connections,
    "import settings": _import_settings,
    "add user": _add_user,
    "update user": _update_user,
    "delete user": _delete_user,
    "sign up the first administrator": _sign_up_first,
}
