# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about pods that do not come up. Pure. Private to this collection."""

from __future__ import annotations

import re
import typing as t

from .facts import Container, Facts, Object, condition, containers, name_of, one_line, workload
from .findings import Finding

_Findings = t.Iterator[Finding]

_PULL = ("ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable")
_PULL_REASONS = (
    (r"not found|manifest unknown|does not exist", "there is no such image or tag", "Correct repository and tag."),
    (
        r"denied|unauthorized|authorization failed|forbidden|no basic auth",
        "the registry refuses access",
        "Give a pull secret (litellm_image_pull_secrets), or the node role the right to pull.",
    ),
    (
        r"no match for platform|exec format",
        "it is not built for the nodes' processor",
        "Choose another tag or instance type.",
    ),
    (r"x509|certificate", "the registry's certificate is not trusted", "Install its CA on the nodes."),
    (r"toomanyrequests|rate limit", "the registry limits pulls", "Pull through a mirror, or sign in."),
    (
        r"no such host|timeout|timed out|refused|unreachable|dial tcp",
        "the registry cannot be reached",
        "Give the nodes a way out (NAT gateway), or use a mirror that they reach.",
    ),
    (r"invalid reference|couldn't parse", "its name is not valid", "Correct repository and tag."),
)


def image_not_pulled(facts: Facts) -> _Findings:
    """An image cannot be pulled."""
    for container in containers(facts):
        if container.waiting not in _PULL:
            continue
        said = [m for m in facts.events(container.pod, "Failed", "InspectFailed") if container.image in m]
        said += [container.message]
        text = " ".join(said)
        reason, remedy = next(
            ((reason, remedy) for pattern, reason, remedy in _PULL_REASONS if re.search(pattern, text, re.IGNORECASE)),
            (container.waiting, "See the events of the pod."),
        )
        yield Finding(
            f"image {container.image} cannot be pulled: {reason}",
            (f"pod {_name(container)}: {one_line(said[0])}",),
            remedy,
        )


def config_missing(facts: Facts) -> _Findings:
    """A Secret or a ConfigMap that a container needs does not exist, or lacks a key."""
    for container in containers(facts):
        if container.waiting in ("CreateContainerConfigError", "CreateContainerError"):
            yield _missing(container.message, f"pod {_name(container)}")
    for pod in facts.of("Pod"):
        if (pod.get("status") or {}).get("phase") == "Pending":
            for message in facts.events(pod, "FailedMount"):
                if re.search(r"(secret|configmap) \"?\S+\"? not found", message, re.IGNORECASE):
                    yield _missing(message, f"pod {workload(pod)}")


def _missing(message: str, who: str) -> Finding:
    evidence = (f"{who}: {one_line(message)}",)
    for pattern, what in (
        (r"couldn't find key (\S+) in (secret|configmap) (\S+)", "{1} {2} has no key {0}"),
        (r"(secret|configmap) \"([^\"]+)\" not found", "{0} {1} does not exist"),
    ):
        match = re.search(pattern, message, re.IGNORECASE)
        if match:
            cause = what.format(*(group.strip(".,") for group in match.groups()))
            kind = cause.split(maxsplit=1)
            cause = f"{ {'secret': 'Secret', 'configmap': 'ConfigMap'}[kind[0].lower()] } {kind[1]}"
            return Finding(
                cause, evidence, "Run the role that makes it again; role litellm makes litellm-keys and litellm-config."
            )
    return Finding(f"a container cannot be made: {one_line(message, 120)}", evidence, "See the events of the pod.")


def pod_unschedulable(facts: Facts) -> _Findings:
    """No node takes a pod. Not told here: pods that only wait for their volume."""
    for pod in facts.of("Pod"):
        scheduled = condition(pod, "PodScheduled")
        message = str(scheduled.get("message", ""))
        if scheduled.get("reason") != "Unschedulable" or "PersistentVolumeClaim" in message:
            continue
        evidence = (f"pod {workload(pod)}: {one_line(message)}",)
        lacking = sorted({name.rstrip(".") for name in re.findall(r"Insufficient ([\w./-]+)", message)})
        if lacking:
            cause = f"no node has room for pod {workload(pod)}: insufficient {', '.join(lacking)}"
            yield Finding(cause, evidence, "Add nodes or larger ones (eks_cluster_nodegroups), or lower the requests.")
        elif "taint" in message:
            cause = f"no node takes pod {workload(pod)}: taints that it does not tolerate"
            yield Finding(cause, evidence, "See whether the nodes are well; else remove the taint or add a toleration.")
        else:
            cause = f"no node takes pod {workload(pod)}"
            yield Finding(cause, evidence, "Compare its node selector, affinity and volumes' zones with the nodes.")


