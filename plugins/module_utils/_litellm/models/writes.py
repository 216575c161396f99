# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LiteLLM's writes for deployments, and what each answer means. Private to this collection."""

from __future__ import annotations

import time
import typing as t
from urllib.parse import quote

from ..._resource import Call, Resource
from ..client import LiteLLMClient
from ..errors import LiteLLMError
from .api import AlreadyStored

_TRIES = 3
_PAUSE = 1.0


class Writes:
    """Makes planned calls."""

    def __init__(
        self,
        client: LiteLLMClient,
        by_id: t.Callable[[str], Resource | None],
        *,
        sleep: t.Callable[[float], None] = time.sleep,
    ) -> None:
        """by_id: reads the deployment of an id."""
        self._client, self._by_id, self._sleep = client, by_id, sleep

    def execute(self, call: Call) -> bool:
        """Make one planned call. False: it was not needed any more. Raises LiteLLMError and AlreadyStored."""
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
            exists = self._by_id(row_id) is not None
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
        except LiteLLMError as error:
            outcome = self._put_back(back)
            hint = f"{error.hint} {outcome}".strip()
            raise LiteLLMError(error.doing, error.reason, status=error.status, hint=hint) from None

    def _put_back(self, body: t.Mapping[str, t.Any]) -> str:
        try:
            self._create(body)
        except AlreadyStored:
            return "Another run has made it anew meanwhile."
        except LiteLLMError as error:
            return f"It was deleted before that, and could not be put back ({error.reason}): run again to create it."
        return "The deployment that was there before is back."

    def _delete(self, row_id: str) -> bool:
        doing = f"delete the model with id {row_id}"
        tried = False

        def is_gone(unsure: bool) -> bool:
            nonlocal tried
            tried = True
            return self._by_id(row_id) is None

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
