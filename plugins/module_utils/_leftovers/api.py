# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads of any AWS service: paged, retried, with errors that say what was being read. Private to this collection."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.errors import AWSErrorHandler
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry

# Every service has its own word for "slow down"; AWSRetry knows those of EC2 and IAM.
_RETRIED = ["ThrottlingException", "ServerException", "ServiceUnavailableException", "LimitExceededException"]
_retry = AWSRetry.jittered_backoff(retries=6, max_delay=15, catch_extra_error_codes=_RETRIED)

Item = dict[str, t.Any]


class LeftoversError(AnsibleAWSError):
    """A service could not be read, so that what it holds is unknown."""


class _Handler(AWSErrorHandler):
    _CUSTOM_EXCEPTION = LeftoversError

    @classmethod
    def _is_missing(cls) -> type[Exception]:
        gone: type[Exception] = is_boto3_error_code(["ResourceNotFoundException", "NoSuchEntity"])
        return gone


@_Handler.common_error_handler("{operation}")
@_retry
def listing(client: t.Any, operation: str, key: str, page_size: int | None = None, **arguments: t.Any) -> list[t.Any]:
    """Every item of a listing, all its pages."""
    if client.can_paginate(operation):
        config = {"PageSize": page_size} if page_size else {}
        pages = client.get_paginator(operation).paginate(PaginationConfig=config, **arguments)
        return list(pages.build_full_result().get(key) or [])
    return list(getattr(client, operation)(**arguments).get(key) or [])


@_Handler.list_error_handler("{operation}", None)
@_retry
def _get(client: t.Any, operation: str, **arguments: t.Any) -> t.Any:
    return getattr(client, operation)(**arguments)


def get(client: t.Any, operation: str, **arguments: t.Any) -> Item | None:
    """The answer of one call, or None when the thing has gone meanwhile."""
    answer: Item | None = _get(client, operation, **arguments)
    return answer


def of_cluster(client: t.Any, operation: str, key: str, cluster: str) -> list[t.Any]:
    """A listing inside an EKS cluster; empty when the cluster is absent."""
    if get(client, "describe_cluster", name=cluster) is None:
        return []
    return listing(client, operation, key, clusterName=cluster)
