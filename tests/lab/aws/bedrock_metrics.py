"""CloudWatch's metrics of Bedrock: namespace AWS/Bedrock, dimension ModelId, counted from calls of the runtime.

They lie in ministack's store of metrics, so its GetMetricData, GetMetricStatistics and ListMetrics answer for them.
Equal values of one minute are one point with a count: a long run would fill the saved state otherwise.
"""

from __future__ import annotations

import json
import re
import time
from typing import Any

from tests.lab.aws import bedrock_catalog, bedrock_store, emulator
from tests.lab.aws.bedrock_catalog import Model, Refusal
from tests.lab.aws.emulator import Answer

NAMESPACE = "AWS/Bedrock"
DIMENSION = "ModelId"
USAGE = re.compile(rb'"inputTokens": ?(\d+), ?"outputTokens": ?(\d+)')
TOKEN_HEADERS = ("x-amzn-bedrock-input-token-count", "x-amzn-bedrock-output-token-count")


def model_id(identifier: str) -> str:
    """The value of the dimension: the id of a model or of a profile, the ARN of what the account has."""
    return bedrock_catalog.last_part(identifier)


def count(identifier: str, name: str, value: float, unit: str = "Count") -> None:
    """Add a value to a metric."""
    store = emulator.service("cloudwatch")
    dimensions = {DIMENSION: model_id(identifier)}
    points = store._metric_bucket((NAMESPACE, name, store._dims_key(dimensions)))
    minute = time.time() // 60 * 60
    for point in reversed(points):
        if point["Timestamp"] != minute:
            break
        if point["Value"] == value:
            point["Count"] += 1.0
            return
    points.append(
        {"Timestamp": minute, "Value": float(value), "Count": 1.0, "Unit": unit, "Dimensions": dict(dimensions)}
    )


def answered(identifier: str, model: Model, answer: Answer, seconds: float) -> None:
    """A call that a model answered."""
    count(identifier, "Invocations", 1)
    count(identifier, "InvocationLatency", max(1, round(seconds * 1000)), "Milliseconds")
    if model.end_of_life:
        count(identifier, "LegacyModelInvocations", 1)
    if model.mode == "image_generation":
        count(identifier, "OutputImageCount", len(json.loads(answer[2])["images"]))
        return
    for name, tokens in zip(("InputTokenCount", "OutputTokenCount"), tokens_of(answer), strict=True):
        if tokens:
            count(identifier, name, tokens)


def tokens_of(answer: Answer) -> tuple[int, int]:
    """Tokens in and out: in the headers, or in the last message of a stream."""
    _status, headers, body = answer
    if TOKEN_HEADERS[0] in headers:
        read, written = (int(headers.get(name, 0)) for name in TOKEN_HEADERS)
        return read, written
    found = USAGE.search(body) if isinstance(body, bytes) else None
    return (int(found[1]), int(found[2])) if found else (0, 0)


def failed(identifier: str, code: str, status: int) -> None:
    """A call that failed; a throttled one is not an error, and an id of nothing has no metrics."""
    if not known(identifier):
        return
    if code == "ThrottlingException":
        count(identifier, "InvocationThrottles", 1)
    else:
        count(identifier, "InvocationServerErrors" if status >= 500 else "InvocationClientErrors", 1)


def known(identifier: str) -> bool:
    """Whether there is such a model, profile or resource of the account."""
    stored: list[Any] = list(bedrock_store.STORES.values())
    return bedrock_catalog.find(identifier) is not None or any(identifier in store for store in stored)


def refused(identifier: str, refusal: Refusal) -> None:
    """A call that Bedrock refused."""
    failed(identifier, refusal.code, refusal.status)


def injected(path: str, error: tuple[str, int], authorization: str) -> None:
    """A call that the lab let fail before it came to Bedrock."""
    match = bedrock_catalog.MODEL_CALL.fullmatch(path)
    scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/", authorization)
    if match and scope:
        with emulator.tenant(scope[1]):
            failed(match[1], *error)
