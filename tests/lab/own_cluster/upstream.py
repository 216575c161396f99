"""How the proxy reaches the API server of the user's cluster."""

from __future__ import annotations

import base64
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml


@dataclass(frozen=True)
class Upstream:
    """Address, trust and credentials."""

    host: str
    port: int
    context: ssl.SSLContext
    server_name: str
    token: str


def load(file: Path) -> Upstream:
    """Read a kubeconfig of one context with its certificates inside."""
    config = yaml.safe_load(file.read_text())
    cluster, user = config["clusters"][0]["cluster"], config["users"][0].get("user") or {}
    address = urlsplit(cluster["server"])
    host = address.hostname or ""
    name = cluster.get("tls-server-name") or host
    return Upstream(host, address.port or 443, tls(cluster, user), name, user.get("token") or "")


def tls(cluster: dict[str, Any], user: dict[str, Any]) -> ssl.SSLContext:
    """Trust in the cluster's authority, and the user's certificate where there is one."""
    authority = cluster.get("certificate-authority-data")
    context = ssl.create_default_context(cadata=base64.b64decode(authority).decode() if authority else None)
    if cluster.get("insecure-skip-tls-verify"):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if user.get("client-certificate-data"):
        # Python loads certificates from files only.
        with tempfile.NamedTemporaryFile() as pair:
            for part in ("client-certificate-data", "client-key-data"):
                pair.write(base64.b64decode(user[part]) + b"\n")
            pair.flush()
            context.load_cert_chain(pair.name)
    return context
