"""Refuse clearly, before anything is made, what cannot work on this machine."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field

from tests.lab.settings import ADDRESS, CACHE, POD_CIDR, SERVICE_CIDR, STATE
from tests.lab.system import LabError

GIB = 1024**3
DISK_TO_BUILD, DISK_TO_RUN = 12 * GIB, 5 * GIB
MEMORY = 4 * GIB
CONTROLLERS = ("cpu", "cpuset", "memory", "pids")
MODULES = "overlay bridge veth br_netfilter nf_tables nft_masq nft_nat nft_fib_ipv4 nft_numgen nft_ct nft_reject_ipv4"


@dataclass(frozen=True)
class Listener:
    """Something that accepts connections."""

    address: str
    port: int
    owner: str
    """Name and pid of the process, as far as known."""


@dataclass(frozen=True)
class Machine:
    """What was found on this machine."""

    system: str
    user_id: int
    missing_packages: list[str] = field(default_factory=list)
    has_apt: bool = True
    go_version: tuple[int, int] | None = (1, 26)
    everything_built: bool = False
    lab_runs: bool = False
    free_disk: int = DISK_TO_BUILD
    available_memory: int = MEMORY
    listeners: list[Listener] = field(default_factory=list)
    """Without the lab's own."""
    routes: list[tuple[str, str]] = field(default_factory=list)
    """Destination and device, without the lab's own."""
    file_systems: frozenset[str] = frozenset({"overlay"})
    controllers: frozenset[str] = frozenset(CONTROLLERS)
    network_error: str = ""
    """What the kernel said when the lab's kind of network was tried in a namespace of its own."""
    foreign_tables: list[str] = field(default_factory=list)
    """kube-proxy's nftables tables although no lab runs."""


@dataclass(frozen=True)
class Refusal:
    """Why the lab cannot start here, and what to do."""

    what: str
    remedy: str


PORTS = {
    (ADDRESS, 80): "public HTTP",
    (ADDRESS, 443): "public HTTPS",
    (ADDRESS, 4566): "AWS",
    (ADDRESS, 6443): "the Kubernetes API",
    (ADDRESS, 9443): "the Pod Identity webhook",
    (ADDRESS, 10250): "the kubelet",
    (ADDRESS, 10256): "kube-proxy",
    ("127.0.0.1", 10248): "the kubelet's health",
    ("127.0.0.1", 10249): "kube-proxy's metrics",
    ("127.0.0.1", 10257): "the controller manager",
    ("127.0.0.1", 10259): "the scheduler",
    ("127.0.0.1", 16443): "the OIDC issuer's proxy",
    ("127.0.0.1", 23790): "etcd",
    ("127.0.0.1", 23800): "etcd's peers",
}
EVERY_ADDRESS = ("0.0.0.0", "::", "*")


def judge(machine: Machine) -> list[Refusal]:
    """Everything that stands in the way. What needs root or Linux to be seen is not looked at without."""
    if machine.system != "Linux":
        return [Refusal(f"the lab runs on Linux, this is {machine.system}", "use a Linux machine, real or virtual")]
    if machine.user_id != 0:
        return [Refusal("the lab makes network devices and mounts, which takes root", "run the same with sudo")]
    return [
        *judge_programs(machine),
        *judge_room(machine),
        *judge_ports(machine),
        *judge_routes(machine),
        *judge_kernel(machine),
    ]


def judge_programs(machine: Machine) -> list[Refusal]:
    """Programs that are missing and cannot be installed by the lab."""
    found = []
    if machine.missing_packages and not machine.has_apt:
        names = " ".join(machine.missing_packages)
        found.append(
            Refusal(
                f"this is not Debian or Ubuntu, and these are missing: {names}",
                "install them with this system's package manager (names are Debian's), then run `up` again",
            )
        )
    if not machine.everything_built and (machine.go_version is None or machine.go_version < (1, 21)):
        have = "is missing" if machine.go_version is None else "is {}.{}".format(*machine.go_version)
        found.append(Refusal(f"Go {have}", "install Go 1.26 or newer: https://go.dev/doc/install"))
    return found


def judge_room(machine: Machine) -> list[Refusal]:
    """Disk and memory."""
    found = []
    needed = DISK_TO_RUN if machine.everything_built else DISK_TO_BUILD
    if not machine.lab_runs and machine.free_disk < needed:
        found.append(
            Refusal(
                f"{machine.free_disk / GIB:.1f} GiB of disk are free, {needed // GIB} are needed",
                f"make room where {CACHE} and {STATE} lie, or move them: XDG_CACHE_HOME, LAB_STATE",
            )
        )
    if not machine.lab_runs and machine.available_memory < MEMORY:
        found.append(
            Refusal(
                f"{machine.available_memory / GIB:.1f} GiB of memory are available, {MEMORY // GIB} are needed",
                "end something that uses much, or give the machine more",
            )
        )
    return found


def judge_ports(machine: Machine) -> list[Refusal]:
    """Ports that someone else holds."""
    found = []
    for (address, port), use in PORTS.items():
        for listener in machine.listeners:
            if listener.port == port and listener.address in (address, *EVERY_ADDRESS):
                taken = f"port {port} (for {use}) is taken by {listener.owner} on {listener.address}"
                found.append(Refusal(taken, "end it, or let it listen on another port or a single address"))
                break
    return found


def judge_routes(machine: Machine) -> list[Refusal]:
    """Networks that this machine already routes elsewhere."""
    found = []
    for wanted in (POD_CIDR, SERVICE_CIDR):
        for destination, device in machine.routes:
            if overlaps(destination, wanted):
                found.append(
                    Refusal(
                        f"{wanted} is the lab's, but {destination} is routed to {device}",
                        f"disconnect that network (ip route del {destination}) while the lab runs",
                    )
                )
    return found


def overlaps(destination: str, wanted: str) -> bool:
    """Whether a route's destination lies within a network of the lab or around it; the default route does not."""
    if destination == "default":
        return False
    try:
        return ipaddress.ip_network(destination, strict=False).overlaps(ipaddress.ip_network(wanted))
    except (ValueError, TypeError):
        return False


def judge_kernel(machine: Machine) -> list[Refusal]:
    """Features of the kernel, and another Kubernetes on this machine."""
    found = []
    if "overlay" not in machine.file_systems:
        found.append(Refusal("the kernel has no overlay file system", "modprobe overlay"))
    lacking = sorted(set(CONTROLLERS) - machine.controllers)
    if lacking:
        found.append(
            Refusal(
                f"control groups lack {', '.join(lacking)}",
                "enable them on the kernel's command line (cgroup_enable=...), or mount them",
            )
        )
    if machine.network_error:
        found.append(
            Refusal(
                f"the kernel cannot do the lab's network: {machine.network_error}",
                f"load what is missing, where the kernel has it: modprobe -a {MODULES}",
            )
        )
    if machine.foreign_tables:
        found.append(
            Refusal(
                f"another Kubernetes node seems to run here: nftables has {', '.join(machine.foreign_tables)}",
                "use another machine, or end it and remove its tables (nft delete table ...)",
            )
        )
    return found


def report(refusals: list[Refusal]) -> None:
    """Raise when there is something in the way, all of it in one message."""
    if refusals:
        lines = [f"- {refusal.what}\n  remedy: {refusal.remedy}" for refusal in refusals]
        raise LabError("the lab cannot start on this machine:\n" + "\n".join(lines))
