"""Mounts below the lab's state folder."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.lab.settings import STATE
from tests.lab.system import LabError, run

MOUNTINFO = Path("/proc/self/mountinfo")


def targets(mountinfo: str) -> list[str]:
    """Where things are mounted, in the order of mounting."""
    return [unescape(line.split()[4]) for line in mountinfo.splitlines()]


def unescape(target: str) -> str:
    """Undo the kernel's octal escapes."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match.group(1), 8)), target)


def below(folder: Path, mountinfo: str) -> list[str]:
    """Mounts below a folder, the latest first: one on top of another goes before it.

    A mount on the folder itself is the user's, and what lies under it is nobody's business here."""
    return [target for target in targets(mountinfo) if target.startswith(f"{folder}/")][::-1]


def remove_state() -> None:
    """Remove the state folder; where the user has mounted something on it, what is in there."""
    if str(STATE) not in targets(MOUNTINFO.read_text()):
        shutil.rmtree(STATE)
        return
    for entry in STATE.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def remove_all() -> None:
    """Unmount everything below the state folder."""
    for target in below(STATE, MOUNTINFO.read_text()):
        # Lazily: a process of a pod may be on its way out and still hold it.
        run(["umount", "--lazy", target], check=False)
    left = below(STATE, MOUNTINFO.read_text())
    if left:
        raise LabError(f"still mounted, so {STATE} is not removed: {', '.join(left)}")
