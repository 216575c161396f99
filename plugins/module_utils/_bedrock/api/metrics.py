# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudWatch's answers about Bedrock's models. Private to this collection."""

from __future__ import annotations

import typing as t

from ..._aws.calls import AWSCallError, reads
from ..metrics import Points, Range, in_calls

# Statuses of a result that are no answer: nothing in it does not mean that nothing was counted.
_NO_ANSWER = ("Forbidden", "InternalError")


def points_of(client: t.Any, queries: t.Sequence[dict[str, t.Any]], when: Range) -> tuple[dict[str, Points], list[str]]:
    """The points of each query by their times, and what CloudWatch says besides. Raises AWSCallError."""
    points: dict[str, dict[t.Any, float]] = {}
    told: list[str] = []
    for asked in in_calls(queries):
        answer = _get_metric_data(client, asked, when) or {}
        statuses: dict[str, str] = {}
        # A long series comes in pieces, one a page, and the status of the last one holds.
        for result in answer.get("MetricDataResults", []):
            series = points.setdefault(result["Id"], {})
            series.update(zip(result.get("Timestamps", []), result.get("Values", []), strict=False))
            statuses[result["Id"]] = result.get("StatusCode", "Complete")
        told += [str(message.get("Value")) for message in answer.get("Messages", [])]
        _check(statuses)
    return t.cast("dict[str, Points]", points), told


@reads("get the metrics of Bedrock")
def _get_metric_data(client: t.Any, queries: t.Sequence[dict[str, t.Any]], when: Range) -> dict[str, t.Any]:
    pages = client.get_paginator("get_metric_data").paginate(
        MetricDataQueries=list(queries), StartTime=when.start, EndTime=when.end, ScanBy="TimestampAscending"
    )
    return t.cast("dict[str, t.Any]", pages.build_full_result())


def _check(statuses: t.Mapping[str, str]) -> None:
    failed = sorted({status for status in statuses.values() if status in _NO_ANSWER})
    if failed:
        raise AWSCallError(message=f"CloudWatch could not answer all queries about Bedrock: {', '.join(failed)}")
