"""Connections that end without an answer, for tests of clients that must live with it."""

from __future__ import annotations

from typing import Any


async def close(send: Any) -> None:
    """End the connection behind an ASGI `send` at once; hypercorn itself would answer 500 in the application's place.

    `send` belongs to hypercorn's stream, whose own `send` belongs to the protocol, and that one's to the server.
    """
    stream = send.__self__
    stream.closed = True  # it has nothing more to say
    owner = stream
    while not hasattr(owner, "writer"):
        owner = owner.send.__self__
    owner.writer.transport.abort()
