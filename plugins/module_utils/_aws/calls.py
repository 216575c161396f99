# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all AWS calls share: the error, its handler and the retries. Private to this collection."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code  # type: ignore[import-untyped]
from ansible_collections.amazon.aws.plugins.module_utils.errors import AWSErrorHandler  # type: ignore[import-untyped]
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError  # type: ignore[import-untyped]
from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry  # type: ignore[import-untyped]

P = t.ParamSpec("P")
R = t.TypeVar("R")

# AWSRetry's own list lacks these; EKS and Bedrock answer them while a fresh role spreads or under load.
RETRIED = (
    "ThrottlingException",
    "ServerException",
    "InternalServerException",
    "ServiceUnavailableException",
    "ResourcePropagationDelayException",
)
_retry = AWSRetry.jittered_backoff(retries=8, max_delay=20, catch_extra_error_codes=list(RETRIED))


class AWSCallError(AnsibleAWSError):  # type: ignore[misc]  # amazon.aws has no types
    """A call failed; the message says what was being done."""


class _Handler(AWSErrorHandler):  # type: ignore[misc]  # amazon.aws has no types
    _CUSTOM_EXCEPTION = AWSCallError

    @classmethod
    def _is_missing(cls) -> t.Any:
        return is_boto3_error_code(["ResourceNotFoundException", "NotFoundException", "NoSuchEntity"])


# The handler goes outside of the retry, or the retry would never see a throttle.


def reads(doing: str) -> t.Callable[[t.Callable[P, R]], t.Callable[P, R | None]]:
    """Decorator of a read: AWSCallError("Failed to <doing>"), or None for what does not exist."""

    def decorate(function: t.Callable[P, R]) -> t.Callable[P, R | None]:
        return t.cast("t.Callable[P, R | None]", _Handler.list_error_handler(doing, None)(_retry(function)))

    return decorate


def writes(doing: str) -> t.Callable[[t.Callable[P, R]], t.Callable[P, R]]:
    """Decorator of a write: AWSCallError("Failed to <doing>")."""

    def decorate(function: t.Callable[P, R]) -> t.Callable[P, R]:
        return t.cast("t.Callable[P, R]", _Handler.common_error_handler(doing)(_retry(function)))

    return decorate


def deletes(doing: str) -> t.Callable[[t.Callable[P, R]], t.Callable[P, R]]:
    """Decorator of a delete: as ``writes``, but what does not exist is fine."""

    def decorate(function: t.Callable[P, R]) -> t.Callable[P, R]:
        return t.cast("t.Callable[P, R]", _Handler.deletion_error_handler(doing)(_retry(function)))

    return decorate
