# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of the cluster, and the files that come of it. Private to this collection."""

from __future__ import annotations

import socket
import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from . import helm, logs, masking
from .client import Answer, Client
from .facts import Facts, LogKey, Object, full_name, name_of, namespace_of

NAMESPACED = (
    "pods",
    "deployments.apps",
    "replicasets.apps",
    "statefulsets.apps",
    "daemonsets.apps",
    "jobs.batch",
    "persistentvolumeclaims",
    "services",
    "endpointslices.discovery.k8s.io",
    "ingresses.networking.k8s.io",
    "serviceaccounts",
    "events",
    "secrets",
)
CLUSTER_WIDE = (
    "namespaces",
    "nodes",
    "persistentvolumes",
    "storageclasses.storage.k8s.io",
    "csidrivers.storage.k8s.io",
    "ingressclasses.networking.k8s.io",
    "validatingwebhookconfigurations.admissionregistration.k8s.io",
    "mutatingwebhookconfigurations.admissionregistration.k8s.io",
)
_DESCRIBED = "pods,deployments,statefulsets,jobs,persistentvolumeclaims,ingresses,services"
# Told by other files, or not to be told at all.
_NOT_DUMPED = frozenset({"Event", "Secret"})


# Commands that wait for answers side by side. Each reads one kind after the other, so that most of its time is waiting.
_AT_ONCE = 4


@dataclass
class Collection:
    """Facts for the diagnosis, texts for the archive (path -> text, not masked yet), and what has to be masked."""

    objects: list[Object] = field(default_factory=list)
    logs: dict[LogKey, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    releases: list[dict[str, t.Any]] = field(default_factory=list)
    api_error: str = ""

    def note(self, complaint: str) -> None:
        """Keep a complaint for the index, each of its lines once."""
        self.problems += [line for line in complaint.splitlines() if line and line not in self.problems]


def collect(client: Client, namespaces: t.Sequence[str], since: str | None, max_log_lines: int) -> Collection:
    """Ask the cluster for everything. A cluster that does not answer gives a collection that says so."""
    found = Collection()
    objects, complaint = client.objects(CLUSTER_WIDE)
    found.objects += objects
    if not found.objects and not _only_forbidden(complaint):
        found.api_error = complaint or "it lists nothing"
        return found
    found.note(complaint)
    known = {name_of(each) for each in found.objects if each.get("kind") == "Namespace"}
    there = [name for name in namespaces if name in known or not known]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        lists = [pool.submit(client.objects, NAMESPACED, name) for name in there]
        texts = {f"{name}/describe.txt": pool.submit(_describe, client, _DESCRIBED, name) for name in there}
        texts["nodes.txt"] = pool.submit(_describe, client, "nodes")
        for each in lists:
            objects, complaint = each.result()
            found.objects += objects
            found.note(complaint)
        found.logs, complaint = logs.read(client, pool, found.objects, since, max_log_lines)
        found.note(complaint)
        for name, answer in texts.items():
            found.texts[name] = answer.result().out
            found.note(answer.result().complaint)
    secrets = [each for each in found.objects if each.get("kind") == "Secret"]
    found.releases = helm.releases(secrets)
    for secret in secrets:
        if not helm.is_release(secret):
            found.secrets |= masking.secret_values(secret)
    return found


def _only_forbidden(complaint: str) -> bool:
    """Whether the cluster answered all the same: an account of one namespace may read nothing of the cluster."""
    return bool(complaint) and all("is forbidden" in line for line in complaint.splitlines())


def _describe(client: Client, what: str, namespace: str | None = None) -> Answer:
    return client.run("describe", what, *(["--namespace", namespace] if namespace else []))


def addresses(facts: Facts) -> set[str]:
    """Host names that the load balancers of the Ingresses have."""
    return {
        str(each.get("hostname", "")).lower()
        for ingress in facts.of("Ingress")
        for each in ((ingress.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    } - {""}


def unresolved(facts: Facts, resolve: t.Callable[[str], t.Any] | None = None) -> tuple[str, ...]:
    """Hosts of Ingresses with an address that have no address of their own, seen from here."""
    missing = []
    for ingress in facts.of("Ingress"):
        if not ((ingress.get("status") or {}).get("loadBalancer") or {}).get("ingress"):
            continue
        for rule in (ingress.get("spec") or {}).get("rules") or ():
            host = rule.get("host")
            if host and "*" not in host and host not in missing and not _resolves(host, resolve):
                missing.append(host)
    return tuple(missing)


def _resolves(host: str, resolve: t.Callable[[str], t.Any] | None) -> bool:
    try:
        return bool((resolve or (lambda name: socket.getaddrinfo(name, 443)))(host))
    except OSError:
        return False


def dumps(facts: Facts) -> dict[str, list[Object]]:
    """Objects for the archive, by file name."""
    files: dict[str, list[Object]] = {}
    for thing in facts.objects:
        if thing.get("kind") not in _NOT_DUMPED:
            folder = namespace_of(thing) or "cluster"
            files.setdefault(f"{folder}/{str(thing.get('kind')).lower()}.yaml", []).append(thing)
    return files


def events_text(facts: Facts, namespace: str) -> str:
    """Events of a namespace as a table, oldest first."""
    events = [event for event in facts.of("Event") if namespace_of(event) == namespace]
    events.sort(key=lambda event: str(event.get("lastTimestamp") or event.get("eventTime") or ""))
    lines = []
    for event in events:
        about = event.get("involvedObject") or event.get("regarding") or {}
        when = event.get("lastTimestamp") or event.get("eventTime") or "-"
        what = f"{about.get('kind')}/{about.get('name')}"
        count = event.get("count") or 1
        lines.append(f"{when}  {event.get('type')}  {event.get('reason')}  {what}  x{count}  {event.get('message')}")
    return "\n".join(lines) + "\n" if lines else ""


def secrets_text(facts: Facts) -> str:
    """Names, types and keys of the Secrets: what a missing one is missed by."""
    lines = [
        f"{full_name(secret)}  {secret.get('type')}  {', '.join(sorted(secret.get('data') or ()))}"
        for secret in facts.of("Secret")
    ]
    return "\n".join(sorted(lines)) + "\n" if lines else ""
