"""Tags of EKS resources: pod identity associations take them, and Describe shows what TagResource set."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.lab.aws import emulator
from tests.lab.aws.emulator import Answer

ASSOCIATION = re.compile(r".+:podidentityassociation/[^/]+/[^/]+")


def records() -> Iterator[tuple[str, Any]]:
    """Each taggable record with its ARN."""
    eks = emulator.service("eks")
    for store, name in (
        (eks._clusters, "arn"),
        (eks._nodegroups, "nodegroupArn"),
        (eks._addons, "addonArn"),
        (eks._access_entries, "accessEntryArn"),
        (eks._pod_identity_associations, "associationArn"),
    ):
        for record in store.values():
            yield record[name], record


def show(arn: str) -> None:
    """Write the tags into the record that Describe answers with; ministack leaves there those of the creation."""
    for each, record in records():
        if each == arn:
            record["tags"] = dict(emulator.service("eks")._tags.get(arn, {}))


def install() -> None:
    """Fill the gaps of tags."""
    eks = emulator.service("eks")

    @emulator.override(eks, "_resolve_tag_resource_arn")
    def resolve(original: Any, arn: str) -> Any:
        # ministack refuses tags on pod identity associations; AWS takes them.
        if ASSOCIATION.fullmatch(arn):
            known = any(each == arn for each, _record in records())
            return (arn, None) if known else (None, eks._tag_resource_not_found(arn))
        return original(arn)

    for operation in ("_tag_resource", "_untag_resource"):
        shown_after(operation)


def shown_after(operation: str) -> None:
    """Let the record follow an operation on tags."""

    @emulator.override(emulator.service("eks"), operation)
    def changed(original: Any, arn: str, *rest: Any) -> Answer:
        result: Answer = original(arn, *rest)
        show(arn)
        return result
