"""`python -m tests.lab.own_cluster.proxy`: the address of the emulated EKS in front of the user's own cluster.

Tokens of the emulated AWS are verified as the built API server has them verified; the request then goes on with the
user's own credentials, on behalf of the one whom the token named."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
import time
import urllib.request

from tests.lab.own_cluster import requests, upstream
from tests.lab.own_cluster.choice import KUBECONFIG
from tests.lab.own_cluster.requests import Caller, Head
from tests.lab.settings import ADDRESS, CLUSTER_CA, PKI, TOKEN_REVIEW

log = logging.getLogger("own-cluster")
PORT = 6443
HEAD_LIMIT = 1 << 18
TOKEN_SECONDS = 10.0
CHUNK = 1 << 16
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Tokens:
    """Verified tokens, remembered as long as the built API server would."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Caller | None]] = {}

    async def caller(self, token: str) -> Caller | None:
        """Whom the token stands for."""
        now = time.monotonic()
        self._known = {key: entry for key, entry in self._known.items() if entry[0] > now}
        if token not in self._known:
            caller = await asyncio.to_thread(ask, token)
            self._known[token] = (now + TOKEN_SECONDS, caller)
        return self._known[token][1]


def ask(token: str) -> Caller | None:
    """Have the emulated AWS verify a token."""
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": token}}
    request = urllib.request.Request(
        TOKEN_REVIEW, json.dumps(review).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with OPENER.open(request, timeout=10) as answer:
        return requests.caller_of(json.load(answer))


class Proxy:
    """One request a connection: its head is rewritten, everything after it is passed on as it comes."""

    def __init__(self, target: upstream.Upstream) -> None:
        self.target = target
        self.tokens = Tokens()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        try:
            head = requests.parse(await reader.readuntil(b"\r\n\r\n"))
            caller = await self.who(head, writer)
            if caller is None:
                writer.write(requests.refusal(401, "Unauthorized", "Unauthorized"))
                await writer.drain()
            else:
                await self.forward(head, caller, reader, writer)
        except (ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass  # The client went away or spoke something else.
        except OSError as error:
            log.warning("the user's cluster: %s", error)
            writer.write(requests.refusal(503, "ServiceUnavailable", f"the cluster does not answer: {error}"))
        finally:
            writer.close()

    async def who(self, head: Head, writer: asyncio.StreamWriter) -> Caller | None:
        """The lab's own processes come with a certificate, everyone else with a token."""
        certificate = writer.get_extra_info("peercert")
        if head.bearer:
            return await self.tokens.caller(head.bearer)
        if certificate:
            return Caller()
        return Caller("system:anonymous", ("system:unauthenticated",)) if head.is_open else None

    async def forward(
        self, head: Head, caller: Caller, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Pass the request on, and bytes both ways until the answer ends."""
        target = self.target
        up_reader, up_writer = await asyncio.open_connection(
            target.host, target.port, ssl=target.context, server_hostname=target.server_name
        )
        up_writer.write(requests.rewrite(head, caller, f"{target.host}:{target.port}", target.token))
        sending = asyncio.create_task(copy(reader, up_writer))
        try:
            await copy(up_reader, writer)
        finally:
            sending.cancel()
            up_writer.close()


async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Pass bytes on as they come."""
    while data := await source.read(CHUNK):
        target.write(data)
        await target.drain()


def server_tls() -> ssl.SSLContext:
    """The lab's own certificate; a client may show one of the lab's authority."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(CLUSTER_CA))
    context.load_cert_chain(PKI / "apiserver.crt", PKI / "apiserver.key")
    context.verify_mode = ssl.CERT_OPTIONAL
    context.set_alpn_protocols(["http/1.1"])
    return context


async def main() -> None:
    """Serve until the end."""
    proxy = Proxy(upstream.load(KUBECONFIG))
    server = await asyncio.start_server(proxy.handle, ADDRESS, PORT, ssl=server_tls(), limit=HEAD_LIMIT)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    asyncio.run(main())
