"""Costs and break-even, with the numbers of the guide and in exact decimals."""

from __future__ import annotations

import datetime
import typing as t
from decimal import Decimal

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.llmops.bedrock.plugins.filter.bedrock_break_even import bedrock_break_even
from ansible_collections.llmops.bedrock.plugins.filter.bedrock_throughput_cost import bedrock_throughput_cost
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.cost import model_ids
from hypothesis import given
from hypothesis import strategies as st

NOW = "2026-11-22T12:00:00+00:00"
CANVAS, CLAUDE = "amazon.nova-canvas-v1:0", "anthropic.claude-3-5-sonnet-20241022-v2:0"


def price(**changes: t.Any) -> dict[str, t.Any]:
    record = {
        "model_id": CANVAS,
        "currency": "USD",
        "source": "a guide",
        "date": "2026-11-01",
        "unit_hour": {"OneMonth": "6.00"},
        "per_image": "0.06",
    }
    return {key: value for key, value in {**record, **changes}.items() if value is not ...}


def throughput(**changes: t.Any) -> dict[str, t.Any]:
    return {"name": "bought", "model_id": CANVAS, "model_units": 1, "commitment_duration": "OneMonth", **changes}


def cost(record: t.Any = None, now: str = NOW, **changes: t.Any) -> dict[str, t.Any]:
    return bedrock_throughput_cost(throughput(**changes), record or price(), now=now)


def even(volume: t.Any = None, record: t.Any = None, hours: t.Any = 730, **changes: t.Any) -> dict[str, t.Any]:
    return bedrock_break_even(throughput(**changes), record or price(), volume, hours=hours, now=NOW)


@pytest.mark.parametrize(
    ("model", "hourly", "monthly"),
    [(CANVAS, "6.00", "4380.00"), (CANVAS, 6, "4380.00"), (CLAUDE, "8.00", "5840.00"), (CLAUDE, 8.0, "5840.00")],
)
def test_the_guides_monthly_costs(model: str, hourly: t.Any, monthly: str) -> None:
    assert cost(price(model_id=model, unit_hour={"OneMonth": hourly}), model_id=model)["monthly"] == monthly


@pytest.mark.parametrize(("per_image", "images"), [("0.06", 2400), (0.06, 2400), ("0.04", 3600)])
def test_the_guides_price_breaks_even_far_below_its_advice(per_image: t.Any, images: int) -> None:
    found = even(record=price(per_image=per_image))
    assert (found["unit"], found["break_even_per_day"]) == ("image", images)
    assert found["can_pay_off"] is None
    assert "unit_capacity is not given" in found["advice"]


def test_the_whole_bill() -> None:
    found = cost(
        price(unit_hour={"none": "63.00", "SixMonths": "34.99"}), model_units=2, commitment_duration="SixMonths"
    )
    assert found == {
        "name": "bought",
        "model_id": CANVAS,
        "model_units": 2,
        "commitment_duration": "SixMonths",
        "currency": "USD",
        "price_per_unit_hour": "34.99",
        "hourly": "69.98",
        "hours_per_month": "730",
        "monthly": "51085.40",
        "term_hours": "4380",
        "term_total": "306512.40",
        "term_end": None,
        "inside_term": False,
        "term_left": "0.00",
        "discount_percent": "44.46",
        "price_date": "2026-11-01",
        "price_source": "a guide",
        "price_age_days": 21,
        "warnings": [],
    }


def test_without_a_commitment_there_is_no_term_and_no_discount() -> None:
    found = cost(price(unit_hour={"none": "8"}), commitment_duration="none")
    assert (found["term_hours"], found["term_total"], found["discount_percent"]) == (None, None, None)


def test_inside_a_term_the_rest_is_owed_whatever_is_done() -> None:
    term = {
        "creation_time": "2026-11-01T12:00:00+00:00",
        "commitment_expiration_time": "2026-12-01T12:00:00Z",
    }
    found = cost(**term)
    assert (found["term_hours"], found["term_total"]) == ("720", "4320.00")
    assert (found["inside_term"], found["term_left"]) == (True, "1296.00")  # 9 days
    used = even({"images_per_day": 1}, **term)
    assert used["pays_off"] is True
    assert used["advice"] == "It is paid until 2026-12-01 whatever is done: use it."
    over = even({"images_per_day": 1}, commitment_expiration_time="2026-11-01T12:00:00Z")
    assert (over["inside_term"], over["pays_off"]) == (False, False)


