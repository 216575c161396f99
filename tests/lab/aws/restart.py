"""What a kill in the middle of an operation left: nobody works on it any more, so it must not say IN_PROGRESS."""

from __future__ import annotations

from tests.lab.aws import emulator

AFTER = {"CREATING": "ACTIVE", "UPDATING": "ACTIVE", "DELETING": "ACTIVE"}
"""A cluster's record is whole from its first moment, and a deletion that was cut off can be asked for again."""


def settled(status: str) -> str:
    """The status of a stack whose worker is gone."""
    return status.replace("_IN_PROGRESS", "_FAILED")


def repair() -> int:
    """Settle stacks and clusters after the saved state was read; returns how many were changed."""
    count = 0
    for _key, stack in emulator.service("cloudformation")._stacks.all_items():
        if str(stack.get("StackStatus", "")).endswith("_IN_PROGRESS"):
            stack["StackStatus"] = settled(stack["StackStatus"])
            stack["StackStatusReason"] = "the lab's AWS was ended while it worked on this stack"
            count += 1
    for _key, cluster in emulator.service("eks")._clusters.all_items():
        if cluster.get("status") in AFTER:
            cluster["status"] = AFTER[cluster["status"]]
            count += 1
    return count
