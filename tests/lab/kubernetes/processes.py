"""Command lines of containerd, etcd and the parts of Kubernetes."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from pathlib import Path

from tests.lab.kubernetes.config import CONFIG, CONTAINERD, CONTAINERD_SOCKET, KUBELET
from tests.lab.probes import http_ok
from tests.lab.processes import Process
from tests.lab.settings import (
    ADDRESS,
    API_SERVER,
    CLUSTER_CA,
    INSTANCE_ID,
    KUBERNETES_VERSION,
    NODE_NAME,
    PKI,
    REGION,
    SERVICE_CIDR,
    STATE,
    ZONE,
)
from tests.lab.toolchain.build import CONTROL_PLANE, version_of

ETCD_CLIENT, ETCD_PEER = "http://127.0.0.1:23790", "http://127.0.0.1:23800"
CONTROLLER_MANAGER_PORT, SCHEDULER_PORT, KUBELET_HEALTH_PORT = 10257, 10259, 10248


def socket_open(path: Path) -> Callable[[], bool]:
    """True once something accepts connections on a Unix socket."""

    def probe() -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(0.5)
            client.connect(str(path))
            return True

    return probe


def binary(name: str) -> str:
    """Path of a program that was built."""
    return str(CONTROL_PLANE.path() / name)


def containerd() -> Process:
    """Runs the containers."""
    config = CONFIG / "containerd.toml"
    return Process(
        "containerd",
        [shutil.which("containerd") or "/usr/bin/containerd", "--config", str(config)],
        ready=socket_open(CONTAINERD_SOCKET),
        version="Debian package",
        address=str(CONTAINERD_SOCKET),
        inputs=(config,),
        env={"TMPDIR": str(CONTAINERD)},
    )


def etcd() -> Process:
    """Keeps the cluster's state. Not forced to disk: a throw-away lab need not survive a power cut."""
    return Process(
        "etcd",
        [
            binary("etcd"),
            f"--data-dir={STATE / 'etcd'}",
            f"--listen-client-urls={ETCD_CLIENT}",
            f"--advertise-client-urls={ETCD_CLIENT}",
            f"--listen-peer-urls={ETCD_PEER}",
            f"--initial-advertise-peer-urls={ETCD_PEER}",
            "--name=lab",
            f"--initial-cluster=lab={ETCD_PEER}",
            "--unsafe-no-fsync",
            "--log-level=warn",
        ],
        ready=http_ok(f"{ETCD_CLIENT}/health"),
        version=version_of(CONTROL_PLANE, "go.etcd.io/etcd/server/v3"),
        address=ETCD_CLIENT,
    )


def apiserver() -> Process:
    """The API, with tokens of the emulated AWS checked by a webhook."""
    webhook = CONFIG / "token-webhook.kubeconfig"
    return Process(
        "kube-apiserver",
        [
            binary("kube-apiserver"),
            f"--etcd-servers={ETCD_CLIENT}",
            f"--bind-address={ADDRESS}",
            f"--advertise-address={ADDRESS}",
            "--secure-port=6443",
            f"--tls-cert-file={PKI / 'apiserver.crt'}",
            f"--tls-private-key-file={PKI / 'apiserver.key'}",
            f"--client-ca-file={CLUSTER_CA}",
            f"--kubelet-client-certificate={PKI / 'admin.crt'}",
            f"--kubelet-client-key={PKI / 'admin.key'}",
            f"--kubelet-certificate-authority={CLUSTER_CA}",
            "--kubelet-preferred-address-types=InternalIP",
            f"--service-account-key-file={PKI / 'sa.key'}",
            f"--service-account-signing-key-file={PKI / 'sa.key'}",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-cluster-ip-range={SERVICE_CIDR}",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            "--allow-privileged=true",
            f"--authentication-token-webhook-config-file={webhook}",
            "--authentication-token-webhook-version=v1",
            "--authentication-token-webhook-cache-ttl=10s",
        ],
        ready=http_ok(f"{API_SERVER}/readyz", CLUSTER_CA),
        version=KUBERNETES_VERSION,
        address=API_SERVER,
        inputs=(webhook, PKI / "apiserver.crt", PKI / "sa.key"),
    )