def pods_not_created(facts: Facts) -> _Findings:
    """A controller may not make its pods: quota, pod security, service account, webhook."""
    for kind in ("ReplicaSet", "StatefulSet", "DaemonSet", "Job"):
        for owner in facts.of(kind):
            if not _lacks_pods(owner):
                continue
            # The condition lasts; events are forgotten after an hour.
            said = [*facts.events(owner, "FailedCreate"), str(condition(owner, "ReplicaFailure").get("message", ""))]
            for message in [each for each in said if each][:1]:
                yield _not_created(owner, message)


def _lacks_pods(owner: Object) -> bool:
    spec, status = owner.get("spec") or {}, owner.get("status") or {}
    if owner["kind"] == "Job":
        return not status.get("active") and not status.get("succeeded") and not status.get("failed")
    if owner["kind"] == "DaemonSet":
        return int(status.get("currentNumberScheduled", 0)) < int(status.get("desiredNumberScheduled", 0))
    return int(status.get("replicas", 0)) < int(spec.get("replicas", 1))


def _not_created(owner: Object, message: str) -> Finding:
    name = f"{owner['kind']} {owner['metadata'].get('namespace')}/{name_of(owner)}"
    cause, remedy = f"{name} cannot make its pods", "See the message."
    for pattern, reason, what in (
        (r"exceeded quota", "a quota is used up", "Raise the ResourceQuota of the namespace."),
        (r"violates PodSecurity", "Pod Security refuses them", "Change the namespace's level or the security context."),
        (r"serviceaccount .* not found", "their service account does not exist", "Run the role that makes it again."),
        (
            r"failed calling webhook",
            "an admission webhook does not answer",
            "See the pods behind the webhook. If they are gone for good, delete its webhook configuration.",
        ),
    ):
        if re.search(pattern, message, re.IGNORECASE):
            cause, remedy = f"{cause}: {reason}", what
    return Finding(cause, (one_line(message),), remedy)


def pod_not_started(facts: Facts) -> _Findings:
    """A pod has a node, but its containers are not even made: mostly its network."""
    for pod in facts.of("Pod"):
        status = pod.get("status") or {}
        if status.get("phase") != "Pending" or condition(pod, "PodScheduled").get("status") != "True":
            continue
        said = facts.events(pod, "FailedCreatePodSandBox")
        if said and re.search(r"assign an IP|no available IP|InsufficientFreeAddresses", said[0]):
            cause = f"there is no IP address left for pod {workload(pod)}"
            yield Finding(cause, (one_line(said[0]),), "The subnets are full, or the node is: add subnets or nodes.")
        elif said:
            remedy = "See the network plugin (aws-node in kube-system) and the node."
            yield Finding(f"the node cannot start pod {workload(pod)}", (one_line(said[0]),), remedy)


def out_of_memory(facts: Facts) -> _Findings:
    """A container was killed because it needed more memory than it may have."""
    for container in containers(facts):
        if container.unwell and container.ended.get("reason") == "OOMKilled":
            yield Finding(
                f"container {container.name} of {workload(container.pod)} needs more memory than its limit",
                (f"pod {_name(container)}: OOMKilled at {container.ended.get('finishedAt')}",),
                "Raise its memory limit (litellm_resources). LiteLLM needs 0.75 GiB for each of its processes.",
            )


def crash(facts: Facts) -> _Findings:
    """A container ends again and again, for a reason that no other rule knows: its last words."""
    for container in containers(facts):
        if not (container.waiting == "CrashLoopBackOff" or (container.unwell and container.ended.get("exitCode"))):
            continue
        if container.ended.get("reason") == "OOMKilled":
            continue
        words = last_words(facts.log(container.pod, container.name))
        code = container.ended.get("exitCode")
        yield Finding(
            f"container {container.name} of {workload(container.pod)} ends with exit code {code}",
            (f"pod {_name(container)}, {container.status.get('restartCount', 0)} restarts", *words),
            "See its log in logs/.",
        )


def last_words(log: str) -> tuple[str, ...]:
    """The lines that most likely say why a program ended: its last error, else its last line."""
    lines = [line for line in log.splitlines() if line.strip()]
    errors = [
        line for line in lines[-200:] if re.search(r"\b(error|exception|fatal|panic|refused)\b", line, re.IGNORECASE)
    ]
    chosen = (errors or lines)[-1:]
    return tuple(one_line(re.sub(r"^\S+Z ", "", line)) for line in chosen)


def not_ready(facts: Facts) -> _Findings:
    """A container runs, but its probes fail."""
    for container in containers(facts):
        running = "running" in (container.status.get("state") or {})
        if not running or container.status.get("ready") is not False:
            continue
        said = facts.events(container.pod, "Unhealthy")
        if said:
            yield Finding(
                f"container {container.name} of {workload(container.pod)} runs but is not ready",
                (f"pod {_name(container)}: {said[0]}", *last_words(facts.log(container.pod, container.name))),
                "See its log in logs/: what it waits for is mostly said there.",
            )


def _name(container: Container) -> str:
    return f"{container.pod['metadata'].get('namespace')}/{name_of(container.pod)}"
