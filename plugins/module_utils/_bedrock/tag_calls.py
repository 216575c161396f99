# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls that change tags: pure. Private to this collection."""

from __future__ import annotations

import typing as t

from .._aws.tags import tag_changes
from .._resource import Call, Resource


def plan_tags(found: Resource, wanted: t.Mapping[str, t.Any] | None, purge: bool) -> tuple[list[Call], dict[str, str]]:
    """The calls for a resource with ``arn`` and ``tags``, and its tags after them. wanted: None leaves all alone."""
    current = dict(found.get("tags") or {})
    texts = None if wanted is None else {str(key): str(value) for key, value in wanted.items()}
    to_set, to_remove = tag_changes(current, texts, purge)
    calls = []
    if to_remove:
        calls.append(Call("remove tags", {"arn": found["arn"], "keys": to_remove}))
    if to_set:
        calls.append(Call("set tags", {"arn": found["arn"], "tags": to_set}))
    return calls, {key: value for key, value in current.items() if key not in to_remove} | to_set
