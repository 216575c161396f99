"""What the emulated AWS is told from outside, read once from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from tests.lab import settings

ACCOUNT = "111122223333"
"""The account of AWS's own documentation: nobody mistakes it for a real one."""

ACCESS_KEY = "test"
SECRET_KEY = "test"  # public on purpose: it opens nothing but the lab

AGENT_HOST = "169.254.170.23"
"""Where AWS's SDKs look for the EKS Pod Identity Agent; part of AWS's interface."""

LITELLM_HOST = "litellm.rehearsal.example"
CHAT_HOST = "chat.rehearsal.example"
ZONE = "rehearsal.example"


@dataclass(frozen=True)
class Config:
    """Addresses, folders and knobs of one run."""

    bind: str
    agent_bind: str
    """Empty: no Pod Identity agent (a machine without the lab's bridge)."""
    webhook_bind: str
    oidc_proxy_port: int
    state: Path
    request_log: Path
    kube_endpoint: str
    kube_ca: Path
    pki: Path
    eks_seconds: float
    """How long a cluster stays CREATING."""
    bridge: str

    @property
    def port(self) -> str:
        """The port of the AWS endpoint."""
        return self.bind.rpartition(":")[2]


def from_environment() -> Config:
    """The lab's own addresses, each of which can be replaced for a run beside it."""
    env = os.environ
    return Config(
        bind=env.get("LAB_AWS_BIND", f"{settings.ADDRESS}:{settings.AWS_PORT}"),
        agent_bind=env.get("LAB_AGENT_BIND", f"{AGENT_HOST}:80"),
        webhook_bind=env.get("LAB_WEBHOOK_BIND", f"{settings.ADDRESS}:9443"),
        oidc_proxy_port=int(env.get("LAB_OIDC_PROXY_PORT", "16443")),
        state=settings.STATE / "aws",
        request_log=settings.LOGS / "aws-requests.log",
        kube_endpoint=env.get("LAB_KUBE_ENDPOINT", settings.API_SERVER),
        kube_ca=Path(env.get("LAB_KUBE_CA") or settings.CLUSTER_CA),
        pki=Path(env.get("LAB_PKI") or settings.PKI),
        eks_seconds=float(env.get("LAB_EKS_SECONDS", "0")),
        bridge=env.get("LAB_BRIDGE", settings.BRIDGE),
    )
