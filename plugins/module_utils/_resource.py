# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every resource module shares: a plan, and the one way to carry it out. Private to this collection."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

Resource = t.Mapping[str, t.Any]

# What a planner shows in the place of a secret: the word that Ansible itself uses.
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


class Refused(Exception):
    """A change that must not be made. The message names both values and the remedy."""


@dataclass(frozen=True)
class Call:
    """One write to the API: its name for the user and its arguments.

    The arguments may hold secrets, so that they stay out of ``repr`` and with it out of tracebacks.
    """

    name: str
    arguments: t.Mapping[str, t.Any] = field(repr=False)


@dataclass(frozen=True)
class Plan:
    """The resource as found and as it will be (None = absent), and the calls that lead there, in order.

    ``before`` and ``after`` are shown to the user: a planner masks secrets in them (HIDDEN).
    """

    before: Resource | None
    after: Resource | None
    calls: tuple[Call, ...] = ()


def carry_out(
    plan: Plan,
    *,
    check_mode: bool,
    execute: t.Callable[[Call], t.Any],
    read: t.Callable[[], Resource | None],
    diff: bool = True,
) -> dict[str, t.Any]:
    """Run the plan unless in check mode.

    execute: makes one call; it may return False where the call turned out to be done already.
    Returns ``changed``, ``calls`` (their names), ``resource`` (what stands afterwards, or in check mode what would
    stand; empty when absent) and, unless ``diff`` is false, ``diff`` (before and after as planned).
    """
    after, changed = plan.after, bool(plan.calls)
    if plan.calls and not check_mode:
        outcomes = [execute(call) for call in plan.calls]
        changed = any(outcome is not False for outcome in outcomes)
        after = read()
    result: dict[str, t.Any] = {
        "changed": changed,
        "calls": [call.name for call in plan.calls],
        "resource": dict(after or {}),
    }
    if diff:
        result["diff"] = {"before": dict(plan.before or {}), "after": dict(plan.after or {})}
    return result


def merge(results: t.Mapping[str, dict[str, t.Any]]) -> dict[str, t.Any]:
    """One result out of those of ``carry_out``, for a module that takes a list and makes one plan a member.

    results: label for the user -> result, in the order of the list.
    Returns ``changed``, ``calls`` (all, in order), ``resources`` (a list) and, if any result has one, ``diff``: a list
    of those that changed, each under its label.
    """
    merged: dict[str, t.Any] = {
        "changed": any(result["changed"] for result in results.values()),
        "calls": [call for result in results.values() for call in result["calls"]],
        "resources": [result["resource"] for result in results.values()],
    }
    if any("diff" in result for result in results.values()):
        merged["diff"] = [
            {"before_header": label, "after_header": label, **result["diff"]}
            for label, result in results.items()
            if result["changed"] and "diff" in result
        ]
    return merged
