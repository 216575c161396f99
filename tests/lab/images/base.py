"""The ground layer: a minimal Debian with Python and Node.js, shared by the application images."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.lab.cache import digest
from tests.lab.images.layers import Layer, unpack
from tests.lab.system import run

SUITE = "bookworm"
PACKAGES = ("python3", "ca-certificates", "nodejs")
PYTHON_VERSION = "3.11.2"
"""Of this Debian release: packages for the images are chosen for it."""
SITE_PACKAGES = "usr/local/lib/python3.11/dist-packages"
NOT_NEEDED = (
    "var/cache/apt",
    "var/lib/apt/lists",
    "var/log",
    "usr/share/doc",
    "usr/share/man",
    "usr/share/info",
    "usr/share/locale",
)
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
NO_MIRROR = "No Debian package can be downloaded: check the network, then run `up` again."


def layer() -> Layer:
    """The layer; its key is what goes in, so Debian's updates come in only with a change here."""
    return Layer("base", digest(SUITE, *PACKAGES, *NOT_NEEDED, "1"), _fill, "about 1 min, once")


def _fill(rootfs: Path) -> None:
    packages = ",".join(PACKAGES)
    run(["debootstrap", "--variant=minbase", f"--include={packages}", SUITE, rootfs], remedy=NO_MIRROR)
    for name in NOT_NEEDED:
        shutil.rmtree(rootfs / name, ignore_errors=True)
        (rootfs / name).mkdir(parents=True)


def fill_on_top(rootfs: Path, folders: Sequence[str], fill: Callable[[Path], None]) -> None:
    """Fill folders of a layer inside a whole system, where its programs can be run with chroot, and keep only them."""
    ground = layer()
    ground.build()
    whole = rootfs.with_name("whole")
    unpack(ground.archive, whole)
    fill(whole)
    # Compiled once here: pods have a read-only root and would compile at each start.
    run(["chroot", whole, "python3", "-m", "compileall", "-q", "-j2", *(f"/{name}" for name in folders)], check=False)
    for name in folders:
        (rootfs / name).parent.mkdir(parents=True, exist_ok=True)
        (whole / name).rename(rootfs / name)
    shutil.rmtree(whole)
