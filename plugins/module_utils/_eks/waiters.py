# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to wait for at EKS and CloudFormation where botocore has no waiter, or gives up too early.

Private to this collection.
"""

from __future__ import annotations

import typing as t

from .._aws.calls import AWSCallError
from .._aws.waiting import Wait, WaiterError, on_error, on_path

# botocore's addon_active gives up at DEGRADED, which an addon passes through while its pods start.
_ADDON = {
    "addon_ready": Wait(
        "DescribeAddon",
        [
            on_path("addon.status", "ACTIVE", "success"),
            *(on_path("addon.status", bad, "failure") for bad in ("CREATE_FAILED", "UPDATE_FAILED", "DELETE_FAILED")),
        ],
    ),
    "addon_gone": Wait(
        "DescribeAddon",
        [
            on_error("ResourceNotFoundException", "success"),
            on_path("addon.status", "DELETE_FAILED", "failure"),
        ],
    ),
}

# Until AWS has finished, well or badly: what came out of it is read and judged afterwards.
_STACK_ENDS = [
    f"{what}_{how}"
    for what in ("CREATE", "UPDATE", "DELETE", "ROLLBACK", "UPDATE_ROLLBACK", "IMPORT", "IMPORT_ROLLBACK")
    for how in ("COMPLETE", "FAILED")
]
_SETTLED = {
    "stack_settled": Wait(
        "DescribeStacks",
        [
            on_error("ValidationError", "success"),
            *(on_path("Stacks[].StackStatus", end, "success", "pathAll") for end in _STACK_ENDS),
        ],
    ),
    "cluster_settled": Wait(
        "DescribeCluster",
        [
            on_error("ResourceNotFoundException", "success"),
            *(on_path("cluster.status", end, "success") for end in ("ACTIVE", "FAILED")),
        ],
    ),
    "nodegroup_settled": Wait(
        "DescribeNodegroup",
        [
            on_error("ResourceNotFoundException", "success"),
            *(
                on_path("nodegroup.status", end, "success")
                for end in ("ACTIVE", "DEGRADED", "CREATE_FAILED", "DELETE_FAILED")
            ),
        ],
    ),
}


def wait_until_settled(client: t.Any, waiter: str, arguments: t.Mapping[str, str], timeout: int) -> None:
    """Wait with stack_settled, cluster_settled or nodegroup_settled. Raises AWSCallError when time is up."""
    what = " ".join([waiter.split("_", maxsplit=1)[0], *arguments.values()])
    try:
        _SETTLED[waiter].until(client, arguments, timeout=timeout)
    except WaiterError as error:
        raise AWSCallError(message=f"AWS did not finish with {what} within {timeout} s", exception=error) from error


def wait_for_addon(client: t.Any, waiter: str, *, cluster_name: str, name: str, timeout: int) -> None:
    """Wait with addon_ready or addon_gone. Raises AWSCallError that says what the addon reports about its health."""
    try:
        _ADDON[waiter].until(client, {"clusterName": cluster_name, "addonName": name}, timeout=timeout)
    except WaiterError as error:
        raise AWSCallError(
            message=f"Addon {name} of cluster {cluster_name} did not become {waiter.split('_')[1]} within {timeout} s"
            f"{_health(error.last_response.get('addon', {}))}",
            exception=error,
        ) from error


def _health(addon: t.Mapping[str, t.Any]) -> str:
    issues = addon.get("health", {}).get("issues", [])
    told = "; ".join(f"{issue.get('code')}: {issue.get('message')}" for issue in issues) or "no issue is reported"
    return f". Its status is {addon.get('status', 'unknown')} ({told})."
