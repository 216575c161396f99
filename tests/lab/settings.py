"""Names, addresses, versions and folders of the lab: the one place where each is written."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout."""

STATE = Path(os.environ.get("LAB_STATE") or "/var/lib/llmops-bedrock-lab")
"""What a running lab writes; removed by `down`."""

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "llmops-bedrock-lab"
"""Downloads, binaries and images; survives `down`."""

PKI = STATE / "pki"
LOGS = STATE / "logs"
RUN = STATE / "run"
BIN = STATE / "bin"
HOME = STATE / "home"

LAB_CA = PKI / "lab-ca.crt"
LAB_CA_KEY = PKI / "lab-ca.key"
CLUSTER_CA = PKI / "ca.crt"
CLUSTER_CA_KEY = PKI / "ca.key"
CA_BUNDLE = PKI / "bundle.pem"
"""The system's certificate authorities and the lab's own: what clients trust."""

ADMIN_KUBECONFIG = STATE / "admin.kubeconfig"
"""For the lab's own processes and for tests; people get the one that role eks_cluster writes."""

BRIDGE = "llmops-lab0"
ADDRESS = "10.213.0.1"
POD_CIDR = "10.213.0.0/24"
SERVICE_CIDR = "10.214.0.0/16"
KUBERNETES_SERVICE = "10.214.0.1"
CLUSTER_DNS = "10.214.0.10"
NODE_NAME = "lab-node-1"
INSTANCE_ID = "i-0lab0000000000001"
REGION = "us-west-2"
ZONE = "us-west-2a"
API_SERVER = f"https://{ADDRESS}:6443"
AWS_PORT = 4566
AWS_ENDPOINT = f"http://{ADDRESS}:{AWS_PORT}"
TOKEN_REVIEW = f"{AWS_ENDPOINT}/_lab/token-review"

HOSTS_FILE = Path("/etc/hosts")
HOSTS_BEGIN = "# BEGIN llmops-bedrock-lab"
HOSTS_END = "# END llmops-bedrock-lab"
"""Everything between these two lines of the hosts file is the lab's."""

CGROUP = "llmops-bedrock-lab"
"""Control group above every container."""

KUBERNETES_VERSION = "v1.35.4"
