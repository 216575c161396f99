# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Bedrock says about models that are to be called, and whether that is good: pure. Private to this collection."""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass

from . import arns
from .expansion import without_variant

Found = t.Mapping[str, t.Any]

_PROFILE_KINDS = ("inference-profile", "application-inference-profile")


@dataclass(frozen=True)
class Catalogue:
    """What Bedrock lists in a region: its summaries of foundation models and of inference profiles, by id."""

    region: str
    models: t.Mapping[str, Found]
    profiles: t.Mapping[str, Found]

    def profile(self, model_id: str) -> Found | None:
        """The inference profile that an id or ARN names."""
        return self.profiles.get(bare_id(model_id))

    def base_id(self, model_id: str) -> str:
        """Id of the foundation model behind an id or ARN, whether this region lists it or not."""
        profile = self.profile(model_id)
        wanted = foundation_model_of(profile) if profile else bare_id(model_id)
        return wanted if wanted in self.models else without_variant(wanted)

    def base(self, model_id: str) -> Found | None:
        """The foundation model behind an id or ARN, or None."""
        return self.models.get(self.base_id(model_id))


def judge(model_id: str, catalogue: Catalogue, *, availability: Found | None, today: datetime.date) -> dict[str, t.Any]:
    """One model's row with its problems (it cannot be called) and warnings.

    availability: what Bedrock says about access to the foundation model behind it, where that was asked.
    """
    profile, base, region = catalogue.profile(model_id), catalogue.base(model_id), catalogue.region
    access = access_of(availability or {})
    row: dict[str, t.Any] = {
        "id": model_id,
        "region": region,
        "found": bool(profile or base),
        "foundation_model": base["modelId"] if base else None,
        "inference_profile_arn": profile["inferenceProfileArn"] if profile else None,
        "inference_profiles": _profiles_of(catalogue.base_id(model_id), catalogue.profiles),
        "model_arns": [one["modelArn"] for one in profile["models"]] if profile else [],
        "destination_regions": _destinations(profile) if profile else [region] if base else [],
        **_described(base or {}),
        **lifecycle_of(base or {}, today),
        **{key: value for key, value in access.items() if key != "error_message"},
        "problems": [],
        "warnings": [],
    }
    if not row["found"]:
        row["problems"].append(f"{model_id} {_unknown(model_id, catalogue)}.")
        return row
    if base:
        _judge_lifecycle(row, base.get("modelLifecycle") or {})
        # A variant (amazon.nova-lite-v1:0:24k) is what throughput is bought for. It is never called itself.
        if not profile and without_variant(bare_id(model_id)) == bare_id(model_id):
            _judge_on_demand(row, base)
    _judge_access(row, access["error_message"])
    for kind in ("problems", "warnings"):
        row[kind] = [f"{model_id} {message}." for message in row[kind]]
    return row


def bare_id(model_id: str) -> str:
    """The id in the ARN of a foundation model or inference profile; any other text stays as it is."""
    arn = arns.parse(model_id)
    return arn.id if arn and arn.kind in ("foundation-model", *_PROFILE_KINDS) else model_id


def names_application_profile(model_id: str) -> bool:
    """Whether it is the ARN of an inference profile that the account made itself."""
    arn = arns.parse(model_id)
    return bool(arn and arn.kind == "application-inference-profile")


def foundation_model_of(profile: Found) -> str:
    """Id of the foundation model that a profile routes to."""
    return str(profile["models"][0]["modelArn"]).rsplit("/", 1)[1] if profile.get("models") else ""


def lifecycle_of(base: Found, today: datetime.date) -> dict[str, t.Any]:
    """Status, days and times of a model's life cycle; null where AWS tells none."""
    lifecycle = base.get("modelLifecycle") or {}
    end, legacy = lifecycle.get("endOfLifeTime"), lifecycle.get("legacyTime")
    return {
        "lifecycle": lifecycle.get("status"),
        "legacy_time": legacy.isoformat() if legacy else None,
        "end_of_life": end.date().isoformat() if end else None,
        "days_to_end_of_life": (end.date() - today).days if end else None,
    }


