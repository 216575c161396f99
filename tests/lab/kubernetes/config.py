"""Configuration files of Kubernetes and containerd."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.lab.pki import write
from tests.lab.settings import (
    ADDRESS,
    ADMIN_KUBECONFIG,
    API_SERVER,
    BRIDGE,
    CGROUP,
    CLUSTER_CA,
    CLUSTER_DNS,
    NODE_NAME,
    PKI,
    POD_CIDR,
    STATE,
    TOKEN_REVIEW,
)

CONFIG = STATE / "config"
CONTAINERD = STATE / "containerd"
CONTAINERD_SOCKET = CONTAINERD / "containerd.sock"
CNI = STATE / "cni"
KUBELET = STATE / "kubelet"
POD_LOGS = STATE / "pod-logs"
PAUSE_IMAGE = "registry.k8s.io/pause:3.10.1"
USERS = ("controller-manager", "scheduler", "proxy", "node")
FIRST_POD_ADDRESS, LAST_POD_ADDRESS = "10.213.0.10", "10.213.0.250"


def kubeconfig(user: str) -> dict[str, Any]:
    """How a part of the cluster reaches the API server, with its certificate."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {"name": "lab", "cluster": {"server": API_SERVER, "certificate-authority": str(CLUSTER_CA)}},
        ],
        "users": [
            {
                "name": user,
                "user": {
                    "client-certificate": str(PKI / f"{user}.crt"),
                    "client-key": str(PKI / f"{user}.key"),
                },
            }
        ],
        "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": user}}],
        "current-context": "lab",
    }


def token_webhook() -> dict[str, Any]:
    """Where the API server has tokens of the emulated AWS checked."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "aws", "cluster": {"server": TOKEN_REVIEW}}],
        "users": [{"name": "apiserver", "user": {}}],
        "contexts": [{"name": "aws", "context": {"cluster": "aws", "user": "apiserver"}}],
        "current-context": "aws",
    }


def kubelet() -> dict[str, Any]:
    """The kubelet's configuration; every folder and address it uses is the lab's."""
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": ADDRESS,
        "healthzBindAddress": "127.0.0.1",
        "authentication": {
            "x509": {"clientCAFile": str(CLUSTER_CA)},
            "webhook": {"enabled": True},
            "anonymous": {"enabled": False},
        },
        "authorization": {"mode": "Webhook"},
        "clusterDNS": [CLUSTER_DNS],
        "clusterDomain": "cluster.local",
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{CGROUP}",
        "failCgroupV1": False,
        "failSwapOn": False,
        # The lab has its own nftables; the kubelet's iptables chains would outlive it.
        "makeIPTablesUtilChains": False,
        "containerRuntimeEndpoint": f"unix://{CONTAINERD_SOCKET}",
        "tlsCertFile": str(PKI / "node.crt"),
        "tlsPrivateKeyFile": str(PKI / "node.key"),
        "resolvConf": "/etc/resolv.conf",
        "podLogsDir": str(POD_LOGS),
        "volumePluginDir": str(KUBELET / "volume-plugins"),
        # Images come from the lab's cache, not from a registry: one that was collected would be gone for good.
        "imageGCHighThresholdPercent": 100,
        "evictionHard": {"nodefs.available": "1%", "imagefs.available": "1%", "memory.available": "100Mi"},
        "maxPods": 60,
        "shutdownGracePeriod": "0s",
    }


def kube_proxy() -> dict[str, Any]:
    """kube-proxy's configuration. Connection tracking is left as the machine has it."""
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "bindAddress": ADDRESS,
        "healthzBindAddress": f"{ADDRESS}:10256",
        "metricsBindAddress": "127.0.0.1:10249",
        "clientConnection": {"kubeconfig": str(CONFIG / "proxy.kubeconfig")},
        "clusterCIDR": POD_CIDR,
        "hostnameOverride": NODE_NAME,
        "mode": "nftables",
        # Answers between two pods of the bridge must pass this machine, also where bridged packets skip netfilter.
        "nftables": {"masqueradeAll": True, "minSyncPeriod": "0s", "syncPeriod": "30s"},
        "conntrack": {"maxPerCore": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"},
    }


def cni() -> dict[str, Any]:
    """Pods get an address on the lab's bridge."""
    ipam = {
        "type": "host-local",
        "dataDir": str(CNI / "addresses"),
        "ranges": [
            [
                {
                    "subnet": POD_CIDR,
                    "rangeStart": FIRST_POD_ADDRESS,
                    "rangeEnd": LAST_POD_ADDRESS,
                    "gateway": ADDRESS,
                }
            ]
        ],
        "routes": [{"dst": "0.0.0.0/0", "gw": ADDRESS}],
    }
    # Not the plugin's own gateway: it refuses a bridge that has a second address, as the Pod Identity agent's.
    bridge = {"type": "bridge", "bridge": BRIDGE, "isGateway": False, "hairpinMode": True, "ipam": ipam}
    return {"cniVersion": "1.0.0", "name": "llmops-lab", "plugins": [bridge]}


def containerd() -> str:
    """containerd's configuration: own socket, own folders, nothing of the machine's containerd."""
    return f"""version = 2
root = "{CONTAINERD / "root"}"
state = "{CONTAINERD / "state"}"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
[grpc]
  address = "{CONTAINERD_SOCKET}"
[plugins."io.containerd.internal.v1.opt"]
  path = "{CONTAINERD / "opt"}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{PAUSE_IMAGE}"
  # Some machines take CAP_SYS_RESOURCE away, and then a pod's oom score cannot be lowered.
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "{CNI}"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      Root = "{CONTAINERD / "runc"}"
"""


def files() -> dict[Path, str]:
    """Every configuration file with its content."""
    objects: dict[Path, dict[str, Any]] = {
        CONFIG / "kubelet.yaml": kubelet(),
        CONFIG / "kube-proxy.yaml": kube_proxy(),
        CONFIG / "token-webhook.kubeconfig": token_webhook(),
        CNI / "10-llmops-lab.conflist": cni(),
        ADMIN_KUBECONFIG: kubeconfig("admin"),
        **{CONFIG / f"{user}.kubeconfig": kubeconfig(user) for user in USERS},
    }
    # JSON is YAML, and both Kubernetes and CNI read it.
    texts = {path: json.dumps(content, indent=2) + "\n" for path, content in objects.items()}
    return {**texts, CONFIG / "containerd.toml": containerd()}


def ensure() -> bool:
    """Write the files that differ; True when one was written."""
    changed = False
    for path, content in files().items():
        if not path.exists() or path.read_text() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path, content.encode(), 0o600)
            changed = True
    return changed
