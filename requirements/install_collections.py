"""Install the collections that this one depends on, and this one itself, into the running interpreter's environment.

The PyPI package `ansible` carries released collections, so one download by name brings the pinned set; only the
folders named in COLLECTIONS are unpacked. This checkout is linked beside them, so that Ansible, pytest and mypy see
edits at once.

usage: .venv/bin/python requirements/install_collections.py
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from pathlib import Path

DISTRIBUTION = "ansible==14.5.0"
# The wheel's metadata asks for a newer Python than the collections in it do.
DISTRIBUTION_PYTHON = "3.12"
COLLECTIONS = ("amazon/aws", "ansible/posix", "community/aws", "kubernetes/core")
CHECKOUT = Path(__file__).resolve().parent.parent


def main() -> None:
    target = Path(sysconfig.get_path("purelib")) / "ansible_collections"
    marker = target / f".{DISTRIBUTION}"
    if not marker.exists():
        unpack(target)
        marker.touch()
    link = target / "llmops" / "bedrock"
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink() or link.resolve() != CHECKOUT:
        link.unlink(missing_ok=True)
        link.symlink_to(CHECKOUT)


def unpack(target: Path) -> None:
    """Download the distribution and unpack the wanted collections below target."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "--quiet", "download", "--no-deps", "--only-binary=:all:"]
        subprocess.run([*pip, "--python-version", DISTRIBUTION_PYTHON, "--dest", folder, DISTRIBUTION], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            wanted = tuple(f"ansible_collections/{name}/" for name in COLLECTIONS)
            archive.extractall(target.parent, [name for name in archive.namelist() if name.startswith(wanted)])


if __name__ == "__main__":
    main()
