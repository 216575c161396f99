"""Which cluster of the user's own is meant, and whether it may be used."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from tests.lab.pki import write
from tests.lab.settings import STATE
from tests.lab.system import LabError, run
from tests.lab.toolchain import clients

FILE_VARIABLE, CONTEXT_VARIABLE = "LAB_KUBECONFIG", "LAB_KUBECONFIG_CONTEXT"
KUBECONFIG = STATE / "own-cluster.kubeconfig"
"""The one context, with certificates inside; where this file is, the lab runs on the user's cluster."""
EKS_HOSTS = (".eks.amazonaws.com", ".eks.amazonaws.com.cn")
EKS_NAMES = ("arn:aws", ".eksctl.io")


@dataclass(frozen=True)
class Target:
    """One context of a kubeconfig, as far as its names and address tell."""

    context: str
    cluster: str
    server: str


def pick(config: Mapping[str, Any], wanted: str) -> Target:
    """The context that is named, or the current one."""
    name = wanted or config.get("current-context") or ""
    contexts = {entry["name"]: entry.get("context") or {} for entry in config.get("contexts") or []}
    if name not in contexts:
        known = ", ".join(contexts) or "none"
        remedy = f"set {CONTEXT_VARIABLE} to one of: {known}"
        raise LabError(f"the kubeconfig has no context {name!r}; {remedy}" if name else f"no current context; {remedy}")
    cluster = str(contexts[name].get("cluster") or "")
    clusters = {entry["name"]: entry.get("cluster") or {} for entry in config.get("clusters") or []}
    return Target(name, cluster, str(clusters.get(cluster, {}).get("server") or ""))


def looks_like_eks(target: Target) -> bool:
    """Whether this may be a cluster that someone pays for and needs."""
    host = urlsplit(target.server).hostname or ""
    names = (target.context, target.cluster)
    return host.endswith(EKS_HOSTS) or any(mark in name for name in names for mark in EKS_NAMES)


def judge(target: Target, wanted: str) -> None:
    """Refuse what looks like production unless it was named on purpose."""
    if looks_like_eks(target) and wanted != target.context:
        raise LabError(
            f"context {target.context!r} ({target.server}) looks like an EKS cluster, and the rehearsal creates and "
            f"deletes namespaces in it.\nIf it is a throw-away cluster, say so: {CONTEXT_VARIABLE}='{target.context}'"
        )
    if not target.server.startswith("https://"):
        raise LabError(f"context {target.context!r} has no https server: {target.server or 'none'}")


def wanted_file(environment: Mapping[str, str] | None = None) -> Path | None:
    """The kubeconfig that the user names, if any."""
    name = (os.environ if environment is None else environment).get(FILE_VARIABLE)
    return Path(name).expanduser() if name else None


def read(file: Path) -> dict[str, Any]:
    """Read a kubeconfig."""
    try:
        found = yaml.safe_load(file.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise LabError(f"{FILE_VARIABLE}: {file} cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise LabError(f"{FILE_VARIABLE}: {file} is not a kubeconfig")
    return found


def check(environment: Mapping[str, str] | None = None) -> Target | None:
    """The cluster to use, judged; None when the lab is to build its own."""
    environment = os.environ if environment is None else environment
    file = wanted_file(environment)
    if file is None:
        return None
    wanted = environment.get(CONTEXT_VARIABLE, "")
    target = pick(read(file), wanted)
    judge(target, wanted)
    return target


def in_use() -> bool:
    """Whether the lab that is there runs on a cluster of the user's own."""
    return KUBECONFIG.exists()


def credentials(flat: Mapping[str, Any]) -> None:
    """Refuse a kubeconfig whose user needs a program to log in: the lab's processes have none of the user's set-up."""
    user = (flat.get("users") or [{}])[0].get("user") or {}
    if not ({"client-certificate-data", "token"} & set(user)):
        raise LabError("the context's user has neither client certificate nor token (kind and minikube have the first)")


def adopt(target: Target) -> bool:
    """Keep the one context in the state folder; True when it was not there or another."""
    file = wanted_file()
    words = ["--kubeconfig", str(file), "--context", target.context, "--minify", "--flatten", "--raw"]
    text = run([clients.path() / "kubectl", "config", "view", *words])
    credentials(yaml.safe_load(text))
    if KUBECONFIG.exists() and KUBECONFIG.read_text() == text:
        return False
    write(KUBECONFIG, text.encode(), 0o600)
    return True
