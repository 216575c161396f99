"""The parts of the lab in a table: real or emulated, version, address, health."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.lab import parts, processes
from tests.lab.images import catalog
from tests.lab.images.containerd import missing
from tests.lab.kubernetes import cluster
from tests.lab.own_cluster import choice
from tests.lab.settings import ADDRESS, BIN, BRIDGE, CLUSTER_DNS, KUBERNETES_VERSION, NODE_NAME, POD_CIDR
from tests.lab.system import LabError
from tests.lab.toolchain import clients
from tests.lab.toolchain.build import EKSCTL, version_of

HEALTHY = "ok"
HEADER = ("PART", "KIND", "VERSION", "ADDRESS", "HEALTH")


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    part: str
    kind: str
    version: str
    address: str
    health: str

    def cells(self) -> tuple[str, str, str, str, str]:
        """The line's cells, with a dash for what is empty."""
        return (self.part, self.kind, self.version or "-", self.address or "-", self.health)


def health_of(process: processes.Process) -> str:
    """Whether a process runs and answers."""
    if processes.is_ready(process):
        return HEALTHY
    if processes.is_alive(processes.read_record(process.pid_file)):
        return f"does not answer; see {process.log}"
    return "not running"


def process_row(process: processes.Process) -> Row:
    """Line of a process."""
    return Row(process.name, process.kind, process.version, process.address, health_of(process))


def answer(question: Callable[[], bool]) -> str:
    """Health by a question that may fail."""
    try:
        return HEALTHY if question() else "not ready"
    except (LabError, OSError, ValueError) as error:
        return f"unknown: {str(error).splitlines()[-1]}"


def network_row() -> Row:
    """The bridge."""
    bridge = HEALTHY if Path(f"/sys/class/net/{BRIDGE}").exists() else "missing"
    return Row("network", "real", f"{BRIDGE} {POD_CIDR}", ADDRESS, bridge)


def cluster_rows() -> list[Row]:
    """Node and name service."""
    return [
        Row(f"node {NODE_NAME}", "real", KUBERNETES_VERSION, ADDRESS, answer(cluster.node_ready)),
        Row("CoreDNS", "real", "", CLUSTER_DNS, answer(cluster.coredns_ready)),
    ]


def image_rows() -> list[Row]:
    """Images in containerd."""
    images = catalog.all_images()
    try:
        absent = {image.name for image in missing(images)}
    except (LabError, OSError):
        absent = {image.name for image in images}
    return [
        Row(
            f"image {image.name}",
            image.note or "real",
            image.version,
            "containerd",
            "missing" if image.name in absent else HEALTHY,
        )
        for image in images
    ]


def client_rows() -> list[Row]:
    """Programs in the lab's folder."""
    eksctl_version = version_of(EKSCTL, "github.com/weaveworks/eksctl")
    programs = {
        "kubectl": clients.KUBECTL_VERSION,
        "helm": clients.HELM_VERSION,
        "eksctl": eksctl_version,
        "aws": "from the development environment",
    }
    return [
        Row(name, "real", version, str(BIN / name), HEALTHY if (BIN / name).exists() else "missing")
        for name, version in programs.items()
    ]


def rows() -> list[Row]:
    """The whole table. Questions are asked at the same time: each may take a second when something is down."""
    wanted = parts.all_processes()
    with ThreadPoolExecutor(max_workers=len(wanted) + 3) as pool:
        of_processes = pool.map(process_row, wanted)
        if choice.in_use():
            return [*of_processes, network_row(), *client_rows()]
        of_cluster, of_images = pool.submit(cluster_rows), pool.submit(image_rows)
        return [*of_processes, network_row(), *of_cluster.result(), *of_images.result(), *client_rows()]


def table(found: Sequence[Row]) -> str:
    """The rows as text in columns."""
    cells = [HEADER, *(row.cells() for row in found)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADER))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join(lines)


def healthy(found: Sequence[Row]) -> bool:
    """Whether every part is well."""
    return all(row.health == HEALTHY for row in found)
