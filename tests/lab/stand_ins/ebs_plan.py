"""Claims and classes in, EC2 volumes and PersistentVolumes out; no I/O."""

from __future__ import annotations

import math
import re
from typing import Any

DRIVER = "ebs.csi.aws.com"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"
VOLUME_ID = "llmops.bedrock/volume-id"
GIB = 1024**3
UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "Ki": 2**10, "Mi": 2**20, "Gi": GIB, "Ti": 2**40}
Object = dict[str, Any]


def size_gib(quantity: str) -> int:
    """A quantity of Kubernetes in whole GiB, rounded up, as EBS has it."""
    match = re.fullmatch(r"([0-9.]+)([kMGT]i?|Ki)?", quantity)
    if not match:
        raise ValueError(f"not a size: {quantity}")
    return max(1, math.ceil(float(match[1]) * UNITS[match[2] or ""] / GIB))


def requested(claim: Object) -> int:
    """Size that a claim asks for, in GiB."""
    return size_gib(str(claim["spec"]["resources"]["requests"]["storage"]))


def volume_name(claim: Object) -> str:
    """Name of the PersistentVolume, also the driver's name of the EC2 volume."""
    return f"pvc-{claim['metadata']['uid']}"


def wants_volume(claim: Object, classes: dict[str, Object], present: set[str]) -> bool:
    """Whether a volume is to be made now: the driver's class, none yet, and a node where the class waits for one."""
    storage = classes.get(claim["spec"].get("storageClassName") or "")
    if storage is None or storage.get("provisioner") != DRIVER or "deletionTimestamp" in claim["metadata"]:
        return False
    if claim["spec"].get("volumeName") or volume_name(claim) in present:
        return False
    waits = storage.get("volumeBindingMode") == "WaitForFirstConsumer"
    return not waits or SELECTED_NODE in (claim["metadata"].get("annotations") or {})


def tags(claim: Object, storage: Object, cluster: str) -> dict[str, str]:
    """The driver's tags, with the ones that EKS's addon and the class add."""
    name, metadata = volume_name(claim), claim["metadata"]
    extra = {}
    for key, value in sorted((storage.get("parameters") or {}).items()):
        if key.startswith("tagSpecification_"):
            left, _equals, right = str(value).partition("=")
            extra[left] = right
    return {
        **extra,
        "Name": f"{cluster}-dynamic-{name}",
        "CSIVolumeName": name,
        "KubernetesCluster": cluster,
        f"kubernetes.io/cluster/{cluster}": "owned",
        "ebs.csi.aws.com/cluster": "true",
        "ebs.csi.aws.com/cluster-name": cluster,
        "kubernetes.io/created-for/pvc/name": metadata["name"],
        "kubernetes.io/created-for/pvc/namespace": metadata["namespace"],
        "kubernetes.io/created-for/pv/name": name,
    }


def ec2_request(claim: Object, storage: Object, cluster: str, zone: str) -> Object:
    """Parameters of CreateVolume."""
    parameters = storage.get("parameters") or {}
    request: Object = {
        "AvailabilityZone": zone,
        "Size": requested(claim),
        "VolumeType": parameters.get("type", "gp3"),
        "Encrypted": str(parameters.get("encrypted", "false")).lower() == "true",
        "TagSpecifications": [
            {
                "ResourceType": "volume",
                "Tags": [{"Key": key, "Value": value} for key, value in tags(claim, storage, cluster).items()],
            }
        ],
    }
    for key, name in (("iops", "Iops"), ("throughput", "Throughput")):
        if key in parameters:
            request[name] = int(parameters[key])
    if "kmsKeyId" in parameters:
        request["KmsKeyId"] = parameters["kmsKeyId"]
    return request


def persistent_volume(claim: Object, storage: Object, volume_id: str, path: str, node: str) -> Object:
    """A `local` volume on the node: kubelet gives it to the pod's fsGroup, as it does with a disk."""
    metadata = claim["metadata"]
    expression = {"key": "kubernetes.io/hostname", "operator": "In", "values": [node]}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {
            "name": volume_name(claim),
            "annotations": {PROVISIONED_BY: DRIVER, VOLUME_ID: volume_id},
        },
        "spec": {
            "capacity": {"storage": f"{requested(claim)}Gi"},
            "accessModes": claim["spec"]["accessModes"],
            "persistentVolumeReclaimPolicy": storage.get("reclaimPolicy", "Delete"),
            "storageClassName": storage["metadata"]["name"],
            "volumeMode": "Filesystem",
            "mountOptions": storage.get("mountOptions") or None,
            "claimRef": {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "namespace": metadata["namespace"],
                "name": metadata["name"],
                "uid": metadata["uid"],
            },
            "local": {"path": path},
            "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}},
        },
    }


def is_ours(volume: Object) -> bool:
    """Whether this stand-in made the PersistentVolume."""
    return (volume["metadata"].get("annotations") or {}).get(PROVISIONED_BY) == DRIVER


def to_delete(volume: Object) -> bool:
    """Whether the claim is gone and the volume has to go with it."""
    released = (volume.get("status") or {}).get("phase") == "Released" or "deletionTimestamp" in volume["metadata"]
    return is_ours(volume) and released and volume["spec"].get("persistentVolumeReclaimPolicy") == "Delete"


def to_grow(claim: Object, volume: Object, storage: Object | None) -> bool:
    """Whether a bound claim asks for more than its volume has, and its class allows that."""
    have = size_gib(str(volume["spec"]["capacity"]["storage"]))
    return bool(storage and storage.get("allowVolumeExpansion")) and requested(claim) > have
