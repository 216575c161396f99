"""One of several replicas works: a Lease, as the real controller has it."""

from __future__ import annotations

import datetime
import os
import socket

from .kube_api import KubeApi, KubeError

NAME = "aws-load-balancer-controller-leader"
SECONDS = 15


class Leader:
    """Holds or waits for the lease."""

    def __init__(self, api: KubeApi, namespace: str) -> None:
        self.api = api
        self.collection = f"/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases"
        self.identity = f"{socket.gethostname()}_{os.getpid()}"

    def held(self) -> bool:
        """Take or renew the lease; False while another replica has it."""
        now = datetime.datetime.now(datetime.UTC)
        lease = self.api.get(f"{self.collection}/{NAME}")
        spec = {
            "holderIdentity": self.identity,
            "leaseDurationSeconds": SECONDS,
            "renewTime": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        }
        try:
            if lease is None:
                self.api.create(self.collection, {"metadata": {"name": NAME}, "spec": spec})
                return True
            if lease["spec"].get("holderIdentity") != self.identity and not expired(lease["spec"], now):
                return False
            version = {"resourceVersion": lease["metadata"]["resourceVersion"]}
            self.api.merge(f"{self.collection}/{NAME}", {"metadata": version, "spec": spec})
        except KubeError as error:
            if error.status == 409:
                return False
            raise
        return True


def expired(spec: dict[str, object], now: datetime.datetime) -> bool:
    """Whether the holder let its time go by."""
    renewed = str(spec.get("renewTime") or "")
    if not renewed or not spec.get("holderIdentity"):
        return True
    then = datetime.datetime.fromisoformat(renewed.replace("Z", "+00:00"))
    return now - then > datetime.timedelta(seconds=SECONDS)
