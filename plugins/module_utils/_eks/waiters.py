# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiters for what botocore has none for, or gives up too early. Private to this collection."""

from __future__ import annotations

import typing as t

try:
    import botocore.waiter  # type: ignore[import-untyped]
    from botocore.exceptions import BotoCoreError, ClientError, WaiterError  # type: ignore[import-untyped]
except ImportError:
    pass  # AnsibleAWSModule says so

from .aws import EKSError

_DELAY = 5


def _state(path: str, expected: t.Any, state: str) -> dict[str, t.Any]:
    return {"matcher": "path", "argument": path, "expected": expected, "state": state}


def _error(code: str, state: str) -> dict[str, t.Any]:
    return {"matcher": "error", "expected": code, "state": state}


# botocore's addon_active gives up at DEGRADED, which an addon passes through while its pods start.
_ADDON = {
    "addon_ready": {
        "operation": "DescribeAddon",
        "acceptors": [
            _state("addon.status", "ACTIVE", "success"),
            *(_state("addon.status", bad, "failure") for bad in ("CREATE_FAILED", "UPDATE_FAILED", "DELETE_FAILED")),
        ],
    },
    "addon_gone": {
        "operation": "DescribeAddon",
        "acceptors": [
            _error("ResourceNotFoundException", "success"),
            _state("addon.status", "DELETE_FAILED", "failure"),
        ],
    },
}

# Until AWS has finished, well or badly: what came out of it is read and judged afterwards.
_STACK_ENDS = [
    f"{what}_{how}"
    for what in ("CREATE", "UPDATE", "DELETE", "ROLLBACK", "UPDATE_ROLLBACK", "IMPORT", "IMPORT_ROLLBACK")
    for how in ("COMPLETE", "FAILED")
]
_SETTLED = {
    "stack_settled": {
        "operation": "DescribeStacks",
        "acceptors": [
            _error("ValidationError", "success"),
            *({**_state("Stacks[].StackStatus", end, "success"), "matcher": "pathAll"} for end in _STACK_ENDS),
        ],
    },
    "cluster_settled": {
        "operation": "DescribeCluster",
        "acceptors": [
            _error("ResourceNotFoundException", "success"),
            *(_state("cluster.status", end, "success") for end in ("ACTIVE", "FAILED")),
        ],
    },
    "nodegroup_settled": {
        "operation": "DescribeNodegroup",
        "acceptors": [
            _error("ResourceNotFoundException", "success"),
            *(
                _state("nodegroup.status", end, "success")
                for end in ("ACTIVE", "DEGRADED", "CREATE_FAILED", "DELETE_FAILED")
            ),
        ],
    },
}


def wait_until_settled(client: t.Any, waiter: str, arguments: t.Mapping[str, str], timeout: int) -> None:
    """Wait with stack_settled, cluster_settled or nodegroup_settled. Raises EKSError when time is up."""
    what = " ".join([waiter.split("_", maxsplit=1)[0], *arguments.values()])
    try:
        _waiter(client, waiter, _SETTLED[waiter], timeout).wait(**arguments)
    except WaiterError as error:
        raise EKSError(message=f"AWS did not finish with {what} within {timeout} s", exception=error) from error
    except (BotoCoreError, ClientError) as error:
        raise EKSError(message=f"Failed to wait for {what}", exception=error) from error


def _waiter(client: t.Any, name: str, config: t.Mapping[str, t.Any], timeout: int) -> t.Any:
    config = {**config, "delay": _DELAY, "maxAttempts": max(1, timeout // _DELAY)}
    model = botocore.waiter.WaiterModel({"version": 2, "waiters": {name: config}})
    return botocore.waiter.create_waiter_with_client(name, model, client)


def wait_for_addon(client: t.Any, waiter: str, *, cluster_name: str, name: str, timeout: int) -> None:
    """Wait with addon_ready or addon_gone. Raises EKSError that says what the addon reports about its health."""
    try:
        _waiter(client, waiter, _ADDON[waiter], timeout).wait(clusterName=cluster_name, addonName=name)
    except WaiterError as error:
        raise EKSError(
            message=f"Addon {name} of cluster {cluster_name} did not become {waiter.split('_')[1]} within {timeout} s"
            f"{_health(error.last_response.get('addon', {}))}",
            exception=error,
        ) from error
    except (BotoCoreError, ClientError) as error:
        raise EKSError(message=f"Failed to wait for addon {name} of cluster {cluster_name}", exception=error) from error


def _health(addon: t.Mapping[str, t.Any]) -> str:
    issues = addon.get("health", {}).get("issues", [])
    told = "; ".join(f"{issue.get('code')}: {issue.get('message')}" for issue in issues) or "no issue is reported"
    return f". Its status is {addon.get('status', 'unknown')} ({told})."
