# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a REST interface says when it refuses, as one typed error with a hint. Private to this collection."""

from __future__ import annotations

import ast
import json
import re
import typing as t

_LONGEST = 600


class RestError(Exception):
    """A call failed. Each service has a subclass, which names it and knows its hints.

    status: of the HTTP answer, None when there was none. reason: what the service said. hint: the likely remedy, or "".
    unsure: the call may have taken effect all the same.
    """

    service: t.ClassVar[str]
    # (status or None, words of the reason in lower case, hint): the first that fits counts.
    hints: t.ClassVar[tuple[tuple[int | None, str, str], ...]] = ()

    def __init__(
        self, doing: str, reason: str, *, status: int | None = None, hint: str | None = None, unsure: bool = False
    ) -> None:
        self.doing, self.reason, self.status, self.unsure = doing, reason, status, unsure
        self.hint = self._usual_hint() if hint is None else hint
        number = "" if status is None else f" ({status})"
        super().__init__(f"{self.service} could not {doing}{number}: {reason.rstrip('.')}. {self.hint}".rstrip())

    def _usual_hint(self) -> str:
        said = self.reason.lower()
        return next((hint for code, words, hint in self.hints if code in (None, self.status) and words in said), "")


def reason_of(service: str, status: int, content_type: str, body: bytes) -> str:
    """What an answer says, whichever of the usual shapes it has."""
    text = body.decode("utf-8", "replace").strip()
    if 300 <= status < 400:
        return "it answers with a redirection: give the address that it leads to as url"
    try:
        answer = json.loads(text)
    except ValueError:
        if "html" in content_type or text[:1] == "<":
            return f"a web page came back, so that something other than {service} answers at this address"
        return _short(text or "an empty answer")
    return message_of(answer)


def message_of(answer: t.Any) -> str:
    """The innermost message of {"error": {"message"}}, {"detail": {"error"}}, {"detail": ""} and {"detail": [...]}."""
    return _short(_message(answer))


def _message(answer: t.Any) -> str:
    if isinstance(answer, list):
        return "; ".join(_field_error(item) for item in answer)
    if isinstance(answer, t.Mapping):
        for key in ("error", "detail", "message", "msg"):
            if key in answer:
                return _message(answer[key])
        return "an answer without a message"
    return _unquoted(str(answer))


def _field_error(item: t.Any) -> str:
    # Never its "input": that may be a secret.
    if not isinstance(item, t.Mapping):
        return str(item)
    where = ".".join(str(part) for part in item.get("loc", ()) if part != "body")
    return f"{where}: {item.get('msg', 'invalid')}" if where else str(item.get("msg", "invalid"))


def _unquoted(text: str) -> str:
    """LiteLLM often puts the repr of a dictionary into its message."""
    match = re.search(r"\{'error': .*\}", text, re.DOTALL)
    if not match:
        return text
    try:
        return _message(ast.literal_eval(match.group()))
    except (ValueError, SyntaxError):
        return text


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
