# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One support bundle from beginning to end. Private to this collection."""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass, replace
from pathlib import Path

from . import aws, bundle, collect
from .client import connected
from .diagnosis import NOTHING, diagnose
from .facts import Aws, Facts
from .masking import Masker


@dataclass(frozen=True)
class Order:
    """What is wanted. client_of: makes clients of AWS; None leaves AWS out."""

    program: str
    connection: t.Mapping[str, t.Any]
    namespaces: tuple[str, ...]
    path: str
    since: str | None
    max_log_lines: int
    timeout: int
    cluster_name: str | None
    client_of: aws.ClientOf | None

    def steps(self) -> list[str]:
        """What would be done, for check mode."""
        said = [
            f"list {', '.join((*collect.CLUSTER_WIDE, *collect.NAMESPACED))}",
            f"describe and read the logs of the pods in {', '.join(self.namespaces)}",
        ]
        if self.client_of:
            said.append(f"ask AWS about load balancers, targets and cluster {self.cluster_name or '(not named)'}")
        return [*said, f"write {self.path}"]


def make(order: Order) -> dict[str, t.Any]:
    """Collect, diagnose, mask, write. Returns the module's result."""
    facts, found = _facts(order)
    findings = diagnose(facts)
    masker = Masker({*found.secrets, *filter(None, [order.connection.get("api_key")])})
    files = bundle.texts(found, facts, masker)
    files["index.md"] = masker.text(bundle.index(facts, findings, files))
    bundle.write(order.path, files, time.time())
    return {
        "path": order.path,
        "likely_cause": masker.text(findings[0].cause) if findings else NOTHING,
        "diagnosis": [
            {"cause": masker.text(x.cause), "evidence": [masker.text(line) for line in x.evidence], "remedy": x.remedy}
            for x in findings
        ],
        "masked": masker.count,
        "problems": [masker.text(problem) for problem in (*facts.problems, facts.api_error) if problem],
        "size": Path(order.path).stat().st_size,
    }


def _facts(order: Order) -> tuple[Facts, collect.Collection]:
    notes = collect.Collection()
    looked = Aws()
    if order.client_of and order.cluster_name:
        looked = aws.look_at_cluster(order.client_of, order.cluster_name, notes.note)
    if looked.has_no_api:  # and whatever else the connection leads to is another cluster
        found = collect.Collection(api_error=f"Kubernetes was not asked: EKS has no endpoint of {order.cluster_name}")
    else:
        with connected(order.program, order.connection, order.timeout) as client:
            found = collect.collect(client, order.namespaces, order.since, order.max_log_lines)
    facts = Facts(
        namespaces=order.namespaces,
        objects=tuple(found.objects),
        logs=found.logs,
        helm_releases=tuple(found.releases),
        api_error=found.api_error,
    )
    if order.client_of:
        hosts = collect.addresses(facts)
        looked = aws.look_at_balancers(order.client_of, order.cluster_name, hosts, looked, notes.note)
    problems = (*notes.problems, *found.problems)
    return replace(facts, aws=looked, problems=problems, unresolved_hosts=collect.unresolved(facts)), found
