# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether Bedrock's answer is what the user gave, where it writes it another way: pure. Private to this collection."""

from __future__ import annotations

import typing as t
from decimal import Decimal, InvalidOperation

from .arns import short_id

# Keys of the API whose value is a model: an id goes in, an ARN may come out.
_MODELS = ("teacherModelIdentifier",)


def same_key(given: str, found: str | None) -> bool:
    """Whether a KMS key given as id, ARN or alias can be the one with this ARN.

    What an alias stands for only KMS can tell, and that can change after the key was used: any key passes.
    """
    if found is None:
        return False
    if "alias/" in given:
        return True
    return given == found or (not given.startswith("arn:") and short_id(found) == given)


def same_base(given: t.Collection[str], found: str | None) -> bool:
    """Whether one of the ARNs is the base model. AWS may add a variant's suffix (:300k) to the model that was given.

    No ARN at all means that the model given does not exist any more, so that nobody can tell.
    """
    if not given or found is None:
        return True
    return any(found == arn or found.startswith(f"{arn}:") for arn in given)


def same_uri(given: str, found: str | None) -> bool:
    """Whether it is the same place in S3."""
    return found is not None and given.rstrip("/") == found.rstrip("/")


def same_value(given: str, found: str | None) -> bool:
    """Whether two hyperparameters are the same text, or the same number: 0.00001 is 1e-05."""
    if found is None or given == found:
        return given == found
    try:
        return Decimal(given) == Decimal(found)
    except InvalidOperation:
        return False


def contains(found: t.Any, given: t.Any, key: str = "") -> bool:
    """Whether all that was given is in what was found; the service adds defaults of its own."""
    if isinstance(given, t.Mapping):
        return isinstance(found, t.Mapping) and all(contains(found.get(name), given[name], name) for name in given)
    if isinstance(given, list):
        return (
            isinstance(found, list)
            and len(found) == len(given)
            and all(contains(one, other, key) for one, other in zip(found, given, strict=True))
        )
    if key in _MODELS:
        return short_id(str(found)) == short_id(str(given))
    return bool(found == given) or (isinstance(given, str) and str(found) == given)


def as_text(value: t.Any) -> str:
    """A hyperparameter as the text that the API takes, without an exponent: 2, 0.00001, true."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    return str(value)
