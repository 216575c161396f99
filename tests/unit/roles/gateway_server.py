"""A LiteLLM and an Open WebUI in a few lines, for the tests of role verify: well unless a test changes that."""

from __future__ import annotations

import contextlib
import datetime
import json
import socket
import ssl
import threading
import time
import typing as t
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

KEY, PASSWORD, TOKEN = "sk-the-master-key-of-the-test", "the-password-of-the-test", "the-token-of-the-test"
TEXT = ["Bedrock ", "is ", "a service ", "of AWS."]


class Authority:
    """Certificates of an authority of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test CA")])
        self._own = self._sign(self._name, self._key.public_key(), days=100, names=())
        self.file = folder / "ca.crt"
        self.file.write_bytes(self._own.public_bytes(serialization.Encoding.PEM))

    def _sign(self, subject: x509.Name, key: t.Any, *, days: int, names: tuple[str, ...]) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=200))
            .not_valid_after(now + datetime.timedelta(days=days, hours=1))
            .add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
        )
        if names:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False
            )
        return builder.sign(self._key, hashes.SHA256())

    def context(self, *names: str, days: int = 90) -> ssl.SSLContext:
        """A server's context with a certificate for the names."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
        leaf = self._sign(subject, key.public_key(), days=days, names=names)
        pair = self.folder / f"{names[0]}-{days}.pem"
        encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        pair.write_bytes(key.private_bytes(encoding, form, serialization.NoEncryption()) + leaf.public_bytes(encoding))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair)
        return context


class Gateway:
    """What the servers answer, and what they were asked."""

    def __init__(self) -> None:
        self.models = ["claude", "gpt-4o", "titan"]
        self.page_models: list[dict[str, t.Any]] | None = None
        self.config: dict[str, t.Any] = {"status": True, "features": {"enable_signup": False}}
        self.account: dict[str, t.Any] = {"token": TOKEN, "role": "admin"}
        self.pause, self.first = 0.02, 0.0
        self.buffered = False
        self.stream_end = b"data: [DONE]\n\n"
        self.answers: dict[str, list[tuple[int, str, str]]] = {}
        """Answers by path in the place of the usual ones; the last one stays."""
        self.redirect = "https://{host}{path}"
        self.asked: list[tuple[str, str, str]] = []

    def special(self, path: str) -> tuple[int, str, str] | None:
        """The answer that a test wants."""
        wanted = self.answers.get(path)
        if not wanted:
            return None
        return wanted.pop(0) if len(wanted) > 1 else wanted[0]

    def usual(self, method: str, path: str, token: str, body: t.Any) -> tuple[int, t.Any]:
        """The answer of a gateway that is well."""
        free: dict[tuple[str, str], t.Any] = {
            ("GET", "/health"): {"status": True},
            ("GET", "/health/liveliness"): "I'm alive!",
            ("GET", "/api/config"): self.config,
        }
        if (method, path) in free:
            return 200, free[method, path]
        if path == "/api/v1/auths/signin":
            return (200, self.account) if body["password"] == PASSWORD else (400, {"detail": "incorrect"})
        if token != f"Bearer {TOKEN if path.startswith('/api') else KEY}":
            return 401, {"error": {"message": f"Authentication Error, Invalid proxy server token passed: {token}"}}
        if path in ("/v1/models", "/api/models"):
            listed = [{"id": name} for name in self.models]
            return 200, {"data": self.page_models if path == "/api/models" and self.page_models else listed}
        if path == "/v1/embeddings":
            return 200, {"data": [{"embedding": [0.1] * 8}]}
        return 200, {"model": body["model"], "choices": [{"message": {"content": "".join(TEXT)}}]}


class Handler(BaseHTTPRequestHandler):
    """The gateway over HTTP."""

    gateway: Gateway
    plain = False

    def log_message(self, *_arguments: t.Any) -> None:
        """Silence."""

    def do_GET(self) -> None:
        self.answer(None)

    def do_POST(self) -> None:
        self.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def answer(self, body: t.Any) -> None:
        gateway, host = self.gateway, self.headers["Host"]
        gateway.asked.append((self.command, host, self.path))
        if self.plain:
            self.send_response(301)
            self.send_header(
                "Location", gateway.redirect.format(host=host.split(":")[0], path=urlsplit(self.path).path)
            )
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        special = gateway.special(self.path)
        if special:
            self.whole(*special)
        elif body and body.get("stream"):
            self.stream()
        else:
            status, found = gateway.usual(self.command, self.path, self.headers.get("Authorization", ""), body)
            self.whole(status, "application/json", json.dumps(found))

    def whole(self, status: int, kind: str, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def stream(self) -> None:
        gateway = self.gateway
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.end_headers()
        time.sleep(gateway.first)
        lines = [f"data: {json.dumps({'choices': [{'delta': {'content': word}}]})}\n\n".encode() for word in TEXT]
        lines.append(b'data: {"choices": []}\n\n' + gateway.stream_end)
        if gateway.buffered:
            lines = [b"".join(lines)]
        for line in lines:
            self.wfile.write(line)
            self.wfile.flush()
            time.sleep(gateway.pause)


class Proxy(Handler):
    """A proxy that leads each tunnel to this machine, and redirects plain HTTP as the gateway would."""

    plain = True

    def do_CONNECT(self) -> None:
        self.gateway.asked.append((self.command, self.headers["Proxy-Authorization"], self.path))
        self.send_response(200)
        self.end_headers()
        with socket.create_connection(("127.0.0.1", int(self.path.split(":")[1]))) as upstream:
            answers = threading.Thread(target=pump, args=(upstream, self.connection), daemon=True)
            answers.start()
            pump(self.connection, upstream)
            answers.join()


def pump(source: socket.socket, sink: socket.socket) -> None:
    """Pass on what comes, and its end."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


class Server:
    """A server on a free port of all addresses of this machine."""

    def __init__(self, gateway: Gateway, context: ssl.SSLContext | None = None, **kind: t.Any) -> None:
        """kind: plain, for the server that redirects; handler."""
        handler = type("Bound", (kind.pop("handler", Handler),), {"gateway": gateway, **kind})
        self._server = ThreadingHTTPServer(("0.0.0.0", 0), handler)
        self._server.handle_error = lambda *_arguments: None  # type: ignore[method-assign]
        if context:
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
