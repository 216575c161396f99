"""Terms and prices."""

from __future__ import annotations

import datetime

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock import purchase
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused
from hypothesis import given
from hypothesis import strategies as st

UTC = datetime.UTC
WANTED = {"model_units": 3, "commitment_duration": "SixMonths", "currency": "USD"}


@pytest.mark.parametrize(
    "duration, begin, end",
    [
        ("OneMonth", "2026-11-28", "2026-12-28"),
        ("OneMonth", "2026-12-31", "2027-01-31"),
        ("OneMonth", "2027-01-31", "2027-02-28"),
        ("SixMonths", "2026-08-31", "2027-02-28"),
        ("SixMonths", "2027-08-31", "2028-02-29"),
        ("SixMonths", "2026-06-30", "2026-12-30"),
    ],
)
def test_a_term_is_counted_in_calendar_months(duration, begin, end):
    found = purchase.term_end(duration, datetime.datetime.fromisoformat(begin).replace(tzinfo=UTC))
    assert found.date().isoformat() == end


@given(st.datetimes(datetime.datetime(2025, 1, 1), datetime.datetime(2040, 1, 1)))
def test_a_term_is_as_long_as_it_says(begin):
    assert 28 <= (purchase.term_end("OneMonth", begin) - begin).days <= 31
    assert 181 <= (purchase.term_end("SixMonths", begin) - begin).days <= 184
    assert purchase.term_end("none", begin) is None is purchase.term_end(None, begin)


@pytest.mark.parametrize("hours, left", [(73, 3), (71, 2), (1, 0), (0, 0), (-100, 0)])
def test_only_whole_days_are_left(hours, left):
    now = datetime.datetime(2026, 11, 28, tzinfo=UTC)
    assert purchase.days_left(now + datetime.timedelta(hours=hours), now) == left
    assert purchase.days_left(None, now) is None


def test_times_are_written_in_utc():
    east = datetime.timezone(datetime.timedelta(hours=2))
    assert purchase.written(datetime.datetime(2026, 11, 28, 1, 2, 3, 4, tzinfo=east)) == "2026-11-27T23:02:03Z"
    assert purchase.written(None) is None


@pytest.mark.parametrize("price", ["0", "-1", "six", "NaN", "Infinity", "", "1,5", "$6", "6 USD", "0.000"])
def test_no_price(price):
    with pytest.raises(Refused, match="leave it out"):
        purchase.check_price(price, "USD")


@pytest.mark.parametrize("currency", ["", "usd", "US", "DOLLAR", "$"])
def test_no_currency(currency):
    with pytest.raises(Refused, match="three capital letters"):
        purchase.check_price(None, currency)


@pytest.mark.parametrize(
    "price, hourly",
    [("0.1", "0.3"), ("21.18", "63.54"), ("1E+2", "300"), ("0.30000000000000004", "0.90000000000000012")],
)
def test_amounts_are_exact(price, hourly):
    purchase.check_price(price, "USD")
    assert purchase.billing({**WANTED, "price_per_unit_hour": price}, None)["hourly"] == hourly


def test_without_a_price_none_is_shown():
    assert purchase.billing({**WANTED, "price_per_unit_hour": None}, "2027-05-28T00:00:00Z") == {
        "units": 3,
        "commitment_duration": "SixMonths",
        "term_end": "2027-05-28T00:00:00Z",
    }


def test_in_words():
    told = purchase.billing({**WANTED, "model_units": 1, "commitment_duration": "none"}, None)
    assert purchase.in_words(told) == "1 model unit, billed by the hour until deleted"
