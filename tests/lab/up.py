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
from tests.lab.own_cluster import choice
from tests.lab.processes import Process
from tests.lab.report import say, step, warn
from tests.lab.settings import STATE
from tests.lab.system import LabError
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
    """Folders, certificates, configuration and network."""
    STATE.mkdir(parents=True, exist_ok=True)
    STATE.chmod(0o755)
    traces.note_absent()
    changes = changed("certificates", pki.ensure()) + changed("configuration", config.ensure())
    new_network = network.ensure()
    if new_network:
        # They put addresses of their own on the bridge when they start.
        for process in parts.emulated():
            processes.stop(process.pid_file, process.grace)
    return changes + changed("network", new_network)


def start_containers(new_network: bool) -> Changes:
    """Control groups and containerd."""
    changes = changed("control groups", cgroups.ensure()) + start_all([kubernetes.containerd()])
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


def up_built() -> Changes:
    """The lab's own cluster, in an order that lets downloads, builds, imports and its start overlap."""
    changes = prepare()
    changes += start_containers("network" in changes)
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
    return changes


def up_on(target: choice.Target) -> Changes:
    """A cluster of the user's own: nothing of Kubernetes is built, and its images are the published ones."""
    clients.install()
    changes = prepare()
    changes += changed(f"context {target.context}", choice.adopt(target))
    build.build(build.EKSCTL)
    changes += changed("programs", wrappers.ensure())
    with step("the user's cluster, AWS and stand-ins"):
        changes += start_all([*parts.emulated()[:1], *parts.cluster(), *parts.emulated()[1:]])
    warn("on a cluster of your own the emulated load balancer reaches pods only where this machine can route to them")
    return changes


def up() -> Changes:
    """Bring the lab up."""
    target = choice.check()
    if STATE.exists() and parts.kind_of_lab_differs(target is not None):
        raise LabError("the lab that is up has another kind of cluster; end it first: python -m tests.lab down")
    found = machine.look(own_cluster=target is not None)
    preflight.report(preflight.judge(found))
    if found.missing_packages:
        packages.install(found.missing_packages)
        preflight.report(preflight.judge(machine.look(own_cluster=target is not None)))
    changes = up_built() if target is None else up_on(target)
    say("the lab is up: " + (", ".join(changes) or "nothing had to be done"))
    return changes
