"""Images as containerd imports them: one stream of all that is missing, shared layers once."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tests.lab.images.layers import Layer

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+zstd"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass(frozen=True)
class Image:
    """An image: its name, its layers from the ground up, and how a container of it starts."""

    name: str
    layers: tuple[Layer, ...]
    config: dict[str, Any] = field(default_factory=dict)
    version: str = ""
    note: str = ""
    """What is inside, for `status`: which parts are the published ones and which are not."""

    def build(self) -> None:
        """Make the layers that are not in the cache."""
        for layer in self.layers:
            layer.build()

    def exists(self) -> bool:
        """Whether all layers are in the cache."""
        return all(layer.exists() for layer in self.layers)


def blob(content: bytes, media_type: str) -> tuple[dict[str, Any], bytes]:
    """A descriptor with the content that it describes."""
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    return {"mediaType": media_type, "digest": digest, "size": len(content)}, content


def documents(image: Image, architecture: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Descriptor of the image's manifest, and the manifest and configuration by digest."""
    config, config_content = blob(
        json.dumps(
            {
                "architecture": architecture,
                "os": "linux",
                "config": image.config,
                "rootfs": {"type": "layers", "diff_ids": [layer.diff_id() for layer in image.layers]},
            },
            sort_keys=True,
        ).encode(),
        CONFIG,
    )
    descriptors = [
        {"mediaType": LAYER, "digest": layer.digest(), "size": layer.archive.stat().st_size} for layer in image.layers
    ]
    manifest, manifest_content = blob(
        json.dumps(
            {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": descriptors}, sort_keys=True
        ).encode(),
        MANIFEST,
    )
    contents = {config["digest"]: config_content, manifest["digest"]: manifest_content}
    return {**manifest, "annotations": {"io.containerd.image.name": image.name}}, contents


def write_archive(images: Sequence[Image], architecture: str, target: IO[bytes]) -> None:
    """Write an OCI archive of the images to a stream."""
    manifests: list[dict[str, Any]] = []
    contents: dict[str, bytes] = {}
    for image in images:
        manifest, documents_of_it = documents(image, architecture)
        manifests.append(manifest)
        contents.update(documents_of_it)
    layers = {layer.digest(): layer.archive for image in images for layer in image.layers}
    with tarfile.open(fileobj=target, mode="w|") as archive:
        add_bytes(archive, "oci-layout", b'{"imageLayoutVersion": "1.0.0"}')
        for digest, path in layers.items():
            add_file(archive, blob_name(digest), path)
        for digest, content in contents.items():
            add_bytes(archive, blob_name(digest), content)
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}
        add_bytes(archive, "index.json", json.dumps(index).encode())


def blob_name(digest: str) -> str:
    """Where an OCI archive keeps a blob."""
    return "blobs/" + digest.replace(":", "/")


def add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    """Add a small member."""
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def add_file(archive: tarfile.TarFile, name: str, path: Path) -> None:
    """Add a member out of a file."""
    member = tarfile.TarInfo(name)
    member.size = path.stat().st_size
    with path.open("rb") as content:
        archive.addfile(member, content)


def distinct_layers(images: Iterable[Image]) -> list[Layer]:
    """Every layer once, the lower ones first."""
    found: dict[tuple[str, str], Layer] = {}
    for image in images:
        for layer in image.layers:
            found.setdefault((layer.name, layer.key), layer)
    return list(found.values())
