# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's own rules for what users give, checked before the first call: botocore checks no maximum and no pattern.

Patterns and lengths are those of the service model bedrock 2023-04-20 in botocore 1.44.5. Private to this collection.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from .._resource import Refused


@dataclass(frozen=True)
class Rule:
    """What a text must be. words: the same for the user, with what to do."""

    pattern: str
    longest: int
    words: str
    shortest: int = 1


_NAME = r"([0-9a-zA-Z][_-]?)+"
_NAME_WORDS = (
    "Use 1 to 63 letters, digits, hyphens and underscores, with a letter or digit first and never two separators "
    "in a row"
)
_MODEL = r"[a-z0-9-]{1,63}[.][a-z0-9-]{1,63}([.]?[a-z0-9-]{1,63})(:[a-z0-9-]{1,63}){0,2}"
_ARN = r"arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:"

RULES: t.Mapping[str, Rule] = {
    "provisioned_model_name": Rule(_NAME, 63, _NAME_WORDS),
    "provisioned_model_arn": Rule(
        rf"{_ARN}[0-9]{{12}}:provisioned-model/[a-z0-9]{{12}}",
        1011,
        "Give the ARN as bedrock_provisioned_throughput_info shows it, "
        "arn:aws:bedrock:REGION:ACCOUNT:provisioned-model/ID",
    ),
    # A foundation model's id or ARN, or a custom model's name or ARN.
    "model": Rule(
        rf"{_ARN}([0-9]{{12}}:custom-model/(imported|{_MODEL})/[a-z0-9]{{12}}|:foundation-model/{_MODEL})|{_MODEL}|{_NAME}",
        2048,
        "Give the id (provider.model) or ARN of a foundation model, or the name or ARN of a custom model",
    ),
    "foundation_model_id": Rule(
        _MODEL,
        140,
        "Give the id of a foundation model (provider.model), as bedrock_foundation_model_info shows it in "
        "foundation_model; no ARN",
    ),
    "provider": Rule(r"[A-Za-z0-9 -]+", 63, "Give the name of a provider as Bedrock writes it, Anthropic for example"),
    "job_name": Rule(
        # The API writes (-*[a-zA-Z0-9+\-.])*, which is the same and takes minutes for 60 hyphens that do not fit.
        r"[a-zA-Z0-9][a-zA-Z0-9+\-.]*",
        63,
        "Use 1 to 63 letters, digits, hyphens, dots and plus signs, with a letter or digit first; no underscore",
    ),
    "custom_model_name": Rule(_NAME, 63, _NAME_WORDS),
    "custom_model_arn": Rule(
        rf"{_ARN}[0-9]{{12}}:(custom-model|imported-model)/.+",
        1011,
        "Give the ARN as bedrock_custom_model_info shows it",
    ),
    "deployment_name": Rule(_NAME, 63, _NAME_WORDS),
    "deployment_arn": Rule(
        rf"{_ARN}[0-9]{{12}}:custom-model-deployment/[a-z0-9]{{12}}",
        1011,
        "Give the ARN as bedrock_custom_model_deployment_info shows it",
    ),
    "description": Rule(r"(?s:.+)", 2048, "Write 1 to 2048 characters, or leave it out"),
    "role_arn": Rule(
        r"arn:aws(-[^:]+)?:iam::([0-9]{12})?:role/.+",
        2048,
        "Give the ARN of an IAM role, arn:aws:iam::ACCOUNT:role/NAME",
    ),
    "s3_uri": Rule(
        r"s3://[a-z0-9][-.a-z0-9]{1,61}[a-z0-9](/[-!_*'().a-z0-9A-Z]+)*/?",
        1024,
        "Give an address in S3, s3://BUCKET/PATH",
    ),
    "kms_key": Rule(
        r"arn:aws(-[^:]+)?:kms:[a-zA-Z0-9-]*:[0-9]{12}:((key/[a-zA-Z0-9-]{36})|(alias/[a-zA-Z0-9/_-]+))"
        r"|[a-zA-Z0-9-]{36}|alias/[a-zA-Z0-9/_-]+",
        2048,
        "Give the id, the ARN or the alias (alias/NAME) of a KMS key",
    ),
    "subnet": Rule(r"subnet-[0-9a-z]+", 32, "Give ids of subnets, subnet-0a1b2c3d"),
    "security_group": Rule(r"sg-[0-9a-z]+", 32, "Give ids of security groups, sg-0a1b2c3d"),
    "tag_key": Rule(r"[a-zA-Z0-9\s._:/=+@-]*", 128, "A key of a tag has 1 to 128 letters, digits, spaces and ._:/=+@-"),
    "tag_value": Rule(
        r"[a-zA-Z0-9\s._:/=+@-]*", 256, "A value of a tag has at most 256 letters, digits, spaces and ._:/=+@-", 0
    ),
}

MOST_TAGS = 200
MOST_SHOWN = 100


def check(option: str, value: str, rule: str) -> None:
    """Refuse a text that AWS would refuse. rule: a key of RULES."""
    told = RULES[rule]
    if told.shortest <= len(value) <= told.longest and re.fullmatch(told.pattern, value):
        return
    shown = value if len(value) <= MOST_SHOWN else f"{value[:MOST_SHOWN]}... ({len(value)} characters)"
    raise Refused(f"{option} is {shown!r}, which Amazon Bedrock does not accept. {told.words}.")


def check_each(option: str, values: t.Iterable[str], rule: str) -> None:
    """As ``check``, for each member of a list."""
    for value in values:
        check(option, value, rule)


def check_count(option: str, number: int, least: int, most: int | None, remedy: str) -> None:
    """Refuse a number out of its bounds. most: None where the API has no maximum."""
    if number < least or (most is not None and number > most):
        bounds = f"at least {least}" if most is None else f"{least} to {most}"
        raise Refused(f"{option} is {number}, and must be {bounds}. {remedy}.")


def check_tags(option: str, tags: t.Mapping[str, t.Any] | None) -> None:
    """Refuse tags that AWS would refuse; None is fine."""
    if tags is None:
        return
    if len(tags) > MOST_TAGS:
        raise Refused(f"{option} has {len(tags)} tags, and a resource of Bedrock takes {MOST_TAGS}. Leave some out.")
    for key, value in tags.items():
        check(f"A key of {option}", str(key), "tag_key")
        check(f"{option}[{key!r}]", str(value), "tag_value")
        if str(key).lower().startswith("aws:"):
            raise Refused(f"{option} has the key {key!r}, and only AWS sets keys that begin with aws:. Rename it.")
