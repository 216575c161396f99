# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LiteLLM's calls for named credentials, and what each answer means. Private to this collection."""

from __future__ import annotations

import typing as t
from urllib.parse import quote

from .._resource import Call, Resource
from .client import LiteLLMClient
from .credential import parse
from .errors import LiteLLMError
from .models.api import Deployments


class Credentials:
    """The credentials of one LiteLLM, in its database and in its configuration file."""

    def __init__(self, client: LiteLLMClient) -> None:
        self._client = client

    def all(self) -> list[Resource]:
        """Every credential that the answering worker has loaded."""
        doing = "list the credentials"
        answer = self._client.get(doing, "/credentials")
        rows = answer.get("credentials") if isinstance(answer, t.Mapping) else None
        if not isinstance(rows, list) or not all(isinstance(row, t.Mapping) for row in rows):
            raise LiteLLMError(doing, "it answers something else than a list of credentials", hint="Check url.")
        return [parse(row) for row in rows]

    def find(self, credential_name: str) -> Resource | None:
        """The credential of exactly this name."""
        return next((row for row in self.all() if row["credential_name"] == credential_name), None)

    def users(self, credential_name: str) -> list[str]:
        """Names of the models that have this credential."""
        rows = Deployments(self._client).all()
        names = {row["model_name"] for row in rows if _credential_of(row) == credential_name}
        return sorted(names)

    def execute(self, call: Call) -> bool:
        """Make one planned call; false where it was done already. Raises LiteLLMError."""
        if call.name == "create credential":
            self._create(call.arguments["body"])
        elif call.name == "update credential":
            self._update(call.arguments["body"])
        else:
            return self._delete(call.arguments["credential_name"])
        return True

    def _create(self, body: Resource) -> None:
        try:
            self._client.write(f"create the credential {body['credential_name']}", "POST", "/credentials", body)
        except LiteLLMError as error:
            # The answer was lost, or it is there and this worker has not read it yet: then it is made what it is to be.
            # (The listing cannot tell: it may lag behind. Only a credential that exists can be updated.)
            if not error.unsure and not _exists(error):
                raise
            self._update(body)

    def _update(self, body: Resource) -> None:
        doing, path = f"change the credential {body['credential_name']}", _path(body["credential_name"])
        try:
            self._client.write(doing, "PATCH", path, body)
        except LiteLLMError as error:
            if error.status != 404:
                raise
            hint = "It is not there, or not any more. Run again to create it."
            raise LiteLLMError(doing, error.reason, status=error.status, hint=hint) from None

    def _delete(self, credential_name: str) -> bool:
        try:
            self._client.write(f"delete the credential {credential_name}", "DELETE", _path(credential_name))
        except LiteLLMError as error:
            if error.status != 404 or "credential not found" not in error.reason.lower():
                raise
            return False  # somebody else was faster
        return True


def _path(credential_name: str) -> str:
    return f"/credentials/{quote(credential_name, safe='')}"


def _credential_of(row: Resource) -> t.Any:
    return row["litellm_params"].get("litellm_credential_name")


def _exists(error: LiteLLMError) -> bool:
    # The second are the words of LiteLLM 1.84.
    return any(words in error.reason.lower() for words in ("already exists", "unique constraint"))