def controller_manager() -> Process:
    """The controllers."""
    config = CONFIG / "controller-manager.kubeconfig"
    return Process(
        "kube-controller-manager",
        [
            binary("kube-controller-manager"),
            f"--kubeconfig={config}",
            "--bind-address=127.0.0.1",
            f"--secure-port={CONTROLLER_MANAGER_PORT}",
            f"--tls-cert-file={PKI / 'controller-manager.crt'}",
            f"--tls-private-key-file={PKI / 'controller-manager.key'}",
            f"--service-account-private-key-file={PKI / 'sa.key'}",
            f"--root-ca-file={CLUSTER_CA}",
            "--leader-elect=false",
            "--use-service-account-credentials=true",
            "--flex-volume-plugin-dir=" + str(KUBELET / "volume-plugins"),
        ],
        ready=http_ok(f"https://127.0.0.1:{CONTROLLER_MANAGER_PORT}/healthz", CLUSTER_CA),
        version=KUBERNETES_VERSION,
        address=f"127.0.0.1:{CONTROLLER_MANAGER_PORT}",
        inputs=(config, PKI / "controller-manager.crt", PKI / "sa.key"),
    )


def scheduler() -> Process:
    """Places pods."""
    config = CONFIG / "scheduler.kubeconfig"
    return Process(
        "kube-scheduler",
        [
            binary("kube-scheduler"),
            f"--kubeconfig={config}",
            "--bind-address=127.0.0.1",
            f"--secure-port={SCHEDULER_PORT}",
            f"--tls-cert-file={PKI / 'scheduler.crt'}",
            f"--tls-private-key-file={PKI / 'scheduler.key'}",
            "--leader-elect=false",
        ],
        ready=http_ok(f"https://127.0.0.1:{SCHEDULER_PORT}/healthz", CLUSTER_CA),
        version=KUBERNETES_VERSION,
        address=f"127.0.0.1:{SCHEDULER_PORT}",
        inputs=(config, PKI / "scheduler.crt"),
    )


def kubelet() -> Process:
    """Runs pods on this machine, as an EC2 instance of the emulated AWS."""
    config = CONFIG / "kubelet.yaml"
    labels = {"topology.kubernetes.io/region": REGION, "topology.kubernetes.io/zone": ZONE}
    return Process(
        "kubelet",
        [
            binary("kubelet"),
            f"--config={config}",
            f"--kubeconfig={CONFIG / 'node.kubeconfig'}",
            f"--root-dir={KUBELET}",
            f"--cert-dir={KUBELET / 'pki'}",
            f"--hostname-override={NODE_NAME}",
            f"--node-ip={ADDRESS}",
            f"--provider-id=aws:///{ZONE}/{INSTANCE_ID}",
            "--node-labels=" + ",".join(f"{name}={value}" for name, value in labels.items()),
        ],
        ready=http_ok(f"http://127.0.0.1:{KUBELET_HEALTH_PORT}/healthz"),
        version=KUBERNETES_VERSION,
        address=f"{ADDRESS}:10250",
        inputs=(config, CONFIG / "node.kubeconfig", PKI / "node.crt"),
    )


def kube_proxy() -> Process:
    """Makes Services reachable, with nftables."""
    config = CONFIG / "kube-proxy.yaml"
    return Process(
        "kube-proxy",
        [binary("kube-proxy"), f"--config={config}"],
        ready=http_ok(f"http://{ADDRESS}:10256/livez"),
        version=KUBERNETES_VERSION,
        address=f"{ADDRESS}:10256",
        inputs=(config, PKI / "proxy.crt"),
    )


def of_the_cluster() -> list[Process]:
    """Everything but containerd, in the order of the start: what stands later needs what stands before."""
    return [etcd(), apiserver(), controller_manager(), scheduler(), kubelet(), kube_proxy()]
