"""What the lab could leave on a machine, as lists that can be compared before and after."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from tests.lab import cgroups, mounts, network, processes, traces
from tests.lab.settings import HOSTS_FILE, STATE
from tests.lab.system import run

Footprint = dict[str, list[str]]
WATCHED_ADDRESSES = re.compile(r"\b(10\.213\.|10\.214\.|169\.254\.170\.)")


def take() -> Footprint:
    """The footprint now. Processes and sockets are only those that can be the lab's: others come and go."""
    return {
        "processes": lab_processes(),
        "mounts": sorted(mounts.targets(mounts.MOUNTINFO.read_text())),
        "links": sorted(path.name for path in Path("/sys/class/net").iterdir()),
        "addresses": lines(["ip", "-oneline", "address", "show"], r"^\d+: (\S+)\s+inet6? (\S+)"),
        "routes": lines(["ip", "route", "show", "table", "all"], r"^(.*?)\s*$"),
        "firewall": lines(["nft", "--stateless", "list", "ruleset"], r"^(.*?)\s*$"),
        "sockets": [line for line in lines(["ss", "-Hltnu"], r"^(.*?)\s*$") if WATCHED_ADDRESSES.search(line)],
        "folders": sorted(entries()),
        "control groups": sorted(str(group) for group in cgroups.folders() if group.exists()),
        "kernel settings": kernel_settings(),
        "hosts file": HOSTS_FILE.read_text().splitlines(),
    }


def lab_processes() -> list[str]:
    """Command lines of processes that carry the lab's marker or are shims of its containerd."""
    marked = set(processes.marked())
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            continue
        if int(entry.name) in marked or (command.startswith("/usr/bin/containerd-shim") and str(STATE) in command):
            found.append(command)
    return sorted(found)


def lines(argv: list[str], pattern: str) -> list[str]:
    """What a pattern finds in each line of a command's output, sorted."""
    matches = (re.search(pattern, line) for line in run(argv, check=False).splitlines())
    return sorted({" ".join(match.groups()) for match in matches if match and any(match.groups())})


def entries() -> list[str]:
    """The state folder and the folders that Kubernetes and containerd make, with what is directly in them."""
    found = []
    for folder in (STATE, *map(Path, traces.FOLDERS)):
        if folder.exists():
            found += [str(folder), *(str(path) for path in folder.iterdir())]
    return found


def kernel_settings() -> list[str]:
    """The kernel settings that the lab touches."""
    paths = ((name, network.PROC_SYS / name) for name in network.TOUCHED_SYSCTLS)
    return [f"{name}={path.read_text().strip()}" for name, path in paths if path.exists()]


def difference(before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> dict[str, dict[str, list[str]]]:
    """What came and what went, by kind; empty when nothing did."""
    found = {}
    for kind in sorted({*before, *after}):
        was, is_now = before.get(kind, []), after.get(kind, [])
        changes = {
            "added": [item for item in is_now if item not in was],
            "removed": [item for item in was if item not in is_now],
        }
        if any(changes.values()):
            found[kind] = {name: items for name, items in changes.items() if items}
    return found


def save(path: Path) -> None:
    """Write the footprint of now to a file."""
    path.write_text(json.dumps(take(), indent=1))


def load(path: Path) -> Footprint:
    """Read a footprint."""
    found: Footprint = json.loads(path.read_text())
    return found
