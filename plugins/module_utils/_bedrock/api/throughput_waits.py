# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waits for provisioned throughput: botocore has none. Private to this collection."""

from __future__ import annotations

import typing as t

from ..._aws.failures import WaitFailed
from ..._aws.waiting import Progress, Wait, WaiterError, on_error, on_path
from .. import throughput

_OPERATION = "GetProvisionedModelThroughput"
_MISSING = "ResourceNotFoundException"
# One rule for a purchase and a change of model.
_SETTLED = f"status == '{throughput.READY}' && modelArn == desiredModelArn"


def status_of(answer: t.Mapping[str, t.Any]) -> str:
    """For Progress."""
    return str(answer.get("status", ""))


def until_ready(
    client: t.Any, arn: str, *, timeout: int, delay: int, progress: Progress, model_arn: str | None = None
) -> None:
    """Wait until it is in service, with this model where one is given. Raises WaitFailed and AWSCallError.

    AWS may take a moment to know what it just sold, and to tell that it began to change it.
    """
    settled = f"{_SETTLED} && modelArn == '{model_arn}'" if model_arn else _SETTLED
    rule = Wait(
        _OPERATION,
        [
            on_path("status", throughput.FAILED, "failure"),
            on_path(settled, True, "success"),
            on_error(_MISSING, "retry"),
        ],
    )
    try:
        rule.until(client, {"provisionedModelId": arn}, timeout=timeout, delay=delay, progress=progress)
    except WaiterError as error:
        raise WaitFailed(_in_vain(arn, error, timeout)) from error


def until_gone(client: t.Any, arn: str, *, timeout: int, delay: int, progress: Progress) -> None:
    """Wait until AWS knows it no more. Raises WaitFailed and AWSCallError."""
    rule = Wait(_OPERATION, [on_error(_MISSING, "success")])
    try:
        rule.until(client, {"provisionedModelId": arn}, timeout=timeout, delay=delay, progress=progress)
    except WaiterError as error:
        raise WaitFailed(f"{arn} was deleted, and is still there {_after(error, timeout)}.") from error


def _in_vain(arn: str, error: WaiterError, timeout: int) -> str:
    answer = error.last_response
    if status_of(answer) == throughput.FAILED:
        reason = answer.get("failureMessage") or "AWS gives no reason"
        return f"{arn} is Failed: {reason}. Remove it with state=absent before you try again."
    return (
        f"{arn} is not {throughput.READY} {_after(error, timeout)}. It exists, and is billed: nothing is bought again "
        "when you run once more, and the wait goes on."
    )


def _after(error: WaiterError, timeout: int) -> str:
    answer = error.last_response
    told = answer.get("Error", {}).get("Message") or f"its status is {status_of(answer) or 'unknown'}"
    return f"after {timeout} s ({told})"
