# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is bought, what it costs, how much of it is used, and what to do about it: pure. Private to this collection."""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass
from decimal import Decimal

from .cost import Bill, bill_of, model_ids, moment, whole
from .prices import Price, amount, money, plain, read_price

Row = t.Mapping[str, t.Any]

# A term that ends so soon is to be decided about.
SOON_DAYS = 14
_MILLION = Decimal(1_000_000)
_COLUMNS = {
    "name": "Name",
    "model": "Model",
    "units": "Units",
    "commitment_duration": "Commitment",
    "days_left": "Days left",
    "hourly": "Hourly",
    "monthly": "Monthly",
    "invocations": "Calls",
    "throttles": "Throttled",
    "utilisation_percent": "Used %",
    "on_demand_monthly": "On demand, monthly",
    "break_even_per_day": "Break-even a day",
    "advice": "Advice",
}
_NUMBERS = ("units", "days_left", "hourly", "monthly", "invocations", "throttles", "utilisation_percent")
_RIGHT = (*_NUMBERS, "on_demand_monthly", "break_even_per_day")
_NOT_KNOWN = "-"


@dataclass(frozen=True)
class Use:
    """What CloudWatch counted in some hours. None everywhere: it counted nothing, which is not the same as 0."""

    hours: Decimal
    metrics: Row

    @property
    def known(self) -> bool:
        return bool(self.metrics.get("has_data"))

    def count(self, key: str) -> Decimal | None:
        value = self.metrics.get(key) if self.known else None
        return None if value is None else Decimal(str(value))

    @property
    def calls(self) -> Decimal | None:
        """What was asked of it, answered or not."""
        keys = ("invocations", "client_errors", "server_errors", "throttles")
        counts = [count for key in keys if (count := self.count(key)) is not None]
        return sum(counts, Decimal(0)) if counts else None

    @property
    def throttles(self) -> Decimal:
        return self.count("throttles") or Decimal(0)

    def priced(self, price: Price) -> tuple[str, Decimal | None]:
        """What is counted (image or request), and what all of it had cost on demand, where the prices are there."""
        images = self.count("output_images")
        parts = {"per_image": images} if images else {}
        if not images:
            tokens = (("input_per_million", "input_tokens"), ("output_per_million", "output_tokens"))
            parts = {key: count / _MILLION for key, name in tokens if (count := self.count(name))}
        unit = "image" if images else "request"
        if not parts or any(key not in price.on_demand for key in parts):
            return unit, Decimal(0) if self.known and self.calls == 0 else None
        return unit, sum((price.on_demand[key] * (many or 0) for key, many in parts.items()), Decimal(0))

    def load(self, price: Price, units: int) -> tuple[Decimal | None, Decimal | None]:
        """(share of the capacity used on average, in the busiest minute) in percent."""
        kinds = {
            "input_tokens": self.count("peak_input_tokens_per_minute"),
            "output_tokens": self.count("peak_output_tokens_per_minute"),
        }
        mean, peak = [], []
        for kind, most in {**kinds, "images": None}.items():
            limit = price.capacity.get(f"{kind}_per_minute")
            count = self.count("output_images" if kind == "images" else kind)
            if limit and count is not None:
                mean.append(100 * count / (self.hours * 60 * limit * units))
            if limit and most is not None:
                peak.append(100 * most / (limit * units))
        return max(mean, default=None), max(peak, default=None)


def table(
    throughputs: t.Iterable[Row],
    prices: t.Iterable[Row],
    metrics: t.Iterable[Row],
    *,
    now: datetime.datetime,
    hours: t.Any,
    metrics_hours: t.Any,
) -> dict[str, t.Any]:
    """Rows, their sums and warnings, and all of it as text and as Markdown. Raises Refused for a price that is none.

    throughputs and metrics: as the info modules return them. hours: of a month; metrics_hours: that were counted.
    """
    known = sorted((read_price(record, now.date()) for record in prices), key=lambda price: price.date)
    counted = {str(row.get("model_id")): row for row in metrics}
    rows, told, sums = [], [], dict[str, Decimal]()
    for throughput in sorted(throughputs, key=lambda row: (str(row.get("name")), str(row.get("arn")))):
        use = Use(amount("metrics_hours", metrics_hours), counted.get(str(throughput.get("arn")), {}))
        price, warnings = _price(throughput, known)
        bill = bill_of(throughput, price, now, hours) if price else None
        rows.append(_row(throughput, price, bill, use, now))
        if price and bill:
            warnings += price.warnings(now.date())
            sums[price.currency] = sums.get(price.currency, Decimal(0)) + bill.monthly
        told += [warning for warning in warnings if warning not in told]
    totals = {currency: money(total) for currency, total in sorted(sums.items())}
    return {
        "rows": rows,
        "monthly_totals": totals,
        "warnings": told,
        "markdown": markdown(rows, totals, told),
        "lines": lines(rows, totals, told),
    }


def _price(throughput: Row, prices: t.Sequence[Price]) -> tuple[Price | None, list[str]]:
    """The newest price of the throughput's model, and what is to be said when there is none."""
    ids = model_ids(throughput)
    for model_id in ids:
        found = [price for price in prices if price.model_id == model_id]
        if found:
            term = str(throughput.get("commitment_duration"))
            if term in found[-1].unit_hour:
                return found[-1], []
            return None, [
                f"{throughput.get('name')}: the price of {model_id} has no unit_hour.{term}, so no cost is shown."
            ]
    names = " or ".join(ids) or "its model"
    return None, [f"{throughput.get('name')}: there is no price of {names}, so no cost is shown."]


