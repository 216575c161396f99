"""The Pod Identity agent's address on the lab's bridge: given at the start, and again when the bridge was made anew."""

from __future__ import annotations

import logging
import socket
import subprocess
import threading
import time
from pathlib import Path

from tests.lab.aws.config import Config

log = logging.getLogger("lab.agent_address")
INTERVAL = 2.0


def is_local(host: str) -> bool:
    """Whether this machine has the address; else pods' requests would leave it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((host, 0))
        except OSError:
            return False
        return True


def ensure(config: Config) -> bool:
    """Have the address on the bridge; False when there is no bridge. It goes when the bridge goes."""
    host = config.agent_bind.rpartition(":")[0]
    if not Path("/sys/class/net", config.bridge).exists():
        return False
    if not is_local(host):
        command = ["ip", "address", "replace", f"{host}/32", "dev", config.bridge, "scope", "link"]
        subprocess.run(command, check=True)
        log.warning("%s given to %s", host, config.bridge)
    return True


def watch(config: Config) -> None:
    """Look again and again; never ends."""
    while True:
        time.sleep(INTERVAL)
        try:
            ensure(config)
        except (OSError, subprocess.SubprocessError) as error:
            log.warning("%s", error)


def start(config: Config) -> bool:
    """Ensure the address and keep it; False when there is no agent to have one."""
    if not config.agent_bind or not ensure(config):
        return False
    threading.Thread(target=watch, args=(config,), daemon=True, name="lab-agent-address").start()
    return True
