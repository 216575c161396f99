# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ARNs of Bedrock's resources: pure. Private to this collection."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

_ARN = re.compile(r"arn:(?P<partition>[^:]+):bedrock:(?P<region>[^:]*):(?P<account>[^:]*):(?P<kind>[^/]+)/(?P<id>.+)")


@dataclass(frozen=True)
class Arn:
    """The parts of an ARN. kind: the resource type, provisioned-model for example; id: all that follows its slash."""

    partition: str
    region: str
    account: str
    kind: str
    id: str


def parse(text: str) -> Arn | None:
    """The parts of an ARN of Bedrock; None for any other text."""
    match = _ARN.fullmatch(text)
    return Arn(**match.groupdict()) if match else None


def short_id(arn: str) -> str:
    """What follows the last slash: AWS tells the id of most resources in no other way."""
    return arn.rsplit("/", 1)[-1]


def foundation_model_arn(model: str, client: t.Any) -> str:
    """ARN of a foundation model in the partition and region of the client; an ARN stays as it is.

    model: id, also with a suffix (amazon.nova-lite-v1:0:24k), or ARN.
    """
    if model.startswith("arn:"):
        return model
    return f"arn:{client.meta.partition}:bedrock:{client.meta.region_name}::foundation-model/{model}"


def is_foundation_model_id(model: str) -> bool:
    """Whether it is written provider.model: custom models have names without a dot."""
    return not model.startswith("arn:") and "." in model
