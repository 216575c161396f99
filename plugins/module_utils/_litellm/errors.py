# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What LiteLLM says when it refuses, as one typed error with a hint. Private to this collection."""

from __future__ import annotations

import ast
import json
import re
import typing as t

# (status or None, words of the answer in lower case, hint): the first that fits counts.
_HINTS: tuple[tuple[int | None, str, str], ...] = (
    (
        None,
        "no connected db",
        "This LiteLLM runs without a database, and the key is not its master key. Give it DATABASE_URL and "
        "STORE_MODEL_IN_DB=True, and the module the master key.",
    ),
    (
        None,
        "db not connected",
        "This LiteLLM runs without a database: it needs DATABASE_URL and STORE_MODEL_IN_DB=True to keep models.",
    ),
    (
        None,
        "no db connected",
        "This LiteLLM runs without a database: it needs DATABASE_URL and STORE_MODEL_IN_DB=True to keep models.",
    ),
    (
        None,
        "store_model_in_db",
        "This LiteLLM does not keep models: set STORE_MODEL_IN_DB=True for it (or general_settings.store_model_in_db).",
    ),
    (
        None,
        "only supported for db-stored models",
        "This LiteLLM does not keep models: set STORE_MODEL_IN_DB=True for it (or general_settings.store_model_in_db).",
    ),
    (None, "error in external connector", "LiteLLM's database does not answer. Run again when it is back."),
    (
        None,
        "unable to find token",
        "LiteLLM does not know this key. Check api_key: the master key, or a key of a proxy admin.",
    ),
    (None, "enterprise user", "LiteLLM offers this only with an Enterprise licence."),
    (401, "", "LiteLLM does not accept this key. Check api_key: the master key, or a key of a proxy admin."),
    (
        403,
        "",
        "The key may not do this: take the master key, or an unrestricted key of a proxy admin. (A key of type "
        "management may create and delete, but not list and change; a read-only one may only list.)",
    ),
    (404, "not found on proxy", ""),
    (404, "", "Check that url is the address of LiteLLM itself, and that LiteLLM is not much older than 1.84."),
)
_LONGEST = 600


class LiteLLMError(Exception):
    """A call failed.

    status: of the HTTP answer, None when there was none. reason: what LiteLLM said. hint: the likely remedy, or "".
    unsure: the call may have taken effect all the same.
    """

    def __init__(
        self, doing: str, reason: str, *, status: int | None = None, hint: str | None = None, unsure: bool = False
    ) -> None:
        self.doing, self.reason, self.status, self.unsure = doing, reason, status, unsure
        self.hint = _hint(status, reason) if hint is None else hint
        number = "" if status is None else f" ({status})"
        super().__init__(f"LiteLLM could not {doing}{number}: {reason.rstrip('.')}. {self.hint}".rstrip())


def _hint(status: int | None, reason: str) -> str:
    said = reason.lower()
    return next((hint for code, words, hint in _HINTS if code in (None, status) and words in said), "")


def reason_of(status: int, content_type: str, body: bytes) -> str:
    """What an answer says, whichever of LiteLLM's shapes it has."""
    text = body.decode("utf-8", "replace").strip()
    if 300 <= status < 400:
        return "it answers with a redirection: give the address that it leads to as url"
    try:
        answer = json.loads(text)
    except ValueError:
        if "html" in content_type or text[:1] == "<":
            return "a web page came back, so that something other than LiteLLM answers at this address"
        return _short(text or "an empty answer")
    return _short(_message(answer))


def _message(answer: t.Any) -> str:
    """The innermost message of {"error": {"message"}}, {"detail": {"error"}}, {"detail": ""} and {"detail": [...]}."""
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
