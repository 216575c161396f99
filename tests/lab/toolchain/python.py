"""Python packages for images and clients, through the ordinary installers."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.lab.system import run

NO_PACKAGES = "No Python package can be downloaded: check the network and pip's settings, then run `up` again."


def uv() -> str:
    """The uv of the development environment, or one on the path."""
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else shutil.which("uv") or "uv"


def pip_download(requirements: Sequence[str], folder: Path) -> None:
    """Download packages as they are, without what they depend on."""
    run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, *requirements],
        remedy=NO_PACKAGES,
    )


def install_into(folder: Path, requirements: Sequence[str], python_version: str) -> None:
    """Install packages for another Python into a folder."""
    options = ["--quiet", "--python-version", python_version, "--target", str(folder), "--link-mode", "copy"]
    run([uv(), "pip", "install", *options, *requirements], remedy=NO_PACKAGES)
