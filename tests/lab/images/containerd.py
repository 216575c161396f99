"""Bring images into the lab's containerd."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.lab.images.oci import ARCHITECTURES, Image, documents, write_archive
from tests.lab.kubernetes.config import CONTAINERD_SOCKET
from tests.lab.system import LabError, run

CTR = ("ctr", "--address", str(CONTAINERD_SOCKET), "--namespace", "k8s.io")
"""containerd's own client, at the lab's socket."""


def architecture() -> str:
    """This machine's architecture as images name it."""
    return ARCHITECTURES.get(platform.machine(), platform.machine())


def present() -> dict[str, str]:
    """Names and digests of the images that containerd has."""
    lines = run([*CTR, "images", "list"]).splitlines()[1:]
    return {words[0]: words[2] for words in (line.split() for line in lines) if len(words) > 2}


def missing(images: Sequence[Image]) -> list[Image]:
    """Images that containerd has not, or has of other content than the cache; one not yet made is missing, too."""
    have = present()
    return [image for image in images if not image.exists() or have.get(image.name) != digest_of(image)]


def digest_of(image: Image) -> str:
    """Digest of the image's manifest, by which containerd knows it."""
    return str(documents(image, architecture())[0]["digest"])


def import_missing(images: Sequence[Image]) -> list[Image]:
    """Import what is missing in one stream; returns what was imported."""
    wanted = missing(images)
    if not wanted:
        return []
    with subprocess.Popen(
        [*CTR, "images", "import", "--all-platforms", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(Path(CONTAINERD_SOCKET).parent)},
    ) as client:
        assert client.stdin is not None and client.stderr is not None
        try:
            with client.stdin as stream:
                write_archive(wanted, architecture(), stream)
        except BrokenPipeError:
            pass
        errors = client.stderr.read().decode(errors="replace")
    if client.returncode:
        raise LabError(f"containerd refused the lab's images: {errors.strip()}")
    return wanted
