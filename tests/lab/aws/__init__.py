"""The emulated AWS: ministack in one process, with the gaps filled that real clients meet."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from pathlib import Path

from tests.lab.probes import http_ok
from tests.lab.processes import Process
from tests.lab.settings import AWS_ENDPOINT

HERE = Path(__file__).parent
HEALTH = "/_lab/health"

PROCESSES = (
    Process(
        name="aws",
        argv=[sys.executable, "-m", "tests.lab.aws"],
        ready=http_ok(AWS_ENDPOINT + HEALTH),
        env={name: value for name, value in os.environ.items() if name in ("LAB_EKS_SECONDS", "LAB_AWS_LOG_LEVEL")},
        kind="emulated",
        version=f"ministack {version('ministack')}",
        address=AWS_ENDPOINT,
        inputs=(HERE, HERE.parent / "stand_ins" / "alb_controller" / "kube_api.py"),
    ),
)
"""What the lab starts once its bridge and its certificates are there; the API server may come later."""
