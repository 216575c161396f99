"""Images of one program: pause and CoreDNS."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.lab.cache import digest
from tests.lab.images.layers import Layer
from tests.lab.images.oci import Image
from tests.lab.kubernetes.config import PAUSE_IMAGE
from tests.lab.settings import KUBERNETES_VERSION
from tests.lab.system import run
from tests.lab.toolchain.build import CONTROL_PLANE, build, source_folder, version_of

COREDNS_VERSION = version_of(CONTROL_PLANE, "github.com/coredns/coredns")
COREDNS_IMAGE = f"registry.k8s.io/coredns/coredns:{COREDNS_VERSION}"


def pause() -> Image:
    """Holds a pod's namespaces; compiled from the source in the Kubernetes module."""
    layer = Layer("pause", digest(KUBERNETES_VERSION, "1"), _fill_pause)
    return Image(PAUSE_IMAGE, (layer,), {"Entrypoint": ["/pause"], "User": "65535:65535"}, KUBERNETES_VERSION)


def _fill_pause(rootfs: Path) -> None:
    source = source_folder(CONTROL_PLANE, "k8s.io/kubernetes") / "build" / "pause" / "linux" / "pause.c"
    flags = ["-Os", "-Wall", "-static", f"-DVERSION={KUBERNETES_VERSION}"]
    run(["gcc", *flags, "-o", rootfs / "pause", source])


def coredns() -> Image:
    """The cluster's name service; the program is built with the control plane."""
    layer = Layer("coredns", digest(CONTROL_PLANE.key(), "1"), _fill_coredns)
    return Image(COREDNS_IMAGE, (layer,), {"Entrypoint": ["/coredns"], "WorkingDir": "/"}, COREDNS_VERSION)


def _fill_coredns(rootfs: Path) -> None:
    shutil.copy2(build(CONTROL_PLANE) / "coredns", rootfs / "coredns")
