"""The table of what is bought: costs, use, and what to do about it."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.llmops.bedrock.plugins.filter.bedrock_costs_table import bedrock_costs_table
from hypothesis import given
from hypothesis import strategies as st

NOW = "2026-11-22T12:00:00+00:00"
FM = "arn:aws:bedrock:us-east-1::foundation-model"
CHAT = {
    "name": "chat",
    "arn": "arn:chat",
    "status": "InService",
    "model_arn": f"{FM}/a.b-v1:0:24k",
    "foundation_model_arn": f"{FM}/a.b-v1:0",
    "model_units": 2,
    "commitment_duration": "none",
    "commitment_expiration_time": None,
}
CANVAS = {**CHAT, "name": "canvas", "arn": "arn:canvas", "model_arn": f"{FM}/c.d-v1:0", "foundation_model_arn": None}
IN_TERM = {
    "commitment_duration": "OneMonth",
    "creation_time": "2026-11-11T12:00:00+00:00",
    "commitment_expiration_time": "2026-12-11T12:00:00+00:00",
}
LOOKED_UP = {"date": "2026-11-01", "source": "a page"}
PRICES = [
    {
        **LOOKED_UP,
        "model_id": "a.b-v1:0",
        "unit_hour": {"none": "8", "OneMonth": "6"},
        "input_per_million": "3",
        "output_per_million": "15",
        "unit_capacity": {"input_tokens_per_minute": 10000, "output_tokens_per_minute": 1000},
    },
    {
        **LOOKED_UP,
        "model_id": "c.d-v1:0",
        "unit_hour": {"none": "8", "OneMonth": "6"},
        "per_image": "0.06",
        "unit_capacity": {"images_per_minute": 2},
    },
]
USED = {
    "model_id": "arn:chat",
    "has_data": True,
    "invocations": 1000,
    "client_errors": 0,
    "server_errors": 0,
    "throttles": 0,
    "input_tokens": 2_000_000,
    "output_tokens": 1_000_000,
    "output_images": None,
    "peak_input_tokens_per_minute": 4000,
    "peak_output_tokens_per_minute": 1900,
}
IDLE = {**USED, **dict.fromkeys(USED, 0), "model_id": "arn:chat", "has_data": True}
NO_DATA = {**dict.fromkeys(USED), "model_id": "arn:chat", "has_data": False}


def made(*throughputs: t.Any, prices: t.Any = None, metrics: t.Any = (USED,), **options: t.Any) -> dict[str, t.Any]:
    prices = PRICES if prices is None else prices
    return bedrock_costs_table(throughputs, prices, metrics, now=NOW, **options)


def row(*throughputs: t.Any, **options: t.Any) -> dict[str, t.Any]:
    (found,) = made(*throughputs, **options)["rows"]
    return found


def test_a_row() -> None:
    """A day with 2 million tokens in and 1 million out is 21 on demand, and 2 units are 384."""
    assert row(CHAT) == {
        "name": "chat",
        "arn": "arn:chat",
        "status": "InService",
        "model": "a.b-v1:0:24k",
        "units": 2,
        "commitment_duration": "none",
        "days_left": None,
        "currency": "USD",
        "hourly": "16.00",
        "monthly": "11680.00",
        "invocations": 1000,
        "throttles": 0,
        "utilisation_percent": "34.72",
        "peak_percent": "95.00",
        "on_demand_monthly": "638.75",
        "break_even_per_day": 18286,
        "break_even_unit": "request",
        "advice": "Release it: on demand would cost 638.75 USD a month, it costs 11680.00.",
    }


def test_images_are_counted_and_not_tokens() -> None:
    pictures = {**IDLE, "model_id": "arn:canvas", "invocations": 500, "output_images": 7000, "input_tokens": 9}
    found = row({**CANVAS, "model_units": 1}, metrics=[pictures])
    assert (found["break_even_unit"], found["break_even_per_day"]) == ("image", 3200)
    assert found["on_demand_monthly"] == "12775.00"
    assert found["utilisation_percent"] == "243.06"
    assert found["advice"] == "Keep it: on demand would cost 12775.00 USD a month, it costs 5840.00."


def test_the_hours_of_the_metrics_count() -> None:
    assert row(CHAT, metrics_hours=48)["on_demand_monthly"] == "319.38"
    assert row(CHAT, metrics_hours=48)["utilisation_percent"] == "17.36"


@pytest.mark.parametrize(
    ("throughput", "metrics", "advice"),
    [
        ({}, IDLE, "Nobody called it in 24 hours: release it. It costs 11680.00 USD a month."),
        ({}, NO_DATA, "CloudWatch has no data of the last 24 hours: release it if nobody calls it. It costs 11680.00"),
        (
            {},
            {**IDLE, "throttles": 7},
            "Whether on demand is cheaper is open: a price is missing. 7 calls were throttled",
        ),
        ({"status": "Failed"}, USED, "It failed and serves nobody: release it."),
        ({"status": "Creating"}, NO_DATA, "It is not in service yet."),
        (IN_TERM, USED, "It is paid until 2026-12-11 whatever is done: use it."),
        (IN_TERM, IDLE, "It is paid until 2026-12-11 whatever is done: nobody calls it, so send it traffic."),
        (IN_TERM, {**USED, "throttles": 3}, "use it. 3 calls were throttled: keep the overflow on"),
        (
            {**IN_TERM, "commitment_expiration_time": "2026-12-01T00:00:00Z"},
            USED,
            "use it. Decide now what comes after",
        ),
        (
            {**IN_TERM, "commitment_expiration_time": "2026-11-01T00:00:00Z"},
            USED,
            "Its term ended on 2026-11-01 and it goes on billing. Release it: on demand would cost 638.75",
        ),
    ],
)
def test_advice(throughput: dict[str, t.Any], metrics: dict[str, t.Any], advice: str) -> None:
    found = row({**CHAT, **throughput}, metrics=[metrics])["advice"]
    assert advice in found
    assert "\n" not in found


def test_inside_a_term_nobody_is_told_to_release() -> None:
    for metrics in (USED, IDLE, NO_DATA, {**USED, "throttles": 1}):
        assert "elease it" not in row({**CHAT, **IN_TERM}, metrics=[metrics])["advice"].split(" Decide")[0]


@pytest.mark.parametrize(
    ("prices", "warning"),
    [
        ([], "chat: there is no price of a.b-v1:0:24k or a.b-v1:0, so no cost is shown."),
        ([{**PRICES[0], "unit_hour": {"OneMonth": "6"}}], "chat: the price of a.b-v1:0 has no unit_hour.none"),
    ],
)
def test_a_missing_price_is_said_and_never_0(prices: t.Any, warning: str) -> None:
    found = made(CHAT, prices=prices)
    (only,) = found["rows"]
    assert only["hourly"] is only["monthly"] is only["on_demand_monthly"] is only["break_even_per_day"] is None
    assert found["monthly_totals"] == {}
    assert found["warnings"][0].startswith(warning)
    assert f"Warning: {warning}" in found["markdown"]


@pytest.mark.parametrize("broken", [{"date": None}, {"source": ""}, {"unit_hour": {"1 year": 1}}, {"per_image": 0}])
def test_a_price_that_is_none_is_an_error(broken: dict[str, t.Any]) -> None:
    with pytest.raises(AnsibleFilterError):
        made(CHAT, prices=[{**PRICES[0], **broken}])


def test_an_old_price_warns_once() -> None:
    old = {**PRICES[0], "date": "2026-01-01"}
    found = made(CHAT, {**CHAT, "name": "second", "arn": "arn:second"}, prices=[old])
    assert found["warnings"] == ["The price of a.b-v1:0 is of 2026-01-01, 325 days ago: look it up again (a page)."]
    assert found["lines"][-1] == f"Warning: {found['warnings'][0]}"


def test_the_newest_and_nearest_price_is_taken() -> None:
    old = {**PRICES[0], "date": "2026-10-01", "unit_hour": {"none": "1"}}
    variant = {**PRICES[0], "model_id": "a.b-v1:0:24k", "date": "2026-10-01", "unit_hour": {"none": "9"}}
    assert row(CHAT, prices=[PRICES[0], old])["hourly"] == "16.00"
    assert row(CHAT, prices=[PRICES[0], variant])["hourly"] == "18.00"


def test_sums_are_by_currency() -> None:
    euros = {**PRICES[1], "currency": "EUR"}
    found = made(CHAT, {**CHAT, "name": "z"}, CANVAS, prices=[PRICES[0], euros])
    assert found["monthly_totals"] == {"EUR": "11680.00", "USD": "23360.00"}
    assert "Together 23360.00 USD a month." in found["lines"]


def test_markdown_and_terminal() -> None:
    found = made(CHAT, {**CANVAS, **IN_TERM}, metrics=[USED])
    lines = found["markdown"].splitlines()
    assert lines[0].startswith("| Name | Model | Units | Commitment | Days left | Hourly | Monthly |")
    assert lines[1].startswith("|---|---|---:|---|---:|")
    assert lines[2].startswith("| canvas | c.d-v1:0 | 2 | OneMonth | 19 | 12.00 USD | 8760.00 USD | - | - |")
    assert {line.count("|") for line in lines[:4]} == {14}
    shown = found["lines"]
    assert shown[0].startswith("Name    Model")
    assert shown[1].startswith("canvas  c.d-v1:0")
    assert shown[2].startswith("    It is paid until 2026-12-11")
    assert shown[0].index("Monthly") + len("Monthly") == shown[1].index("8760.00 USD") + len("8760.00 USD")


def test_nothing_bought() -> None:
    found = made()
    assert (found["rows"], found["monthly_totals"], found["warnings"]) == ([], {}, [])
    assert found["lines"] == ["No provisioned throughput is bought."]
    assert found["markdown"].startswith("No provisioned throughput is bought.")


@given(st.permutations([CHAT, CANVAS, {**CHAT, "name": "b"}]), st.permutations(PRICES))
def test_the_order_of_what_is_given_does_not_matter(throughputs: t.Any, prices: t.Any) -> None:
    assert made(*throughputs, prices=prices) == made(CHAT, CANVAS, {**CHAT, "name": "b"})
