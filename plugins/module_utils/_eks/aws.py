# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all EKS calls share: the error, its handler and the retries. Private to this collection."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.botocore import (  # type: ignore[import-untyped]
    is_boto3_error_code,
    is_boto3_error_message,
)
from ansible_collections.amazon.aws.plugins.module_utils.errors import AWSErrorHandler  # type: ignore[import-untyped]
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError  # type: ignore[import-untyped]
from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry  # type: ignore[import-untyped]

P = t.ParamSpec("P")
R = t.TypeVar("R")

# AWSRetry's own list lacks these; EKS answers them while a fresh role spreads or under load.
_RETRIED = [
    "ThrottlingException",
    "ServerException",
    "ServiceUnavailableException",
    "ResourcePropagationDelayException",
]
_retry = AWSRetry.jittered_backoff(retries=8, max_delay=20, catch_extra_error_codes=_RETRIED)


class EKSError(AnsibleAWSError):  # type: ignore[misc]  # amazon.aws has no types
    """A call failed; the message says what was being done."""


class _Handler(AWSErrorHandler):  # type: ignore[misc]  # amazon.aws has no types
    _CUSTOM_EXCEPTION = EKSError

    @classmethod
    def _is_missing(cls) -> t.Any:
        return is_boto3_error_code(["ResourceNotFoundException", "NotFoundException", "NoSuchEntity"])


def is_missing_stack() -> t.Any:
    """For an except clause: CloudFormation has no error code of its own for a stack that does not exist."""
    return is_boto3_error_message("does not exist")


# The handler goes outside of the retry, or the retry would never see a throttle.


def reads(doing: str) -> t.Callable[[t.Callable[P, R]], t.Callable[P, R | None]]:
    """Decorator of a read: EKSError("Failed to <doing>"), or None for what does not exist."""

    def decorate(function: t.Callable[P, R]) -> t.Callable[P, R | None]:
        return t.cast("t.Callable[P, R | None]", _Handler.list_error_handler(doing, None)(_retry(function)))

    return decorate


def writes(doing: str) -> t.Callable[[t.Callable[P, R]], t.Callable[P, R]]:
    """Decorator of a write: EKSError("Failed to <doing>")."""

    def decorate(function: t.Callable[P, R]) -> t.Callable[P, R]:
        return t.cast("t.Callable[P, R]", _Handler.common_error_handler(doing)(_retry(function)))

    return decorate


def deletes(doing: str) -> t.Callable[[t.Callable[P, R]], t.Callable[P, R]]:
    """Decorator of a delete: as ``writes``, but what does not exist is fine."""

    def decorate(function: t.Callable[P, R]) -> t.Callable[P, R]:
        return t.cast("t.Callable[P, R]", _Handler.deletion_error_handler(doing)(_retry(function)))

    return decorate


def tag_changes(
    current: t.Mapping[str, str], wanted: t.Mapping[str, str] | None, purge: bool
) -> tuple[dict[str, str], list[str]]:
    """(tags to set, keys to remove). Tags that AWS sets itself (aws:) stay; None leaves all alone."""
    if wanted is None:
        return {}, []
    to_set = {key: value for key, value in wanted.items() if current.get(key) != value}
    to_remove = sorted(key for key in current if key not in wanted and not key.startswith("aws:")) if purge else []
    return to_set, to_remove
