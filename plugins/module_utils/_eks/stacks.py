# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudFormation stacks that eksctl makes for a cluster. Private to this collection."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_message  # type: ignore[import-untyped]

from .._aws.calls import AWSCallError, deletes, reads, writes
from .waiters import wait_until_settled

_BAD = ("CREATE_FAILED", "UPDATE_FAILED", "DELETE_FAILED")
_TOLD = 5
_CLUSTER_TAG = "alpha.eksctl.io/cluster-name"


def _is_missing() -> t.Any:
    """For an except clause: CloudFormation has no error code of its own for a stack that does not exist."""
    return is_boto3_error_message("does not exist")


def is_bad(stack_status: str | None) -> bool:
    """Whether something failed in a stack of this status."""
    return bool(stack_status) and ("ROLLBACK" in str(stack_status) or stack_status in _BAD)


@reads("describe stack {name}")
def stack_status_of(cloudformation: t.Any, name: str) -> str | None:
    """The stack's status; None for one that does not exist or is gone."""
    try:
        status = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
    except _is_missing():
        return None
    return None if status == "DELETE_COMPLETE" else str(status)


@reads("read the events of stack {name}")
def failures_of(cloudformation: t.Any, name: str) -> list[str]:
    """What failed in a stack, the first failure first: that is the reason, the others follow from it."""
    try:
        pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=name)
        events = pages.build_full_result()["StackEvents"]
    except _is_missing():
        return []
    bad = [event for event in events if event.get("ResourceStatus") in _BAD]
    told = [
        f"{one.get('LogicalResourceId')}: {one.get('ResourceStatusReason') or one['ResourceStatus']}" for one in bad
    ]
    return told[::-1][:_TOLD]


def delete_stacks(cloudformation: t.Any, cluster: str, timeout: int) -> None:
    """Delete all stacks of a cluster, its own last, and wait until they are gone. Raises AWSCallError.

    For a cluster whose control plane does not exist: "eksctl delete cluster" ends in a panic then (eksctl #7450).
    """
    own = f"eksctl-{cluster}-cluster"
    names = stacks_of(cloudformation, cluster) or []
    for group in ([name for name in names if name != own], [name for name in names if name == own]):
        for name in group:
            unprotect_stack(cloudformation, name)
            delete_stack(cloudformation, name)
        for name in group:
            wait_until_settled(cloudformation, "stack_settled", {"StackName": name}, timeout)
            status = stack_status_of(cloudformation, name)
            if status:
                told = "; ".join(failures_of(cloudformation, name) or [])
                raise AWSCallError(message=f"Stack {name} was to be deleted and is {status}: {told}")


@reads("list the stacks of cluster {cluster}")
def stacks_of(cloudformation: t.Any, cluster: str) -> list[str]:
    """Names of the stacks that carry the cluster's tag: a name alone could be that of cluster NAME-something."""
    stacks = cloudformation.get_paginator("describe_stacks").paginate().build_full_result()["Stacks"]
    return sorted(
        stack["StackName"]
        for stack in stacks
        if {"Key": _CLUSTER_TAG, "Value": cluster} in stack.get("Tags", [])
        and stack["StackStatus"] != "DELETE_COMPLETE"
    )


@writes("lift the termination protection of stack {name}")
def unprotect_stack(cloudformation: t.Any, name: str) -> None:
    """eksctl protects the cluster's stack."""
    cloudformation.update_termination_protection(StackName=name, EnableTerminationProtection=False)


@deletes("delete stack {name}")
def delete_stack(cloudformation: t.Any, name: str) -> None:
    """Begin the deletion."""
    cloudformation.delete_stack(StackName=name)
