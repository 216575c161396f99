# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags as they are and as they are wanted: pure. Private to this collection."""

from __future__ import annotations

from .._resource import Call, Resource


def plan_tags(found: Resource, desired: Resource, *, arn: str = "arn") -> tuple[list[Call], dict[str, str]]:
    """The calls that change the tags of a resource, and its tags after them.

    found: with its tags, and its ARN under the key ``arn``.
    desired: tags, which leave all alone where they are None or missing, and purge_tags (true unless given): whether
        others are removed. Those that AWS sets itself (aws:) never are.
    """
    current = dict(found.get("tags") or {})
    if desired.get("tags") is None:
        return [], current
    wanted = {str(key): str(value) for key, value in desired["tags"].items()}
    to_set = {key: value for key, value in wanted.items() if current.get(key) != value}
    to_remove: list[str] = []
    if desired.get("purge_tags", True):
        to_remove = sorted(key for key in current if key not in wanted and not key.startswith("aws:"))
    calls = []
    if to_remove:
        calls.append(Call("remove tags", {"arn": found[arn], "keys": to_remove}))
    if to_set:
        calls.append(Call("set tags", {"arn": found[arn], "tags": to_set}))
    return calls, {key: value for key, value in current.items() if key not in to_remove} | to_set
