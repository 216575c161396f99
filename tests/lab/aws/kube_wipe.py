"""DeleteCluster takes the Kubernetes API with it: what users made there is removed, the lab's own parts stay."""

from __future__ import annotations

import logging
import time
from typing import Any

from tests.lab.aws import kube
from tests.lab.aws.config import Config
from tests.lab.stand_ins.alb_controller.kube_api import KubeApi, KubeError

log = logging.getLogger("lab.kube_wipe")
KEPT = ("default", "kube-system", "kube-public", "kube-node-lease")
BY_HELM = "app.kubernetes.io/managed-by=Helm"
PATIENCE = 60.0

USERS_ALONE = (
    "/apis/storage.k8s.io/v1/storageclasses",
    "/apis/storage.k8s.io/v1/csidrivers",
    "/apis/networking.k8s.io/v1/ingressclasses",
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    "/api/v1/persistentvolumes",
)
"""Cluster-wide kinds of which the lab itself has none."""

WEBHOOKS = (
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
    "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
)
RBAC = ("/apis/rbac.authorization.k8s.io/v1/clusterroles", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings")
NAMESPACED = (
    "/apis/apps/v1/{}/deployments",
    "/apis/apps/v1/{}/statefulsets",
    "/apis/apps/v1/{}/daemonsets",
    "/apis/batch/v1/{}/cronjobs",
    "/apis/batch/v1/{}/jobs",
    "/api/v1/{}/services",
    "/api/v1/{}/configmaps",
    "/api/v1/{}/secrets",
    "/api/v1/{}/serviceaccounts",
    "/apis/rbac.authorization.k8s.io/v1/{}/roles",
    "/apis/rbac.authorization.k8s.io/v1/{}/rolebindings",
    "/apis/policy/v1/{}/poddisruptionbudgets",
)
"""What a Helm release in a kept namespace consists of."""

FINALIZED = (
    "/apis/networking.k8s.io/v1/ingresses",
    "/api/v1/persistentvolumeclaims",
    "/api/v1/persistentvolumes",
    "/api/v1/services",
)


def wipe(config: Config) -> None:
    """Remove everything of the users; AWS resources behind it stay, as they do when AWS deletes a cluster."""
    if not kube.available(config):
        return
    api = kube.api(config)
    try:
        for collection in WEBHOOKS:  # first: a webhook without its controller refuses what follows
            api.delete(collection)
        for collection in FINALIZED:
            drop_finalizers(api, collection)
        for namespace in KEPT:
            clear_kept(api, namespace)
        remove_namespaces(api)
        for collection in USERS_ALONE:
            api.delete(collection)
        for collection in RBAC:
            api.delete(collection, labelSelector=BY_HELM)
    except (KubeError, OSError) as error:
        log.warning("the API server was not emptied: %s", error)


def path_of(collection: str, item: dict[str, Any]) -> str:
    """Path of a member of a list over all namespaces."""
    metadata = item["metadata"]
    if "namespace" not in metadata:
        return f"{collection}/{metadata['name']}"
    base, kind = collection.rsplit("/", 1)
    return f"{base}/namespaces/{metadata['namespace']}/{kind}/{metadata['name']}"


def drop_finalizers(api: KubeApi, collection: str) -> None:
    """Controllers that would have cleared them are gone with the cluster."""
    for item in api.items(collection):
        if item["metadata"].get("finalizers"):
            api.merge(path_of(collection, item), {"metadata": {"finalizers": None}})


def clear_kept(api: KubeApi, namespace: str) -> None:
    """Helm releases in a namespace that stays; `default` has nothing of the lab's but the service `kubernetes`."""
    selector = {} if namespace == "default" else {"labelSelector": BY_HELM}
    for template in NAMESPACED:
        collection = template.format(f"namespaces/{namespace}")
        for item in api.items(collection, **selector):
            if item["metadata"]["name"] not in ("kubernetes", "kube-root-ca.crt", "default"):
                api.delete(f"{collection}/{item['metadata']['name']}", propagationPolicy="Background")
    api.delete(f"/api/v1/namespaces/{namespace}/secrets", fieldSelector="type=helm.sh/release.v1")
    if namespace == "default":
        api.delete("/api/v1/namespaces/default/pods", gracePeriodSeconds="0")
        api.delete("/api/v1/namespaces/default/persistentvolumeclaims")


def remove_namespaces(api: KubeApi) -> None:
    """Delete the users' namespaces and wait until they are gone."""
    end = time.monotonic() + PATIENCE
    while names := [
        n["metadata"]["name"] for n in api.items("/api/v1/namespaces") if n["metadata"]["name"] not in KEPT
    ]:
        for name in names:
            api.delete(f"/api/v1/namespaces/{name}")
            api.delete(f"/api/v1/namespaces/{name}/pods", gracePeriodSeconds="1")
        for collection in FINALIZED:
            drop_finalizers(api, collection)
        if time.monotonic() > end:
            log.warning("namespaces still there after %.0f s: %s", PATIENCE, ", ".join(names))
            return
        time.sleep(0.5)