@pytest.mark.parametrize(("date", "warned"), [("2026-08-24", False), ("2026-08-23", True)])
def test_a_price_older_than_90_days_warns(date: t.Any, warned: bool) -> None:
    record = price(date=date)
    assert bool(cost(record)["warnings"]) is warned
    assert bool(even(record=record)["warnings"]) is warned


@pytest.mark.parametrize("date", [datetime.date(2026, 11, 1), datetime.datetime(2026, 11, 1, 5)])
def test_a_date_that_yaml_has_read_is_taken(date: t.Any) -> None:
    assert cost(price(date=date))["price_date"] == "2026-11-01"


@pytest.mark.parametrize(
    ("volume", "capacity", "found"),
    [
        # 1 image a minute is 1440 a day, and 2400 would have to be made.
        ({"images_per_day": 5000}, 1, {"can_pay_off": False, "capacity_per_day": 1440, "pays_off": False}),
        ({"images_per_day": 2400}, 2, {"can_pay_off": True, "pays_off": True, "saving_monthly": "0.00"}),
        ({"images_per_day": 2399}, 2, {"pays_off": False, "saving_monthly": "-1.83"}),
        # What is too much for the unit is not saved: 2880 of 10000 images.
        ({"images_per_day": 10000}, 2, {"pays_off": True, "saving_monthly": "876.00", "days_to_break_even": 26}),
        ({"images_per_day": 1440}, 2, {"utilisation_percent": "50.00", "on_demand_monthly": "2628.00"}),
        ({}, 2, {"pays_off": None, "saving_monthly": None, "volume_per_day": None, "days_to_break_even": None}),
    ],
)
def test_own_volume_against_what_a_unit_can_do(volume: t.Any, capacity: int, found: dict[str, t.Any]) -> None:
    made = even(volume, price(unit_capacity={"images_per_minute": capacity}))
    assert found.items() <= made.items()
    assert made["advice"].startswith("It cannot pay off: 1 model unit can do 1440") is (capacity == 1)


TOKENS = price(
    model_id=CLAUDE,
    per_image=...,
    input_per_million="3",
    output_per_million="15.00",
    unit_hour={"none": "8"},
    unit_capacity={"input_tokens_per_minute": 10000, "output_tokens_per_minute": 1000},
)
HOURLY = {"model_id": CLAUDE, "commitment_duration": "none"}


def test_requests_are_priced_by_their_tokens() -> None:
    """1000 tokens in and 200 out cost 0.006; the output limits a unit to 5 such requests a minute."""
    found = even({"input_tokens": 1000, "output_tokens": 200, "requests_per_day": 7200}, TOKENS, **HOURLY)
    assert found["on_demand_price"] == "0.006"
    assert found["break_even_per_day"] == 32000
    assert found["break_even_per_hour"] == "1333.33"
    assert found["capacity_per_day"] == 7200
    assert found["can_pay_off"] is False
    assert found["utilisation_percent"] == "100.00"


def test_embeddings_have_no_output() -> None:
    found = even({"input_tokens": 500, "output_tokens": 0}, TOKENS, **HOURLY)
    assert (found["unit"], found["on_demand_price"], found["capacity_per_day"]) == ("request", "0.0015", 28800)


def test_a_capacity_that_is_half_known_is_not_known() -> None:
    record = {**TOKENS, "unit_capacity": {"input_tokens_per_minute": 10000}}
    assert even({"input_tokens": 1, "output_tokens": 1}, record, **HOURLY)["can_pay_off"] is None


