# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LiteLLM's calls for virtual keys, and what each answer means. Private to this collection."""

from __future__ import annotations

import typing as t

from .._resource import Call, Resource
from .client import LiteLLMClient
from .errors import LiteLLMError
from .key import parse

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
        doing, page, pages = "list the keys", 1, 1
        found: list[Resource] = []
        while page <= pages:
            answer = self._client.get(doing, "/key/list", return_full_object="true", size=_PAGE, page=page, **query)
            rows = answer.get("keys") if isinstance(answer, t.Mapping) else None
            if not isinstance(rows, list) or not all(isinstance(row, t.Mapping) for row in rows):
                raise LiteLLMError(doing, "it answers something else than a list of keys", hint="Check url.")
            found += [parse(row) for row in rows]
            pages = int(answer.get("total_pages") or 1)
            page += 1
        return found

    def find(self, key_alias: str) -> Resource | None:
        """The key of exactly this alias; aliases are unique."""
        return next((key for key in self.all(key_alias=key_alias) if key["key_alias"] == key_alias), None)

    def by_token(self, token_id: str) -> Resource | None:
        """The key of a secret, known by its hash. (/key/info would find keys that were deleted, too.)"""
        return next((key for key in self.all(key_hash=token_id) if key["token_id"] == token_id), None)

    def execute(self, call: Call) -> None:
        """Make one planned call. Raises LiteLLMError."""
        if call.name == "generate key":
            self._generate(call.arguments["body"])
        elif call.name == "update key":
            self._client.write("change the key", "POST", "/key/update", call.arguments["body"])
        else:
            self._delete(call.arguments["key_alias"], call.arguments["token_id"])

    def _generate(self, body: Resource) -> None:
        doing = f"create the key {body['key_alias']}"
        try:
            answer = self._client.write(doing, "POST", "/key/generate", body)
        except LiteLLMError as error:
            if not error.unsure or "key" in body:
                raise
            raise LiteLLMError(doing, error.reason, status=error.status, hint=_UNSURE, unsure=True) from None
        if "key" not in body:
            self.secret = answer.get("key") if isinstance(answer, t.Mapping) else None

    def _delete(self, key_alias: str, token_id: str) -> None:
        try:
            self._client.write(f"delete the key {key_alias}", "POST", "/key/delete", {"keys": [token_id]})
        except LiteLLMError as error:
            if error.status != 404:  # somebody else was faster
                raise
