# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LiteLLM's calls for deployments, and what each answer means. Private to this collection."""

from __future__ import annotations

import re
import time
import typing as t
from collections.abc import Mapping  # isinstance with typing's is four times as slow
from urllib.parse import quote

from ..._resource import Call, Resource
from ..client import LiteLLMClient
from ..errors import DATABASE_HINT, LiteLLMError

_PAGE = 1000
_TRIES = 3
_PAUSE = 1.0
_CIPHERTEXT = re.compile(r"[A-Za-z0-9_=-]{61,}")
_SALT_HINT = (
    "LITELLM_SALT_KEY of this LiteLLM is not the one that the database was written with. Nothing was changed: give it "
    "back its old key."
)


class AlreadyStored(LiteLLMError):
    """A creation was refused because the id exists: LiteLLM had not loaded that deployment, or it was just made."""

    def __init__(self, doing: str) -> None:
        super().__init__(doing, "another run makes and removes it at this time", hint="Run again when that has ended.")


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
        state = answer.get("db") if isinstance(answer, Mapping) else None
        if state == "Not connected":
            raise LiteLLMError(doing, "DB not connected")
        if state != "connected":
            said = f"its health check says {state or 'nothing'} of the database"
            raise LiteLLMError(doing, said, hint=DATABASE_HINT)
        self._database_checked = True

    def execute(self, call: Call) -> bool:
        """Make one planned call. False: it was not needed any more. Raises LiteLLMError, AlreadyStored among them."""
        arguments = call.arguments
        if call.name == "create":
            self._create(arguments["body"])
        elif call.name == "update":
            self._update(arguments["id"], arguments["body"], arguments["row"])
        elif call.name == "strip":
            self._strip(arguments["body"])
        elif call.name == "recreate":
            self._recreate(arguments["id"], arguments["body"], arguments["back"])
        else:
            return self._delete(arguments["id"])
        return True

    def _create(self, body: t.Mapping[str, t.Any]) -> None:
        row_id, doing = body["model_info"]["id"], f"create the model {body['model_name']}"

        def is_made(unsure: bool) -> bool:
            exists = self.by_id(row_id) is not None
            if exists and not unsure:
                raise AlreadyStored(doing)
            return exists

        try:
            self._write(doing, "POST", "/model/new", body, done=is_made)
        except LiteLLMError as error:
            if "are not live in this pod" in error.reason:
                self._delete(row_id)
                raise _unknown_provider(doing, body, error) from None
            raise

    def _update(self, row_id: str, body: t.Mapping[str, t.Any], whole: t.Mapping[str, t.Any]) -> None:
        doing = f"change the model {body['model_name']}"
        try:
            self._write(doing, "PATCH", f"/model/{quote(row_id, safe='')}/update", body, done=lambda unsure: False)
        except LiteLLMError as error:
            if error.status != 404 and "cannot edit config-based model" not in error.reason.lower():
                raise
            # Another worker deleted it, and this one has not noticed yet.
            self._create(whole)

    def _strip(self, body: t.Mapping[str, t.Any]) -> None:
        self._write(f"change the model {body['model_name']}", "POST", "/model/update", body, done=lambda unsure: False)

    def _recreate(self, row_id: str, body: t.Mapping[str, t.Any], back: t.Mapping[str, t.Any]) -> None:
        self._delete(row_id)
        try:
            self._create(body)
        except AlreadyStored:
            raise
        except LiteLLMError as error:
            outcome = self._put_back(back)
            hint = f"{error.hint} {outcome}".strip()
            raise LiteLLMError(error.doing, error.reason, status=error.status, hint=hint) from None

    def _put_back(self, body: t.Mapping[str, t.Any]) -> str:
        try:
            self._create(body)
        except LiteLLMError as error:
            return f"It was deleted before that, and could not be put back ({error.reason}): run again to create it."
        return "The deployment that was there before is back."

    def _delete(self, row_id: str) -> bool:
        doing = f"delete the model with id {row_id}"
        tried = False

        def is_gone(unsure: bool) -> bool:
            nonlocal tried
            tried = True
            return self.by_id(row_id) is None

        try:
            self._write(doing, "POST", "/model/delete", {"id": row_id}, done=is_gone)
        except LiteLLMError as error:
            if "not found in db" in error.reason.lower():
                return tried  # after a try without an answer it was most likely that one
            raise
        return True

    def _write(
        self, doing: str, method: str, path: str, body: t.Mapping[str, t.Any], *, done: t.Callable[[bool], bool]
    ) -> None:
        """Write. Where it is not known whether that arrived, or the database was away, look before the next try.

        Every write may be repeated: ids are fixed, and an update says all that is wanted.
        done: looks whether it is done; called with whether a try may have arrived.
        """
        unsure = False
        for attempt in range(1, _TRIES + 1):
            try:
                self._client.write(doing, method, path, body)
                return
            except LiteLLMError as error:
                if not (error.unsure or error.database_away):
                    raise
                unsure = unsure or error.unsure
                if _known_as_done(done, unsure):
                    return
                if attempt == _TRIES:
                    raise
            self._sleep(_PAUSE * attempt)


def _known_as_done(done: t.Callable[[bool], bool], unsure: bool) -> bool:
    try:
        return done(unsure)
    except AlreadyStored:
        raise
    except LiteLLMError:
        return False  # the database is still away: the next try tells


def _unknown_provider(doing: str, body: t.Mapping[str, t.Any], error: LiteLLMError) -> LiteLLMError:
    return LiteLLMError(
        doing,
        f"it does not know the provider of {body['litellm_params'].get('model')!r}",
        status=error.status,
        hint="Write litellm_params.model as provider/model, for example bedrock/<model id>. Nothing is left of this "
        "try.",
    )


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
    data = answer.get("data") if isinstance(answer, Mapping) else None
    if not isinstance(data, list):
        raise LiteLLMError(doing, "it answers something else than a list of models", hint="Check url.")
    return data