def _row(throughput: Row, price: Price | None, bill: Bill | None, use: Use, now: datetime.datetime) -> dict[str, t.Any]:
    ends = moment(throughput.get("commitment_expiration_time"))
    unit, on_demand, even, load, peak = "request", None, None, None, None
    if price and bill:
        unit, counted = use.priced(price)
        on_demand = None if counted is None else counted * bill.hours / use.hours
        load, peak = use.load(price, bill.units)
        work = use.count("output_images") if unit == "image" else use.count("invocations")
        even = work * bill.hourly * 24 / counted if work and counted else None
    return {
        "name": throughput.get("name"),
        "arn": throughput.get("arn"),
        "status": throughput.get("status"),
        "model": next(iter(model_ids(throughput)), None),
        "units": throughput.get("model_units"),
        "commitment_duration": throughput.get("commitment_duration"),
        "days_left": max((ends - now).days, 0) if ends else None,
        "currency": price.currency if price else None,
        "hourly": plain(bill.hourly) if bill else None,
        "monthly": money(bill.monthly) if bill else None,
        "invocations": _int(use.count("invocations")),
        "throttles": _int(use.count("throttles")),
        "utilisation_percent": None if load is None else money(load),
        "peak_percent": None if peak is None else money(peak),
        "on_demand_monthly": None if on_demand is None else money(on_demand),
        "break_even_per_day": None if even is None else whole(even),
        "break_even_unit": unit,
        "advice": advice(throughput, bill, use, on_demand, currency=price.currency if price else "", now=now),
    }


def _int(number: Decimal | None) -> int | None:
    return None if number is None else int(number)


def advice(
    throughput: Row, bill: Bill | None, use: Use, on_demand: Decimal | None, *, currency: str, now: datetime.datetime
) -> str:
    """What to do, in a sentence or two. What is paid for in any case is not to be released."""
    ends = moment(throughput.get("commitment_expiration_time"))
    if throughput.get("status") == "Failed":
        return "It failed and serves nobody: release it."
    if throughput.get("status") == "Creating":
        return "It is not in service yet."
    idle = use.known and use.calls == 0
    if ends and ends > now:
        told = f"It is paid until {ends.date()} whatever is done: "
        told += "nobody calls it, so send it traffic." if idle else "use it."
        if ends - now <= datetime.timedelta(days=SOON_DAYS):
            told += " Decide now what comes after: it goes on billing until it is released."
    else:
        told = f"Its term ended on {ends.date()} and it goes on billing. " if ends else ""
        told += _released_or_kept(bill, use, on_demand, currency)
    if use.throttles:
        told += f" {_int(use.throttles)} calls were throttled: keep the overflow on, or buy another unit beside it."
    return told


def _released_or_kept(bill: Bill | None, use: Use, on_demand: Decimal | None, currency: str) -> str:
    hours = plain(use.hours).removesuffix(".00")
    costs = f" It costs {money(bill.monthly)} {currency} a month." if bill else ""
    if not use.known:
        return f"CloudWatch has no data of the last {hours} hours: release it if nobody calls it.{costs}"
    if use.calls == 0:
        return f"Nobody called it in {hours} hours: release it.{costs}"
    if bill is None or on_demand is None:
        return "Whether on demand is cheaper is open: a price is missing."
    compared = f"on demand would cost {money(on_demand)} {currency} a month, it costs {money(bill.monthly)}"
    return f"Release it: {compared}." if on_demand < bill.monthly else f"Keep it: {compared}."


def _cells(row: Row, missing: str = _NOT_KNOWN) -> list[str]:
    cells = {key: missing if row[key] is None else str(row[key]) for key in _COLUMNS}
    for key in ("hourly", "monthly", "on_demand_monthly"):
        if row[key] is not None:
            cells[key] = f"{row[key]} {row['currency']}"
    if row["break_even_per_day"] is not None:
        cells["break_even_per_day"] += f" {row['break_even_unit']}s"
    return list(cells.values())


def _footer(totals: t.Mapping[str, str], warnings: t.Iterable[str]) -> list[str]:
    sums = [f"Together {total} {currency} a month." for currency, total in totals.items()]
    return [*sums, *(f"Warning: {warning}" for warning in warnings)]


def markdown(rows: t.Sequence[Row], totals: t.Mapping[str, str], warnings: t.Iterable[str]) -> str:
    """The table as Markdown, with sums and warnings below it."""
    head = "| " + " | ".join(_COLUMNS.values()) + " |"
    rule = "|" + "|".join("---:" if key in _RIGHT else "---" for key in _COLUMNS) + "|"
    body = ["| " + " | ".join(cell.replace("|", "\\|") for cell in _cells(row)) + " |" for row in rows]
    shown = [head, rule, *body] if rows else ["No provisioned throughput is bought."]
    below = [text for line in _footer(totals, warnings) for text in ("", line)]
    return "\n".join([*shown, *below, ""])


def lines(rows: t.Sequence[Row], totals: t.Mapping[str, str], warnings: t.Iterable[str]) -> list[str]:
    """The table for the terminal: aligned, with the advice on a line of its own."""
    keys = list(_COLUMNS)[:-1]
    cells = [list(_COLUMNS.values()), *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(keys))]
    made: list[str] = [] if rows else ["No provisioned throughput is bought."]
    for number, line in enumerate(cells if rows else []):
        texts = [
            text.rjust(width) if key in _RIGHT else text.ljust(width)
            for key, text, width in zip(keys, line, widths, strict=False)
        ]
        made.append("  ".join(texts).rstrip())
        if number:
            made.append(f"    {line[-1]}")
    return [*made, *_footer(totals, warnings)]
