"""An emulated AWS of this target's own, on a free port: it fills the account with things that nobody has to clear away.

usage: emulator.py    starts it and prints {"pids": ..., "endpoint": ..., "classic": ...} as JSON once it answers
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(*argv: str | Path, env: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    """A process that outlives this one."""
    return subprocess.Popen(
        argv,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def main() -> None:
    """Start it, wait until it answers."""
    port = free_port()
    environment = {
        **os.environ,
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "PERSIST_STATE": "0",
        "IOT_MTLS_ENABLED": "0",
    }
    process = start(sys.executable, Path(__file__).with_name("account.py"), env=environment)
    endpoint = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=2)
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            classic_port = free_port()
            classic = start(sys.executable, Path(__file__).with_name("classic.py"), str(classic_port))
            answer = {"pids": [process.pid, classic.pid], "endpoint": endpoint}
            print(json.dumps({**answer, "classic": f"http://127.0.0.1:{classic_port}"}))
            return
    process.kill()
    sys.exit("the emulated AWS did not start within 60 s")


if __name__ == "__main__":
    main()
