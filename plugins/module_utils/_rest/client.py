# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One client for the REST interfaces of this collection: retries, errors, secrets. Private to this collection."""

from __future__ import annotations

import json
import time
import typing as t
from urllib.parse import urlencode

from .._resource import HIDDEN
from .errors import RestError, reason_of
from .transport import Answer, NoAnswer, Transport

_PAUSES = (0.5, 1.0, 2.0, 4.0)
_LONGEST_PAUSE = 15.0
# The service is starting, overloaded, or behind a load balancer without a target.
_PASSING = (429, 502, 503, 504)


class RestClient:
    """Sends requests with a bearer token. Reads are repeated while they may succeed; writes only if never sent."""

    error: t.ClassVar[type[RestError]]

    def __init__(
        self,
        transport: Transport,
        token: str | None,
        *,
        timeout: float = 60,
        secrets: t.Iterable[str] = (),
        sleep: t.Callable[[float], None] = time.sleep,
    ) -> None:
        """secrets: strings that no message may show, besides the token."""
        self._transport, self._timeout, self._sleep = transport, timeout, sleep
        self._token, self._secrets = token, set(secrets)

    def get(self, doing: str, path: str, **query: t.Any) -> t.Any:
        """The decoded answer to GET. doing: for the error, as in "LiteLLM could not list the models"."""
        answer = self._send(doing, "GET", f"{path}?{urlencode(query)}" if query else path, None, _PASSING)
        return self._decode(doing, answer)

    def write(self, doing: str, method: str, path: str, body: t.Mapping[str, t.Any] | None = None) -> t.Any:
        """The decoded answer to a write. Raises the service's error, which says whether it may have happened."""
        return self._decode(doing, self._send(doing, method, path, _encode(body), ()))

    def probe(
        self, doing: str, path: str, method: str = "GET", body: t.Mapping[str, t.Any] | None = None
    ) -> tuple[int, t.Any]:
        """Status and decoded answer (None if it is no JSON) of a request that is never repeated for its status."""
        answer = self._send(doing, method, path, _encode(body), ())
        try:
            return answer.status, json.loads(answer.body)
        except ValueError:
            return answer.status, None

    def _send(self, doing: str, method: str, path: str, body: bytes | None, repeat_for: t.Container[int]) -> Answer:
        headers = {"Accept": "application/json"}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        start = time.monotonic()
        for pause in (*_PAUSES, None):
            may_repeat = pause is not None and time.monotonic() - start < self._timeout
            try:
                answer = self._transport(method, path, headers, body, self._timeout)
            except NoAnswer as problem:
                if not may_repeat or problem.final or (problem.sent and body is not None):
                    raise self.error(
                        doing, self.without_secrets(str(problem)), hint="", unsure=problem.sent
                    ) from problem
                self._sleep(pause or 0)
                continue
            if not may_repeat or answer.status not in repeat_for:
                return answer
            self._sleep(_retry_after(answer) or pause or 0)
        raise AssertionError("the last try returns or raises")

    def _decode(self, doing: str, answer: Answer) -> t.Any:
        kind = answer.headers.get("content-type", "")
        good = 200 <= answer.status < 300
        if good:
            try:
                return json.loads(answer.body)
            except ValueError:
                pass
        reason = self.without_secrets(reason_of(self.error.service, answer.status, kind, answer.body))
        hint = "Check url." if good else None
        raise self.error(doing, reason, status=answer.status, hint=hint, unsure=answer.status in _PASSING)

    def without_secrets(self, text: str) -> str:
        """The text, fit for a message."""
        for secret in sorted(filter(None, {*self._secrets, self._token}), key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        return text


def _encode(body: t.Mapping[str, t.Any] | None) -> bytes | None:
    return None if body is None else json.dumps(body).encode()


def _retry_after(answer: Answer) -> float | None:
    value = answer.headers.get("retry-after", "")
    return min(float(value), _LONGEST_PAUSE) if value.isdigit() else None
