"""Small readiness questions for processes."""

from __future__ import annotations

import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path


def port_open(host: str, port: int) -> Callable[[], bool]:
    """True once something accepts connections there."""

    def probe() -> bool:
        with socket.create_connection((host, port), timeout=0.5):
            return True

    return probe


def http_ok(url: str, ca_file: Path | None = None) -> Callable[[], bool]:
    """True once the address answers with a 2xx status."""

    def probe() -> bool:
        context = ssl.create_default_context(cafile=str(ca_file)) if ca_file else None
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )
        try:
            with opener.open(url, timeout=1) as answer:
                return 200 <= int(answer.status) < 300
        except urllib.error.HTTPError:
            return False

    return probe
