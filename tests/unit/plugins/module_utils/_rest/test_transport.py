"""Certificates, against a server of HTTPS with one of its own."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._rest.transport import NoAnswer, UrlTransport
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *arguments):
        pass


def certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "unit")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return str(path)


@pytest.fixture
def https(tmp_path):
    path = certificate(tmp_path)
    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}", path
    server.shutdown()
    server.server_close()
    thread.join()


def status(url, **options):
    return UrlTransport(url, **options)("GET", "/", {}, None, 5).status


def test_an_unknown_certificate_is_refused_with_the_remedy(https):
    with pytest.raises(NoAnswer, match="give its CA as ca_path") as caught:
        status(https[0])
    assert caught.value.final and not caught.value.sent


def test_a_known_or_an_unchecked_certificate_is_taken(https):
    url, path = https
    assert status(url, ca_path=path) == 200
    assert status(url, validate_certs=False) == 200


def test_a_ca_file_that_cannot_be_used_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"ca_path .* cannot be used"):
        UrlTransport("https://x", ca_path=str(tmp_path / "none"))
