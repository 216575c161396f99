# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Bedrock says about models that are to be called, and whether that is good: pure. Private to this collection."""

from __future__ import annotations

import datetime
import typing as t

Found = t.Mapping[str, t.Any]


def judge(
    model_id: str,
    region: str,
    *,
    models: t.Mapping[str, Found],
    profiles: t.Mapping[str, Found],
    availability: Found | None,
    today: datetime.date,
) -> dict[str, t.Any]:
    """One model's row with its problems (it cannot be called) and warnings.

    models: Bedrock's summaries by model id; profiles: its inference profiles by id.
    availability: what Bedrock says about access to the foundation model behind it, where that was asked.
    """
    profile = profiles.get(model_id)
    base_id = model_id if profile is None else foundation_model_of(profile)
    base = models.get(base_id)
    row: dict[str, t.Any] = {
        "id": model_id,
        "region": region,
        "found": bool(profile or base),
        "foundation_model": base_id if base else None,
        "inference_profile_arn": profile["inferenceProfileArn"] if profile else None,
        "model_arns": [one["modelArn"] for one in profile["models"]] if profile else [],
        "lifecycle": None,
        "end_of_life": None,
        "problems": [],
        "warnings": [],
    }
    if not row["found"]:
        row["problems"].append(f"{model_id} {_unknown(model_id, region, profiles)}.")
        return row
    if base:
        _judge_lifecycle(row, base.get("modelLifecycle", {}), today)
        if not profile and "ON_DEMAND" not in base.get("inferenceTypesSupported", ["ON_DEMAND"]):
            ways = _profiles_of(model_id, profiles)
            row["problems"].append(
                f"can be called through an inference profile only: use {' or '.join(ways)}"
                if ways
                else f"cannot be called on demand in {region}"
            )
    _judge_access(row, availability or {}, region)
    for kind in ("problems", "warnings"):
        row[kind] = [f"{model_id} {message}." for message in row[kind]]
    return row


def foundation_model_of(profile: Found) -> str:
    """Id of the foundation model that a profile routes to."""
    return str(profile["models"][0]["modelArn"]).rsplit("/", 1)[1] if profile.get("models") else ""


def _unknown(model_id: str, region: str, profiles: t.Mapping[str, Found]) -> str:
    ways = _profiles_of(model_id.split(".", 1)[1] if model_id.count(".") > 1 else model_id, profiles)
    lists = "aws bedrock list-foundation-models and list-inference-profiles show what there is"
    return f"is unknown to Bedrock in {region}: {'there is ' + ' and '.join(ways) if ways else lists}"


def _profiles_of(model_id: str, profiles: t.Mapping[str, Found]) -> list[str]:
    return sorted(profile for profile in profiles if profile.split(".", 1)[-1] == model_id)


def _judge_lifecycle(row: dict[str, t.Any], lifecycle: Found, today: datetime.date) -> None:
    row["lifecycle"] = lifecycle.get("status")
    end = lifecycle.get("endOfLifeTime")
    day = end.date() if isinstance(end, datetime.datetime) else None
    row["end_of_life"] = day.isoformat() if day else None
    if day and day <= today:
        row["problems"].append(f"reached its end of life on {day}: choose another model")
    elif lifecycle.get("status") == "LEGACY":
        row["warnings"].append(f"is a legacy model{f' and ends on {day}' if day else ''}: plan to move to another one")


def _judge_access(row: dict[str, t.Any], availability: Found, region: str) -> None:
    agreement = availability.get("agreementAvailability", {})
    if availability.get("regionAvailability") == "NOT_AVAILABLE":
        row["problems"].append(f"is not available in {region}")
    if availability.get("authorizationStatus") == "NOT_AUTHORIZED":
        row["problems"].append("is not allowed to this account: ask those who manage the organization's models")
    if agreement.get("status") in ("NOT_AVAILABLE", "ERROR"):
        told = f" ({agreement['errorMessage']})" if agreement.get("errorMessage") else ""
        row["problems"].append(
            f"has no agreement in this account{told}: accept its terms once in the Bedrock console, model catalog"
        )
    elif agreement.get("status") == "PENDING":
        row["warnings"].append("has an agreement that is not in force yet, which can take 15 minutes")
