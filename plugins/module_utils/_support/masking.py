# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets in text and in objects, and how they are made unreadable: pure. Private to this collection."""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import re
import typing as t
import urllib.parse

MASK = "[masked]"

# Names of fields, variables and options whose value is a secret whatever it looks like.
SENSITIVE = re.compile(
    r"(pass(word|wd|phrase)?|secret([_-]?(key|access[_-]?key))?|api[_-]?key|master[_-]?key|salt[_-]?key|private[_-]?key"
    r"|(access|auth|session|refresh|bearer|id)[_-]?token|token|credentials?|database[_-]?url|connection[_-]?string|dsn)$",
    re.IGNORECASE,
)
# Names of secrets, not secrets.
_REFERENCE = re.compile(r"(existing|pull|tls)_?secret$", re.IGNORECASE)
# Shorter values than this are masked only where they stand alone: replacing each "1" would leave nothing to read.
_LONG = 8

# What a secret looks like when nobody knows its value. The group `keep` stays readable.
_PATTERNS = (
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
    re.compile(r"\bsk-[A-Za-z0-9_-]{4,}"),
    re.compile(r"(?P<keep>\b[a-z][a-z0-9+.-]*://[^\s:/@'\"]*:)[^\s@'\"]+(?=@)", re.IGNORECASE),
    re.compile(r"\b(AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b"),
    re.compile(r"k8s-aws-v1\.[A-Za-z0-9_=-]+"),
    re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"),
    re.compile(r"(?P<keep>\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/-]{8,}=*", re.IGNORECASE),
    re.compile(r"(?P<keep>X-Amz-(?:Signature|Security-Token|Credential)=)[^&\s'\"]+", re.IGNORECASE),
    re.compile(
        r"(?P<keep>\b[\w.-]*?(?:password|passwd|api[_-]?key|master[_-]?key|salt[_-]?key|secret[_-]?key"
        r"|secret[_-]?access[_-]?key|access[_-]?token|session[_-]?token|database[_-]?url)"
        r"\\?[\"']?\s*[=:]\s*\\?[\"']?)(?!os\.environ/|\[masked\]|null\b|none\b|true\b|false\b)[^\s\"',}\\]{4,}",
        re.IGNORECASE,
    ),
)


class Masker:
    """Replaces the secrets that it was told, and whatever looks like one. ``count``: how many it has replaced."""

    def __init__(self, secrets: t.Iterable[str] = ()) -> None:
        self.count = 0
        known = set(secrets)
        long = {value for value in known if len(value) >= _LONG}
        needles = {form for value in long for form in _forms(value)}
        # The longest first, or a part of a secret would hide the rest of it.
        self._needles = sorted(needles, key=len, reverse=True)
        short = sorted((re.escape(value) for value in known - long if value), key=len, reverse=True)
        self._short = re.compile(rf"(?<![\w./-])(?:{'|'.join(short)})(?![\w/-])") if short else None

    def text(self, text: str) -> str:
        """The text without its secrets."""
        for needle in self._needles:
            found = text.count(needle)
            if found:
                self.count += found
                text = text.replace(needle, MASK)
        if self._short:
            text = self._short.sub(self._replace, text)
        for pattern in _PATTERNS:
            text = pattern.sub(self._replace, text)
        return text

    def _replace(self, match: re.Match[str]) -> str:
        self.count += 1
        return (match.groupdict().get("keep") or "") + MASK

    def tree(self, value: t.Any) -> t.Any:
        """An object without its secrets: by the names of its fields, and in all its texts."""
        if isinstance(value, dict):
            return {key: self._field(key, inner, value) for key, inner in value.items() if key not in _NOISE}
        if isinstance(value, list):
            return [self.tree(inner) for inner in value]
        return self.text(value) if isinstance(value, str) else value

    def _field(self, key: str, value: t.Any, parent: dict[str, t.Any]) -> t.Any:
        name = parent.get("name") if key == "value" else key  # an environment variable: {name: X, value: Y}
        plain = isinstance(value, str | int | float) and not isinstance(value, bool) and value not in ("", 0)
        named = SENSITIVE.search(str(name)) and not _REFERENCE.search(str(name))
        if plain and named and not str(value).startswith("os.environ/"):
            self.count += 1
            return MASK
        return self.tree(value)


# Bookkeeping of the API server that says nothing, and copies of objects as they were applied.
_NOISE = frozenset({"managedFields", "kubectl.kubernetes.io/last-applied-configuration"})


def secret_values(secret: t.Mapping[str, t.Any]) -> set[str]:
    """What has to be masked of a Secret: its values, and what they are made of (lines, URLs, JSON)."""
    values: set[str] = set()
    for key, encoded in (secret.get("data") or {}).items():
        try:
            text = base64.b64decode(encoded).decode()
        except (binascii.Error, UnicodeDecodeError, ValueError):
            values.add(encoded)
            continue
        if SENSITIVE.search(key) or not _ordinary(text):
            values |= parts(text)
            values.add(encoded)
    return {value for value in values if value.strip()}


def parts(text: str) -> set[str]:
    """A secret text and the secrets inside of it."""
    found = {text, text.strip()}
    lines = [line.strip() for line in text.splitlines()]
    if len(lines) > 1:
        found |= {line for line in lines if len(line) >= 16}  # lines of a certificate or key; short ones are no secret
    if "://" in text:
        password = _password_of(text)
        found |= {password, urllib.parse.unquote(password)}
    if text.lstrip().startswith(("{", "[")):
        with contextlib.suppress(ValueError):
            found |= _leaves(json.loads(text))
    return found - {""}


def _password_of(url: str) -> str:
    try:
        return urllib.parse.urlsplit(url.strip()).password or ""
    except ValueError:
        return ""


def _leaves(value: t.Any, name: str = "") -> set[str]:
    if isinstance(value, dict):
        return {leaf for key, inner in value.items() for leaf in _leaves(inner, key)}
    if isinstance(value, list):
        return {leaf for inner in value for leaf in _leaves(inner, name)}
    secret = isinstance(value, str) and (SENSITIVE.search(name) or (len(value) >= _LONG and not _ordinary(value)))
    return parts(value) if secret else set()


def _ordinary(text: str) -> bool:
    """Whether a value under a harmless name is an everyday word: a user's or database's name, a port, a host."""
    return bool(re.fullmatch(r"[a-z][a-z_.-]{0,40}|\d{1,5}|true|false|", text.strip(), re.IGNORECASE))


def _forms(value: str) -> set[str]:
    """The ways in which a text can stand in another: as it is, quoted for URLs or JSON, in base64 at any offset."""
    raw = value.encode()
    forms = {value, urllib.parse.quote(value, safe=""), json.dumps(value)[1:-1]}
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw).decode().rstrip("=")
        # The characters at both ends also depend on what stands beside the value.
        core = encoded[(0, 2, 3)[offset] :]
        core = core if (offset + len(raw)) % 3 == 0 else core[:-1]
        if len(core) >= _LONG:
            forms |= {core, core.replace("+", "-").replace("/", "_")}
    return forms
