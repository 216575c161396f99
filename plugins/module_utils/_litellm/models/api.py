# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The deployments of one LiteLLM, as it answers them. Private to this collection."""

from __future__ import annotations

import re
import time
import typing as t
from urllib.parse import quote

from ..._resource import Call, Resource
from ..client import LiteLLMClient
from ..errors import DATABASE_HINT, LiteLLMError

_PAGE = 1000
_CIPHERTEXT = re.compile(r"[A-Za-z0-9_=-]{61,}")
_SALT_HINT = (
    "LITELLM_SALT_KEY of this LiteLLM is not the one that the database was written with. Nothing was changed: give it "
    "back its old key."
)


class AlreadyStored(Exception):
    """A creation was refused because the id exists: LiteLLM had not loaded that deployment, or it was just made."""

    def __init__(self, doing: str) -> None:
        """doing: as for LiteLLMError."""
        super().__init__(
            f"LiteLLM could not {doing}: another run makes and removes it at this time. Run again when that has ended."
        )


class Deployments:
    """The deployments of one LiteLLM, in its database and in its configuration file."""

    def __init__(self, client: LiteLLMClient, *, sleep: t.Callable[[float], None] = time.sleep) -> None:
        self._client, self._sleep = client, sleep
        self._database_checked = False

    def all(self) -> list[Resource]:
        """Every deployment that the answering worker serves; each once, wildcards not expanded."""
        doing, page, pages = "list the models", 1, 1
        rows: dict[str, Resource] = {}
        while page <= pages:
            answer = self._client.get(doing, "/v2/model/info", page=page, size=_PAGE)
            for raw in _data(doing, answer):
                found = row(raw)
                rows.setdefault(found["id"], found)
            pages = int(answer.get("total_pages") or 1)
            page += 1
        return list(rows.values())

    def by_id(self, row_id: str) -> Resource | None:
        """The deployment of an id, also one that LiteLLM stores but could not load."""
        doing = f"find the model with id {row_id}"
        answer = self._client.get(doing, "/v2/model/info", modelId=row_id)
        return next((found for found in map(row, _data(doing, answer)) if found["id"] == row_id), None)

    def by_name(self, model_name: str) -> list[Resource]:
        """The deployments of exactly this name, also those that LiteLLM stores but could not load."""
        doing = f"find the models named {model_name}"
        answer = self._client.get(doing, "/v2/model/info", model=model_name, search=model_name, size=_PAGE)
        rows = {found["id"]: found for found in map(row, _data(doing, answer)) if found["model_name"] == model_name}
        return list(rows.values())

    def served(self) -> list[Resource]:
        """As ``all``, from the older listing, which works without a database and for keys of type management."""
        doing, expanded = "list the models", set()
        first: dict[str, Resource] = {}
        for raw in _data(doing, self._client.get(doing, "/model/info")):
            found = row(raw)
            if found["id"] in first:
                expanded.add(found["id"])  # a wildcard or an alias: one deployment under many names
            first.setdefault(found["id"], found)
        for row_id in expanded:
            alone = _data(doing, self._client.get(doing, "/model/info", litellm_model_id=row_id))
            first.update({found["id"]: found for found in map(row, alone)})
        return list(first.values())

    def serves(self, row_id: str) -> bool:
        """Whether the answering worker has loaded the deployment."""
        path = f"/model/info?litellm_model_id={quote(row_id, safe='')}"
        return self._client.probe(f"tell whether it serves {row_id}", path)[0] == 200

    def require_database(self) -> None:
        """Raise LiteLLMError unless the database answers: without it, models that exist are not found."""
        if self._database_checked:
            return
        doing = "tell whether its database answers"
        _status, answer = self._client.probe(doing, "/health/readiness")
        state = answer.get("db") if isinstance(answer, dict) else None
        if state == "Not connected":
            raise LiteLLMError(doing, "DB not connected")
        if state != "connected":
            said = f"its health check says {state or 'nothing'} of the database"
            raise LiteLLMError(doing, said, hint=DATABASE_HINT)
        self._database_checked = True

    def execute(self, call: Call) -> bool:
        """Make one planned call. False: it was not needed any more. Raises LiteLLMError and AlreadyStored."""
        # Not above: most runs write nothing, and Ansible compiles what is imported each time that a module runs.
        from .writes import Writes  # noqa: PLC0415

        return Writes(self._client, self.by_id, sleep=self._sleep).execute(call)


def row(raw: t.Mapping[str, t.Any]) -> Resource:
    """A deployment as the planner takes it. Raises LiteLLMError when LiteLLM cannot decrypt it."""
    info = raw.get("model_info") or {}
    params = raw.get("litellm_params") or {}
    if _CIPHERTEXT.fullmatch(str(params.get("model", ""))):
        raise LiteLLMError(f"read the model {raw.get('model_name')}", "its values are encrypted", hint=_SALT_HINT)
    return {
        "id": str(info.get("id")),
        "model_name": raw.get("model_name"),
        "litellm_params": params,
        "model_info": info,
        "blocked": bool(info.get("blocked")),
        "can_block": "blocked" in info,
        "db_model": bool(info.get("db_model")),
    }


def _data(doing: str, answer: t.Any) -> list[t.Mapping[str, t.Any]]:
    data = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(data, list):
        raise LiteLLMError(doing, "it answers something else than a list of models", hint="Check url.")
    return data
