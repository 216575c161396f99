# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs of containers in as few commands as can be. Private to this collection."""

from __future__ import annotations

import re
import typing as t
from concurrent.futures import Executor

from .client import Answer, Client
from .facts import LogKey, Object, condition, name_of, namespace_of

_PREFIX = re.compile(r"\[pod/(?P<pod>[^/\]]+)/(?P<container>[^\]]+)\] ")
# No pod has this label: all pods of the namespace.
_ALL = "--selector=!support-bundle.llmops.bedrock/none"


class Question(t.NamedTuple):
    """One command. pods: arguments that name them. previous: about the life of a container before its present one."""

    namespace: str
    pods: tuple[str, ...]
    previous: bool


def read(
    client: Client, pool: Executor, objects: t.Sequence[Object], since: str | None, max_lines: int
) -> tuple[dict[LogKey, str], str]:
    """The logs of all containers of the pods among the objects, and complaints."""
    limits = [f"--tail={max_lines}", "--timestamps", "--prefix", *([f"--since={since}"] if since else [])]

    def ask(question: Question) -> Answer:
        which = [*question.pods, "--namespace", question.namespace]
        # A container that has not started yet must not hide the others. --previous takes no such wish.
        which += ["--previous"] if question.previous else ["--all-containers", "--ignore-errors"]
        return client.run("logs", *which, *limits)

    found: dict[LogKey, str] = {}
    complaints = []
    asked = questions(objects)
    for question, answer in zip(asked, pool.map(ask, asked), strict=True):
        found |= split(question, answer.out)
        complaints += [line for line in (*answer.out.splitlines(), answer.complaint) if _matters(line)]
    return found, "\n".join(complaints)


def questions(objects: t.Sequence[Object]) -> list[Question]:
    """One for all pods of a namespace, and one for each container that has had a life before.

    Where a node is away its pods' logs cannot be had, and waiting for them would use up the time of the others:
    then the rest is asked for pod by pod.
    """
    away = {
        name_of(node)
        for node in objects
        if node.get("kind") == "Node" and condition(node, "Ready").get("status") != "True"
    }
    pods = [each for each in objects if each.get("kind") == "Pod"]
    near = [pod for pod in pods if (pod.get("spec") or {}).get("nodeName") not in away]
    if len(near) == len(pods):
        asked = [Question(name, (_ALL,), False) for name in dict.fromkeys(map(namespace_of, pods))]
    else:
        asked = [Question(namespace_of(pod), (name_of(pod),), False) for pod in near]
    return asked + [
        Question(namespace_of(pod), (name_of(pod), f"--container={each['name']}"), True)
        for pod in near
        for kind in ("initContainerStatuses", "containerStatuses")
        for each in (pod.get("status") or {}).get(kind) or ()
        if each.get("restartCount")
    ]


def split(question: Question, said: str) -> dict[LogKey, str]:
    """The log of each container: every line of the command tells whose it is."""
    found: dict[LogKey, list[str]] = {}
    for line in said.split("\n"):
        match = _PREFIX.match(line)
        if match:
            key = LogKey(question.namespace, match["pod"], match["container"], question.previous)
            found.setdefault(key, []).append(line[match.end() :])
    return {key: "\n".join([*lines, ""]) for key, lines in found.items()}


def _matters(line: str) -> bool:
    """Whether a complaint is worth a line: a log that is gone by now, or not begun, is not."""
    return not _PREFIX.match(line) and ("is forbidden" in line or "no answer within" in line)
