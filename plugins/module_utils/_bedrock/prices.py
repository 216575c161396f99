# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prices as the user gives them: exact numbers, with a date and a source, and none that is assumed.

Private to this collection.
"""

from __future__ import annotations

import datetime
import re
import typing as t
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .._resource import Refused
from .terms import check_term

# Older prices are used with a warning.
OLD_AFTER_DAYS = 90
_CENT = Decimal("0.01")
_NUMBER = re.compile(r"[+]?(\d+([.]\d*)?|[.]\d+)([eE][+-]?\d{1,3})?")
_ON_DEMAND = ("input_per_million", "output_per_million", "per_image")
_CAPACITIES = ("input_tokens_per_minute", "output_tokens_per_minute", "images_per_minute")
_KEYS = ("model_id", "currency", "source", "date", "unit_hour", *_ON_DEMAND, "unit_capacity")


@dataclass(frozen=True)
class Price:
    """What a model costs. unit_hour: term -> price of a model unit for an hour; capacity: what one unit can do."""

    model_id: str
    currency: str
    source: str
    date: datetime.date
    unit_hour: t.Mapping[str, Decimal]
    on_demand: t.Mapping[str, Decimal]
    capacity: t.Mapping[str, Decimal]

    def of_unit(self, term: str) -> Decimal:
        """Price of a model unit for an hour. Raises Refused."""
        if term not in self.unit_hour:
            raise Refused(
                f"The price of {self.model_id} has no unit_hour.{term}. Add what AWS charges for a model unit and hour "
                "in this term; the pricing page of Bedrock or your account team tells."
            )
        return self.unit_hour[term]

    def of_use(self, key: str) -> Decimal:
        """An on-demand price. Raises Refused."""
        if key not in self.on_demand:
            raise Refused(
                f"The price of {self.model_id} has no {key}. Add the on-demand price: it is not assumed to be 0."
            )
        return self.on_demand[key]

    def age(self, today: datetime.date) -> int:
        """Days since it was looked up."""
        return (today - self.date).days

    def warnings(self, today: datetime.date) -> list[str]:
        """What is to be said when it is used."""
        days = self.age(today)
        if days <= OLD_AFTER_DAYS:
            return []
        return [f"The price of {self.model_id} is of {self.date}, {days} days ago: look it up again ({self.source})."]


def read_price(record: t.Any, today: datetime.date) -> Price:
    """The price in a record of the user. Raises Refused, with the remedy."""
    if not isinstance(record, t.Mapping):
        raise Refused(f"A price is {record!r}. Give a dictionary with {', '.join(_KEYS)}.")
    model_id = str(record.get("model_id") or "").strip()
    if not model_id:
        raise Refused("A price has no model_id. Name the model that it is for.")
    what = f"The price of {model_id}"
    unknown = sorted(str(key) for key in record if key not in _KEYS)
    if unknown:
        raise Refused(f"{what} has the unknown key {', '.join(unknown)}. There are {', '.join(_KEYS)}.")
    source = str(record.get("source") or "").strip()
    if not source:
        raise Refused(f"{what} has no source. Say where it was looked up.")
    currency = str(record.get("currency") or "USD")
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise Refused(f"{what} has the currency {currency!r}. Give its three capital letters, as USD.")
    return Price(
        model_id=model_id,
        currency=currency,
        source=source,
        date=_date(what, record.get("date"), today),
        unit_hour={
            check_term(f"A key of unit_hour in the price of {model_id}", term): amount(
                f"{what}, unit_hour.{term},", value
            )
            for term, value in _given(what, "unit_hour", record).items()
        },
        on_demand={key: amount(f"{what}, {key},", record[key]) for key in _ON_DEMAND if record.get(key) is not None},
        capacity={
            _capacity(what, key): amount(f"{what}, unit_capacity.{key},", value)
            for key, value in _given(what, "unit_capacity", record).items()
        },
    )


def amount(what: str, value: t.Any) -> Decimal:
    """A number above 0, exactly as it is written. Raises Refused."""
    text = str(value).strip()
    if isinstance(value, bool) or not _NUMBER.fullmatch(text) or not Decimal(text):
        raise Refused(f"{what} is {value!r}. Give a number above 0, without a currency.")
    return Decimal(text)


def plain(number: Decimal) -> str:
    """A number as it is: no exponent, and no fewer than two decimals."""
    if number == number.quantize(_CENT):
        return format(number.quantize(_CENT), "f")
    return format(number.normalize(), "f")


def money(number: Decimal) -> str:
    """A number rounded to cents."""
    return format(number.quantize(_CENT, ROUND_HALF_UP), "f")


def _given(what: str, key: str, record: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The members of a dictionary inside a record that have a value."""
    value = record.get(key)
    if value is not None and not isinstance(value, t.Mapping):
        raise Refused(f"{what}, {key}, is {value!r}. Give a dictionary.")
    return {name: member for name, member in (value or {}).items() if member is not None}


def _capacity(what: str, key: str) -> str:
    if key not in _CAPACITIES:
        raise Refused(f"{what} has unit_capacity.{key}. There are {', '.join(_CAPACITIES)}.")
    return key


def _date(what: str, value: t.Any, today: datetime.date) -> datetime.date:
    if isinstance(value, datetime.datetime):
        value = value.date()
    try:
        date = value if isinstance(value, datetime.date) else datetime.date.fromisoformat(str(value or ""))
    except ValueError:
        had = f"has the date {value!r}" if value else "has no date"
        raise Refused(f"{what} {had}. Say when it was looked up, as 2026-11-22.") from None
    # A day of grace, for places that are ahead of UTC.
    if date > today + datetime.timedelta(days=1):
        raise Refused(f"{what} has the date {date}, which is still to come. Say when it was looked up.")
    return date
