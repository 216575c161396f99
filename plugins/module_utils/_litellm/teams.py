# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LiteLLM's calls for teams, and what each answer means. Private to this collection."""

from __future__ import annotations

import typing as t

from .._resource import Call, Resource
from .client import LiteLLMClient
from .errors import LiteLLMError
from .team import parse

_PAGE = 100


class Teams:
    """The teams of one LiteLLM."""

    def __init__(self, client: LiteLLMClient) -> None:
        self._client = client

    def all(self, **query: str) -> list[Resource]:
        """Every team that the key may see; query: team_id, or a part of team_alias, in any case."""
        doing, page, pages = "list the teams", 1, 1
        found: list[Resource] = []
        while page <= pages:
            answer = self._client.get(doing, "/v2/team/list", page_size=_PAGE, page=page, **query)
            rows = answer.get("teams") if isinstance(answer, t.Mapping) else None
            if not isinstance(rows, list) or not all(isinstance(row, t.Mapping) for row in rows):
                raise LiteLLMError(doing, "it answers something else than a list of teams", hint="Check url.")
            found += [parse(row) for row in rows]
            pages = int(answer.get("total_pages") or 1)
            page += 1
        return found

    def by_id(self, team_id: str) -> Resource | None:
        """The team of exactly this id."""
        return next((team for team in self.all(team_id=team_id) if team["team_id"] == team_id), None)

    def by_alias(self, team_alias: str) -> list[Resource]:
        """The teams of exactly this alias."""
        return [team for team in self.all(team_alias=team_alias) if team["team_alias"] == team_alias]

    def execute(self, call: Call) -> bool:
        """Make one planned call; false where it was done already. Raises LiteLLMError."""
        if call.name == "create team":
            self._create(call.arguments["body"])
        elif call.name == "update team":
            self._update(call.arguments["body"])
        else:
            return self._delete(call.arguments["team_id"], call.arguments["label"])
        return True

    def _create(self, body: Resource) -> None:
        try:
            self._client.write(f"create the team {body['team_alias']}", "POST", "/team/new", body)
        except LiteLLMError as error:
            # The answer was lost, or somebody else was faster: then the team is there, and is made what it is to be.
            if not (error.unsure or "already exists" in error.reason) or self.by_id(body["team_id"]) is None:
                raise
            self._update(body)

    def _update(self, body: Resource) -> None:
        doing = f"change the team {body.get('team_alias', body['team_id'])}"
        self._client.write(doing, "POST", "/team/update", body)

    def _delete(self, team_id: str, label: str) -> bool:
        try:
            self._client.write(f"delete the team {label}", "POST", "/team/delete", {"team_ids": [team_id]})
        except LiteLLMError as error:
            if error.status != 404:
                raise
            return False  # somebody else was faster
        return True
