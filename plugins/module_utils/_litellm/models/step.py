# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A deployment of a run: what is to become of it, and what became. Private to this collection."""

from __future__ import annotations

import dataclasses
import typing as t

from ..._resource import Plan, Resource
from .desired import Deployment


@dataclasses.dataclass
class Step:
    """One deployment with its plan, and after the run with its result."""

    label: str
    row_id: str
    plan: Plan
    wanted: Deployment | None = None
    found: Resource | None = None
    differing: list[str] = dataclasses.field(default_factory=list)
    result: dict[str, t.Any] | None = None

    @property
    def action(self) -> str:
        """What becomes of the deployment, in a word."""
        if not self.plan.calls:
            return "none"
        if self.plan.before is None:
            return "created"
        if self.plan.after is None:
            return "deleted"
        return "recreated" if {call.name for call in self.plan.calls} & {"create", "recreate"} else "updated"

    @property
    def summary(self) -> dict[str, t.Any]:
        """The deployment for the module's result."""
        shown = self.plan.after or self.plan.before or {}
        changed = self.result is not None and self.result["changed"]
        # Only where there is something: Ansible copies and sends each value of a long list several times.
        differing = {"differences": self.differing} if changed and self.differing else {}
        return {
            "id": self.row_id,
            "model_name": shown.get("model_name") or (self.wanted.model_name if self.wanted else None),
            "action": self.action if changed else "none",
            "blocked": bool(shown.get("blocked")),
            **differing,
        }
