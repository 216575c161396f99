# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LiteLLM's calls for fallbacks, and what each answer means. Private to this collection."""

from __future__ import annotations

import time
import typing as t
from urllib.parse import quote, urlencode

from .._resource import Call, Resource
from .client import LiteLLMClient
from .errors import LiteLLMError
from .fallback import SETTINGS, parse
from .models.api import Deployments

_LOOK_AGAIN = 2.0
_UNKNOWN_HINT = (
    "Create its model first, as with litellm_model. The name of an alias does not count (take that of its model), nor "
    "does *: fallbacks for all models are default_fallbacks in LiteLLM's configuration file."
)


class Fallbacks:
    """The fallbacks of one LiteLLM, in its database and in its configuration file."""

    def __init__(
        self, client: LiteLLMClient, *, wait_timeout: float = 35, sleep: t.Callable[[float], None] = time.sleep
    ) -> None:
        """wait_timeout: seconds until a worker must know a model that another one made."""
        self._client, self._wait_timeout, self._sleep = client, wait_timeout, sleep

    def all(self) -> list[Resource]:
        """Every fallback that the answering worker has loaded."""
        return [*parse(*self._settings())]

    def look(self, model: str, fallback_type: str) -> tuple[Resource | None, str | None]:
        """The fallbacks of exactly this model, and where all of this type come from.

        That is config, db or default, and None where LiteLLM does not tell. (LiteLLM's own call for one model answers
        with the fallbacks of others, too, as of ``*``.)
        """
        values, sources = self._settings()
        same = (row for row in parse(values, sources) if (row["model"], row["fallback_type"]) == (model, fallback_type))
        return next(same, None), sources.get(SETTINGS[fallback_type])

    def find(self, model: str, fallback_type: str) -> Resource | None:
        """The fallbacks of exactly this model."""
        return self.look(model, fallback_type)[0]

    def execute(self, call: Call) -> bool:
        """Make one planned call; false where it was done already. Raises LiteLLMError."""
        if call.name == "set fallbacks":
            self._set(call.arguments["body"])
            return True
        return self._delete(call.arguments["model"], call.arguments["fallback_type"])

    def _settings(self) -> tuple[t.Mapping[str, t.Any], t.Mapping[str, t.Any]]:
        doing = "list the fallbacks"
        answer = self._client.get(doing, "/router/settings")
        values = answer.get("current_values") if isinstance(answer, t.Mapping) else None
        if not isinstance(values, t.Mapping):
            raise LiteLLMError(doing, "it answers something else than its router's settings", hint="Check url.")
        return values, answer.get("source") or {}

    def _set(self, body: Resource) -> None:
        doing, start = f"set the fallbacks of {body['model']}", time.monotonic()
        while True:
            try:
                self._client.write(doing, "POST", "/fallback", body)
                return
            except LiteLLMError as error:
                if not _unknown_model(error):
                    raise
                if time.monotonic() - start >= self._wait_timeout or not self._stored(body):
                    raise LiteLLMError(doing, error.reason, status=error.status, hint=_UNKNOWN_HINT) from None
            # The models are there, but this worker has not read them yet.
            self._sleep(_LOOK_AGAIN)

    def _stored(self, body: Resource) -> bool:
        deployments = Deployments(self._client)
        return all(deployments.by_name(name) for name in (body["model"], *body["fallback_models"]))

    def _delete(self, model: str, fallback_type: str) -> bool:
        doing = f"delete the fallbacks of {model}"
        if "/" in model:  # LiteLLM finds no such path, however it is quoted
            return self._rewrite(doing, model, fallback_type)
        path = f"/fallback/{quote(model, safe='')}?{urlencode({'fallback_type': fallback_type})}"
        try:
            self._client.write(doing, "DELETE", path)
        except LiteLLMError as error:
            if error.status != 404 or "fallbacks configured" not in error.reason:
                raise
            return False  # somebody else was faster
        return True

    def _rewrite(self, doing: str, model: str, fallback_type: str) -> bool:
        setting = SETTINGS[fallback_type]
        rules = self._settings()[0].get(setting) or []
        rest = [rule for rule in rules if not (isinstance(rule, t.Mapping) and model in rule)]
        if len(rest) == len(rules):
            return False
        self._client.write(doing, "POST", "/config/update", {"router_settings": {setting: rest}})
        return True


def _unknown_model(error: LiteLLMError) -> bool:
    said = error.reason.lower()
    return "not found in router" in said or "invalid fallback models" in said
