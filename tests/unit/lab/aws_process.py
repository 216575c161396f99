"""The emulated AWS as a process of its own, for tests."""

from __future__ import annotations

import datetime
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.lab.settings import ROOT

REGION = "us-west-2"
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Aws:
    """One process on a port and a folder of its own."""

    def __init__(self, state: Path) -> None:
        self.state, self.port = state, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        env = {
            **os.environ,
            "LAB_STATE": str(self.state),
            "LAB_AWS_BIND": f"127.0.0.1:{self.port}",
            "LAB_AGENT_BIND": "",
            "LAB_WEBHOOK_BIND": "",
            "LAB_OIDC_PROXY_PORT": str(free_port()),
        }
        log = (self.state / "aws.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.lab.aws"], env=env, cwd=ROOT, stdout=log, stderr=log
        )
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            try:
                OPENER.open(f"{self.endpoint}/_lab/health", timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        pytest.fail((self.state / "aws.log").read_text()[-2000:])

    def end(self, number: int) -> None:
        if self.process:
            self.process.send_signal(number)
            self.process.wait(15)

    def client(self, service: str, **config: Any) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}, **config),
        )

    def lab(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        with OPENER.open(urllib.request.Request(self.endpoint + path, data, method=method), timeout=5) as answer:
            return json.loads(answer.read())


def until(condition: Callable[[], bool]) -> None:
    """Wait for what the lab does by its clock."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def make_authorities(folder: Path) -> None:
    """The lab's two CAs in small."""
    folder.mkdir()
    now = datetime.datetime.now(datetime.UTC)
    for stem in ("lab-ca", "ca"):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, stem)])
        certificate = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        (folder / f"{stem}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / f"{stem}.key").write_bytes(private)
