# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags of Bedrock's resources, which every resource has by its ARN. Private to this collection."""

from __future__ import annotations

import typing as t

from ..._aws.calls import reads, writes
from ..._resource import Call


@reads("list the tags of {arn}")
def _list_tags(client: t.Any, arn: str) -> dict[str, str]:
    answer = client.list_tags_for_resource(resourceARN=arn)
    return {tag["key"]: tag["value"] for tag in answer.get("tags", [])}


def tags_of(client: t.Any, arn: str) -> dict[str, str]:
    """The tags; none of what does not exist."""
    return _list_tags(client, arn) or {}


def in_api_form(tags: t.Mapping[str, t.Any]) -> list[dict[str, str]]:
    """The list that Bedrock takes for a dictionary."""
    return [{"key": str(key), "value": str(value)} for key, value in sorted(tags.items())]


@writes("tag {arn}")
def _set_tags(client: t.Any, arn: str, tags: t.Mapping[str, str]) -> None:
    client.tag_resource(resourceARN=arn, tags=in_api_form(tags))


@writes("remove tags of {arn}")
def _remove_tags(client: t.Any, arn: str, keys: list[str]) -> None:
    client.untag_resource(resourceARN=arn, tagKeys=keys)


EXECUTORS: t.Mapping[str, t.Callable[..., None]] = {"set tags": _set_tags, "remove tags": _remove_tags}


def execute(client: t.Any, call: Call) -> None:
    """Make one planned call about tags."""
    EXECUTORS[call.name](client, **call.arguments)
