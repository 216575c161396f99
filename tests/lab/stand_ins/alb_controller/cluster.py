"""What the controller reads and writes in Kubernetes: Ingresses, finalizers, status, events."""

from __future__ import annotations

import time
import uuid
from typing import Any

from . import naming, options
from .kube_api import KubeApi, KubeError

Object = dict[str, Any]
CONTROLLER = "ingress.k8s.aws/alb"
INGRESSES = "/apis/networking.k8s.io/v1/ingresses"
CLASSES = "/apis/networking.k8s.io/v1/ingressclasses"
CLASS_ANNOTATION = "kubernetes.io/ingress.class"


class Cluster:
    """The API server as the controller uses it."""

    def __init__(self, api: KubeApi, ingress_class: str) -> None:
        self.api = api
        self.ingress_class = ingress_class
        self.said: dict[str, tuple[str, str]] = {}

    def ingresses(self) -> list[Object]:
        """Ingresses of the controller's classes, and others that still carry its finalizer."""
        classes = {
            row["metadata"]["name"] for row in self.api.items(CLASSES) if row["spec"].get("controller") == CONTROLLER
        }
        return [row for row in self.api.items(INGRESSES) if self.is_ours(row, classes) or finalizers(row)]

    def is_ours(self, ingress: Object, classes: set[str]) -> bool:
        """By class name, or by the old annotation."""
        name = ingress["spec"].get("ingressClassName")
        if name is None:
            return bool((ingress["metadata"].get("annotations") or {}).get(CLASS_ANNOTATION) == self.ingress_class)
        return name in classes

    def services(self) -> dict[str, Object]:
        """All Services by namespace/name."""
        return {options.key(row): row for row in self.api.items("/api/v1/services")}

    def slices(self) -> dict[str, list[Object]]:
        """All EndpointSlices by namespace/service."""
        found: dict[str, list[Object]] = {}
        for row in self.api.items("/apis/discovery.k8s.io/v1/endpointslices"):
            service = (row["metadata"].get("labels") or {}).get("kubernetes.io/service-name")
            if service:
                found.setdefault(f"{row['metadata']['namespace']}/{service}", []).append(row)
        return found

    def path(self, ingress: Object) -> str:
        """Path of an Ingress."""
        metadata = ingress["metadata"]
        return f"/apis/networking.k8s.io/v1/namespaces/{metadata['namespace']}/ingresses/{metadata['name']}"

    def set_finalizer(self, ingress: Object, wanted: str | None) -> None:
        """Have exactly this one of the controller's finalizers; None drops it. Foreign ones stay."""
        present = list(ingress["metadata"].get("finalizers") or [])
        kept = [name for name in present if not naming.is_ours(name)] + ([wanted] if wanted else [])
        if sorted(kept) != sorted(present):
            version = ingress["metadata"]["resourceVersion"]
            patch = {"metadata": {"finalizers": kept, "resourceVersion": version}}
            try:
                ingress["metadata"] = self.api.merge(self.path(ingress), patch)["metadata"]
            except KubeError as error:
                if error.status != 404:
                    raise

    def set_hostname(self, ingress: Object, hostname: str | None) -> None:
        """The address that `kubectl get ingress` shows."""
        wanted = [{"hostname": hostname}] if hostname else []
        present = ((ingress.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
        if [row.get("hostname") for row in present] != [row["hostname"] for row in wanted]:
            self.api.merge(f"{self.path(ingress)}/status", {"status": {"loadBalancer": {"ingress": wanted or None}}})

    def event(self, ingress: Object, kind: str, reason: str, message: str) -> None:
        """Say something once; the same words about the same object are not repeated."""
        uid = ingress["metadata"]["uid"]
        if self.said.get(uid) == (reason, message):
            return
        self.said[uid] = (reason, message)
        namespace, name = ingress["metadata"]["namespace"], ingress["metadata"]["name"]
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self.api.create(
            f"/api/v1/namespaces/{namespace}/events",
            {
                "apiVersion": "v1",
                "kind": "Event",
                "metadata": {"name": f"{name}.{uuid.uuid4().hex[:16]}", "namespace": namespace},
                "involvedObject": {
                    "apiVersion": "networking.k8s.io/v1",
                    "kind": "Ingress",
                    "namespace": namespace,
                    "name": name,
                    "uid": uid,
                    "resourceVersion": ingress["metadata"]["resourceVersion"],
                },
                "type": kind,
                "reason": reason,
                "message": message[:1024],
                "source": {"component": "ingress"},
                "firstTimestamp": now,
                "lastTimestamp": now,
                "count": 1,
            },
        )


def finalizers(ingress: Object) -> list[str]:
    """The controller's finalizers on an Ingress."""
    return [name for name in ingress["metadata"].get("finalizers") or [] if naming.is_ours(name)]
