# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What CloudWatch is asked about Bedrock's models, and what its answers mean: pure. Private to this collection."""

from __future__ import annotations

import datetime
import math
import re
import typing as t
from dataclasses import dataclass

from .._resource import Refused
from .inputs import MOST_SHOWN, RULES

NAMESPACE, DIMENSION = "AWS/Bedrock", "ModelId"
# Queries in one GetMetricData (CloudWatch API 2010-08-01).
MOST_QUERIES = 500
MINUTE = 60
# How long CloudWatch keeps points of a period, in days: a period that starts earlier has to be a multiple of the next.
_KEPT = ((15, MINUTE), (63, 300), (455, 3600))
_DAY = datetime.timedelta(days=1)
# The last of them that are told to be kept may be gone by the time CloudWatch looks.
_MARGIN = datetime.timedelta(hours=1)
MOST_HOURS = 455 * 24
_LONGEST_ID = 1024
_ID = re.compile(RULES["foundation_model_id"].pattern)
_ARN = re.compile(r"arn:aws[^:\s]*:bedrock:[^:\s]*:[0-9]*:[^/\s]+/[!-~]+")

# Key of a row -> metric and statistic. A count that AWS did not publish is 0 once the model was called at all.
_COUNTS = {
    "invocations": "Invocations",
    "client_errors": "InvocationClientErrors",
    "server_errors": "InvocationServerErrors",
    "throttles": "InvocationThrottles",
    "legacy_invocations": "LegacyModelInvocations",
}
# These do not describe every model: an image model has no tokens, a chat model no images.
_VOLUMES = {
    "input_tokens": "InputTokenCount",
    "output_tokens": "OutputTokenCount",
    "output_images": "OutputImageCount",
}
_LATENCIES = {"latency_average_ms": "Average", "latency_p90_ms": "p90"}
_LATENCY = "InvocationLatency"
_PEAKS = {
    "peak_input_tokens_per_minute": "InputTokenCount",
    "peak_output_tokens_per_minute": "OutputTokenCount",
}
KEYS = (*_COUNTS, *_LATENCIES, *_VOLUMES, *_PEAKS)

Points = t.Mapping[datetime.datetime, float]


@dataclass(frozen=True)
class Range:
    """The time that is asked about. start is aligned to what CloudWatch keeps; period: seconds of one point."""

    start: datetime.datetime
    end: datetime.datetime
    period: int
    per_minute: bool
    """Whether CloudWatch still has the points of single minutes."""


def parse_time(option: str, text: str | None) -> datetime.datetime | None:
    """A time in ISO 8601; one without an offset is in UTC. Raises Refused."""
    if text is None:
        return None
    try:
        time = datetime.datetime.fromisoformat(text)
        return time.replace(tzinfo=datetime.UTC) if time.tzinfo is None else time.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        raise Refused(
            f"{option} is {text[:MOST_SHOWN]!r}, and is no time. Write it as 2026-11-22T06:00:00Z, or a day as "
            "2026-11-22."
        ) from None


