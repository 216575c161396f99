"""Layers: a folder packed once into the cache, known by the digest of its content."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.lab.cache import ensure, entry
from tests.lab.report import step
from tests.lab.system import run


@dataclass(frozen=True)
class Layer:
    """One layer of an image: what it is called, what it is made from (key) and how to fill its folder."""

    name: str
    key: str
    fill: Callable[[Path], None]
    usual: str = ""

    def folder(self) -> Path:
        """The layer's place in the cache."""
        return entry(f"layers/{self.name}", self.key)

    @property
    def archive(self) -> Path:
        """The packed layer."""
        return self.folder() / "layer.tar"

    def digest(self) -> str:
        """Digest of the packed layer, as an image names it."""
        return (self.folder() / "digest").read_text().strip()

    def exists(self) -> bool:
        """Whether the layer is in the cache."""
        return self.folder().exists()

    def build(self) -> None:
        """Fill and pack the layer unless it is in the cache."""
        ensure(f"layers/{self.name}", self.key, self._make)

    def _make(self, unfinished: Path) -> None:
        rootfs = unfinished / "rootfs"
        rootfs.mkdir(parents=True)
        rootfs.chmod(0o755)
        with step(f"put together the {self.name} layer", self.usual):
            self.fill(rootfs)
            pack(rootfs, unfinished / "layer.tar")
        shutil.rmtree(rootfs)
        with (unfinished / "layer.tar").open("rb") as archive:
            digest = hashlib.file_digest(archive, "sha256").hexdigest()
        (unfinished / "digest").write_text(f"sha256:{digest}\n")


def pack(folder: Path, archive: Path) -> None:
    """Pack a folder with owners by number and in a fixed order."""
    run(["tar", "-C", folder, "--numeric-owner", "--sort=name", "-cf", archive, "."])


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a layer."""
    folder.mkdir(parents=True, exist_ok=True)
    run(["tar", "-C", folder, "--numeric-owner", "-xpf", archive])
