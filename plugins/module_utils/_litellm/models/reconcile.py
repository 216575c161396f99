# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the wanted deployments to the stored ones: read all, plan all, then write, then look. Private.

Everything that can be refused is refused before the first write; only what LiteLLM stores and has not loaded may be
found later, by a creation.
"""

from __future__ import annotations

import time
import typing as t

from ..._resource import Refused, Resource, carry_out, merge
from ..errors import LiteLLMError
from .api import AlreadyStored, Deployments
from .comparison import differences
from .desired import Deployment, check_distinct
from .listing import Listing
from .plan import plan_absent, plan_present
from .selection import config_rows, purge, select
from .step import Step

# So many single reads, with a search for the name each, cost more than one listing.
_LISTING_PAYS = 3


class Stopped(Exception):
    """A run that failed in the middle. done: the steps that were made."""

    def __init__(self, reason: str, done: t.Sequence[Step]) -> None:
        super().__init__(reason)
        self.done = done


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
            written = [step for step in done if step.wanted and step.plan.calls and step.plan.after]
            if written and not check_mode:
                self._read_back(written)
        except (AlreadyStored, LiteLLMError, Refused) as error:
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
        # The second id is in use after a re-creation only, and is found by the name then. Where such a one was cut off,
        # both are, and have to go if the deployment is to be absent.
        ids = wanted.ids[:1] if wanted.present and not wanted.create_first else wanted.ids
        rows = [row for row in map(self._api.by_id, ids) if row]
        if rows and not wanted.removes_others:
            return rows
        self._api.require_database()
        return _together(rows, [] if wanted.model_name is None else self._api.by_name(wanted.model_name))

    def _listed(self, wanted: Deployment, listing: Listing, check_mode: bool) -> t.Sequence[Resource]:
        """As ``_single``, out of a listing, which lacks what LiteLLM stores and the answering worker has not loaded.

        Where nothing but a creation can follow, that finds out by itself; else LiteLLM is asked for the id.
        """
        rows, named = listing.by_ids(wanted.ids), listing.by_name(wanted.model_name)
        if rows:
            return _together(rows, named) if wanted.removes_others else rows
        if (named or check_mode or not wanted.present) and (stored := self._api.by_id(wanted.id)):
            return [stored, *named]
        self._api.require_database()
        return named

    def _read_back(self, written: t.Sequence[Step]) -> None:
        # Not above, as in ``plan``: most runs write nothing.
        from .read_back import ReadBack  # noqa: PLC0415

        ReadBack(self._api, wait_timeout=self._wait_timeout, sleep=self._sleep).look(written)


def _together(*rows: t.Iterable[Resource]) -> list[Resource]:
    """All of the rows, each once."""
    return list({row["id"]: row for some in rows for row in some}.values())