def access_of(availability: Found) -> dict[str, t.Any]:
    """What GetFoundationModelAvailability says, in words of ours; null where it was not asked."""
    agreement = availability.get("agreementAvailability") or {}
    return {
        "agreement": agreement.get("status"),
        "error_message": agreement.get("errorMessage"),
        "authorized": _is(availability.get("authorizationStatus"), "AUTHORIZED"),
        "entitled": _is(availability.get("entitlementAvailability"), "AVAILABLE"),
        "region_available": _is(availability.get("regionAvailability"), "AVAILABLE"),
    }


def _is(status: str | None, good: str) -> bool | None:
    return None if status is None else status == good


def _described(base: Found) -> dict[str, t.Any]:
    return {
        "provider": base.get("providerName"),
        "name": base.get("modelName"),
        "input_modalities": list(base.get("inputModalities") or []),
        "output_modalities": list(base.get("outputModalities") or []),
        "inference_types": list(base.get("inferenceTypesSupported") or []),
        "customizations": list(base.get("customizationsSupported") or []),
    }


def _destinations(profile: Found) -> list[str]:
    # A global profile also names its model without a region: requests may then be answered anywhere.
    found = (arns.parse(str(one["modelArn"])) for one in profile.get("models", []))
    return sorted({arn.region for arn in found if arn and arn.region})


def _unknown(model_id: str, catalogue: Catalogue) -> str:
    wanted = bare_id(model_id)
    ways = _profiles_of(wanted.split(".", 1)[1] if wanted.count(".") > 1 else wanted, catalogue.profiles)
    lists = "bedrock_foundation_model_info without model_ids shows what there is"
    return f"is unknown to Bedrock in {catalogue.region}: {'there is ' + ' and '.join(ways) if ways else lists}"


def _profiles_of(base_id: str, profiles: t.Mapping[str, Found]) -> list[str]:
    return sorted(profile for profile in profiles if profile.split(".", 1)[-1] == base_id)


def _judge_lifecycle(row: dict[str, t.Any], lifecycle: Found) -> None:
    day, days = row["end_of_life"], row["days_to_end_of_life"]
    if days is not None and days <= 0:
        row["problems"].append(f"reached its end of life on {day}: choose another model")
    elif lifecycle.get("status") == "LEGACY":
        ends = f" and ends on {day}, in {days} days" if day else ""
        dearer = lifecycle.get("publicExtendedAccessTime")
        cost = f"; AWS may ask a higher price from {dearer.date()}" if dearer else ""
        row["warnings"].append(f"is a legacy model{ends}{cost}: plan to move to another one")


def _judge_on_demand(row: dict[str, t.Any], base: Found) -> None:
    if "ON_DEMAND" in base.get("inferenceTypesSupported", ["ON_DEMAND"]):
        return
    ways = row["inference_profiles"]
    row["problems"].append(
        f"can be called through an inference profile only: use {' or '.join(ways)}"
        if ways
        else f"cannot be called on demand in {row['region']}"
    )


def _judge_access(row: dict[str, t.Any], error_message: str | None) -> None:
    if row["region_available"] is False:
        row["problems"].append(f"is not available in {row['region']}: choose another region or model")
    if row["authorized"] is False:
        row["problems"].append("is not allowed to this account: ask those who manage the organization's models")
    if row["agreement"] in ("NOT_AVAILABLE", "ERROR"):
        told = f" ({error_message})" if error_message else ""
        row["problems"].append(
            f"has no agreement in this account{told}: accept its terms once, with bedrock_model_access or in the "
            "Bedrock console, model catalog"
        )
    elif row["agreement"] == "PENDING":
        row["warnings"].append("has an agreement that is not in force yet, which can take 15 minutes")
