"""End the lab: everything it started or made goes, except the cache; nothing else is touched."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.lab import cgroups, containers, hosts, mounts, network, processes, traces
from tests.lab.processes import ProcessFailed
from tests.lab.report import say, step
from tests.lab.settings import RUN, STATE

GRACE = 3.0
BEFORE_CONTAINERS = ("kubelet", "kube-proxy", "kube-controller-manager", "kube-scheduler")
"""Ended first: they would make containers and rules anew."""
LAST = "containerd"


def stop_processes() -> None:
    """End every process that has a pid file, and in their midst the containers."""
    names = [file.stem for file in RUN.glob("*.pid")]
    first = [name for name in BEFORE_CONTAINERS if name in names]
    others = sorted(set(names) - set(first) - {LAST})
    for name in first:
        processes.stop(RUN / f"{name}.pid", GRACE)
    if processes.is_alive(processes.read_record(RUN / f"{LAST}.pid")):
        containers.remove_all()
    # All at once: the API server and etcd would wait for each other's connections.
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda name: processes.stop(RUN / f"{name}.pid", GRACE), others))
    processes.stop(RUN / f"{LAST}.pid", GRACE)


def stop_strays() -> None:
    """End what carries the lab's marker but has no pid file: shims, and what a cut-off `up` left."""
    for pid in processes.marked():
        processes.end(pid, GRACE)
    left = processes.marked()
    if left:
        raise ProcessFailed(f"these processes of the lab do not end: {left}")


def down() -> None:
    """End the lab, in whatever condition it is; running it without a lab changes nothing."""
    if not STATE.exists():
        hosts.remove_block()
        say("there is no lab")
        return
    with step("end processes and containers"):
        stop_processes()
        stop_strays()
        cgroups.remove()
    with step("remove mounts, network, names and folders"):
        mounts.remove_all()
        network.remove()
        hosts.remove_block()
        leftovers = traces.to_remove()
        mounts.remove_state()
        traces.remove(leftovers)
    say("the lab is gone; its cache stays")
