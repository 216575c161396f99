"""Look at this machine for the preflight."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import time
from pathlib import Path

from tests.lab import network, packages, processes
from tests.lab.images import catalog
from tests.lab.preflight import CONTROLLERS, PORTS, Listener, Machine
from tests.lab.settings import BRIDGE, CACHE, RUN, STATE
from tests.lab.system import run, succeeds
from tests.lab.toolchain import clients
from tests.lab.toolchain.build import CONTROL_PLANE, EKSCTL

NETWORK_TRIAL = """
table ip trial {
  map services { type ipv4_addr . inet_proto . inet_service : verdict; }
  chain service { numgen random mod 1 vmap { 0 : goto endpoint }; }
  chain endpoint { meta l4proto tcp dnat to 10.0.0.1:80; }
  chain nat { type nat hook prerouting priority dstnat; ip daddr . meta l4proto . th dport vmap @services; }
  chain local { type nat hook output priority -100; fib daddr type local jump service; }
  chain outgoing { type nat hook postrouting priority srcnat; masquerade; }
  chain filter { type filter hook forward priority filter; ct state new reject; }
}
"""
"""The kinds of rules that kube-proxy and the lab use."""
DYING = 3.0
"""Seconds for which a process that was killed, the lab's perhaps, may hold its ports, with no owner to be seen."""
TRIAL_SCRIPT = "ip link add trial0 type bridge && ip link add trial1 type veth peer name trial2 && nft -f -"


def look(own_cluster: bool = False) -> Machine:
    """Everything the preflight asks. The cheap questions come first, and alone where the rest would be in vain."""
    system, user_id = platform.system(), os.geteuid() if hasattr(os, "geteuid") else -1
    if system != "Linux" or user_id != 0:
        return Machine(system, user_id)
    runs = lab_runs()
    missing = packages.missing(packages.FOR_OWN_CLUSTER if own_cluster else packages.NEEDED)
    can_look = not {"iproute2", "nftables", "util-linux"} & set(missing)
    return Machine(
        system=system,
        user_id=user_id,
        missing_packages=missing,
        has_apt=shutil.which("apt-get") is not None,
        go_version=go_version(),
        everything_built=clients_built() if own_cluster else everything_built(),
        lab_runs=runs,
        free_disk=min(free_disk(CACHE), free_disk(STATE)),
        available_memory=available_memory(Path("/proc/meminfo").read_text()),
        listeners=listeners() if can_look else [],
        routes=routes() if can_look else [],
        file_systems=file_systems(),
        controllers=controllers(),
        network_error="" if runs or not can_look else try_network(),
        foreign_tables=[] if STATE.exists() or not can_look else foreign_tables(),
    )


def lab_runs() -> bool:
    """Whether any process of the lab is alive."""
    return any(processes.is_alive(processes.read_record(file)) for file in RUN.glob("*.pid"))


def clients_built() -> bool:
    """Whether eksctl, kubectl and helm are in the cache."""
    return not EKSCTL.missing() and clients.path().exists()


def everything_built() -> bool:
    """Whether nothing has to be downloaded or built."""
    return clients_built() and not CONTROL_PLANE.missing() and all(image.exists() for image in catalog.all_images())


def go_version() -> tuple[int, int] | None:
    """Version of Go, None when there is none."""
    if shutil.which("go") is None:
        return None
    found = re.search(r"go(\d+)\.(\d+)", run(["go", "env", "GOVERSION"], check=False))
    return (int(found[1]), int(found[2])) if found else None


def free_disk(path: Path) -> int:
    """Free bytes where the path lies or will lie."""
    existing = next(folder for folder in (path, *path.parents) if folder.exists())
    return shutil.disk_usage(existing).free


def available_memory(meminfo: str) -> int:
    """Bytes of memory that programs can get."""
    found = re.search(r"^MemAvailable:\s+(\d+) kB", meminfo, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def listeners() -> list[Listener]:
    """Who accepts TCP connections, without the lab's own processes."""
    deadline = time.monotonic() + DYING
    while True:
        own = set(processes.marked())
        sockets = parse_sockets(run(["ss", "-Hltnp"], check=False))
        doubtful = [
            listener for pid, listener in sockets if pid is None and listener.port in {port for dummy, port in PORTS}
        ]
        if not doubtful or time.monotonic() > deadline:
            return [listener for pid, listener in sockets if pid not in own]
        time.sleep(0.1)


def parse_sockets(text: str) -> list[tuple[int | None, Listener]]:
    """Read the lines of `ss -Hltnp`."""
    found = []
    for line in text.splitlines():
        words = line.split()
        if len(words) < 4:
            continue
        address, dummy, port = words[3].rpartition(":")
        owner = re.search(r'\("([^"]+)",pid=(\d+)', line)
        pid = int(owner[2]) if owner else None
        name = f"{owner[1]} (process {pid})" if owner else "a process that cannot be seen"
        found.append((pid, Listener(address.strip("[]").partition("%")[0], int(port), name)))
    return found


def routes() -> list[tuple[str, str]]:
    """Where this machine routes to, without the lab's own bridge."""
    return [route for route in parse_routes(run(["ip", "-4", "route", "show"], check=False)) if route[1] != BRIDGE]


def parse_routes(text: str) -> list[tuple[str, str]]:
    """Destination and device of each line of `ip route`."""
    found = []
    for line in text.splitlines():
        device = re.search(r"\bdev (\S+)", line)
        found.append((line.split()[0], device[1] if device else "nowhere"))
    return found


def file_systems() -> frozenset[str]:
    """File systems of the kernel; overlay is asked for when it is a module."""
    text = Path("/proc/filesystems").read_text()
    if "overlay" not in text and succeeds(["modprobe", "overlay"]):
        text = Path("/proc/filesystems").read_text()
    return frozenset(line.split()[-1] for line in text.splitlines() if line.strip())


def controllers() -> frozenset[str]:
    """Controllers of control groups, of either version."""
    unified = Path("/sys/fs/cgroup/cgroup.controllers")
    if unified.exists():
        return frozenset(unified.read_text().split())
    mounted = Path("/proc/self/mounts").read_text()
    return frozenset(name for name in CONTROLLERS if re.search(rf" cgroup \S*\b{name}\b", mounted))


def try_network() -> str:
    """Make the lab's kind of network in a namespace that goes at once; returns the kernel's complaint."""
    words = ["unshare", "--net", "sh", "-c", TRIAL_SCRIPT]
    done = subprocess.run(words, check=False, input=NETWORK_TRIAL, capture_output=True, text=True)
    return " ".join(done.stderr.split())[:300] if done.returncode else ""


def foreign_tables() -> list[str]:
    """kube-proxy's tables."""
    tables = run(["nft", "list", "tables"], check=False).splitlines()
    return [f"{family} {name}" for family, name in network.PROXY_TABLES if f"table {family} {name}" in tables]
