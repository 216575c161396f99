"""Bring the lab up, or put back what is missing of it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.lab import (
    cgroups,
    containers,
    machine,
    network,
    packages,
    parts,
    pki,
    preflight,
    processes,
    traces,
)
from tests.lab.images import catalog
from tests.lab.images.containerd import import_missing
from tests.lab.images.oci import Image
from tests.lab.kubernetes import cluster, config
from tests.lab.kubernetes import processes as kubernetes
from tests.lab.processes import Process
from tests.lab.report import say, step
from tests.lab.settings import STATE
from tests.lab.toolchain import build, clients, wrappers

Changes = list[str]
"""What a run did; empty when the lab was as it should be."""


def changed(what: str, happened: bool) -> Changes:
    """One entry when something happened."""
    return [what] if happened else []


def start_all(wanted: Sequence[Process]) -> Changes:
    """Start processes one after the other, each when the one before answers."""
    changes = []
    for process in wanted:
        if processes.start(process):
            changes.append(f"started {process.name}")
        processes.wait_ready(process)
    return changes


def build_control_plane() -> None:
    """What the cluster's start waits for."""
    clients.install()
    build.build(build.CONTROL_PLANE)


def provide(images: Sequence[Image]) -> Changes:
    """Put images together where they are not in the cache, and import them."""
    for image in images:
        image.build()
    return [f"imported {image.name}" for image in import_missing(images)]


def prepare() -> Changes:
    """Folders, certificates, configuration, network and control groups."""
    STATE.mkdir(parents=True, exist_ok=True)
    STATE.chmod(0o755)
    traces.note_absent()
    changes = changed("certificates", pki.ensure()) + changed("configuration", config.ensure())
    new_network = network.ensure()
    changes += changed("network", new_network) + changed("control groups", cgroups.ensure())
    changes += start_all([kubernetes.containerd()])
    if new_network:
        # Pods that lived through the loss of the bridge have no way out any more.
        containers.kill_tasks()
    return changes


def start_cluster() -> Changes:
    """Kubernetes from its processes to a ready node and name service, with AWS beside it."""
    changes = provide(catalog.cluster_images())
    changes += start_all(kubernetes.of_the_cluster())
    changes += start_all(parts.emulated())
    changes += changed("CoreDNS", cluster.install_coredns())
    cluster.wait_for_node()
    cluster.wait_for_coredns()
    return changes


def up() -> Changes:
    """Everything, in an order that lets downloads, builds, imports and the cluster's start overlap."""
    found = machine.look()
    preflight.report(preflight.judge(found))
    if found.missing_packages:
        packages.install(found.missing_packages)
        preflight.report(preflight.judge(machine.look()))
    changes = prepare()
    with ThreadPoolExecutor(max_workers=2) as pool:
        images = pool.submit(provide, catalog.application_images())
        build_control_plane()
        changes += changed("programs", wrappers.ensure())
        eksctl = pool.submit(build.build, build.EKSCTL)
        with step("Kubernetes, AWS and stand-ins"):
            changes += start_cluster()
        with step("images in containerd, eksctl"):
            changes += images.result()
            eksctl.result()
    say("the lab is up: " + (", ".join(changes) or "nothing had to be done"))
    return changes
