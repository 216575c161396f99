# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the wanted deployments to the stored ones: read all, plan all, then write, then look. Private.

Everything that can be refused is refused before the first write; only what LiteLLM stores and has not loaded may be
found later, by a creation.
"""

from __future__ import annotations

import dataclasses
import time
import typing as t

from ..._resource import Call, Plan, Refused, Resource, carry_out, merge
from ..errors import LiteLLMError
from .api import AlreadyStored, Deployments
from .comparison import differences
from .desired import Deployment, check_distinct
from .listing import Listing
from .plan import CANNOT_BLOCK, plan_absent, plan_present, restoration
from .selection import config_rows, purge, select

# So many single reads cost more than one listing: with a search for the name each, and without.
_LISTING_PAYS = 3
_LISTING_PAYS_FOR_IDS = 20
# While another worker may lag; a look costs about 15 ms.
_LOOK_AGAIN = 2.0


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
        self._claimed: set[str] = set()
        self.warnings: list[str] = []

    def steps(
        self, wanted: t.Sequence[Deployment], purge_scope: str | None = None, *, check_mode: bool = False
    ) -> list[Step]:
        """Plans for all, with those that remove what the scope made and is not wanted. Raises Refused, LiteLLMError.

        check_mode: whether each creation has to be certain, as ``run`` will not find out.
        """
        check_distinct(wanted)
        listing = None
        if purge_scope is not None or len(wanted) >= _LISTING_PAYS:
            listing = Listing(self._api.all())
        self._claimed = {row_id for member in wanted for row_id in member.ids}
        steps = [self._step(member, listing, check_mode=check_mode) for member in wanted]
        if purge_scope is not None and listing is not None:
            keep = self._claimed | {step.row_id for step in steps} | {step.found["id"] for step in steps if step.found}
            rows = purge(listing.rows, purge_scope, keep)
            steps += [Step(row["model_name"], row["id"], plan_absent(row), found=row) for row in rows]
        return steps

    def run(self, steps: t.Sequence[Step], *, check_mode: bool, diff: bool) -> dict[str, t.Any]:
        """Carry the plans out, one after the other: LiteLLM serialises writes. Raises Stopped."""
        done: list[Step] = []
        try:
            for step in steps:
                done.append(self._carry_out(step, check_mode=check_mode, diff=diff))
            if not check_mode:
                self._look([step for step in done if step.wanted and step.plan.calls and step.plan.after])
        except (LiteLLMError, Refused) as error:
            raise Stopped(str(error), done) from None
        merged = merge({f"{step.label} ({step.row_id})": step.result or {} for step in done})
        result = {"changed": merged["changed"], "models": [step.summary for step in done]}
        return {**result, "diff": merged["diff"]} if merged.get("diff") else result

    def _carry_out(self, step: Step, *, check_mode: bool, diff: bool) -> Step:
        """The step with its result; planned again where LiteLLM stores what its listing did not show."""
        try:
            step.result = self._result(step, check_mode=check_mode, diff=diff)
        except AlreadyStored:
            if step.wanted is None:
                raise
            step = self._step(step.wanted)
            step.result = self._result(step, check_mode=check_mode, diff=diff)
        return step

    def _result(self, step: Step, *, check_mode: bool, diff: bool) -> dict[str, t.Any]:
        execute, after = self._api.execute, step.plan.after
        return carry_out(step.plan, check_mode=check_mode, execute=execute, read=lambda: after, diff=diff)

    def _step(self, wanted: Deployment, listing: Listing | None = None, *, check_mode: bool = False) -> Step:
        rows = self._single(wanted) if listing is None else self._listed(wanted, listing, check_mode)
        found, leftover = select(wanted, rows, self._claimed)
        if not wanted.present:
            row_id = found["id"] if found else wanted.id
            return Step(wanted.label, row_id, plan_absent(found, leftover), wanted, found)
        plan = plan_present(wanted, found, leftover)
        if found is None and (shared := config_rows(wanted, rows)):
            self.warnings.append(
                f"LiteLLM's configuration file has {wanted.model_name} too ({shared[0]['id']}): requests for it are "
                "shared between both."
            )
        differing = differences(wanted, found) if found and plan.calls else []
        if leftover:
            differing.append("id")
        return Step(wanted.label, (plan.after or {})["id"], plan, wanted, found, differing)

    def _single(self, wanted: Deployment) -> list[Resource]:
        """The rows of the wanted ids; where there is none, those of the wanted name."""
        # The second id is in use after a re-creation only, and is found by the name then.
        ids = wanted.ids if wanted.create_first else wanted.ids[:1]
        rows = [row for row in map(self._api.by_id, ids) if row]
        if rows:
            return rows
        self._api.require_database()
        return [] if wanted.model_name is None else self._api.by_name(wanted.model_name)

    def _listed(self, wanted: Deployment, listing: Listing, check_mode: bool) -> t.Sequence[Resource]:
        """As ``_single``, out of a listing, which lacks what LiteLLM stores and the answering worker has not loaded.

        Where nothing but a creation can follow, that finds out by itself; else LiteLLM is asked for the id.
        """
        rows, named = listing.by_ids(wanted.ids), listing.by_name(wanted.model_name)
        if rows:
            return rows
        if (named or check_mode or not wanted.present) and (stored := self._api.by_id(wanted.id)):
            return [stored]
        self._api.require_database()
        return named

    def _look(self, steps: t.Sequence[Step]) -> None:
        """Read back what was written, until it is as wanted. Raises LiteLLMError."""
        waiting = list(steps)
        start = time.monotonic()
        while True:
            rows = self._current([step.row_id for step in waiting])
            waiting = [step for step in waiting if _missing(step, rows.get(step.row_id))]
            self._require_blocks(waiting, rows)
            if not waiting:
                return
            if time.monotonic() - start > self._wait_timeout:
                self._restore(waiting, _missing(waiting[0], rows.get(waiting[0].row_id)))
            self._sleep(_LOOK_AGAIN)

    def _current(self, ids: t.Sequence[str]) -> dict[str, Resource]:
        listed = Listing(self._api.all()).by_ids(ids) if len(ids) >= _LISTING_PAYS_FOR_IDS else []
        rows = {row["id"]: row for row in listed}
        single = [row for row_id in ids if row_id not in rows and (row := self._api.by_id(row_id))]
        # A LiteLLM that says nothing of what it could not load answers it from the database.
        return rows | {row["id"]: row for row in single if row["can_block"] or self._api.serves(row["id"])}

    def _require_blocks(self, steps: t.Sequence[Step], rows: t.Mapping[str, Resource]) -> None:
        """A deployment that was just created, and that this LiteLLM cannot block, goes again. Raises LiteLLMError."""
        for step in steps:
            row = rows.get(step.row_id)
            if row and step.wanted and step.wanted.blocked and not row["can_block"]:
                self._api.execute(Call("delete", {"id": step.row_id}))
                raise LiteLLMError(f"block {step.label}", "it was created and deleted again", hint=CANNOT_BLOCK)

    def _restore(self, steps: t.Sequence[Step], missing: t.Sequence[str]) -> t.NoReturn:
        """Undo what LiteLLM stored and did not take up: it would serve that from its next start on."""
        names = ", ".join(step.label for step in steps)
        for step in steps:
            if step.wanted and step.found and step.action == "updated":
                self._api.execute(restoration(step.wanted, step.found))
            elif step.action == "created" and (row := self._api.by_id(step.row_id)) and not row["can_block"]:
                self._api.execute(Call("delete", {"id": step.row_id}))
        raise LiteLLMError(
            f"take up what was written for {names}",
            f"after {self._wait_timeout:g} s it still serves another value of {', '.join(missing)}",
            hint="It does so when it cannot load a model: check litellm_params.model (provider/model) and its log. "
            "What was there before is written back, as far as it is readable. With several workers, wait_timeout must "
            "be above their reload interval (30 s).",
        )


def _missing(step: Step, found: Resource | None) -> list[str]:
    """What LiteLLM does not show yet of what was written."""
    if found is None or step.wanted is None:
        return ["the whole model"]
    wanted = step.wanted
    if wanted.update_secrets == "always":  # that is about writing: what is stored is to have its fingerprints
        wanted = dataclasses.replace(wanted, update_secrets="auto")
    return differences(wanted, found)
