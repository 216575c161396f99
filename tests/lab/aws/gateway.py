"""The front of the emulated AWS: the lab's own paths, faults and the request log around ministack's application."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from tests.lab.aws import HEALTH, bedrock_metrics, connections, eks, faults, kube_sync, operations, token_review
from tests.lab.aws.emulator import Answer, answer, failure
from tests.lab.aws.faults import FAULTS
from tests.lab.aws.operations import Operation

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Handler = Callable[[str, dict[str, str], bytes], Answer]


class RequestLog:
    """Time, status, service and operation of each request; never a body, a token or a query."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file = path.open("a", buffering=1)

    def write(self, line: str) -> None:
        """Add a line with the time."""
        self.file.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} {line}\n")

    def request(self, status: int, operation: Operation | None, method: str, path: str, note: str = "") -> None:
        """Add a request."""
        what = f"{operation.service} {operation.name}" if operation else f"- {method} {path}"
        self.write(f"{status} {what}{note}")


class Gateway:
    """ASGI application around ministack's."""

    def __init__(self, inner: Application, log: RequestLog, changed: Callable[[], None]) -> None:
        self.inner = inner
        self.log = log
        self.changed = changed
        self.handlers: dict[str, Handler] = {
            HEALTH: lambda method, headers, body: answer(200, {"status": "ok"}),
            token_review.PATH: review_tokens,
            faults.PATH: change_faults,
        }
        """The lab's own paths; each handler runs in a thread and gets method, headers and body."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
        elif scope["path"] in self.handlers:
            await self.own(scope, receive, send)
        elif scope["path"].startswith("/_alb/"):
            await self.inner(scope, receive, send)  # data plane: streams in both directions, has no signature
        else:
            await self.amazon(scope, receive, send)

    async def own(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A path of the lab."""
        body = await read_body(receive)
        handler = self.handlers[scope["path"]]
        response = await asyncio.to_thread(handler, scope["method"], headers_of(scope), body)
        await reply(send, response)
        if response[0] >= 400:
            self.log.request(response[0], None, scope["method"], scope["path"])

    async def amazon(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A call of AWS."""
        body, headers = await read_body(receive), headers_of(scope)
        query = scope["query_string"].decode()
        path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")  # an ARN in it keeps its slashes
        operation = operations.identify(operations.Request(scope["method"], path, query, headers, body))
        eks.CALLER.set(operations.access_key(headers.get("authorization", "")))
        fault = FAULTS.take(operation, path) if operation else None
        if fault and fault.reset == "before":
            await connections.close(send)
            self.log.request(0, operation, "", "", " connection closed before it (injected)")
            return
        if fault and operation and not fault.reset:
            await reply(send, faults.render(fault, operation))
            self.log.request(fault.status or 400, operation, "", "", f" {fault.error} (injected)")
            if operation.service == "bedrock-runtime":
                error = (fault.error, faults.status_of(fault))
                bedrock_metrics.injected(scope["path"], error, headers.get("authorization", ""))
            return
        status = 0

        async def watched(message: dict[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            if not fault:
                await send(message)

        await self.inner(scope, replay(body, receive), watched)
        if fault:
            await connections.close(send)
        note = " connection closed after it (injected)" if fault else ""
        self.log.request(status, operation, scope["method"], scope["path"], note)
        if operation is None or operation.writes:
            self.changed()
        if operation and operation.writes and operation.service in ("eks", "cloudformation"):
            kube_sync.WAKE.set()


def headers_of(scope: Scope) -> dict[str, str]:
    """Headers by lower-case name."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


async def read_body(receive: Receive) -> bytes:
    """The whole body of a request."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return b"".join(parts)


def replay(body: bytes, receive: Receive) -> Receive:
    """Hand a body that was read to the next application; later it hears of a disconnect."""
    given = False

    async def again() -> dict[str, Any]:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def reply(send: Send, response: Answer) -> None:
    """Send a whole answer."""
    status, headers, body = response
    listed = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [*listed, (b"content-length", str(len(body)).encode())],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})


def review_tokens(method: str, headers: dict[str, str], body: bytes) -> Answer:
    """TokenReview for the API server."""
    try:
        return answer(200, token_review.review(json.loads(body or b"{}")))
    except ValueError:
        return failure(400, "BadRequest", "a TokenReview is wanted")


def change_faults(method: str, headers: dict[str, str], body: bytes) -> Answer:
    """PUT adds faults, DELETE ends them, GET shows them."""
    try:
        if method == "PUT":
            FAULTS.change(json.loads(body or b"{}"))
        elif method == "DELETE":
            FAULTS.clear()
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        return failure(400, "BadRequest", f"not a fault: {error}")
    return answer(200, FAULTS.as_json())
