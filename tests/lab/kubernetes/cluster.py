"""What is installed in the cluster, and questions to it."""

from __future__ import annotations

import json
import time
from pathlib import Path

from tests.lab.images.small import COREDNS_IMAGE
from tests.lab.settings import ADMIN_KUBECONFIG, CLUSTER_DNS, NODE_NAME
from tests.lab.system import LabError, run, succeeds
from tests.lab.toolchain import clients

MANIFESTS = Path(__file__).parent / "manifests"
NODE_TIMEOUT, POD_TIMEOUT = 60.0, 90.0


def kubectl(*words: str, stdin: str | None = None, check: bool = True) -> str:
    """Run kubectl as the lab's administrator."""
    return run([clients.path() / "kubectl", "--kubeconfig", ADMIN_KUBECONFIG, *words], stdin=stdin, check=check)


def coredns_manifest() -> str:
    """CoreDNS as it is applied."""
    text = (MANIFESTS / "coredns.yaml").read_text()
    return text.replace("@COREDNS_IMAGE@", COREDNS_IMAGE).replace("@CLUSTER_DNS@", CLUSTER_DNS)


def install_coredns() -> bool:
    """Apply CoreDNS; True when something changed."""
    lines = kubectl("apply", "-f", "-", stdin=coredns_manifest()).splitlines()
    return any(not line.endswith(" unchanged") for line in lines)


def node_ready() -> bool:
    """Whether the node says that it is ready."""
    text = kubectl("get", "node", NODE_NAME, "-o", "json", check=False)
    conditions = json.loads(text)["status"].get("conditions", []) if text else []
    return any(condition["type"] == "Ready" and condition["status"] == "True" for condition in conditions)


def wait_for_node() -> None:
    """Return once the node is ready."""
    deadline = time.monotonic() + NODE_TIMEOUT
    while not node_ready():
        if time.monotonic() > deadline:
            raise LabError(f"node {NODE_NAME} was not ready within {NODE_TIMEOUT:.0f} s; see the kubelet's log")
        time.sleep(0.3)


def coredns_ready() -> bool:
    """Whether CoreDNS answers."""
    state = kubectl(
        "-n", "kube-system", "get", "deployment", "coredns", "-o", "jsonpath={.status.readyReplicas}", check=False
    )
    return state.strip() == "1"


def wait_for_coredns() -> None:
    """Return once CoreDNS answers."""
    words = ["-n", "kube-system", "rollout", "status", "deployment/coredns", f"--timeout={POD_TIMEOUT:.0f}s"]
    if not succeeds([str(clients.path() / "kubectl"), "--kubeconfig", str(ADMIN_KUBECONFIG), *words]):
        raise LabError(
            "CoreDNS is not ready; see `kubectl -n kube-system describe pods`\n" + kubectl("get", "pods", "-A")
        )
