"""Stand-in for the EBS CSI driver: folders of this machine as volumes, each with its EC2 volume in the emulated AWS."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]

from tests.lab import settings
from tests.lab.aws import config as aws_config
from tests.lab.aws import kube
from tests.lab.stand_ins import ebs_plan, lab_aws
from tests.lab.stand_ins.alb_controller.kube_api import KubeApi, KubeError

log = logging.getLogger("lab.ebs")
ADDON = "aws-ebs-csi-driver"
VOLUMES = settings.STATE / "volumes"
CLAIMS = "/api/v1/persistentvolumeclaims"
PERSISTENT = "/api/v1/persistentvolumes"
DRIVERS = "/apis/storage.k8s.io/v1/csidrivers"
RESYNC = 5.0
RETRY = 2.0
Object = dict[str, Any]


def driver_object() -> Object:
    """The CSIDriver that the addon installs."""
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "CSIDriver",
        "metadata": {"name": ebs_plan.DRIVER, "labels": {"app.kubernetes.io/part-of": "llmops-bedrock-lab"}},
        "spec": {"attachRequired": True, "podInfoOnMount": False, "fsGroupPolicy": "File"},
    }


def by_name(rows: list[Object]) -> dict[str, Object]:
    """Objects by name."""
    return {row["metadata"]["name"]: row for row in rows}


def reconcile(api: KubeApi, cluster: Object) -> None:
    """One round: make, grow and delete volumes. Without the addon nothing happens, as on AWS."""
    drivers = by_name(api.items(DRIVERS))
    if ADDON not in cluster.get("addons", []):
        if ebs_plan.DRIVER in drivers and cluster:
            api.delete(f"{DRIVERS}/{ebs_plan.DRIVER}")
        return
    if ebs_plan.DRIVER not in drivers:
        api.create(DRIVERS, driver_object())
    classes = by_name(api.items("/apis/storage.k8s.io/v1/storageclasses"))
    volumes = by_name(api.items(PERSISTENT))
    ec2 = lab_aws.client("ec2", cluster["region"])
    for claim in api.items(CLAIMS):
        name = claim["spec"].get("volumeName", "")
        storage = classes.get(claim["spec"].get("storageClassName") or "")
        if ebs_plan.wants_volume(claim, classes, set(volumes)):
            provision(api, ec2, claim, classes[claim["spec"]["storageClassName"]], cluster["name"])
        elif name in volumes and ebs_plan.is_ours(volumes[name]) and ebs_plan.to_grow(claim, volumes[name], storage):
            grow(api, ec2, claim, volumes[name])
    for volume in volumes.values():
        if ebs_plan.to_delete(volume):
            delete(api, ec2, volume)


def folder(name: str) -> Path:
    """The folder that is the disk."""
    return VOLUMES / name


def provision(api: KubeApi, ec2: Any, claim: Object, storage: Object, cluster: str) -> None:
    """EC2 volume, folder, PersistentVolume; what an interrupted round left is found by the driver's tag."""
    name = ebs_plan.volume_name(claim)
    node = (claim["metadata"].get("annotations") or {}).get(ebs_plan.SELECTED_NODE, settings.NODE_NAME)
    found = ec2.describe_volumes(Filters=[{"Name": "tag:CSIVolumeName", "Values": [name]}])["Volumes"]
    request = ebs_plan.ec2_request(claim, storage, cluster, settings.ZONE)
    volume_id = found[0]["VolumeId"] if found else ec2.create_volume(**request)["VolumeId"]
    # A new ext4 file system is root's and holds lost+found: programs that want an empty folder must meet it.
    folder(name).mkdir(parents=True, exist_ok=True, mode=0o755)
    (folder(name) / "lost+found").mkdir(exist_ok=True, mode=0o700)
    api.ensure(PERSISTENT, ebs_plan.persistent_volume(claim, storage, volume_id, str(folder(name)), node))
    event(api, claim, "ProvisioningSucceeded", f"Successfully provisioned volume {name}")
    log.info("%s: %s for %s/%s", name, volume_id, claim["metadata"]["namespace"], claim["metadata"]["name"])


def grow(api: KubeApi, ec2: Any, claim: Object, volume: Object) -> None:
    """A folder needs no growing: the numbers follow."""
    size = ebs_plan.requested(claim)
    name, metadata = volume["metadata"]["name"], claim["metadata"]
    ec2.modify_volume(VolumeId=volume["metadata"]["annotations"][ebs_plan.VOLUME_ID], Size=size)
    capacity = {"capacity": {"storage": f"{size}Gi"}}
    api.merge(f"{PERSISTENT}/{name}", {"spec": capacity})
    path = f"/api/v1/namespaces/{metadata['namespace']}/persistentvolumeclaims/{metadata['name']}/status"
    api.merge(path, {"status": capacity})


def delete(api: KubeApi, ec2: Any, volume: Object) -> None:
    """Folder, EC2 volume, PersistentVolume."""
    name = volume["metadata"]["name"]
    try:
        ec2.delete_volume(VolumeId=volume["metadata"]["annotations"][ebs_plan.VOLUME_ID])
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidVolume.NotFound":
            raise
    shutil.rmtree(folder(name), ignore_errors=True)
    api.delete(f"{PERSISTENT}/{name}")
    log.info("%s: deleted", name)


def event(api: KubeApi, claim: Object, reason: str, message: str) -> None:
    """Say on the claim what the driver says."""
    metadata = claim["metadata"]
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    reference = {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
    reference.update({key: metadata[key] for key in ("name", "namespace", "uid")})
    api.create(
        f"/api/v1/namespaces/{metadata['namespace']}/events",
        {
            "metadata": {"generateName": f"{metadata['name']}.", "namespace": metadata["namespace"]},
            "involvedObject": reference,
            "type": "Normal",
            "reason": reason,
            "message": message,
            "source": {"component": ebs_plan.DRIVER},
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
        },
    )


def watch(config: aws_config.Config, path: str, wake: threading.Event) -> None:
    """Wake the loop at every change; never ends."""
    while True:
        try:
            for _event in kube.api(config).watch(path):
                wake.set()
        except (KubeError, OSError):
            time.sleep(RETRY)


def main() -> None:
    """Follow claims and volumes until the end."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    config, wake, said = aws_config.from_environment(), threading.Event(), ""
    for path in (CLAIMS, PERSISTENT):
        threading.Thread(target=watch, args=(config, path, wake), daemon=True).start()
    while True:
        try:
            reconcile(kube.api(config), lab_aws.cluster())
            said = ""
        except (KubeError, OSError, BotoCoreError, ClientError, ValueError) as error:
            if str(error) != said:  # once, not at every round
                log.warning("%s", error)
            said = str(error)
        wake.wait(RESYNC)
        time.sleep(0.1)
        wake.clear()


if __name__ == "__main__":
    main()
