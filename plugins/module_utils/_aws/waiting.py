# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiters for what botocore has none for, built on botocore's own. Private to this collection."""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass, field

try:
    import botocore.waiter  # type: ignore[import-untyped]
    from botocore.exceptions import BotoCoreError, ClientError, WaiterError  # type: ignore[import-untyped]
except ImportError:
    # AnsibleAWSModule says so; until then this name is imported by others.
    WaiterError = None

from .calls import RETRIED, AWSCallError

Acceptor = t.Mapping[str, t.Any]
Answer = t.Mapping[str, t.Any]


def on_path(argument: str, expected: t.Any, state: str, matcher: str = "path") -> Acceptor:
    """An acceptor for what stands in the answer. state: success, failure or retry."""
    return {"matcher": matcher, "argument": argument, "expected": expected, "state": state}


def on_error(code: str, state: str) -> Acceptor:
    """An acceptor for an error of AWS."""
    return {"matcher": "error", "expected": code, "state": state}


@dataclass
class Progress:
    """What a wait saw, for the user: each new status, with the seconds since the wait began.

    status: takes the answer of the operation and gives its status in words.
    tell: is told each new status at once, as a line; AnsibleModule.log for example.
    """

    status: t.Callable[[Answer], str]
    tell: t.Callable[[str], None] = lambda line: None
    seen: list[dict[str, t.Any]] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def answered(self, parsed: Answer, **_event: t.Any) -> None:
        """A handler of botocore's event after-call."""
        status = self.status(parsed)
        if status and (not self.seen or self.seen[-1]["status"] != status):
            seconds = round(time.monotonic() - self.started)
            self.seen.append({"status": status, "after_seconds": seconds})
            self.tell(f"{status} after {seconds} s")


@dataclass(frozen=True)
class Wait:
    """A rule to wait by. operation: as in the API (DescribeAddon); acceptors: the first that fits decides.

    Throttling and failures of the service itself are waited out, too: to botocore's waiters any error that no acceptor
    names is the end.
    """

    operation: str
    acceptors: t.Sequence[Acceptor]

    def until(
        self,
        client: t.Any,
        arguments: t.Mapping[str, str],
        *,
        timeout: int,
        delay: int = 5,
        progress: Progress | None = None,
    ) -> None:
        """Ask every ``delay`` seconds, for ``timeout`` seconds at most.

        Raises botocore's WaiterError; its last_response is the last answer. Errors of AWS that the rule does not name
        are AWSCallError.
        """
        config = {
            "operation": self.operation,
            "acceptors": [*self.acceptors, *(on_error(code, "retry") for code in RETRIED)],
            "delay": delay,
            "maxAttempts": max(1, timeout // max(1, delay)),
        }
        model = botocore.waiter.WaiterModel({"version": 2, "waiters": {"wait": config}})
        waiter = botocore.waiter.create_waiter_with_client("wait", model, client)
        event = f"after-call.{client.meta.service_model.service_id.hyphenize()}.{self.operation}"
        if progress:
            client.meta.events.register(event, progress.answered)
        try:
            waiter.wait(**arguments)
        except (BotoCoreError, ClientError) as error:
            if isinstance(error, WaiterError) and not self._is_surprised(error):
                raise
            what = " ".join(str(value) for value in arguments.values())
            raise AWSCallError(message=f"Failed to wait for {what}", exception=error) from error
        finally:
            if progress:
                client.meta.events.unregister(event, progress.answered)

    def _is_surprised(self, error: t.Any) -> bool:
        """Whether AWS answered with an error that this rule knows nothing of: a missing right, for example."""
        code = (error.last_response or {}).get("Error", {}).get("Code")
        named = [one["expected"] for one in self.acceptors if one["matcher"] == "error"]
        return code is not None and code not in (*RETRIED, *named)


__all__ = ["Progress", "Wait", "WaiterError", "on_error", "on_path"]
