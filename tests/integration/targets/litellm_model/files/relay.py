"""An HTTP relay to LiteLLM that notes requests, and misbehaves as the path says.

usage: relay.py UPSTREAM FOLDER

It reads FOLDER/tls.crt and FOLDER/tls.key, and writes its ports into FOLDER/ports.json. A request for /NAME/HOW/PATH
goes to UPSTREAM/PATH and is noted as a line "METHOD PATH" in FOLDER/NAME.log. HOW it is answered:
    plain   as it should
    lost    the answer to the first write does not arrive
    silent  from the first write on, which does arrive, nothing is answered
    killed  who wrote is killed in the place of an answer to the first write
    pair    the first two writes, to be of two clients, are held back until both are there
GET /stop ends it.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import ssl
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 90


class Relay(BaseHTTPRequestHandler):
    upstream: str
    folder: Path
    writes: Counter[str] = Counter()
    lock = threading.Lock()
    pairs: dict[str, threading.Barrier] = {}

    def do_GET(self) -> None:
        if self.path == "/stop":
            self._answer(200, "text/plain", b"bye")
            os.kill(os.getpid(), signal.SIGTERM)
            return
        dummy, name, how, path = self.path.split("/", 3)
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        with self.lock:
            with (self.folder / f"{name}.log").open("a") as log:
                log.write(f"{self.command} /{path}\n")
            self.writes[name] += self.command != "GET"
            turn = self.writes[name] if self.command != "GET" else 0
            pair = self.pairs.setdefault(name, threading.Barrier(2))
        if how == "silent" and (turn > 1 or (self.writes[name] and not turn)):
            time.sleep(PATIENCE)
            return
        if how == "pair" and turn in (1, 2):
            pair.wait(PATIENCE)
        status, kind, answer = self._ask(f"/{path}", body)
        if turn == 1 and how == "killed":
            os.kill(owner(self.client_address[1], self.server.server_port), signal.SIGKILL)
        elif turn == 1 and how == "silent":
            time.sleep(PATIENCE)
        elif turn != 1 or how != "lost":
            self._answer(status, kind, answer)

    do_POST = do_PATCH = do_GET

    def _ask(self, path: str, body: bytes) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection(urlsplit(self.upstream).netloc, timeout=PATIENCE)
        headers = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
        connection.request(self.command, urlsplit(self.upstream).path + path, body, {**headers, "Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.getheader("content-type", ""), answer.read()

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *dummy: Any) -> None:
        """Nothing on the terminal."""


def owner(port: int, peer: int) -> int:
    """The process that has the connection from this local port to the peer's."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if (int(fields[1].split(":")[1], 16), int(fields[2].split(":")[1], 16)) == (port, peer):
            link = f"socket:[{fields[9]}]"
            for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
                try:
                    if str(descriptor.readlink()) == link:
                        return int(descriptor.parts[2])
                except OSError:
                    continue
    raise LookupError(f"nobody has the connection from port {port}")


def main() -> None:
    Relay.upstream, Relay.folder = sys.argv[1].rstrip("/"), Path(sys.argv[2])
    servers = {name: ThreadingHTTPServer(("127.0.0.1", 0), Relay) for name in ("http", "https")}
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Relay.folder / "tls.crt", Relay.folder / "tls.key")
    servers["https"].socket = context.wrap_socket(servers["https"].socket, server_side=True)
    for server in servers.values():
        threading.Thread(target=server.serve_forever).start()
    draft = Relay.folder / "ports.draft"
    draft.write_text(json.dumps({name: server.server_port for name, server in servers.items()}))
    draft.rename(Relay.folder / "ports.json")


if __name__ == "__main__":
    main()
