# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was collected, and questions to it: pure. Private to this collection."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

Object = t.Mapping[str, t.Any]
# After so long a run the kubelet itself takes a container that kept crashing for cured.
_CURED = timedelta(minutes=10)
# Clocks differ, and a second life may begin more slowly than the first.
_MARGIN = timedelta(seconds=30)


class LogKey(t.NamedTuple):
    """Whose log it is. previous: of the container's life before the present one."""

    namespace: str
    pod: str
    container: str
    previous: bool


@dataclass(frozen=True)
class Aws:
    """AWS' side of the cluster. cluster is None when it was not looked at, and empty when there is none."""

    cluster: Object | None = None
    stacks: tuple[Object, ...] = ()
    nodegroups: tuple[Object, ...] = ()
    addons: tuple[Object, ...] = ()
    associations: tuple[Object, ...] | None = None
    load_balancers: tuple[Object, ...] = ()
    targets: tuple[Object, ...] = ()

    @property
    def has_no_api(self) -> bool:
        """Whether there is certainly no Kubernetes to ask: no cluster, or one that is not made yet."""
        return self.cluster is not None and not self.cluster.get("endpoint")


@dataclass(frozen=True)
class Facts:
    """Everything that a diagnosis may look at. Secrets are in it: what leaves it has to be masked."""

    namespaces: tuple[str, ...] = ()
    objects: tuple[Object, ...] = ()
    logs: t.Mapping[LogKey, str] = field(default_factory=dict)
    helm_releases: tuple[Object, ...] = ()
    aws: Aws = field(default_factory=Aws)
    unresolved_hosts: tuple[str, ...] = ()
    api_error: str = ""
    problems: tuple[str, ...] = ()
    """What could not be collected, and why."""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def of(self, kind: str) -> list[Object]:
        """All objects of a kind."""
        return [each for each in self.objects if each.get("kind") == kind]

    def find(self, kind: str, namespace: str | None, name: str) -> Object | None:
        """One object, or None."""
        return next((x for x in self.of(kind) if name_of(x) == name and namespace_of(x) == (namespace or "")), None)

    def unread(self, resource: str) -> bool:
        """Whether a kind, by its plural name, could not be listed: then an empty list says nothing."""
        return any(resource in problem for problem in self.problems)

    def events(self, about: Object, *reasons: str) -> list[str]:
        """Messages of the events about an object, newest first; all reasons when none is given."""
        return [one_line(event.get("message", "")) for event in self.events_of(about, *reasons)]

    def events_of(self, about: Object, *reasons: str) -> list[Object]:
        """The events about an object, newest first; all reasons when none is given."""
        uid = about["metadata"].get("uid")
        found = [
            event
            for event in self.of("Event")
            if (not reasons or event.get("reason") in reasons) and _is_about(event, about, uid)
        ]
        return sorted(found, key=_time_of, reverse=True)

    def log(self, pod: Object, container: str, before_restart: bool = True) -> str:
        """A container's log: what it said before its last restart (unless not wanted), then what it says now."""
        lives = (True, False) if before_restart else (False,)
        keys = [LogKey(namespace_of(pod), name_of(pod), container, life) for life in lives]
        return "\n".join(self.logs[key] for key in keys if key in self.logs)

    def recent(self, line: str, within: timedelta = timedelta(hours=1)) -> bool:
        """Whether a line of a log is recent. One without a time counts: it may be."""
        match = re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z ", line)
        if not match:
            return True
        return datetime.fromisoformat(match[1]).replace(tzinfo=UTC) >= self.now - within


def name_of(thing: Object) -> str:
    """An object's name."""
    return str(thing["metadata"].get("name", ""))


def namespace_of(thing: Object) -> str:
    """An object's namespace; empty for one of the cluster."""
    return str(thing["metadata"].get("namespace", ""))


def full_name(thing: Object) -> str:
    """namespace/name, or the name alone."""
    return "/".join(filter(None, (namespace_of(thing), name_of(thing))))


def one_line(text: str, length: int = 400) -> str:
    """A text in one line, cut where it is too long to read."""
    text = " ".join(str(text).split())
    return text if len(text) <= length else text[: length - 3] + "..."


