"""Claims to volumes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lab.stand_ins import ebs_plan

Object = dict[str, Any]


def storage_class(**changes: Any) -> Object:
    return {
        "metadata": {"name": "gp3"},
        "provisioner": "ebs.csi.aws.com",
        "volumeBindingMode": "WaitForFirstConsumer",
        "allowVolumeExpansion": True,
        "reclaimPolicy": "Delete",
        "parameters": {"type": "gp3", "encrypted": "true", "tagSpecification_1": "litellm/cluster=litellm"},
        **changes,
    }


def claim(node: str | None = "lab-node-1", size: str = "10Gi", **spec: Any) -> Object:
    annotations = {ebs_plan.SELECTED_NODE: node} if node else {}
    return {
        "metadata": {"name": "data", "namespace": "litellm", "uid": "u-1", "annotations": annotations},
        "spec": {
            "storageClassName": "gp3",
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": size}},
            **spec,
        },
    }


@pytest.mark.parametrize(
    ("quantity", "size"),
    [("10Gi", 10), ("1536Mi", 2), ("1", 1), ("500M", 1), ("1Ti", 1024), ("1.5Gi", 2)],
)
def test_sizes_are_rounded_up(quantity: str, size: int):
    assert ebs_plan.size_gib(quantity) == size


def test_a_size_that_is_none_is_refused():
    with pytest.raises(ValueError, match="not a size"):
        ebs_plan.size_gib("ten")


@pytest.mark.parametrize(
    ("wanted", "storage", "present", "answer"),
    [
        (claim(), storage_class(), set(), True),
        (claim(node=None), storage_class(), set(), False),
        (claim(node=None), storage_class(volumeBindingMode="Immediate"), set(), True),
        (claim(), storage_class(provisioner="other.csi"), set(), False),
        (claim(storageClassName="unknown"), storage_class(), set(), False),
        (claim(volumeName="pvc-x"), storage_class(), set(), False),
        (claim(), storage_class(), {"pvc-u-1"}, False),
    ],
)
def test_when_a_volume_is_made(wanted: Object, storage: Object, present: set[str], answer: bool):
    assert ebs_plan.wants_volume(wanted, {"gp3": storage}, present) is answer


def test_the_ec2_volume_carries_class_and_tags():
    request = ebs_plan.ec2_request(claim(), storage_class(), "litellm", "us-west-2a")
    assert (request["Size"], request["VolumeType"], request["Encrypted"]) == (10, "gp3", True)
    tags = {tag["Key"]: tag["Value"] for tag in request["TagSpecifications"][0]["Tags"]}
    assert tags["ebs.csi.aws.com/cluster"] == "true"
    assert tags["kubernetes.io/cluster/litellm"] == "owned"
    assert tags["CSIVolumeName"] == "pvc-u-1"
    assert tags["kubernetes.io/created-for/pvc/name"] == "data"
    assert tags["kubernetes.io/created-for/pvc/namespace"] == "litellm"
    assert tags["litellm/cluster"] == "litellm"


def test_the_persistent_volume_is_local_to_the_node_and_claimed():
    volume = ebs_plan.persistent_volume(claim(), storage_class(reclaimPolicy="Retain"), "vol-1", "/v/pvc-u-1", "n1")
    spec = volume["spec"]
    assert spec["local"] == {"path": "/v/pvc-u-1"}
    assert spec["persistentVolumeReclaimPolicy"] == "Retain"
    assert spec["claimRef"]["uid"] == "u-1"
    terms = spec["nodeAffinity"]["required"]["nodeSelectorTerms"]
    assert terms[0]["matchExpressions"][0]["values"] == ["n1"]
    assert volume["metadata"]["annotations"][ebs_plan.VOLUME_ID] == "vol-1"


@pytest.mark.parametrize(
    ("phase", "policy", "provisioner", "answer"),
    [
        ("Released", "Delete", ebs_plan.DRIVER, True),
        ("Bound", "Delete", ebs_plan.DRIVER, False),
        ("Released", "Retain", ebs_plan.DRIVER, False),
        ("Released", "Delete", "other", False),
    ],
)
def test_when_a_volume_goes(phase: str, policy: str, provisioner: str, answer: bool):
    volume = {
        "metadata": {"name": "v", "annotations": {ebs_plan.PROVISIONED_BY: provisioner}},
        "spec": {"persistentVolumeReclaimPolicy": policy},
        "status": {"phase": phase},
    }
    assert ebs_plan.to_delete(volume) is answer


def test_growth_needs_the_class_and_a_larger_claim():
    volume = ebs_plan.persistent_volume(claim(), storage_class(), "vol-1", "/v", "n")
    assert ebs_plan.to_grow(claim(size="20Gi"), volume, storage_class())
    assert not ebs_plan.to_grow(claim(size="20Gi"), volume, storage_class(allowVolumeExpansion=False))
    assert not ebs_plan.to_grow(claim(), volume, storage_class())
    assert not ebs_plan.to_grow(claim(size="20Gi"), volume, None)
