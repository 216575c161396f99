"""Bring the lab up, or put back what is missing of it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from tests.lab import cgroups, network, pki, processes
from tests.lab.images import catalog
from tests.lab.images.containerd import import_missing
from tests.lab.kubernetes import cluster, config
from tests.lab.kubernetes import processes as kubernetes
from tests.lab.processes import Process
from tests.lab.report import say, step
from tests.lab.settings import STATE
from tests.lab.toolchain import build, clients


def start_all(wanted: Sequence[Process]) -> list[str]:
    """Start processes one after the other, each when the one before answers; returns the names of those started."""
    started = []
    for process in wanted:
        if processes.start(process):
            started.append(process.name)
        processes.wait_ready(process)
    return started


def build_programs() -> None:
    """Build or fetch every program."""
    build.build(build.CONTROL_PLANE)
    clients.install()
    build.build(build.EKSCTL)


def provide_images() -> None:
    """Put the application images together and import them."""
    for image in catalog.application_images():
        image.build()
    wanted = import_missing(catalog.application_images())
    if wanted:
        say("imported " + ", ".join(image.name for image in wanted))


def start_cluster() -> None:
    """Kubernetes from its processes to a ready node and name service."""
    for image in catalog.cluster_images():
        image.build()
    import_missing(catalog.cluster_images())
    with step("start Kubernetes"):
        start_all(kubernetes.of_the_cluster())
    with step("CoreDNS and a ready node"):
        cluster.install_coredns()
        cluster.wait_for_node()
        cluster.wait_for_coredns()


def up() -> None:
    """Everything, in an order that lets downloads, builds and imports overlap."""
    STATE.mkdir(parents=True, exist_ok=True)
    pki.ensure()
    config.ensure()
    network.ensure()
    cgroups.ensure()
    start_all([kubernetes.containerd()])
    with ThreadPoolExecutor(max_workers=2) as pool:
        programs: Future[None] = pool.submit(build_programs)
        images: Future[None] = pool.submit(provide_images)
        programs.result()
        start_cluster()
        images.result()