def workload(pod: Object) -> str:
    """namespace/name of what made the pod: its Deployment, StatefulSet, Job ..., or the pod itself."""
    owners = pod["metadata"].get("ownerReferences") or [{}]
    name = owners[0].get("name") or name_of(pod)
    generation = (pod["metadata"].get("labels") or {}).get("pod-template-hash")
    return f"{namespace_of(pod)}/{name.removesuffix(f'-{generation}') if generation else name}"


def condition(thing: Object, kind: str) -> Object:
    """A condition of an object's status; empty when there is none."""
    conditions = (thing.get("status") or {}).get("conditions") or ()
    return next((each for each in conditions if each.get("type") == kind), {})


class Container(t.NamedTuple):
    """One container of a pod with its state at a time."""

    pod: Object
    name: str
    image: str
    status: Object
    now: datetime

    @property
    def waiting(self) -> str:
        """Why it waits; empty when it does not."""
        return str(((self.status.get("state") or {}).get("waiting") or {}).get("reason", ""))

    @property
    def message(self) -> str:
        """What Kubernetes says about its waiting."""
        return str(((self.status.get("state") or {}).get("waiting") or {}).get("message", ""))

    @property
    def ended(self) -> Object:
        """How it ended, now or before its last restart; empty when it never did."""
        for state in (self.status.get("state") or {}, self.status.get("lastState") or {}):
            if state.get("terminated"):
                return t.cast("Object", state["terminated"])
        return {}

    @property
    def unwell(self) -> bool:
        """Whether it is not what it should be now: waits, has failed, is not ready, or has not outlived a failure."""
        if (self.pod.get("status") or {}).get("phase") == "Succeeded":
            return False
        terminated = (self.status.get("state") or {}).get("terminated") or {}
        wrong = bool(self.waiting) or bool(terminated.get("exitCode")) or self.status.get("ready") is False
        return wrong or self._may_fail_again()

    def _may_fail_again(self) -> bool:
        """Whether it runs again after a failure, but not yet for longer than it ran the last time.

        A container that crashes again and again looks well in between.
        """
        running = (self.status.get("state") or {}).get("running") or {}
        last = (self.status.get("lastState") or {}).get("terminated") or {}
        times = [_time(each) for each in (running.get("startedAt"), last.get("startedAt"), last.get("finishedAt"))]
        if not last.get("exitCode") or None in times:
            return False
        began, last_began, last_ended = t.cast("list[datetime]", times)
        return self.now - began <= min(last_ended - last_began, _CURED) + _MARGIN


def containers(facts: Facts) -> list[Container]:
    """Every container of every pod that is not on its way out, init containers included."""
    found = []
    for pod in facts.of("Pod"):
        if pod["metadata"].get("deletionTimestamp"):
            continue
        status = pod.get("status") or {}
        for kind, spec in (("initContainerStatuses", "initContainers"), ("containerStatuses", "containers")):
            images = {each["name"]: each.get("image", "") for each in (pod.get("spec") or {}).get(spec) or ()}
            for each in status.get(kind) or ():
                # A finished init container is not ready, and well.
                if kind.startswith("init") and _done(each):
                    continue
                image = images.get(each["name"], each.get("image", ""))
                found.append(Container(pod, each["name"], image, each, facts.now))
    return found


def _time(text: str | None) -> datetime | None:
    """A time as Kubernetes writes it."""
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None
    except ValueError:
        return None


def _done(status: Object) -> bool:
    terminated = (status.get("state") or {}).get("terminated") or {}
    return terminated.get("exitCode") == 0


def _is_about(event: Object, about: Object, uid: str | None) -> bool:
    subject = event.get("involvedObject") or event.get("regarding") or {}
    if uid and subject.get("uid"):
        return bool(subject["uid"] == uid)
    same = subject.get("kind") == about.get("kind") and subject.get("name") == name_of(about)
    return same and subject.get("namespace", "") in (namespace_of(about), "")


def _time_of(event: Object) -> str:
    return str(event.get("lastTimestamp") or event.get("eventTime") or event["metadata"].get("creationTimestamp") or "")
