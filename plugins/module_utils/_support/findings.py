# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rule of the diagnosis answers. Private to this collection."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .facts import Facts

_MOST_EVIDENCE = 5


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: in one line, how it is known, and what to do."""

    cause: str
    evidence: tuple[str, ...]
    remedy: str


Rule = t.Callable[[Facts], t.Iterable[Finding]]


def merged(findings: t.Iterable[Finding]) -> list[Finding]:
    """One finding a cause, in their order: three replicas that fail alike are one fact, not three."""
    by_cause: dict[str, Finding] = {}
    for finding in findings:
        known = by_cause.get(finding.cause)
        if known is None:
            by_cause[finding.cause] = finding
            continue
        evidence = dict.fromkeys((*known.evidence, *finding.evidence))
        by_cause[finding.cause] = Finding(known.cause, tuple(evidence)[:_MOST_EVIDENCE], known.remedy)
    return list(by_cause.values())
