# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What provisioned throughput costs, and from which volume on it is cheaper than on demand: pure, with exact decimals.

Private to this collection.
"""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from .._resource import Refused
from .arns import parse
from .expansion import whole_units, without_variant
from .prices import Price, amount, money, plain
from .terms import NO_TERM, TERMS, check_term

HOURS_PER_MONTH = 730
_MILLION = Decimal(1_000_000)
_MINUTES = 24 * 60
_TOKENS = ("input_tokens", "output_tokens")
_VOLUME = ("images_per_day", "requests_per_day", *_TOKENS)


@dataclass(frozen=True)
class Bill:
    """What a throughput costs. left: hours of its term that are to be paid whatever is done; 0 outside of a term."""

    units: int
    term: str
    hourly: Decimal
    hours: Decimal
    term_hours: Decimal | None
    term_end: datetime.datetime | None
    left: Decimal

    @property
    def monthly(self) -> Decimal:
        return self.hourly * self.hours

    @property
    def inside_term(self) -> bool:
        return self.left > 0


def bill_of(throughput: t.Mapping[str, t.Any], price: Price, now: datetime.datetime, hours: t.Any) -> Bill:
    """What a throughput costs: one that is wanted (a dictionary of options) or one that AWS told of. Raises Refused."""
    _check_same_model(throughput, price)
    units = whole_units("model_units", throughput.get("model_units", 1))
    term = check_term("commitment_duration", throughput.get("commitment_duration"))
    per_month = amount("hours", hours)
    began, ends = (moment(throughput.get(key)) for key in ("creation_time", "commitment_expiration_time"))
    term_hours = _hours(ends - began) if began and ends else TERMS[term] * per_month
    return Bill(
        units=units,
        term=term,
        hourly=price.of_unit(term) * units,
        hours=per_month,
        term_hours=None if term == NO_TERM else term_hours,
        term_end=ends,
        left=max(_hours(ends - now), Decimal(0)) if ends else Decimal(0),
    )


def cost_of(throughput: t.Mapping[str, t.Any], price: Price, now: datetime.datetime, hours: t.Any) -> dict[str, t.Any]:
    """The bill in words and numbers. Raises Refused."""
    bill = bill_of(throughput, price, now, hours)
    per_unit, against = price.of_unit(bill.term), price.unit_hour.get(NO_TERM)
    return {
        "name": throughput.get("name"),
        "model_id": price.model_id,
        "model_units": bill.units,
        "commitment_duration": bill.term,
        "currency": price.currency,
        "price_per_unit_hour": plain(per_unit),
        "hourly": plain(bill.hourly),
        "hours_per_month": plain(bill.hours).removesuffix(".00"),
        "monthly": money(bill.monthly),
        "term_hours": None if bill.term_hours is None else plain(bill.term_hours).removesuffix(".00"),
        "term_total": None if bill.term_hours is None else money(bill.hourly * bill.term_hours),
        "term_end": bill.term_end.isoformat() if bill.term_end else None,
        "inside_term": bill.inside_term,
        "term_left": money(bill.hourly * bill.left),
        "discount_percent": money(100 * (1 - per_unit / against)) if against and bill.term != NO_TERM else None,
        "price_date": price.date.isoformat(),
        "price_source": price.source,
        "price_age_days": price.age(now.date()),
        "warnings": price.warnings(now.date()),
    }


@dataclass(frozen=True)
class Work:
    """What is counted (image or request), its on-demand price, and how many the user has in a day.

    limits: what a unit can do in a minute, with what one piece of work takes of it; None where that is unknown.
    """

    name: str
    price: Decimal
    limits: t.Sequence[tuple[Decimal, Decimal]] | None
    per_day: Decimal | None

    def capacity(self, units: int) -> Decimal | None:
        """How many the units can do in a day."""
        # One division each, so that equal numbers come out equal.
        return min(limit * units * _MINUTES / takes for limit, takes in self.limits) if self.limits else None

    def even(self, hourly: Decimal) -> Decimal:
        """How many a day cost the same on demand."""
        return hourly * 24 / self.price


def break_even(
    throughput: t.Mapping[str, t.Any],
    price: Price,
    volume: t.Mapping[str, t.Any] | None,
    now: datetime.datetime,
    hours: t.Any,
) -> dict[str, t.Any]:
    """From which volume on the throughput is cheaper than on demand, and whether the user's is one. Raises Refused.

    volume: images_per_day; or requests_per_day with the input_tokens and output_tokens of one.
    """
    bill, work = bill_of(throughput, price, now, hours), work_of(volume or {}, price)
    even, capacity = work.even(bill.hourly), work.capacity(bill.units)
    served = work.per_day if work.per_day is None or capacity is None else min(work.per_day, capacity)
    days = bill.hours / 24
    saving = None if served is None else served * work.price * days - bill.monthly
    total = None if bill.term_hours is None else bill.hourly * bill.term_hours
    return {
        "unit": work.name,
        "currency": price.currency,
        "on_demand_price": plain(work.price),
        "hourly": plain(bill.hourly),
        "monthly": money(bill.monthly),
        "break_even_per_hour": money(bill.hourly / work.price),
        "break_even_per_day": whole(even),
        "capacity_per_day": None if capacity is None else whole(capacity, ROUND_FLOOR),
        "can_pay_off": None if capacity is None else even <= capacity,
        "volume_per_day": None if work.per_day is None else plain(work.per_day).removesuffix(".00"),
        "utilisation_percent": money(100 * work.per_day / capacity) if work.per_day and capacity else None,
        "on_demand_monthly": None if work.per_day is None else money(work.per_day * work.price * days),
        "saving_monthly": None if saving is None else money(saving),
        "days_to_break_even": whole(total / (served * work.price)) if total and served else None,
        "inside_term": bill.inside_term,
        "pays_off": True if bill.inside_term else None if saving is None else saving >= 0,
        "advice": _advice(bill, work, capacity, saving, price.currency),
        "warnings": price.warnings(now.date()),
    }


def work_of(volume: t.Mapping[str, t.Any], price: Price) -> Work:
    """What the user counts, out of the volume that is given. Raises Refused."""
    unknown = sorted(str(key) for key in volume if key not in _VOLUME)
    if unknown:
        raise Refused(f"The volume has the unknown key {', '.join(unknown)}. There are {', '.join(_VOLUME)}.")
    given = {key: amount(f"The volume's {key}", value) for key, value in volume.items() if value not in (None, 0, "0")}
    tokens = {key: given[key] for key in _TOKENS if key in given}
    if "images_per_day" in given or (not tokens and "per_image" in price.on_demand):
        limit = price.capacity.get("images_per_minute")
        limits = [(limit, Decimal(1))] if limit else None
        return Work("image", price.of_use("per_image"), limits, given.get("images_per_day"))
    if not tokens:
        raise Refused(
            "The volume has neither images_per_day nor input_tokens and output_tokens. Give what one request has in "
            "tokens, or how many images are made in a day."
        )
    each = sum(price.of_use(_price_key(key)) * many / _MILLION for key, many in tokens.items())
    known = [(price.capacity[f"{key}_per_minute"], many) for key, many in tokens.items() if _limited(key, price)]
    return Work("request", Decimal(each), known if len(known) == len(tokens) else None, given.get("requests_per_day"))


def _price_key(tokens: str) -> str:
    return f"{tokens.removesuffix('_tokens')}_per_million"


def _limited(tokens: str, price: Price) -> bool:
    return f"{tokens}_per_minute" in price.capacity


def _advice(bill: Bill, work: Work, capacity: Decimal | None, saving: Decimal | None, currency: str) -> str:
    """One or two sentences."""
    even, units = whole(work.even(bill.hourly)), f"{bill.units} model unit{'s' if bill.units > 1 else ''}"
    if bill.inside_term and bill.term_end:
        return f"It is paid until {bill.term_end.date()} whatever is done: use it."
    if capacity is not None and work.even(bill.hourly) > capacity:
        most = whole(capacity, ROUND_FLOOR)
        return f"It cannot pay off: {units} can do {most} {work.name}s a day, and it breaks even at {even}."
    if saving is None:
        told = f"It pays from {even} {work.name}s a day on."
    elif saving >= 0:
        told = f"It pays: it saves {money(saving)} {currency} a month."
    else:
        less = f"{money(-saving)} {currency} a month"
        told = f"On demand is cheaper by {less}; it pays from {even} {work.name}s a day on."
    if capacity is None:
        told += f" Whether {units} can do that is open: unit_capacity is not given."
    return told


def whole(number: Decimal, rounding: str = ROUND_CEILING) -> int:
    """A number of things; of a half one the whole is needed."""
    return int(number.to_integral_value(rounding))


def moment(value: t.Any) -> datetime.datetime | None:
    """A point in time that AWS told, in UTC."""
    if not value:
        return None
    try:
        found = value if isinstance(value, datetime.datetime) else datetime.datetime.fromisoformat(str(value))
    except ValueError:
        raise Refused(f"{value!r} is no time. Give it as 2026-11-22T10:00:00+00:00.") from None
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


def present(now: t.Any) -> datetime.datetime:
    """The point in time that is given, or the present."""
    return moment(now) or datetime.datetime.now(datetime.UTC)


def model_ids(throughput: t.Mapping[str, t.Any]) -> list[str]:
    """Ids of the model that a throughput is for, as prices may name it: the exact one first."""
    found: list[str] = []
    for key in ("model_id", "model_arn", "foundation_model_arn", "foundation_model"):
        text = str(throughput.get(key) or "")
        arn = parse(text)
        found += [arn.id, arn.id.split("/", 1)[0]] if arn else [text]
    return list(dict.fromkeys(name for one in found if one for name in (one, without_variant(one))))


def _check_same_model(throughput: t.Mapping[str, t.Any], price: Price) -> None:
    known = model_ids(throughput)
    # A custom model's name does not tell its base.
    if any("." in name for name in known) and price.model_id not in known:
        raise Refused(
            f"The throughput {throughput.get('name') or ''} is for {known[0]}, and the price is that of "
            f"{price.model_id}. Give the price of its model."
        )


def _hours(time: datetime.timedelta) -> Decimal:
    return Decimal(int(time.total_seconds())) / 3600
