# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking at what was written, until LiteLLM shows it. Private to this collection."""

from __future__ import annotations

import dataclasses
import time
import typing as t

from ..._resource import Call, Resource
from ..errors import LiteLLMError
from .api import Deployments
from .calls import CANNOT_BLOCK, restoration
from .comparison import differences
from .listing import Listing
from .step import Step

# So many single reads cost more than one listing.
_LISTING_PAYS = 20
# While another worker may lag; a look costs about 15 ms.
_LOOK_AGAIN = 2.0


class ReadBack:
    """Reads back what was written."""

    def __init__(self, api: Deployments, *, wait_timeout: float, sleep: t.Callable[[float], None] = time.sleep) -> None:
        """wait_timeout: how long another worker of LiteLLM may take to show what was written, in seconds."""
        self._api, self._wait_timeout, self._sleep = api, wait_timeout, sleep

    def look(self, steps: t.Sequence[Step]) -> None:
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
        listed = Listing(self._api.all()).by_ids(ids) if len(ids) >= _LISTING_PAYS else []
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
