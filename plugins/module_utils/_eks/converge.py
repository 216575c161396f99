# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings a cluster to its ClusterConfig: read, plan, and once more under its lock. Private to this collection."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._resource import Call, Plan, Resource, carry_out
from .cluster import Desired, busy, plan_absent, plan_present, state_of
from .cluster_api import Reader
from .eksctl import Eksctl, EksctlError


@dataclass(frozen=True)
class Convergence:
    """Everything that a run needs. state: present or absent; timeout: seconds for one wait."""

    desired: Desired
    reader: Reader
    eksctl: Eksctl
    state: str
    timeout: int

    def run(self, *, check_mode: bool) -> dict[str, t.Any]:
        """The result as ``carry_out`` gives it. Raises Refused, AWSCallError and EksctlError."""
        found = self.reader.read()
        plan = self._plan(found)
        waiting = busy(self.desired, found)
        if check_mode or not (plan.calls or waiting):
            result = carry_out(plan, check_mode=True, execute=_never, read=self.reader.read)
            return {**_result(result), "settled": waiting is None}
        with self.eksctl.alone() as lock:
            plan = self._plan(self._settled())
            result = carry_out(
                plan,
                check_mode=False,
                execute=lambda call: self._execute(call, lock),
                read=self.reader.read,
            )
        self._verify(result)
        return {**_result(result), "settled": True}

    def _plan(self, found: Resource | None) -> Plan:
        return (plan_present if self.state == "present" else plan_absent)(self.desired, found)

    def _settled(self) -> Resource | None:
        found = self.reader.read()
        while waiting := busy(self.desired, found):
            self.reader.wait(*waiting, timeout=self.timeout)
            found = self.reader.read()
        return found

    def _execute(self, call: Call, lock: int) -> None:
        if call.name == "delete stacks":
            self.reader.delete_stacks(self.timeout)
            return
        try:
            self.eksctl.run(call.arguments["argv"], call.arguments.get("config"), lock)
        except EksctlError as error:
            failures = "; ".join(self.reader.all_failures())
            raise EksctlError(
                f"{error}\nWhat failed in CloudFormation: {failures}" if failures else str(error)
            ) from error

    def _verify(self, result: t.Mapping[str, t.Any]) -> None:
        """eksctl passes over what it takes for made with exit code 0."""
        missing = self._plan(result["resource"] or None).calls
        if missing:
            raise EksctlError(
                f"eksctl ended without an error, but still to do is: {', '.join(call.name for call in missing)}. "
                f"Its output is in {self.eksctl.log_path}."
            )


def _result(result: dict[str, t.Any]) -> dict[str, t.Any]:
    cluster = result["resource"]
    return {**result, "resource": {**cluster, "state": state_of(cluster)} if cluster else {}}


def _never(_call: Call) -> t.NoReturn:
    raise AssertionError("check mode makes no call")
