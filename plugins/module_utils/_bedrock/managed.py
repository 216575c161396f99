# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One resource of Bedrock from its options to the module's result. Private to this collection."""

from __future__ import annotations

import contextlib
import typing as t
import uuid

from .._aws.calls import AWSCallError
from .._aws.failures import WaitFailed
from .._aws.waiting import Progress
from .._resource import Call, Plan, Resource, carry_out


class Managed:
    """What the modules of fine-tuning share. A subclass says how its resource is found, planned, changed and awaited.

    Whatever happens after a resource was made, ``told`` has its ARN: it exists, and may cost money.
    """

    def __init__(self, module: t.Any, client: t.Any, status: t.Callable[[t.Mapping[str, t.Any]], str]) -> None:
        self.params, self.check_mode, self.client = module.params, module.check_mode, client
        # One a run: a call that is repeated because its answer was lost makes nothing twice.
        self.token = str(uuid.uuid4())
        self.progress = Progress(status, tell=lambda line: module.log(f"{self.label}: {line}"))
        self.known: Resource = {}
        self.changed = False

    @property
    def label(self) -> str:
        """What to call it."""
        return str(self.params.get("name") or self.params.get("arn"))

    # What a subclass must say.

    def find(self) -> Resource | None:
        """The resource by what the user gave of it."""
        raise NotImplementedError

    def by_arn(self, arn: str) -> Resource | None:
        """The resource by its ARN."""
        raise NotImplementedError

    def plan(self, found: Resource | None) -> Plan:
        """What is to be done."""
        raise NotImplementedError

    def make(self, call: Call) -> t.Any:
        """Make one planned call; what is known of a new resource, or False where nothing was left to be done."""
        raise NotImplementedError

    def awaited(self, calls: t.Sequence[str]) -> bool:
        """Whether ``known`` is on its way somewhere. calls: names of those just made."""
        raise NotImplementedError

    def wait(self) -> None:
        """Wait for ``known``."""
        raise NotImplementedError

    # What is the same for all.

    def read(self) -> Resource | None:
        """The resource as it is now."""
        # A model that is being imported has no ARN yet, but its job has.
        arn = self.known.get("arn") or self.known.get("job_arn")
        found = self.by_arn(arn) if arn else self.find()
        if found:
            self.known = found
        return found

    def execute(self, call: Call) -> t.Any:
        """Make one planned call, and keep what is known of a new resource."""
        outcome = self.make(call)
        self.changed = self.changed or outcome is not False
        if isinstance(outcome, t.Mapping):
            self.known = outcome
        return outcome

    def converge(self) -> dict[str, t.Any]:
        """Read, plan, change, wait. Raises Refused, AWSCallError and WaitFailed."""
        plan = self.plan(self.read())
        result = carry_out(plan, check_mode=self.check_mode, execute=self.execute, read=self.read)
        if not self.check_mode and self.params["wait"] and self.known and self.awaited(result["calls"]):
            try:
                self.wait()
            except WaitFailed:
                with contextlib.suppress(AWSCallError):
                    self.read()
                raise
            result["resource"] = dict(self.read() or {})
        if plan.after is None:
            # Listings may still have it for a moment.
            result["resource"] = {}
        return {**result, "progress": self.progress.seen}

    def told(self) -> dict[str, t.Any]:
        """For a result that is a failure."""
        return {"changed": self.changed, "resource": dict(self.known), "progress": self.progress.seen}
