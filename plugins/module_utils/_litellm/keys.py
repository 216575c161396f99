# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LiteLLM's calls for virtual keys, and what each answer means. Private to this collection."""

from __future__ import annotations

import json
import typing as t

from .._resource import Call, Plan, Resource
from .client import LiteLLMClient
from .errors import LiteLLMError
from .key import parse
from .teams import Teams

_PAGE = 100
_UNSURE = (
    "It may exist nevertheless, with a secret that nobody knows. Run again; if the key is there then, delete it "
    "(state: absent) and make it anew."
)


class Keys:
    """The virtual keys of one LiteLLM."""

    def __init__(self, client: LiteLLMClient) -> None:
        self._client = client
        # The secret of the key that was generated last: LiteLLM shows it only once.
        self.secret: str | None = None

    def all(self, **query: str) -> list[Resource]:
        """Every key that this one may see; query: key_alias, team_id, key_hash."""
        return [parse(row) for row in self._rows(**query)]

    def find(self, key_alias: str) -> Resource | None:
        """The key of exactly this alias; aliases are unique."""
        row = next((row for row in self._rows(key_alias=key_alias) if row.get("key_alias") == key_alias), None)
        if row is not None and "budget_id" not in row:  # older LiteLLM lists less of a key than it tells of one
            answer = self._client.get(f"read the key {key_alias}", "/key/info", key=row["token"])
            row = {**answer["info"], **row}
        return row and parse(row)

    def by_token(self, token_id: str) -> Resource | None:
        """The key of a secret, known by its hash. (/key/info would find keys that were deleted, too.)"""
        return next((key for key in self.all(key_hash=token_id) if key["token_id"] == token_id), None)

    def require(self, plan: Plan) -> None:
        """Raise LiteLLMError where a key is to get a team or a budget that does not exist.

        LiteLLM makes a key of a team that it does not know, and nobody can use it; a budget that it does not know is
        an internal error. To be asked before the first call: that may delete the old key.
        """
        for body in (call.arguments.get("body", {}) for call in plan.calls):
            doing, team_id, budget_id = "give a key a team or a budget", body.get("team_id"), body.get("budget_id")
            if team_id is not None and Teams(self._client).by_id(team_id) is None:
                hint = "Create it with litellm_team, which returns its id; the name of a team is no id."
                raise LiteLLMError(doing, f"there is no team with the id {team_id}", hint=hint)
            if budget_id is not None and not self._client.write(
                doing, "POST", "/budget/info", {"budgets": [budget_id]}
            ):
                raise LiteLLMError(doing, f"there is no budget {budget_id}", hint="Create it with litellm_budget.")

    def execute(self, call: Call) -> None:
        """Make one planned call. Raises LiteLLMError."""
        if call.name == "generate key":
            self._generate(call.arguments["body"], call.arguments["unsaid"])
        elif call.name == "update key":
            self._client.write("change the key", "POST", "/key/update", call.arguments["body"])
        else:
            self._delete(call.arguments["key_alias"], call.arguments["token_id"])

    def _rows(self, **query: str) -> list[Resource]:
        doing, page, pages = "list the keys", 1, 1
        found: list[Resource] = []
        while page <= pages:
            answer = self._client.get(doing, "/key/list", return_full_object="true", size=_PAGE, page=page, **query)
            rows = answer.get("keys") if isinstance(answer, t.Mapping) else None
            if not isinstance(rows, list) or not all(isinstance(row, t.Mapping) for row in rows):
                raise LiteLLMError(doing, "it answers something else than a list of keys", hint="Check url.")
            found += rows
            pages = int(answer.get("total_pages") or 1)
            page += 1
        return found

    def _generate(self, body: Resource, unsaid: Resource | None) -> None:
        doing = f"create the key {body['key_alias']}"
        try:
            answer = self._client.write(doing, "POST", "/key/generate", body)
        except LiteLLMError as error:
            hints = [error.hint]
            if error.unsure and "key" not in body:
                hints = [_UNSURE]
            if unsaid is not None:
                hints.append("The key that it was to replace is deleted already.")
            if unsaid:
                hints.append(f"It also had these settings, which the task does not name: {json.dumps(unsaid)}.")
            hint = " ".join(filter(None, hints))
            raise LiteLLMError(doing, error.reason, status=error.status, hint=hint, unsure=error.unsure) from None
        if "key" not in body:
            self.secret = answer.get("key") if isinstance(answer, t.Mapping) else None

    def _delete(self, key_alias: str, token_id: str) -> None:
        try:
            self._client.write(f"delete the key {key_alias}", "POST", "/key/delete", {"keys": [token_id]})
        except LiteLLMError as error:
            if error.status != 404:  # somebody else was faster
                raise
