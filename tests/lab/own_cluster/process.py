"""The proxy as a part of the lab."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.lab.own_cluster.choice import KUBECONFIG
from tests.lab.probes import http_ok
from tests.lab.processes import Process
from tests.lab.settings import API_SERVER, CLUSTER_CA


def proxy() -> Process:
    """Stands at the built API server's address, so that nothing else need know of the difference."""
    return Process(
        "own-cluster",
        [sys.executable, "-m", "tests.lab.own_cluster.proxy"],
        ready=http_ok(f"{API_SERVER}/readyz", CLUSTER_CA),
        kind="real",
        version="the user's cluster, behind a proxy that knows AWS tokens",
        address=API_SERVER,
        inputs=(Path(__file__).parent, KUBECONFIG),
    )
