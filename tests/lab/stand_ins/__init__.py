"""Small programs in the place of AWS software that cannot be had here; each says first what it stands for."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.lab.probes import port_open
from tests.lab.processes import Process
from tests.lab.settings import ADDRESS

HERE = Path(__file__).parent
SHARED = (HERE / "lab_aws.py", HERE / "alb_controller" / "kube_api.py", HERE.parent / "aws" / "lab_views.py")


def stand_in(name: str, module: str, *inputs: str) -> Process:
    """A process of this folder that has no port of its own to ask."""
    return Process(
        name=name,
        argv=[sys.executable, "-m", f"tests.lab.stand_ins.{module}"],
        ready=lambda: True,
        kind="stand-in",
        inputs=(HERE / f"{module}.py", *(HERE / each for each in inputs), *SHARED),
    )


ALB_FRONT = Process(
    name="alb-front",
    argv=[sys.executable, "-m", "tests.lab.stand_ins.alb_front"],
    ready=port_open(ADDRESS, 443),
    kind="stand-in",
    address=f"https://{ADDRESS}",
    inputs=(HERE / "alb_front.py", HERE.parent / "aws" / "elbv2_websocket.py", *SHARED),
)

PROCESSES = (stand_in("ebs", "ebs", "ebs_plan.py"), ALB_FRONT, stand_in("names", "names"))
"""In the order of their start; all follow the emulated AWS."""
