# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for LiteLLM's budgets: pure, no I/O. Private to this collection.

A budget, as found, is a mapping with budget_id, the SETTINGS and budget_reset_at.
"""

from __future__ import annotations

import typing as t

from .._resource import Call, Plan, Refused, Resource
from . import settings

# What a budget can have; all of it can be taken away.
SETTINGS = ("max_budget", "soft_budget", "budget_duration", "rpm_limit", "tpm_limit", "max_parallel_requests")
_NUMBERS = ("max_budget", "soft_budget", "rpm_limit", "tpm_limit", "max_parallel_requests")


def desired(options: Resource) -> dict[str, t.Any]:
    """The budget that a module's options ask for: what is not set is left out. Raises Refused, naming the remedy."""
    wanted = {name: options[name] for name in ("budget_id", "clear", *SETTINGS) if options[name] is not None}
    if not wanted["budget_id"].strip():
        raise Refused("budget_id is empty. Give the budget a name, by which keys refer to it.")
    settings.check(wanted, numbers=_NUMBERS, durations=["budget_duration"])
    return wanted


def plan_present(wanted: Resource, found: Resource | None) -> Plan:
    """Plan for a budget that is to exist. What the user did not set stays as it is."""
    if found is None:
        body = {name: wanted[name] for name in ("budget_id", *SETTINGS) if name in wanted}
        return Plan(None, {**dict.fromkeys(SETTINGS), **body}, (Call("create budget", {"body": body}),))
    changes = settings.changes(wanted, found, SETTINGS)
    if not changes:
        return Plan(view(found), view(found))
    body = {"budget_id": found["budget_id"], **changes}
    return Plan(view(found), {**view(found), **changes}, (Call("update budget", {"body": body}),))


def plan_absent(found: Resource | None, users: t.Sequence[str] = ()) -> Plan:
    """Plan for a budget that is not to exist. users: names of what LiteLLM would free of its limits."""
    if found is None:
        return Plan(None, None)
    if users:
        raise Refused(
            f"The budget {found['budget_id']} is in use, and LiteLLM would silently free of its limits: "
            f"{', '.join(users)}. Give them another budget first, or set force: true."
        )
    return Plan(view(found), None, (Call("delete budget", {"budget_id": found["budget_id"]}),))


def view(found: Resource | None) -> dict[str, t.Any]:
    """A budget for the user, empty where there is none. Never when it is reset: that changes by itself."""
    return {} if found is None else {name: found[name] for name in ("budget_id", *SETTINGS)}


def parse(raw: Resource) -> dict[str, t.Any]:
    """A budget as the planner takes it, out of LiteLLM's answer."""
    return {name: raw.get(name) for name in ("budget_id", *SETTINGS, "budget_reset_at")}
