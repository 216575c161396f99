from __future__ import annotations

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._support.diagnosis import diagnose

from .build import IMAGE, UNMOUNTED, event, facts, pod, thing, waiting

UNPULLED = pod(state=waiting("ImagePullBackOff", f'Back-off pulling image "{IMAGE}"'), phase="Pending")
STARTED = pod(
    state=waiting("ContainerCreating"), phase="Pending", conditions=[{"type": "PodScheduled", "status": "True"}]
)
REPLICAS = thing("ReplicaSet", "litellm-7d4f", spec={"replicas": 2}, status={"replicas": 0})
REFUSED = {"type": "ReplicaFailure", "status": "True", "message": "pods is forbidden: exceeded quota: q"}
UNSCHEDULED = "0/2 nodes are available: 1 Insufficient cpu, 2 Insufficient memory."


def unscheduled(message):
    conditions = [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}]
    return pod(state={}, phase="Pending", conditions=conditions)


CASES = [
    (
        facts(UNPULLED, event(UNPULLED, "Failed", f'Failed to pull image "{IMAGE}": not found: {IMAGE}: not found')),
        f"image {IMAGE} cannot be pulled: there is no such image or tag",
    ),
    (
        facts(UNPULLED, event(UNPULLED, "Failed", f'Failed to pull image "{IMAGE}": dial tcp: lookup x: no such host')),
        f"image {IMAGE} cannot be pulled: the registry cannot be reached",
    ),
    (
        facts(UNPULLED, event(UNPULLED, "Failed", f'Failed to pull image "{IMAGE}": 403 Forbidden')),
        f"image {IMAGE} cannot be pulled: the registry refuses access",
    ),
    (
        facts(pod(state=waiting("InvalidImageName", "couldn't parse image name"), phase="Pending")),
        f"image {IMAGE} cannot be pulled: its name is not valid",
    ),
    (
        facts(pod(state=waiting("CreateContainerConfigError", 'secret "litellm-keys" not found'), phase="Pending")),
        "Secret litellm-keys does not exist",
    ),
    (
        facts(
            pod(
                state=waiting("CreateContainerConfigError", "couldn't find key SALT in Secret litellm/litellm-keys"),
                phase="Pending",
            )
        ),
        "Secret litellm/litellm-keys has no key SALT",
    ),
    (
        facts(UNMOUNTED, event(UNMOUNTED, "FailedMount", 'MountVolume failed: configmap "litellm-config" not found')),
        "ConfigMap litellm-config does not exist",
    ),
    (
        facts(STARTED, event(STARTED, "FailedCreatePodSandBox", "failed to assign an IP address to container")),
        "there is no IP address left for pod litellm/litellm",
    ),
    (
        facts(pod(), event(pod(), "Unhealthy", "Readiness probe failed: 503")),
        "container litellm of litellm/litellm runs but is not ready",
    ),
    # --- scheduling and creation
    (
        facts({**REPLICAS, "status": {"replicas": 0, "conditions": [REFUSED]}}),
        "ReplicaSet litellm/litellm-7d4f cannot make its pods: a quota is used up",
    ),
    (
        facts(unscheduled(UNSCHEDULED)),
        "no node has room for pod litellm/litellm: insufficient cpu, memory",
    ),
    (
        facts(unscheduled("0/1 nodes are available: 1 node(s) had untolerated taint {gpu: true}.")),
        "no node takes pod litellm/litellm: taints that it does not tolerate",
    ),
    (
        facts(REPLICAS, event(REPLICAS, "FailedCreate", "pods is forbidden: exceeded quota: q")),
        "ReplicaSet litellm/litellm-7d4f cannot make its pods: a quota is used up",
    ),
    (
        facts(REPLICAS, event(REPLICAS, "FailedCreate", 'failed calling webhook "mpod.elbv2.k8s.aws": no endpoints')),
        "ReplicaSet litellm/litellm-7d4f cannot make its pods: an admission webhook does not answer",
    ),
    (
        facts(REPLICAS, event(REPLICAS, "FailedCreate", 'violates PodSecurity "restricted:latest"')),
        "ReplicaSet litellm/litellm-7d4f cannot make its pods: Pod Security refuses them",
    ),
]


@pytest.mark.parametrize("found, cause", CASES, ids=[case[1][:60] for case in CASES])
def test_one_fault_is_named_first(found, cause):
    first = diagnose(found)[0]
    assert first.cause == cause
    assert first.remedy


def again(began, last="2026-11-22T11:00:00Z", ended="2026-11-22T11:00:01Z"):
    """A container without probes that failed, and runs again since a time."""
    failed = {"exitCode": 7, "reason": "Error", "startedAt": last, "finishedAt": ended}
    return facts(pod(state={"running": {"startedAt": began}}, ready=True, last=failed, restarts=3))


@pytest.mark.parametrize(
    "found",
    [
        again("2026-11-22T11:59:45Z"),
        again("2026-11-22T11:58:00Z", ended="2026-11-22T11:02:00Z"),
        again("2026-11-22T11:50:00Z", last="2026-11-20T11:00:00Z"),
    ],
    ids=["just begun", "not as long as before", "within the kubelet's ten minutes"],
)
def test_a_container_that_crashes_is_named_also_while_it_runs(found):
    assert diagnose(found)[0].cause == "container litellm of litellm/litellm ends with exit code 7"


@pytest.mark.parametrize(
    "found",
    [again("2026-11-22T11:59:00Z"), again("2026-11-22T11:49:00Z", last="2026-11-20T11:00:00Z"), again(None)],
    ids=["outlived its failure", "cured for the kubelet", "since nobody knows when"],
)
def test_a_container_that_has_outlived_its_failure_is_well(found):
    assert diagnose(found) == []
