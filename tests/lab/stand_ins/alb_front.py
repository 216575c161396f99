"""The ports of the emulated load balancers: TLS with the lab's certificate, then ministack's ALB, byte by byte.

One request a connection: what the load balancer sends is passed on as it comes, so a stream stays a stream. For a
WebSocket ministack only names the target, and the front passes on what both say.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.lab import settings
from tests.lab.aws import certificates
from tests.lab.aws.config import CHAT_HOST, LITELLM_HOST
from tests.lab.aws.elbv2_websocket import MARK
from tests.lab.stand_ins import lab_aws

log = logging.getLogger("lab.alb_front")
LIMIT = 65536
END_OF_HEAD = b"\r\n\r\n"
PORTS = {
    int(os.environ.get("LAB_FRONT_HTTP", "80")): 80,
    int(os.environ.get("LAB_FRONT_HTTPS", "443")): 443,
}
"""Port on this machine -> port of the listener."""


@dataclass(frozen=True)
class Head:
    """The first lines of a request."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]

    @property
    def host(self) -> str:
        """Host without its port, in lower case."""
        named = next((value for name, value in self.headers if name.lower() == "host"), "")
        return named.rsplit(":", 1)[0].lower() if named.rpartition(":")[2].isdigit() else named.lower()

    @property
    def websocket(self) -> bool:
        """Whether the client wants the connection to become a WebSocket."""
        return any((name.lower(), value.lower()) == ("upgrade", "websocket") for name, value in self.headers)


def parse_head(data: bytes) -> Head:
    """Request line and headers; ValueError for anything else."""
    lines = data.decode("latin-1").split("\r\n")
    method, path, version = lines[0].split(" ")
    if not version.startswith("HTTP/1."):
        raise ValueError(version)
    if not path.startswith("/"):
        parts = urlsplit(path)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = tuple((n.strip(), v.strip()) for n, _colon, v in (line.partition(":") for line in lines[1:] if line))
    return Head(method, path, headers)


def choose(host: str, port: int, view: dict[str, Any]) -> str:
    """Name of the load balancer behind a host; ValueError says why there is none."""
    balancers = view["balancers"]
    dns = host if host in balancers else view["records"].get(host) or view["rules"].get(host) or ""
    balancer = balancers.get(dns)
    if balancer is None:
        raise ValueError(f"no load balancer answers for {host}")
    if port not in balancer["ports"]:
        raise ValueError(f"load balancer {balancer['name']} has no listener on port {port}")
    return str(balancer["name"])


def forwarded(head: Head, balancer: str, port: int) -> bytes:
    """The request as ministack's data plane wants it: name in the path, listener's port in the Host header."""
    dropped = ("host", "connection", "keep-alive", "proxy-connection", "upgrade", MARK)
    lines = [f"{head.method} /_alb/{balancer}{head.path} HTTP/1.1", f"Host: {head.host}:{port}", "Connection: close"]
    lines += [f"{MARK}: wanted"] if head.websocket else []
    lines += [f"{name}: {value}" for name, value in head.headers if name.lower() not in dropped]
    return "\r\n".join(lines).encode("latin-1") + END_OF_HEAD


def websocket_target(answer: bytes) -> dict[str, Any] | None:
    """The target that ministack names in the head of its answer, if the answer is not the load balancer's own."""
    for line in answer.decode("latin-1").split("\r\n")[1:]:
        name, _colon, value = line.partition(":")
        if name.lower() == MARK:
            found: dict[str, Any] = json.loads(value)
            return found
    return None


def upgrade(head: Head, headers: dict[str, str]) -> bytes:
    """The request as the target gets it."""
    lines = [f"{head.method} {head.path} HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket"]
    return (
        "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items())]).encode("latin-1") + END_OF_HEAD
    )


def refusal(message: str) -> bytes:
    """503 with a plain message."""
    body = f"{message}\n".encode()
    return (
        b"HTTP/1.1 503 Service Unavailable\r\nServer: llmops-bedrock-lab\r\nContent-Type: text/plain\r\n"
        b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    )


async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Pass bytes on as they come."""
    while data := await source.read(LIMIT):
        sink.write(data)
        await sink.drain()


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    """One request."""
    try:
        data = await asyncio.wait_for(reader.readuntil(END_OF_HEAD), 60)
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
        return
    try:
        head = parse_head(data.removesuffix(END_OF_HEAD))
        balancer = choose(head.host, port, await asyncio.to_thread(lab_aws.names))
    except (ValueError, OSError) as error:
        writer.write(refusal(str(error)))
        await writer.drain()
        return
    ministack = urlsplit(lab_aws.ENDPOINT)
    upstream = await asyncio.open_connection(ministack.hostname, ministack.port)
    try:
        upstream[1].write(forwarded(head, balancer, port))
        await (
            serve_websocket(head, reader, writer, *upstream) if head.websocket else pass_on(reader, writer, *upstream)
        )
    finally:
        upstream[1].close()


async def pass_on(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    upstream_reader: asyncio.StreamReader,
    upstream_writer: asyncio.StreamWriter,
) -> None:
    """The rest of a request, and the answer."""
    upload = asyncio.create_task(pump(reader, upstream_writer))
    try:
        download = asyncio.create_task(pump(upstream_reader, writer))
        await asyncio.wait({upload, download}, return_when=asyncio.FIRST_COMPLETED)
        if not download.done() and not half_open(reader, upload):
            download.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await download
    finally:
        upload.cancel()


async def serve_websocket(
    head: Head,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    upstream_reader: asyncio.StreamReader,
    upstream_writer: asyncio.StreamWriter,
) -> None:
    """Client and target speak with each other until one of them ends."""
    answer = await upstream_reader.readuntil(END_OF_HEAD)
    target = websocket_target(answer)
    if target is None:
        writer.write(answer)
        await pump(upstream_reader, writer)
        return
    try:
        target_reader, target_writer = await asyncio.open_connection(target["host"], target["port"])
    except OSError as error:
        writer.write(refusal(f"target {target['host']}:{target['port']}: {error}"))
        await writer.drain()
        return
    target_writer.write(upgrade(head, target["headers"]))
    both = [asyncio.create_task(pump(reader, target_writer)), asyncio.create_task(pump(target_reader, writer))]
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in both:
            task.cancel()
        await asyncio.gather(*both, return_exceptions=True)
        target_writer.close()


def half_open(reader: asyncio.StreamReader, upload: asyncio.Task[None]) -> bool:
    """Whether the client has only ended its side of the upload, and still reads."""
    return upload.done() and upload.exception() is None and not isinstance(reader.exception(), OSError)


def guarded(port: int) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]:
    """A client that goes away is no error."""

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer, port)
        except (OSError, ssl.SSLError) as error:
            log.debug("client on port %s: %s", port, error)
        finally:
            with contextlib.suppress(OSError, ssl.SSLError):
                writer.close()

    return client


async def run() -> None:
    """Listen until the end."""
    host = os.environ.get("LAB_FRONT_HOST", settings.ADDRESS)
    names = (LITELLM_HOST, CHAT_HOST)
    pair = certificates.ensure(settings.STATE / "front", "front", names, settings.LAB_CA, settings.LAB_CA_KEY)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*map(str, pair))
    context.set_alpn_protocols(["http/1.1"])
    servers = [
        await asyncio.start_server(guarded(port), host, own, limit=LIMIT, ssl=context if port == 443 else None)
        for own, port in PORTS.items()
    ]
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    asyncio.run(run())
