"""HTTPS proxy that knows one destination: the cluster's OIDC issuer, whose certificate eksctl takes a print of.

Whatever else asks the proxy would leave the machine; it is refused and written to the request log.
"""

from __future__ import annotations

import json
import re
import socket
import ssl
import threading
from collections.abc import Callable

from tests.lab import settings
from tests.lab.aws import certificates
from tests.lab.aws.config import Config

ISSUER = re.compile(r"oidc\.eks\.[a-z0-9-]+\.amazonaws\.com")
NAMES = tuple(
    f"oidc.eks.{region}.amazonaws.com" for region in (settings.REGION, "us-east-1", "us-east-2", "eu-central-1")
)
LIMIT = 65536


def destination(head: bytes) -> str:
    """Host of a CONNECT request; empty for anything else."""
    match = re.match(rb"CONNECT ([A-Za-z0-9.-]+):443 ", head)
    return match[1].decode() if match else ""


def read_head(connection: socket.socket) -> bytes:
    """Bytes up to the empty line."""
    data = b""
    while b"\r\n\r\n" not in data and len(data) < LIMIT:
        part = connection.recv(4096)
        if not part:
            break
        data += part
    return data


def serve(connection: socket.socket, context: ssl.SSLContext, log: Callable[[str], None]) -> None:
    """One client."""
    with connection:
        connection.settimeout(20)
        host = destination(read_head(connection))
        if not ISSUER.fullmatch(host):
            log(f"refused: something asked the lab's proxy for {host or 'a plain request'}")
            connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with context.wrap_socket(connection, server_side=True) as secure:
            if read_head(secure):
                body = json.dumps({"issuer": f"https://{host}"}).encode()
                secure.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
                    b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
                )


def run(config: Config, log: Callable[[str], None]) -> None:
    """Accept clients for ever."""
    pair = certificates.ensure(config.state / "tls", "oidc", NAMES, settings.LAB_CA, settings.LAB_CA_KEY)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*map(str, pair))
    # The issuer's chain ends in a CA that the client must see to take its print.
    listener = socket.create_server(("127.0.0.1", config.oidc_proxy_port), backlog=16)

    def guarded(connection: socket.socket) -> None:
        try:
            serve(connection, context, log)
        except OSError as error:
            log(f"proxy: {error}")

    while True:
        threading.Thread(target=guarded, args=(listener.accept()[0],), daemon=True).start()


def start(config: Config, log: Callable[[str], None]) -> None:
    """Start the proxy's thread."""
    threading.Thread(target=run, args=(config, log), daemon=True, name="lab-oidc-proxy").start()
