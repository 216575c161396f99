"""Debian packages that the lab needs on this machine."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.lab.report import step
from tests.lab.system import run

NEEDED = {
    "containerd": "containerd",
    "ctr": "containerd",
    "runc": "runc",
    "/usr/lib/cni/bridge": "containernetworking-plugins",
    "iptables": "iptables",
    "nft": "nftables",
    "conntrack": "conntrack",
    "debootstrap": "debootstrap",
    "/usr/share/keyrings/debian-archive-keyring.gpg": "debian-archive-keyring",
    "ip": "iproute2",
    "mount": "mount",
    "unshare": "util-linux",
    "zstd": "zstd",
    "gcc": "gcc",
    "/usr/include/stdio.h": "libc6-dev",
    "node": "nodejs",
    "npm": "npm",
}
"""Program (or file) -> package."""
FOR_OWN_CLUSTER = {name: NEEDED[name] for name in ("nft", "ip", "unshare")}
"""What is needed when Kubernetes is not built here."""
FOR_BROWSER = {"chromium": "chromium", "certutil": "libnss3-tools"}
"""What the test of the chat page needs; that test installs it, the lab and `make rehearse` do without."""
POLICY = Path("/usr/sbin/policy-rc.d")
NO_MIRROR = "No Debian package can be downloaded: check the network and apt's sources, then run `up` again."


def missing(needed: Mapping[str, str], exists: Callable[[str], bool] | None = None) -> list[str]:
    """Packages of which something is not there."""
    present = exists or is_present
    return sorted({package for name, package in needed.items() if not present(name)})


def ensure(needed: Mapping[str, str]) -> None:
    """Install what is missing."""
    if packages := missing(needed):
        install(packages)


def is_present(name: str) -> bool:
    """Whether a program is on the path, or a file exists."""
    return Path(name).exists() if name.startswith("/") else shutil.which(name) is not None


@contextmanager
def no_services() -> Iterator[None]:
    """Keep Debian from starting services of what it installs: the lab runs its own containerd."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)


def install(packages: list[str]) -> None:
    """Install packages without what they only recommend."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    with step(f"install Debian packages: {' '.join(packages)}", "about 1 min, once"), no_services():
        run(["apt-get", "update", "-qq"], env=quiet, remedy=NO_MIRROR)
        options = ["--yes", "-qq", "--no-install-recommends"]
        run(["apt-get", "install", *options, *packages], env=quiet, remedy=NO_MIRROR)
