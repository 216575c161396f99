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
        """The packed layer. Compressed: containerd forces each image to disk, and that is what takes the time."""
        return self.folder() / "layer.tar.zst"

    def digest(self) -> str:
        """Digest of the compressed layer, as an image's manifest names it."""
        return (self.folder() / "digest").read_text().strip()

    def diff_id(self) -> str:
        """Digest of the layer before compression, as an image's configuration names it."""
        return (self.folder() / "diff-id").read_text().strip()

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
            plain, packed = unfinished / "layer.tar", unfinished / self.archive.name
            pack(rootfs, plain)
            run(["zstd", "--quiet", "-3", "-T0", plain, "-o", packed])
        (unfinished / "diff-id").write_text(sha256(plain))
        (unfinished / "digest").write_text(sha256(packed))
        plain.unlink()
        shutil.rmtree(rootfs)


def sha256(path: Path) -> str:
    """Digest of a file as images write it."""
    with path.open("rb") as content:
        return "sha256:" + hashlib.file_digest(content, "sha256").hexdigest()


def pack(folder: Path, archive: Path) -> None:
    """Pack a folder with owners by number and in a fixed order."""
    run(["tar", "-C", folder, "--numeric-owner", "--sort=name", "-cf", archive, "."])


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a layer."""
    folder.mkdir(parents=True, exist_ok=True)
    run(["tar", "-C", folder, "--numeric-owner", "--zstd", "-xpf", archive])
