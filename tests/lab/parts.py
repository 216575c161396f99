"""All long-running parts of the lab, in the order of their start."""

from __future__ import annotations

from tests.lab import aws, stand_ins
from tests.lab.kubernetes import processes as kubernetes
from tests.lab.processes import Process


def emulated() -> list[Process]:
    """AWS and the stand-ins; they start when the API server answers."""
    return [*getattr(aws, "PROCESSES", ()), *getattr(stand_ins, "PROCESSES", ())]


def all_processes() -> list[Process]:
    """Every process."""
    return [kubernetes.containerd(), *kubernetes.of_the_cluster(), *emulated()]
