"""Folders outside the state folder that programs make whatever they are told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.lab.settings import STATE

FOLDERS = (
    "/etc/cni",
    "/opt/cni",
    "/opt/containerd",
    "/run/containerd",
    "/run/netns",
    "/usr/libexec/kubernetes",
    "/var/lib/calico",
    "/var/lib/cni",
    "/var/lib/containerd",
    "/var/lib/kubelet",
    "/var/log/containers",
    "/var/log/pods",
    "/var/run/kubernetes",
)
NOTE = STATE / "absent-before.json"


def note_absent() -> None:
    """Note, once a lab, which of these folders were not there: `down` removes those and no others."""
    if not NOTE.exists():
        absent = [folder for folder in FOLDERS if not Path(folder).exists()]
        unfinished = NOTE.with_suffix(".new")
        unfinished.write_text(json.dumps(absent))
        unfinished.replace(NOTE)


def to_remove() -> list[Path]:
    """Folders that came with the lab."""
    return [Path(name) for name in json.loads(NOTE.read_text()) if Path(name).exists()] if NOTE.exists() else []


def remove(folders: list[Path]) -> None:
    """Remove them."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
