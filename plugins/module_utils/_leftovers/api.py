# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads of any AWS service: paged, retried, with errors that say what was being read. Private to this collection."""

from __future__ import annotations

import typing as t

from .._aws.calls import AWSCallError as ReadError
from .._aws.calls import reads
from .._aws.calls import writes as must_answer  # the same but for one thing: "not found" is an error, too

__all__ = ["ReadError", "get", "listing", "of_cluster"]

Item = dict[str, t.Any]


@must_answer("{operation}")
def listing(client: t.Any, operation: str, key: str, page_size: int | None = None, **arguments: t.Any) -> list[t.Any]:
    """Every item of a listing, all its pages."""
    if client.can_paginate(operation):
        config = {"PageSize": page_size} if page_size else {}
        pages = client.get_paginator(operation).paginate(PaginationConfig=config, **arguments)
        return list(pages.build_full_result().get(key) or [])
    return list(getattr(client, operation)(**arguments).get(key) or [])


@reads("{operation}")
def get(client: t.Any, operation: str, **arguments: t.Any) -> Item:
    """The answer of one call; None when the thing has gone meanwhile."""
    return dict(getattr(client, operation)(**arguments))


def of_cluster(client: t.Any, operation: str, key: str, cluster: str) -> list[t.Any]:
    """A listing inside an EKS cluster; empty when the cluster is absent."""
    if get(client, "describe_cluster", name=cluster) is None:
        return []
    return listing(client, operation, key, clusterName=cluster)
