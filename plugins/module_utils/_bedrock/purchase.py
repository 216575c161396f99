# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a purchase of provisioned throughput binds to: its term and its price. Pure; private to this collection."""

from __future__ import annotations

import calendar
import datetime
import re
import typing as t
from decimal import Decimal, InvalidOperation

from .._resource import Refused, Resource
from .terms import TERMS


def written(moment: datetime.datetime | None) -> str | None:
    """A time as text, in UTC."""
    if moment is None:
        return None
    return moment.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def term_end(duration: str | None, begin: datetime.datetime) -> datetime.datetime | None:
    """About when a term that begins then is over: AWS tells the exact time after the purchase. None without a term."""
    months = TERMS[duration or "none"]
    if not months:
        return None
    year, month = divmod(begin.month - 1 + months, 12)
    year, month = begin.year + year, month + 1
    return begin.replace(year=year, month=month, day=min(begin.day, calendar.monthrange(year, month)[1]))


def days_left(end: datetime.datetime | None, now: datetime.datetime) -> int | None:
    """Whole days of a commitment that are left; 0 when it is over, None without one."""
    return None if end is None else max(0, (end - now).days)


def check_price(price: str | None, currency: str) -> None:
    """Refuse what is no price. A price that is not known is left out: 0 would look like one."""
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise Refused(f"currency is {currency!r}. Give the three capital letters of one, USD for example.")
    if price is None:
        return
    try:
        amount = Decimal(price)
    except InvalidOperation:
        amount = Decimal(0)
    if not amount.is_finite() or amount <= 0:
        raise Refused(
            f"price_per_unit_hour is {price!r}. Give a decimal number above 0 without currency, 21.18 for example, "
            "or leave it out."
        )


def billing(wanted: Resource, end: str | None) -> dict[str, t.Any]:
    """What is billed from now on, for the user. end: of the term.

    wanted: with model_units and commitment_duration, and price_per_unit_hour with its currency where one is given.
    """
    told: dict[str, t.Any] = {
        "units": wanted["model_units"],
        "commitment_duration": wanted["commitment_duration"],
        "term_end": end,
    }
    if wanted.get("price_per_unit_hour") is not None:
        price = Decimal(wanted["price_per_unit_hour"])
        told["price_per_unit_hour"] = f"{price:f}"
        told["hourly"] = f"{price * wanted['model_units']:f}"
        told["currency"] = wanted["currency"]
    return told


def in_words(told: t.Mapping[str, t.Any]) -> str:
    """The same in a sentence's part: 2 model units at 84.72 USD an hour until 2027-05-28."""
    units = f"{told['units']} model unit{'s' if told['units'] > 1 else ''}"
    cost = f" at {told['hourly']} {told['currency']} an hour" if "hourly" in told else ""
    if not told["term_end"]:
        return f"{units}{cost}, billed by the hour until deleted"
    return f"{units}{cost}, billed at least until {told['term_end'][:10]} ({told['commitment_duration']})"
