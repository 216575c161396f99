"""The lab's own control group: every container lives below it, so that `down` finds them all."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

from tests.lab.settings import CGROUP

MOUNTS = Path("/proc/self/mounts")
TYPES = ("cgroup", "cgroup2")
PATIENCE = 10.0


def hierarchies(mounts: str) -> list[Path]:
    """Where control groups are mounted, of either version."""
    found = []
    for line in mounts.splitlines():
        target, kind = line.split()[1:3]
        if kind in TYPES:
            found.append(Path(target))
    return found


def folders() -> list[Path]:
    """The lab's group in every hierarchy."""
    return [hierarchy / CGROUP for hierarchy in hierarchies(MOUNTS.read_text())]


def ensure() -> bool:
    """Make the groups; True when one was missing."""
    missing = [folder for folder in folders() if not folder.exists()]
    for folder in missing:
        folder.mkdir()
    return bool(missing)


def members(groups: Iterable[Path]) -> set[int]:
    """Processes in the groups and below."""
    found: set[int] = set()
    for group in groups:
        for listing in group.rglob("cgroup.procs"):
            try:
                found.update(int(word) for word in listing.read_text().split())
            except OSError:
                continue  # The group went away meanwhile, or is one that holds threads only.
    return found


def remove() -> None:
    """Kill what is left in the groups and remove them."""
    deadline = time.monotonic() + PATIENCE
    while (pids := members(folders())) and time.monotonic() < deadline:
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(0.05)
    for folder in folders():
        if folder.exists():
            for group in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
                group.rmdir()
            folder.rmdir()
