"""All long-running parts of the lab, in the order of their start."""

from __future__ import annotations

from tests.lab import aws, stand_ins
from tests.lab.kubernetes import processes as kubernetes
from tests.lab.own_cluster import choice
from tests.lab.own_cluster.process import proxy
from tests.lab.processes import Process
from tests.lab.settings import RUN


def emulated() -> list[Process]:
    """AWS and the stand-ins; they start when the API server answers."""
    return [*getattr(aws, "PROCESSES", ()), *getattr(stand_ins, "PROCESSES", ())]


def cluster() -> list[Process]:
    """The cluster: the one that the lab builds, or a way to the user's own."""
    return [proxy()] if choice.in_use() else [kubernetes.containerd(), *kubernetes.of_the_cluster()]


def all_processes() -> list[Process]:
    """Every process."""
    return [*cluster(), *emulated()]


def kind_of_lab_differs(own_cluster: bool) -> bool:
    """Whether the lab that is there has the other kind of cluster."""
    built = (RUN / "kube-apiserver.pid").exists()
    return built if own_cluster else choice.in_use()