@pytest.mark.parametrize(
    ("record", "changes", "remedy"),
    [
        (price(date=...), {}, "has no date. Say when"),
        (price(date="yesterday"), {}, "has the date 'yesterday'"),
        (price(date="2026-12-24"), {}, "still to come"),
        (price(source=" "), {}, "has no source. Say where"),
        (price(model_id=...), {}, "has no model_id"),
        (price(currency="$"), {}, "three capital letters"),
        (price(unit_hour=...), {}, "has no unit_hour.OneMonth. Add"),
        (price(unit_hour={"OneMonth": None}), {}, "has no unit_hour.OneMonth. Add"),
        (price(unit_hour={"none": "8"}), {}, "has no unit_hour.OneMonth. Add"),
        (price(unit_hour={"1 year": "3"}), {}, "'1 year'.*no term of a year"),
        (price(unit_hour="6"), {}, "Give a dictionary"),
        *(
            (price(unit_hour={"OneMonth": wrong}), {}, "Give a number above 0")
            for wrong in (0, "0.00", -6, "$6", "", True, "six", float("nan"), float("inf"), [6])
        ),
        (price(per_images="1"), {}, "unknown key per_images"),
        (price(unit_capacity={"images": 1}), {}, "There are input_tokens_per_minute"),
        ("6.00", {}, "Give a dictionary with"),
        (price(), {"model_units": 0}, "model_units is 0, and must be at least 1"),
        (price(), {"model_units": -1}, "at least 1"),
        (price(), {"model_units": 1.5}, "units are whole"),
        (price(), {"commitment_duration": "1 year"}, "'1 year'.*OneMonth or SixMonths; there is no term of a year"),
        (price(), {"commitment_duration": None}, "no term of a year"),
        (price(), {"model_id": CLAUDE}, "Give the price of its model"),
        (price(), {"commitment_expiration_time": "soon"}, "'soon' is no time"),
    ],
)
def test_nothing_is_assumed(record: t.Any, changes: dict[str, t.Any], remedy: str) -> None:
    with pytest.raises(AnsibleFilterError, match=remedy):
        cost(record, **changes)
    with pytest.raises(AnsibleFilterError, match=remedy):
        even(None, record, **changes)


@pytest.mark.parametrize(
    ("volume", "record", "remedy"),
    [
        (None, price(per_image=...), "neither images_per_day nor input_tokens"),
        ({"images_per_day": 1}, price(per_image=...), "has no per_image. Add the on-demand price: it is not assumed"),
        ({"input_tokens": 5}, price(), "has no input_per_million"),
        ({"input_tokens": 5, "output_tokens": 5}, price(input_per_million=1), "has no output_per_million"),
        ({"images": 1}, price(), "unknown key images"),
        ({"images_per_day": "many"}, price(), "Give a number above 0"),
    ],
)
def test_a_volume_needs_its_prices(volume: t.Any, record: t.Any, remedy: str) -> None:
    with pytest.raises(AnsibleFilterError, match=remedy):
        even(volume, record)


def test_hours_are_checked() -> None:
    assert even(hours=744)["monthly"] == "4464.00"
    with pytest.raises(AnsibleFilterError, match="hours is 0"):
        even(hours=0)


@pytest.mark.parametrize(
    ("row", "first"),
    [
        ({"model_arn": f"arn:aws:bedrock:us-east-1::foundation-model/{CANVAS}"}, CANVAS),
        ({"model_id": "amazon.nova-lite-v1:0:24k"}, "amazon.nova-lite-v1:0:24k"),
        ({"model_id": "tuned", "foundation_model": CANVAS}, "tuned"),
        ({}, None),
    ],
)
def test_ids_that_a_price_may_name(row: dict[str, t.Any], first: str | None) -> None:
    found = model_ids(row)
    assert next(iter(found), None) == first
    assert "amazon.nova-lite-v1:0" in found or "24k" not in str(row)


def test_a_price_of_the_model_is_that_of_its_variant_and_of_what_was_tuned_from_it() -> None:
    assert cost(model_id=f"{CANVAS}:300k")["monthly"] == "4380.00"
    tuned = f"arn:aws:bedrock:us-east-1:123456789012:custom-model/{CANVAS}/abcdefghij12"
    assert cost(model_id=tuned)["monthly"] == "4380.00"
    assert cost(model_id="tuned")["monthly"] == "4380.00"


cents = st.integers(1, 10**7).map(lambda number: Decimal(number) / 100)


@given(cents, st.integers(1, 50), cents)
def test_decimals_are_exact(hourly: Decimal, units: int, per_image: Decimal) -> None:
    record = price(unit_hour={"OneMonth": str(hourly)}, per_image=str(per_image))
    assert Decimal(cost(record, model_units=units)["monthly"]) == hourly * units * 730
    images = even(record=record, model_units=units)["break_even_per_day"]
    # The first whole number of images that costs as much on demand.
    assert images * per_image >= hourly * units * 24 > (images - 1) * per_image
