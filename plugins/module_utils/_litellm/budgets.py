# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LiteLLM's calls for budgets, and what each answer means. Private to this collection."""

from __future__ import annotations

import typing as t

from .._resource import Call, Resource
from .budget import parse
from .client import LiteLLMClient
from .errors import LiteLLMError

_PAGE = 100


class Budgets:
    """The budgets of one LiteLLM."""

    def __init__(self, client: LiteLLMClient) -> None:
        self._client = client

    def all(self) -> list[Resource]:
        """Every budget, those that LiteLLM made for members of teams included."""
        doing = "list the budgets"
        return [parse(row) for row in _rows(doing, self._client.get(doing, "/budget/list"))]

    def find(self, budget_id: str) -> Resource | None:
        """The budget of exactly this id."""
        doing = f"find the budget {budget_id}"
        answer = self._client.write(doing, "POST", "/budget/info", {"budgets": [budget_id]})
        return next((parse(row) for row in _rows(doing, answer) if row.get("budget_id") == budget_id), None)

    def users(self, budget_id: str) -> list[str]:
        """What refers to the budget, named for the user."""
        return [*self._keys(budget_id), *self._customers(budget_id), *self._teams(budget_id), *self._tags(budget_id)]

    def execute(self, call: Call) -> bool:
        """Make one planned call; false where it was done already. Raises LiteLLMError."""
        if call.name == "create budget":
            self._create(call.arguments["body"])
        elif call.name == "update budget":
            self._update(call.arguments["body"])
        else:
            return self._delete(call.arguments["budget_id"])
        return True

    def _create(self, body: Resource) -> None:
        try:
            self._client.write(f"create the budget {body['budget_id']}", "POST", "/budget/new", body)
        except LiteLLMError as error:
            # The answer was lost, or somebody else was faster: then the budget is there, and is made what it is to be.
            if not (error.unsure or "already exists" in error.reason) or self.find(body["budget_id"]) is None:
                raise
            self._update(body)

    def _update(self, body: Resource) -> None:
        doing = f"change the budget {body['budget_id']}"
        # LiteLLM answers null, as if all were well, when there is no such budget.
        if self._client.write(doing, "POST", "/budget/update", body) is None:
            raise LiteLLMError(doing, "somebody deleted it meanwhile", hint="Run again to create it.")

    def _delete(self, budget_id: str) -> bool:
        answer = self._client.write(f"delete the budget {budget_id}", "POST", "/budget/delete", {"id": budget_id})
        return answer is not None  # null: there was no such budget any more

    def _keys(self, budget_id: str) -> t.Iterator[str]:
        doing, page, pages = "list the keys", 1, 1
        while page <= pages:
            answer = self._client.get(doing, "/key/list", return_full_object="true", size=_PAGE, page=page)
            for row in _rows(doing, answer, "keys"):
                if self._budget_of_key(row) == budget_id:
                    yield f"key {row.get('key_alias') or row.get('token')}"
            pages = int(answer.get("total_pages") or 1)
            page += 1

    def _budget_of_key(self, row: t.Mapping[str, t.Any]) -> t.Any:
        if "budget_id" in row:
            return row["budget_id"]
        # The listing of LiteLLM 1.84 does not have it.
        answer = self._client.get("read a key", "/key/info", key=row.get("token"))
        return answer["info"].get("budget_id") if isinstance(answer, t.Mapping) and "info" in answer else None

    def _customers(self, budget_id: str) -> t.Iterator[str]:
        doing = "list the end users"
        for row in _rows(doing, self._client.get(doing, "/customer/list")):
            if _budget_of(row) == budget_id:
                yield f"end user {row.get('user_id')}"

    def _teams(self, budget_id: str) -> t.Iterator[str]:
        doing = "list the teams"
        for row in _rows(doing, self._client.get(doing, "/team/list")):
            members = [_budget_of(member) for member in row.get("team_memberships") or []]
            if budget_id in [(row.get("metadata") or {}).get("team_member_budget_id"), *members]:
                yield f"members of the team {row.get('team_alias') or row.get('team_id')}"

    def _tags(self, budget_id: str) -> t.Iterator[str]:
        doing = "list the tags"
        for row in _rows(doing, self._client.get(doing, "/tag/list")):
            if _budget_of(row) == budget_id:
                yield f"tag {row.get('name')}"


def _rows(doing: str, answer: t.Any, key: str | None = None) -> list[t.Mapping[str, t.Any]]:
    rows = answer if key is None else answer.get(key) if isinstance(answer, t.Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(row, t.Mapping) for row in rows):
        raise LiteLLMError(doing, "it answers something else than a list", hint="Check url.")
    return rows


def _budget_of(row: t.Mapping[str, t.Any]) -> t.Any:
    return row.get("budget_id") or (row.get("litellm_budget_table") or {}).get("budget_id")
