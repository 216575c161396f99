"""The folder that comes first in PATH: kubectl, helm, eksctl and aws, the last two told where the lab's AWS is."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from tests.lab.settings import ADDRESS, AWS_ENDPOINT, BIN, CA_BUNDLE, HOME, ROOT
from tests.lab.toolchain import clients
from tests.lab.toolchain.build import EKSCTL

OIDC_PROXY = "http://127.0.0.1:16443"
EKSCTL_VARIABLES = {
    **{
        f"AWS_{service}_ENDPOINT": AWS_ENDPOINT
        for service in ("STS", "CLOUDFORMATION", "ELB", "ELBV2", "IAM", "EC2", "EKS", "CLOUDTRAIL")
    },
    **{
        f"AWS_ENDPOINT_URL_{service}": AWS_ENDPOINT
        for service in ("SSM", "AUTO_SCALING", "CLOUDWATCH_LOGS", "OUTPOSTS", "PRICING")
    },
    "HTTPS_PROXY": OIDC_PROXY,
    "NO_PROXY": f"{ADDRESS},127.0.0.1,localhost",
    "SSL_CERT_FILE": str(CA_BUNDLE),
    "HOME": str(HOME),
}
"""One variable a service, never AWS_ENDPOINT_URL: eksctl must sign its token for AWS's own STS host.

The proxy answers for the cluster's OIDC issuer, an https name of AWS."""


def eksctl(binary: Path) -> str:
    """eksctl with the lab's addresses."""
    exports = [f"export {name}={shlex.quote(value)}" for name, value in EKSCTL_VARIABLES.items()]
    lines = [
        "#!/bin/sh",
        "# eksctl of the lab: each service by its own variable, so that tokens are signed for AWS's own STS host.",
        "unset AWS_ENDPOINT_URL AWS_ENDPOINT_URL_STS https_proxy",
        *exports,
        f'exec {shlex.quote(str(binary))} "$@"',
    ]
    return "\n".join(lines) + "\n"


def aws(program: Path) -> str:
    """The aws command line; tokens for Kubernetes are signed for AWS's own STS host."""
    lines = [
        "#!/bin/sh",
        "# aws of the lab. A token for Kubernetes is a signed address of AWS's own STS host, which the lab verifies.",
        'case " $* " in',
        '    *" eks get-token "*) unset AWS_ENDPOINT_URL AWS_ENDPOINT_URL_STS ;;',
        "esac",
        f'exec {shlex.quote(str(program))} "$@"',
    ]
    return "\n".join(lines) + "\n"


def aws_program() -> Path:
    """The aws command line of the development environment."""
    beside = Path(sys.executable).with_name("aws")
    return beside if beside.exists() else ROOT / ".venv" / "bin" / "aws"


def ensure() -> bool:
    """Write wrappers and links that differ; True when one was written."""
    BIN.mkdir(parents=True, exist_ok=True)
    changed = False
    for name, text in (("eksctl", eksctl(EKSCTL.path() / "eksctl")), ("aws", aws(aws_program()))):
        path = BIN / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            path.chmod(0o755)
            changed = True
    for name in ("kubectl", "helm"):
        link, target = BIN / name, clients.path() / name
        if not link.is_symlink() or link.readlink() != target:
            link.unlink(missing_ok=True)
            link.symlink_to(target)
            changed = True
    return changed
