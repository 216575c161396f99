# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The provisioned throughput that the gateway's list asks for, one row a purchase: pure. Private to this collection."""

from __future__ import annotations

import typing as t

from .expansion import Member, purchase_of
from .targets import target_of
from .terms import TERMS

Row = t.Mapping[str, t.Any]

_OPTIONAL = ("commitment_duration", "tags", "price_per_unit_hour", "currency")


def purchases_of(models: t.Iterable[Member], region: str) -> list[dict[str, t.Any]]:
    """One row a throughput, in the order of the list: several members may share one. Raises InvalidModelError.

    ``models`` are the names that it answers for, ``region`` is where LiteLLM calls them.
    """
    rows: dict[str, dict[str, t.Any]] = {}
    for model in models:
        wanted = purchase_of(model, region)
        if wanted is None:
            continue
        target = target_of(model, region)
        row = rows.setdefault(
            wanted["name"],
            {
                **dict.fromkeys(_OPTIONAL),
                **wanted,
                "acknowledge_cost": False,
                "region": target.region if target else region,
                "models": [],
            },
        )
        row["models"].append(model["name"])
        row["acknowledge_cost"] |= wanted["acknowledge_cost"]
    return list(rows.values())


def purchase_problems(purchases: t.Iterable[Row], found: t.Iterable[Row], known: t.Container[str]) -> list[str]:
    """Why a throughput cannot be bought, each message with the remedy.

    found: rows of bedrock_foundation_model_info; known: names of throughputs that are there already.
    """
    judged = {(row["region"], row["id"]): row for row in found}
    told: list[str] = []
    for wanted in purchases:
        if wanted["name"] in known:
            continue
        whose = f"Provisioned throughput {wanted['name']} (of {', '.join(wanted['models'])})"
        if wanted["commitment_duration"] is None:
            told.append(
                f"{whose} has no commitment_duration, and there is no default for what costs money. Choose one of "
                f"{', '.join(TERMS)}."
            )
        ended = _ended(judged.get((wanted["region"], wanted["model_id"]), {}))
        if ended:
            told.append(
                f"{whose} is for {wanted['model_id']}, which {ended}: none is sold for it any more. Choose another "
                "model, or take provisioned_throughput out."
            )
    return told


def _ended(row: Row) -> str:
    """What speaks against a purchase in a model's life cycle; empty when nothing does."""
    days, end = row.get("days_to_end_of_life"), row.get("end_of_life")
    if days is not None and days <= 0:
        return f"reached its end of life on {end}"
    if row.get("lifecycle") == "LEGACY":
        return f"is a legacy model{f' and ends on {end}' if end else ''}"
    return ""
