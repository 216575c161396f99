"""Build Kubernetes, etcd, CoreDNS and eksctl from their Go modules into the cache."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from tests.lab.cache import digest, drop_others, entry
from tests.lab.report import step
from tests.lab.settings import KUBERNETES_VERSION
from tests.lab.system import run

HERE = Path(__file__).parent
NO_MODULES = "No Go module can be downloaded: check the network, GOPROXY and GOFLAGS, then run `up` again."


@dataclass(frozen=True)
class Binary:
    """One program of a Go module."""

    name: str
    package: str
    usual: str


@dataclass(frozen=True)
class Module:
    """A folder with go.mod and go.sum, and what is built from it."""

    name: str
    folder: Path
    variables: tuple[tuple[str, str], ...]
    binaries: tuple[Binary, ...]

    @property
    def ldflags(self) -> str:
        """What the linker is told: no symbol tables, and the versions that a release would carry."""
        return " ".join(["-s -w", *(f"-X {name}={value}" for name, value in self.variables)])

    def key(self) -> str:
        """Digest of everything that decides what comes out."""
        packages = [f"{binary.name}={binary.package}" for binary in self.binaries]
        return digest(self.ldflags, *packages, files=[self.folder / "go.mod", self.folder / "go.sum"])

    def path(self) -> Path:
        """Folder of the built programs."""
        return entry(f"bin/{self.name}", self.key())

    def missing(self) -> list[Binary]:
        """Programs that are not built yet."""
        return [binary for binary in self.binaries if not (self.path() / binary.name).exists()]


def _kubernetes_version() -> tuple[tuple[str, str], ...]:
    # Without these the server calls itself v0.0.0-master+$Format, which eksctl and charts with kubeVersion refuse.
    major, minor = KUBERNETES_VERSION.removeprefix("v").split(".")[:2]
    package = "k8s.io/component-base/version"
    values = {"gitVersion": KUBERNETES_VERSION, "gitMajor": major, "gitMinor": minor}
    return tuple((f"{package}.{name}", value) for name, value in values.items())


CONTROL_PLANE = Module(
    "control-plane",
    HERE / "control_plane",
    _kubernetes_version(),
    (
        Binary("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver", "about 3 min, once"),
        Binary("kube-controller-manager", "k8s.io/kubernetes/cmd/kube-controller-manager", "about 30 s, once"),
        Binary("kube-scheduler", "k8s.io/kubernetes/cmd/kube-scheduler", "about 15 s, once"),
        Binary("kubelet", "k8s.io/kubernetes/cmd/kubelet", "about 15 s, once"),
        Binary("kube-proxy", "k8s.io/kubernetes/cmd/kube-proxy", "about 10 s, once"),
        Binary("etcd", "go.etcd.io/etcd/server/v3", "about 10 s, once"),
        Binary("coredns", "github.com/coredns/coredns", "about 35 s, once"),
    ),
)
EKSCTL = Module(
    "eksctl",
    HERE / "eksctl",
    (("github.com/weaveworks/eksctl/pkg/version.PreReleaseID", ""),),
    (Binary("eksctl", "github.com/weaveworks/eksctl/cmd/eksctl", "about 4 min, once"),),
)


def build(module: Module) -> Path:
    """Build what is missing and return the folder. Each program is renamed into place when it is whole."""
    folder = module.path()
    folder.mkdir(parents=True, exist_ok=True)
    for binary in module.missing():
        with step(f"build {binary.name} from source", binary.usual):
            unfinished = folder / f".{binary.name}.{os.getpid()}"
            run(
                ["go", "build", "-trimpath", "-ldflags", module.ldflags, "-o", unfinished, binary.package],
                cwd=module.folder,
                env={"CGO_ENABLED": "0", "GOFLAGS": "-buildvcs=false -mod=readonly", "GOWORK": "off"},
                remedy=NO_MODULES,
            )
            unfinished.rename(folder / binary.name)
    drop_others(folder, module.name)
    return folder


def version_of(module: Module, path: str) -> str:
    """Version of a required Go module, as go.mod says."""
    for line in (module.folder / "go.mod").read_text().splitlines():
        words = line.replace("require ", "").split()
        if len(words) >= 2 and words[0] == path:
            return words[1]
    return "unknown"


def source_folder(module: Module, path: str) -> Path:
    """Where the source of a required Go module lies (downloaded when it is not there)."""
    output = run(["go", "list", "-m", "-f", "{{.Dir}}", path], cwd=module.folder, env={"GOWORK": "off"}).strip()
    if not output:
        run(["go", "mod", "download", path], cwd=module.folder, env={"GOWORK": "off"}, remedy=NO_MODULES)
        output = run(["go", "list", "-m", "-f", "{{.Dir}}", path], cwd=module.folder, env={"GOWORK": "off"}).strip()
    return Path(output)
