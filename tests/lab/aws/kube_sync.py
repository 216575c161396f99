"""Keeps the API server in line with the emulated EKS, from its records alone, so that a restart repairs it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from tests.lab.aws import eks_nodegroups, emulator, kube
from tests.lab.aws.config import Config
from tests.lab.stand_ins.alb_controller.kube_api import KubeApi, KubeError

log = logging.getLogger("lab.kube_sync")
INTERVAL = 10.0
"""Seconds between rounds; also the heartbeat of placeholder nodes."""

WAKE = threading.Event()
Step = Callable[[KubeApi], None]


def sync_nodes(api: KubeApi) -> None:
    """Nodegroups -> labels of the real node, and placeholders."""
    groups = [group for _key, group in emulator.service("eks")._nodegroups.all_items()]
    eks_nodegroups.apply(api, groups)


def run(config: Config, steps: tuple[Step, ...]) -> None:
    """Never ends. An API server that is away is asked again."""
    said: dict[str, str] = {}
    while True:
        if kube.available(config):
            for step in steps:
                try:
                    step(kube.api(config))
                    said.pop(step.__name__, None)
                except (KubeError, OSError) as error:
                    if said.get(step.__name__) != str(error):  # once, not at every round
                        log.warning("%s: %s", step.__name__, error)
                        said[step.__name__] = str(error)
        WAKE.wait(INTERVAL)
        WAKE.clear()


def start(config: Config, steps: tuple[Step, ...]) -> None:
    """Start the thread."""
    threading.Thread(target=run, args=(config, steps), daemon=True, name="lab-kube-sync").start()
