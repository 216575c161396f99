"""The webhook that AWS runs in every EKS cluster: pods of an associated service account get a token and variables."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from tests.lab import settings
from tests.lab.aws import eks, pod_identity
from tests.lab.aws.config import Config
from tests.lab.aws.emulator import Answer, answer, failure
from tests.lab.stand_ins.alb_controller.kube_api import KubeApi

PATH = "/_lab/pod-identity-webhook"
NAME = "pod-identity-webhook"
COLLECTION = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"
VOLUME = "eks-pod-identity-token"
FOLDER = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount"
Body = dict[str, Any]


def variables(region: str) -> dict[str, str]:
    """What AWS's SDKs read to find the agent."""
    return {
        "AWS_STS_REGIONAL_ENDPOINTS": "regional",
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": pod_identity.URL,
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": f"{FOLDER}/{VOLUME}",
    }


def patch(pod: Body, region: str) -> list[Body]:
    """JSON patch that adds volume, mounts and variables; what the pod sets itself stays."""
    spec = pod["spec"]
    if any(volume["name"] == VOLUME for volume in spec.get("volumes") or []):
        return []
    token = {"audience": pod_identity.AUDIENCE, "expirationSeconds": 86400, "path": VOLUME}
    volume = {"name": VOLUME, "projected": {"sources": [{"serviceAccountToken": token}]}}
    operations = [{"op": "add", "path": "/spec/volumes", "value": [*(spec.get("volumes") or []), volume]}]
    for kind in ("initContainers", "containers"):
        for number, container in enumerate(spec.get(kind) or []):
            operations += container_patch(f"/spec/{kind}/{number}", container, region)
    return operations


def container_patch(path: str, container: Body, region: str) -> list[Body]:
    """The part of one container."""
    present = container.get("env") or []
    named = {variable["name"] for variable in present}
    added = [{"name": key, "value": value} for key, value in variables(region).items() if key not in named]
    mounts = [*(container.get("volumeMounts") or []), {"name": VOLUME, "mountPath": FOLDER, "readOnly": True}]
    return [
        {"op": "add", "path": f"{path}/env", "value": [*present, *added]},
        {"op": "add", "path": f"{path}/volumeMounts", "value": mounts},
    ]


def review(request: Body, associated: Callable[[str, str], bool], region: str) -> Body:
    """Answer an AdmissionReview; a pod is never refused."""
    asked = request["request"]
    response: Body = {"uid": asked["uid"], "allowed": True}
    pod = asked["object"]
    if associated(asked["namespace"], pod["spec"].get("serviceAccountName") or "default"):
        operations = patch(pod, region)
        if operations:
            response["patchType"] = "JSONPatch"
            response["patch"] = base64.b64encode(json.dumps(operations).encode()).decode()
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response}


def handler(method: str, headers: dict[str, str], body: bytes) -> Answer:
    """The webhook's path."""
    try:
        request = json.loads(body)
        where = eks.active_addon(pod_identity.ADDON)
        return answer(
            200,
            review(
                request,
                lambda namespace, name: where is not None and pod_identity.association(namespace, name) is not None,
                where[1] if where else settings.REGION,
            ),
        )
    except (ValueError, KeyError, TypeError) as error:
        return failure(400, "BadRequest", f"an AdmissionReview is wanted: {error}")


def configuration(config: Config) -> Body:
    """The MutatingWebhookConfiguration; failurePolicy as AWS has it."""
    bundle = base64.b64encode(settings.LAB_CA.read_bytes()).decode()
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingWebhookConfiguration",
        "metadata": {"name": NAME, "labels": {"app.kubernetes.io/part-of": "llmops-bedrock-lab"}},
        "webhooks": [
            {
                "name": "iam-for-pods.amazonaws.com",
                "admissionReviewVersions": ["v1"],
                "sideEffects": "None",
                "failurePolicy": "Ignore",
                "reinvocationPolicy": "IfNeeded",
                "timeoutSeconds": 5,
                "clientConfig": {"url": f"https://{config.webhook_bind}{PATH}", "caBundle": bundle},
                "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}],
            }
        ],
    }


def sync(config: Config) -> Callable[[KubeApi], None]:
    """A step that installs the webhook while the agent's addon is active, and removes it after."""

    def sync_webhook(api: KubeApi) -> None:
        present = api.get(f"{COLLECTION}/{NAME}")
        if eks.active_addon(pod_identity.ADDON) is None:
            if present:
                api.delete(f"{COLLECTION}/{NAME}")
        elif not matches(present, configuration(config)):
            api.delete(f"{COLLECTION}/{NAME}")
            api.create(COLLECTION, configuration(config))

    return sync_webhook


def matches(present: Body | None, wanted: Body) -> bool:
    """Whether the installed webhook calls the right address with the right CA."""
    if present is None:
        return False
    return [w["clientConfig"] for w in present["webhooks"]] == [w["clientConfig"] for w in wanted["webhooks"]]
