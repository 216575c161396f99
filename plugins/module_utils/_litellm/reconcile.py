# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the wanted deployments to the stored ones: read all, plan all, then write, then look. Private.

Everything that can be refused is refused before the first write.
"""

from __future__ import annotations

import dataclasses
import time
import typing as t

from .._resource import Plan, Resource, carry_out, merge
from .api import Deployments
from .desired import Deployment, check_distinct
from .errors import LiteLLMError
from .model import config_rows, differences, plan_absent, plan_present, purge, restoration, select

# From so many on, one listing is cheaper than a question for each.
_LISTING_PAYS = 3
_LOOK_AGAIN = 2.0
_ACTIONS = {"create": "created", "update": "updated", "delete": "deleted"}


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
    def summary(self) -> dict[str, t.Any]:
        """The deployment for the module's result."""
        shown = self.plan.after or self.plan.before or {}
        changed = self.result is not None and self.result["changed"]
        return {
            "id": self.row_id,
            "model_name": shown.get("model_name") or (self.wanted.model_name if self.wanted else None),
            "action": _ACTIONS[self.plan.calls[0].name] if changed else "none",
            "differences": self.differing if changed else [],
            "blocked": bool(shown.get("blocked")),
        }


class Stopped(Exception):
    """A run that failed in the middle. done: the steps that were made."""

    def __init__(self, reason: str, done: t.Sequence[Step]) -> None:
        super().__init__(reason)
        self.done = done


def find(api: Deployments, *, model_name: str | None = None, row_id: str | None = None) -> list[Resource]:
    """Deployments for the information module: all, those of a name, or that of an id. Raises LiteLLMError."""
    try:
        if row_id is not None:
            found = api.by_id(row_id)
            return [found] if found else []
        return api.all() if model_name is None else api.by_name(model_name)
    except LiteLLMError as error:
        if error.status not in (403, 404, 500):
            raise
    # Without a database, and for some keys, LiteLLM has only its older listing.
    rows = api.served()
    return [row for row in rows if model_name in (None, row["model_name"]) and row_id in (None, row["id"])]


class Reconciler:
    """Makes the deployments of one LiteLLM those that are wanted."""

    def __init__(self, api: Deployments, *, wait_timeout: float, sleep: t.Callable[[float], None] = time.sleep) -> None:
        """wait_timeout: how long another worker of LiteLLM may take to show what was written."""
        self._api, self._wait_timeout, self._sleep = api, wait_timeout, sleep
        self.warnings: list[str] = []

    def steps(self, wanted: t.Sequence[Deployment], purge_scope: str | None = None) -> list[Step]:
        """Plans for all, with those that remove what the scope made and is not wanted. Raises Refused, LiteLLMError."""
        check_distinct(wanted)
        listed = self._api.all() if purge_scope is not None or len(wanted) >= _LISTING_PAYS else []
        steps = [self._step(member, listed, {other.id for other in wanted} - {member.id}) for member in wanted]
        if purge_scope is not None:
            keep = {step.row_id for step in steps}
            steps += [Step(row["model_name"], row["id"], plan_absent(row)) for row in purge(listed, purge_scope, keep)]
        return steps

    def run(self, steps: t.Sequence[Step], *, check_mode: bool, diff: bool) -> dict[str, t.Any]:
        """Carry the plans out, one after the other: LiteLLM serialises writes. Raises Stopped."""
        done: list[Step] = []
        try:
            for step in steps:
                step.result = carry_out(
                    step.plan,
                    check_mode=check_mode,
                    execute=self._api.execute,
                    read=lambda step=step: step.plan.after,  # type: ignore[misc]
                    diff=diff,
                )
                done.append(step)
            if not check_mode:
                self._look([step for step in steps if step.wanted and step.plan.calls and step.plan.after])
        except LiteLLMError as error:
            raise Stopped(str(error), done) from None
        merged = merge({f"{step.label} ({step.row_id})": step.result or {} for step in steps})
        result = {"changed": merged["changed"], "models": [step.summary for step in steps]}
        return {**result, "diff": merged["diff"]} if merged.get("diff") else result

    def _step(self, wanted: Deployment, listed: t.Sequence[Resource], claimed: t.Container[str]) -> Step:
        rows = self._rows(wanted, listed)
        found = select(wanted, rows, claimed)
        row_id = found["id"] if found else wanted.id
        if not wanted.present:
            return Step(wanted.label, row_id, plan_absent(found), wanted)
        plan = plan_present(wanted, found)
        if found is None and (shared := config_rows(wanted, rows)):
            self.warnings.append(
                f"LiteLLM's configuration file has {wanted.model_name} too ({shared[0]['id']}): requests for it are "
                "shared between both."
            )
        return Step(wanted.label, row_id, plan, wanted, found, differences(wanted, found) if found else [])

    def _rows(self, wanted: Deployment, listed: t.Sequence[Resource]) -> list[Resource]:
        """The row of the wanted id; where there is none, those of the wanted name."""
        found = next((row for row in listed if row["id"] == wanted.id), None) or self._api.by_id(wanted.id)
        if found:
            return [found]
        self._api.require_database()
        return [] if wanted.model_name is None else self._api.by_name(wanted.model_name)

    def _look(self, steps: t.Sequence[Step]) -> None:
        """Read back what was written, until it is as wanted. Raises LiteLLMError."""
        waiting = list(steps)
        start = time.monotonic()
        while True:
            waiting = [step for step in waiting if self._missing(step)]
            if not waiting:
                return
            if time.monotonic() - start > self._wait_timeout:
                self._restore(waiting)
            self._sleep(_LOOK_AGAIN)

    def _restore(self, steps: t.Sequence[Step]) -> t.NoReturn:
        """Undo the updates that LiteLLM stored and did not take up: it would serve them from its next start on."""
        names = ", ".join(step.label for step in steps)
        other = ", ".join(self._missing(steps[0]))
        for step in steps:
            if step.wanted and step.found:
                self._api.execute(restoration(step.wanted, step.found))
        raise LiteLLMError(
            f"take up what was written for {names}",
            f"after {self._wait_timeout:g} s it still serves another value of {other}",
            hint="It does so when it cannot load a model: check litellm_params.model (provider/model) and its log. "
            "What was there before is written back, as far as it is readable. With several workers, wait_timeout must "
            "be above their reload interval (30 s).",
        )

    def _missing(self, step: Step) -> list[str]:
        found = self._api.by_id(step.row_id)
        if found is None or step.wanted is None:
            return ["the whole model"]
        wanted = step.wanted
        if wanted.update_secrets == "always":  # that is about writing: what is stored is to have its fingerprints
            wanted = dataclasses.replace(wanted, update_secrets="auto")
        return differences(wanted, found)