def range_of(
    start: datetime.datetime | None,
    end: datetime.datetime | None,
    *,
    hours: int,
    period: int | None,
    now: datetime.datetime,
) -> Range:
    """What is asked for. hours: how far back without a start. period: None takes the whole range as one.

    Raises Refused for what CloudWatch would answer with nothing.
    """
    end = min(end or now, now)
    start = start or end - datetime.timedelta(hours=hours)
    if start >= end:
        raise Refused(
            f"The range from {start.isoformat()} to {end.isoformat()} is empty. Give a start_time in the past that is "
            "before end_time, or hours of 1 and more."
        )
    step = _step(start, now)
    start = datetime.datetime.fromtimestamp(start.timestamp() // step * step, datetime.UTC)
    whole = math.ceil((end - start).total_seconds() / step) * step
    if period is not None and (period < step or period % step):
        raise Refused(
            f"period is {period}, and CloudWatch keeps points of {step} s for a range that begins at "
            f"{start.isoformat()}. Give a multiple of {step}, or a later start_time."
        )
    return Range(start, end, period or whole, step == MINUTE)


def _step(start: datetime.datetime, now: datetime.datetime) -> int:
    for days, step in _KEPT:
        if now - start <= days * _DAY - _MARGIN:
            return step
    raise Refused(
        f"start_time is {start.isoformat()}, and CloudWatch keeps metrics for {_KEPT[-1][0]} days. Give a later one."
    )


def check_model_ids(model_ids: t.Iterable[str]) -> list[str]:
    """The ids, each once. Raises Refused for those under which Bedrock counts nothing."""
    for model_id in model_ids:
        if len(model_id) > _LONGEST_ID or not (_ARN.fullmatch(model_id) or _ID.fullmatch(model_id)):
            raise Refused(
                f"A member of model_ids is {model_id[:MOST_SHOWN]!r}, and Bedrock counts no calls under it. Give the "
                "id of a foundation model or inference profile as it is called (provider.model), or the ARN of a "
                "provisioned model, which bedrock_provisioned_throughput_info shows, or of a deployment."
            )
    return list(dict.fromkeys(model_ids))


def queries_for(model_ids: t.Sequence[str], when: Range) -> list[dict[str, t.Any]]:
    """All queries about the models, in GetMetricData's form; ``rows_of`` understands their ids."""
    return [
        _query(f"m{number}_{key}", model_id, metric, statistic, period)
        for number, model_id in enumerate(model_ids)
        for key, metric, statistic, period in _asked(when)
    ]


def _asked(when: Range) -> t.Iterator[tuple[str, str, str, int]]:
    for key, metric in {**_COUNTS, **_VOLUMES}.items():
        yield key, metric, "Sum", when.period
    for key, statistic in _LATENCIES.items():
        yield key, _LATENCY, statistic, when.period
    if when.per_minute:
        for key, metric in _PEAKS.items():
            yield key, metric, "Sum", MINUTE


def _query(identifier: str, model_id: str, metric: str, statistic: str, period: int) -> dict[str, t.Any]:
    what = {"Namespace": NAMESPACE, "MetricName": metric, "Dimensions": [{"Name": DIMENSION, "Value": model_id}]}
    return {"Id": identifier, "MetricStat": {"Metric": what, "Period": period, "Stat": statistic}}


def in_calls(queries: t.Sequence[dict[str, t.Any]]) -> list[t.Sequence[dict[str, t.Any]]]:
    """The queries in as few calls as the API takes."""
    return [queries[first : first + MOST_QUERIES] for first in range(0, len(queries), MOST_QUERIES)]


def rows_of(model_ids: t.Sequence[str], points: t.Mapping[str, Points]) -> list[dict[str, t.Any]]:
    """One row a model. points: by the ids of the queries, each by its time."""
    return [
        _row(model_id, {key: points.get(f"m{number}_{key}") or {} for key in KEYS})
        for number, model_id in enumerate(model_ids)
    ]


def _row(model_id: str, points: t.Mapping[str, Points]) -> dict[str, t.Any]:
    has_data = any(points.values())
    row: dict[str, t.Any] = {"model_id": model_id, "has_data": has_data, **dict.fromkeys(KEYS)}
    if not has_data:
        return row
    row |= {key: _total(points[key]) for key in _COUNTS}
    row |= {key: _total(points[key]) for key in _VOLUMES if points[key]}
    row |= {key: round(max(points[key].values())) for key in _PEAKS if points[key]}
    if points["latency_average_ms"]:
        row["latency_average_ms"] = _average(points["latency_average_ms"], points["invocations"])
    if points["latency_p90_ms"]:
        row["latency_p90_ms"] = round(max(points["latency_p90_ms"].values()), 1)
    return row


def _total(points: Points) -> int:
    return round(sum(points.values()))


def _average(averages: Points, invocations: Points) -> float:
    """Of all calls: a period with many counts more than one with few."""
    weights = {time: invocations.get(time, 0.0) for time in averages}
    if not any(weights.values()):
        weights = dict.fromkeys(averages, 1.0)
    return round(sum(averages[time] * weights[time] for time in averages) / sum(weights.values()), 1)


def told_of_nothing(rows: t.Iterable[t.Mapping[str, t.Any]], when: Range, region: str) -> str | None:
    """The warning about models without any data; None when all have some."""
    silent = [row["model_id"] for row in rows if not row["has_data"]]
    if not silent:
        return None
    return (
        f"CloudWatch has no data of {', '.join(silent)} in {region} from {when.start.isoformat()} to "
        f"{when.end.isoformat()}: not called, or called under another id. Bedrock counts an inference profile under "
        "the profile's id, and provisioned throughput under its ARN. A call is counted after some minutes."
    )
