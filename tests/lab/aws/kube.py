"""The lab's API server, as its own processes reach it: with the admin certificate."""

from __future__ import annotations

from tests.lab.aws.config import Config
from tests.lab.stand_ins.alb_controller.kube_api import KubeApi


def api(config: Config) -> KubeApi:
    """A client of the API server; the certificate is read at each use, since it may come later."""
    return KubeApi.with_certificate(
        config.kube_endpoint, config.kube_ca, config.pki / "admin.crt", config.pki / "admin.key"
    )


def available(config: Config) -> bool:
    """Whether there is an API server to speak of at all: the emulated AWS also runs alone."""
    return config.kube_ca.exists() and (config.pki / "admin.crt").exists()
