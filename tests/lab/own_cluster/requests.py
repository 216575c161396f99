"""Requests to the API server: read the head, decide who asks, rewrite it for the user's cluster."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

OPEN_PATHS = ("/healthz", "/readyz", "/livez", "/version")
"""Answered to everyone, as an API server does."""


@dataclass(frozen=True)
class Head:
    """Request line and headers."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str:
        """A header's value, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def bearer(self) -> str:
        """The bearer token, or nothing."""
        kind, dummy, token = self.get("authorization").partition(" ")
        return token.strip() if kind.lower() == "bearer" else ""

    @property
    def is_open(self) -> bool:
        """Whether anyone may ask this."""
        path = self.target.partition("?")[0]
        return any(path == known or path.startswith(f"{known}/") for known in OPEN_PATHS)


@dataclass(frozen=True)
class Caller:
    """Who asks; without a name it is the lab itself, with all rights."""

    user: str = ""
    groups: tuple[str, ...] = ()


def parse(raw: bytes) -> Head:
    """Read a request's head; ValueError when it is none."""
    first, *rest = raw.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target = first.split(" ", 2)[:2]
    headers = []
    for line in rest:
        name, colon, value = line.partition(":")
        if not colon:
            raise ValueError(f"not a header: {line!r}")
        headers.append((name.strip(), value.strip()))
    return Head(method, target, tuple(headers))


def rewrite(head: Head, caller: Caller, host: str, token: str) -> bytes:
    """The head as the user's cluster gets it: its credentials instead of the caller's, one request a connection."""
    upgrade = bool(head.get("upgrade"))
    dropped = {"authorization", "host"} | (set() if upgrade else {"connection"})
    kept = [
        (name, value)
        for name, value in head.headers
        if name.lower() not in dropped and not name.lower().startswith("impersonate-")
    ]
    added = [("Host", host)]
    if not upgrade:
        added.append(("Connection", "close"))
    if token:
        added.append(("Authorization", f"Bearer {token}"))
    if caller.user:
        added.append(("Impersonate-User", caller.user))
        added += [("Impersonate-Group", group) for group in caller.groups]
    lines = [f"{head.method} {head.target} HTTP/1.1", *(f"{name}: {value}" for name, value in (*added, *kept))]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def caller_of(review: dict[str, object]) -> Caller | None:
    """What a TokenReview says."""
    status = review.get("status")
    if not isinstance(status, dict) or not status.get("authenticated"):
        return None
    user = status.get("user") or {}
    return Caller(str(user.get("username", "")), tuple(user.get("groups") or ()))


def refusal(code: int, reason: str, message: str) -> bytes:
    """An answer in the words of Kubernetes."""
    body = json.dumps(
        {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
            "reason": reason,
            "code": code,
        }
    )
    head: Sequence[str] = (
        f"HTTP/1.1 {code} {reason}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
    )
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()
