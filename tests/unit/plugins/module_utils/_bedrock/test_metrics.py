from __future__ import annotations

import datetime
import string

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock import metrics
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.metrics import Range
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime.datetime(2026, 11, 22, 6, 0, 30, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
ARN = "arn:aws:bedrock:us-west-2:123456789012:provisioned-model/abcdefghij12"
WHEN = Range(NOW - DAY, NOW, 86460, True)


def at(minute):
    return NOW + datetime.timedelta(minutes=minute)


def range_of(start=None, end=None, *, hours=24, period=None):
    return metrics.range_of(start, end, hours=hours, period=period, now=NOW)


def row(**points):
    (found,) = metrics.rows_of(["p.m"], {f"m0_{key}": series for key, series in points.items()})
    return found


@pytest.mark.parametrize(
    "text, expected",
    [
        ("2026-11-22", datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)),
        ("2026-11-22T06:00:00Z", datetime.datetime(2026, 11, 22, 6, tzinfo=datetime.UTC)),
        ("2026-11-22 06:00", datetime.datetime(2026, 11, 22, 6, tzinfo=datetime.UTC)),
        ("2026-11-22T08:00:00+02:00", datetime.datetime(2026, 11, 22, 6, tzinfo=datetime.UTC)),
        (None, None),
    ],
)
def test_times(text, expected):
    assert metrics.parse_time("start_time", text) == expected


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "0001-01-01T00:00:00+14:00", "x" * 1000, "1764000000"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(Refused, match=r"start_time is .*Write it as") as refused:
        metrics.parse_time("start_time", text)
    assert len(str(refused.value)) < 300


def test_a_day_back_as_one_point():
    found = range_of()
    assert (found.start, found.end) == (NOW - DAY - datetime.timedelta(seconds=30), NOW)
    # 24 hours and the 30 seconds of the first minute, rounded up.
    assert (found.period, found.per_minute) == (86460, True)
    assert range_of(period=300).period == 300


@pytest.mark.parametrize(
    "days, step, per_minute",
    [(1, 60, True), (14.9, 60, True), (15, 300, False), (62, 300, False), (63, 3600, False), (454, 3600, False)],
)
def test_the_period_is_one_that_cloudwatch_still_has(days, step, per_minute):
    found = range_of(NOW - days * DAY)
    assert found.start.timestamp() % step == 0 and found.start <= NOW - days * DAY
    assert (found.period % step, found.per_minute) == (0, per_minute)
    assert found.start + datetime.timedelta(seconds=found.period) >= found.end
    assert range_of(NOW - days * DAY, period=step).period == step


@given(st.integers(1, 454 * 24 * 60), st.integers(0, 60), st.none() | st.integers(-100, 10**7))
def test_every_range_is_covered_by_points_that_exist(minutes, before_now, period):
    end = NOW - datetime.timedelta(minutes=before_now)
    start = end - datetime.timedelta(minutes=minutes)
    try:
        found = range_of(start, end, period=period)
    except Refused:
        assert period is not None
        return
    assert found.start <= start < found.end == end
    assert found.period >= 60 and found.period % 60 == 0
    assert period is not None or found.start + datetime.timedelta(seconds=found.period) >= end


@pytest.mark.parametrize(
    "options, message",
    [
        ({"start": NOW}, "is empty"),
        ({"start": NOW - DAY, "end": NOW - 2 * DAY}, "is empty"),
        ({"end": NOW, "hours": 0}, "is empty"),
        ({"start": NOW + DAY, "end": NOW + 2 * DAY}, "is empty"),
        ({"start": NOW - 456 * DAY}, "keeps metrics for 455 days"),
        ({"period": 30}, "a multiple of 60"),
        ({"period": 0}, "a multiple of 60"),
        ({"period": -60}, "a multiple of 60"),
        ({"period": 90}, "a multiple of 60"),
        ({"start": NOW - 20 * DAY, "period": 60}, "a multiple of 300"),
        ({"start": NOW - 70 * DAY, "period": 300}, "a multiple of 3600"),
    ],
)
def test_a_range_that_cloudwatch_has_nothing_of_is_refused(options, message):
    with pytest.raises(Refused, match=message):
        range_of(**options)


def test_an_end_in_the_future_is_now():
    assert range_of(end=NOW + DAY).end == NOW


@pytest.mark.parametrize("model_id", [ARN, "us.anthropic.claude-sonnet-5-5", "amazon.nova-lite-v1:0"])
def test_ids_as_they_are_called(model_id):
    assert metrics.check_model_ids([model_id, model_id]) == [model_id]


@pytest.mark.parametrize(
    "model_id",
    [
        "my-throughput",
        "",
        "bedrock/anthropic.claude",
        "anthropic.claude ",
        "a b.c",
        "arn:aws:bedrock:us-west-2",
        "arn:aws:s3:::bucket/x",
        f"{ARN}\n",
        "anthropic.cläude",
        ARN + "x" * 1024,
    ],
)
def test_what_nothing_is_counted_under_is_refused(model_id):
    with pytest.raises(Refused, match=r"counts no calls under it.*ARN of a provisioned model") as refused:
        metrics.check_model_ids([ARN, model_id])
    assert len(str(refused.value)) < 500


