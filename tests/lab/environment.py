"""What a shell needs to see the lab as its AWS account and cluster."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping

from tests.lab.settings import (
    ADMIN_KUBECONFIG,
    AWS_ENDPOINT,
    BIN,
    CA_BUNDLE,
    LAB_CA,
    REGION,
    ROOT,
    STATE,
)

ACCESS_KEY = SECRET_KEY = "test"  # Public on purpose: they open nothing but the lab.
GATEWAY_STATE = STATE / "gateway"
"""Where the rehearsal keeps what a play writes for people, the kubeconfig among it."""


def variables(path: str | None = None) -> dict[str, str]:
    """The variables; `path` is the PATH to put the lab's programs in front of."""
    rest = os.environ.get("PATH", "") if path is None else path
    others = [folder for folder in rest.split(os.pathsep) if folder and folder != str(BIN)]
    return {
        "LAB_STATE": str(STATE),
        "LAB_GATEWAY_STATE": str(GATEWAY_STATE),
        "LAB_CA_FILE": str(LAB_CA),
        "LAB_ADMIN_KUBECONFIG": str(ADMIN_KUBECONFIG),
        "LAB_CHARTS": str(ROOT / "tests" / "lab" / "stand_ins" / "charts"),
        "KUBECONFIG": str(GATEWAY_STATE / "kubeconfig"),
        "AWS_ENDPOINT_URL": AWS_ENDPOINT,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "SSL_CERT_FILE": str(CA_BUNDLE),
        # These two, where a user has set them, would win over the one above.
        "REQUESTS_CA_BUNDLE": str(CA_BUNDLE),
        "CURL_CA_BUNDLE": str(CA_BUNDLE),
        "PATH": os.pathsep.join([str(BIN), *others]),
    }


# A profile or session of the user's own would win over the lab's keys.
CLEARED = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_ROLE_ARN")


def exports(found: Mapping[str, str]) -> str:
    """Lines for `eval` in a shell."""
    lines = [f"unset {' '.join(CLEARED)}", *(f"export {name}={shlex.quote(value)}" for name, value in found.items())]
    return "\n".join(lines)
