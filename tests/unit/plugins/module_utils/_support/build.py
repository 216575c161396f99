"""Objects of Kubernetes, as few words as a test needs."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from ansible_collections.llmops.bedrock.plugins.module_utils._support.facts import Facts, LogKey

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
IMAGE = "ghcr.io/berriai/litellm-non_root:v9"


def thing(kind, name, namespace="litellm", **rest):
    metadata = {"name": name, "namespace": namespace, "uid": f"uid-{kind}-{name}", **rest.pop("metadata", {})}
    if namespace is None:
        metadata.pop("namespace")
    return {"kind": kind, "metadata": metadata, **rest}


def node(name="node-1", ready="True"):
    conditions = [{"type": "Ready", "status": ready, "reason": "KubeletNotReady", "message": "PLEG is not healthy"}]
    return thing("Node", name, None, status={"conditions": conditions})


def pod(name="litellm-7d4f-x", state=None, *, phase="Running", ready=False, last=None, restarts=0, **rest):
    status = {
        "name": "litellm",
        "state": state if state is not None else {"running": {}},
        "lastState": {"terminated": last} if last else {},
        "ready": ready,
        "restartCount": restarts,
    }
    conditions = rest.pop("conditions", [])
    owner = rest.pop("owner", {"kind": "ReplicaSet", "name": "litellm-7d4f"})
    metadata = {"labels": {"pod-template-hash": "7d4f"}, "ownerReferences": [owner]}
    return thing(
        "Pod",
        name,
        metadata=metadata,
        spec={"containers": [{"name": "litellm", "image": IMAGE, **rest.pop("container", {})}], **rest},
        status={"phase": phase, "containerStatuses": [status], "conditions": conditions},
    )


def waiting(reason, message=""):
    return {"waiting": {"reason": reason, "message": message}}


def crashing(name="litellm-7d4f-x", code=1, reason="Error", **rest):
    last = {"exitCode": code, "reason": reason, "finishedAt": "2026-11-22T11:59:00Z"}
    return pod(name, waiting("CrashLoopBackOff"), last=last, restarts=4, **rest)


def event(about, reason, message, at="2026-11-22T11:59:00Z"):
    subject = {"kind": about["kind"], "name": about["metadata"]["name"], "uid": about["metadata"]["uid"]}
    return thing(
        "Event",
        f"e-{reason}-{at}",
        about["metadata"].get("namespace", "default"),
        reason=reason,
        message=message,
        involvedObject=subject,
        lastTimestamp=at,
        type="Warning",
    )


def facts(*objects, logs=None, **rest):
    """Facts of a cluster that is well but for what is given. logs: pod name -> what it says; `before`: last life."""
    previous = rest.pop("before", False)
    keys = {LogKey("litellm", name, "litellm", previous): text for name, text in (logs or {}).items()}
    healthy = () if any(each["kind"] == "Node" for each in objects) or rest.pop("no_nodes", False) else (node(),)
    namespaces = rest.pop("namespaces", ("litellm", "kube-system"))
    given = {each["metadata"]["name"] for each in objects if each["kind"] == "Namespace"} | set(rest.pop("absent", ()))
    there = [thing("Namespace", name, None) for name in namespaces if name not in given]
    return Facts(namespaces=namespaces, objects=(*healthy, *there, *objects), logs=keys, now=NOW, **rest)


def claim(phase="Pending", storage_class="gp3", **metadata):
    return thing(
        "PersistentVolumeClaim",
        "litellm-postgres",
        metadata=metadata,
        spec={"storageClassName": storage_class},
        status={"phase": phase},
    )


def storage_class(name="gp3", provisioner="ebs.csi.aws.com", **rest):
    return thing("StorageClass", name, None, provisioner=provisioner, **rest)


DRIVER = thing("CSIDriver", "ebs.csi.aws.com", None)
LATE = {"volumeBindingMode": "WaitForFirstConsumer"}
SELECTED = {"annotations": {"volume.kubernetes.io/selected-node": "node-1"}}


def ingress(address=None, name="litellm", class_name="alb"):
    paths = [{"backend": {"service": {"name": "litellm"}}}]
    balancer = {"ingress": [{"hostname": address}]} if address else {}
    return thing(
        "Ingress",
        name,
        spec={"ingressClassName": class_name, "rules": [{"host": "litellm.example.com", "http": {"paths": paths}}]},
        status={"loadBalancer": balancer},
    )


def slice_of(service, namespace="litellm", ready=True):
    labels = {"kubernetes.io/service-name": service}
    return thing(
        "EndpointSlice",
        f"{service}-1",
        namespace,
        metadata={"labels": labels},
        endpoints=[{"addresses": ["10.0.0.1"], "conditions": {"ready": ready}}],
    )


WEBHOOK = thing(
    "ValidatingWebhookConfiguration",
    "aws-load-balancer-webhook",
    None,
    webhooks=[
        {
            "name": "vingress.elbv2.k8s.aws",
            "failurePolicy": "Fail",
            "clientConfig": {"service": {"namespace": "kube-system", "name": "aws-load-balancer-webhook-service"}},
        }
    ],
)
UNMOUNTED = pod(state=waiting("ContainerCreating"), phase="Pending")
UNHEALTHY = {"target": "10.0.0.1:4000", "state": "unhealthy", "reason": "Target.Timeout", "description": "timed out"}


def failed_job(name="litellm-migration-1", **labels):
    conditions = [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "limit"}]
    metadata = {"labels": {"app.kubernetes.io/name": "litellm-migration", **labels}, "creationTimestamp": "1"}
    return thing("Job", name, metadata=metadata, spec={}, status={"failed": 5, "conditions": conditions})


def listing(*objects):
    return json.dumps({"kind": "List", "items": list(objects)})