def test_the_right_metrics_of_the_right_dimension_are_asked_for():
    queries = {query["Id"]: query["MetricStat"] for query in metrics.queries_for([ARN], WHEN)}
    asked = {
        identifier: (told["Metric"]["MetricName"], told["Stat"], told["Period"]) for identifier, told in queries.items()
    }
    assert asked == {
        "m0_invocations": ("Invocations", "Sum", 86460),
        "m0_client_errors": ("InvocationClientErrors", "Sum", 86460),
        "m0_server_errors": ("InvocationServerErrors", "Sum", 86460),
        "m0_throttles": ("InvocationThrottles", "Sum", 86460),
        "m0_legacy_invocations": ("LegacyModelInvocations", "Sum", 86460),
        "m0_input_tokens": ("InputTokenCount", "Sum", 86460),
        "m0_output_tokens": ("OutputTokenCount", "Sum", 86460),
        "m0_output_images": ("OutputImageCount", "Sum", 86460),
        "m0_latency_average_ms": ("InvocationLatency", "Average", 86460),
        "m0_latency_p90_ms": ("InvocationLatency", "p90", 86460),
        "m0_peak_input_tokens_per_minute": ("InputTokenCount", "Sum", 60),
        "m0_peak_output_tokens_per_minute": ("OutputTokenCount", "Sum", 60),
    }
    for told in queries.values():
        assert told["Metric"]["Namespace"] == "AWS/Bedrock"
        assert told["Metric"]["Dimensions"] == [{"Name": "ModelId", "Value": ARN}]


def test_minutes_are_not_asked_for_when_cloudwatch_has_none():
    queries = metrics.queries_for([ARN], Range(NOW - 20 * DAY, NOW, 300, False))
    assert {query["MetricStat"]["Period"] for query in queries} == {300}


@given(st.integers(0, 200))
def test_any_number_of_models_in_as_few_calls_as_can_be(count):
    queries = metrics.queries_for([f"p.m{number}" for number in range(count)], WHEN)
    calls = metrics.in_calls(queries)
    assert len(calls) == -(-len(queries) // 500)
    assert [query for call in calls for query in call] == queries
    identifiers = [query["Id"] for query in queries]
    assert len(set(identifiers)) == len(identifiers)
    assert all(one[0] in string.ascii_lowercase and one.replace("_", "").isalnum() for one in identifiers)


def test_sums_averages_and_peaks():
    found = row(
        invocations={at(0): 1.0, at(5): 3.0},
        throttles={at(0): 2.0},
        latency_average_ms={at(0): 100.0, at(5): 200.0},
        latency_p90_ms={at(0): 130.04, at(5): 250.06},
        input_tokens={at(0): 10.0, at(5): 20.0},
        peak_input_tokens_per_minute={at(0): 7.0, at(1): 3.0, at(5): 20.0},
    )
    assert (found["has_data"], found["invocations"], found["throttles"], found["client_errors"]) == (True, 4, 2, 0)
    # One call of 100 ms and three of 200.
    assert (found["latency_average_ms"], found["latency_p90_ms"]) == (175.0, 250.1)
    assert (found["input_tokens"], found["peak_input_tokens_per_minute"]) == (30, 20)
    # Of what does not describe this model nothing is said.
    assert found["output_tokens"] is None and found["output_images"] is None


def test_no_data_is_null_and_said():
    rows = metrics.rows_of(["p.m", ARN], {"m1_invocations": {at(0): 1.0}, "m0_invocations": {}})
    assert rows[0] == {"model_id": "p.m", "has_data": False, **dict.fromkeys(metrics.KEYS)}
    assert rows[1]["has_data"] and rows[1]["invocations"] == 1
    told = metrics.told_of_nothing(rows, WHEN, "us-west-2")
    assert told and "no data of p.m in us-west-2 from 2026-11-21T06:00:30" in told and "under its ARN" in told
    assert metrics.told_of_nothing(rows[1:], WHEN, "us-west-2") is None


def test_throttles_alone_are_data():
    found = row(throttles={at(0): 5.0})
    assert (found["has_data"], found["invocations"], found["latency_average_ms"]) == (True, 0, None)


def test_an_average_without_counts_weighs_all_periods_alike():
    assert row(latency_average_ms={at(0): 100.0, at(5): 200.0})["latency_average_ms"] == 150.0


series = st.dictionaries(st.integers(0, 5).map(at), st.floats(0, 1e6), max_size=5)


@given(series, st.dictionaries(st.integers(0, 5).map(at), st.integers(0, 10**6).map(float), max_size=5))
def test_an_average_lies_between_the_averages(averages, invocations):
    found = row(latency_average_ms=averages, invocations=invocations)["latency_average_ms"]
    assert (found is None) == (not averages)
    assert found is None or min(averages.values()) - 0.1 <= found <= max(averages.values()) + 0.1
