# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which models provisioned throughput can be bought for: pure. Private to this collection."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from .._resource import Refused
from . import arns, inputs

FOUNDATION_MODEL = "foundation-model"
CUSTOM_MODEL = "custom-model"

_GEOGRAPHIES = ("global", "us", "us-gov", "eu", "apac", "jp", "au", "ca", "in", "sa")
# What else has an ARN, looks like a model, and cannot be bought.
_OTHER_KINDS = {
    "inference-profile": "an inference profile. Give the foundation model behind it",
    "application-inference-profile": "an inference profile. Give the foundation model behind it",
    "imported-model": "an imported model, which is called on demand only",
    "custom-model-deployment": "a deployment. Give the custom model that it serves",
    "provisioned-model": "provisioned throughput itself. Give it as arn, and as model_id the model behind it",
    "prompt-router": "a prompt router. Give one of its foundation models",
    "default-prompt-router": "a prompt router. Give one of its foundation models",
}


@dataclass(frozen=True)
class Model:
    """What Bedrock says of a model that is to be bought. Unknown parts are None or empty.

    arn: of the model itself; base: id of the foundation model whose life cycle it has.
    """

    arn: str
    base: str = ""
    lifecycle: str | None = None
    end_of_life: datetime.datetime | None = None
    custom_status: str | None = None
    failure: str = ""


def check_model(option: str, model: str) -> None:
    """Refuse what can never be bought: profiles, imported models, and what is no model at all."""
    arn = arns.parse(model)
    if arn and arn.kind in _OTHER_KINDS:
        raise Refused(
            f"{option} is {model}: provisioned throughput cannot be bought for {_OTHER_KINDS[arn.kind]}"
            f"{_behind(arn.id)}."
        )
    if not arn and model.split(".", 1)[0] in _GEOGRAPHIES and model.count(".") > 1:
        raise Refused(
            f"{option} is {model}: provisioned throughput cannot be bought for an inference profile. "
            f"Give the foundation model behind it{_behind(model)}."
        )
    inputs.check(option, model, "model")


def _behind(profile: str) -> str:
    geography, _dot, model = profile.partition(".")
    return f", {model}" if geography in _GEOGRAPHIES and "." in model else ""


def check_place(option: str, arn: str, partition: str, region: str) -> None:
    """Refuse an ARN of another region: nothing there can be seen, so that it would count as absent. Text is fine."""
    parts = arns.parse(arn)
    if parts and (parts.partition, parts.region) != (partition, region):
        raise Refused(
            f"{option} is {arn}, and the module works in {region} ({partition}). "
            f"Set region to {parts.region} and use credentials of {parts.partition}, or give what is in {region}."
        )


def bases_of(model: str) -> list[str]:
    """Ids under which Bedrock may list a foundation model, the given one first: variants end in a context's length.

    amazon.nova-lite-v1:0:24k is amazon.nova-lite-v1:0, and some are listed without a version at all.
    """
    given, (name, version) = arns.short_id(model), _parts(model)
    if given == f"{name}:{version}":
        return [given]
    return list(dict.fromkeys([given, f"{name}:{version}" if version else name, name]))


def same_base(one: str, other: str) -> bool:
    """Whether two foundation models are the same but for the length of the context, and a version that is not told."""
    (name, version), (other_name, other_version) = _parts(one), _parts(other)
    return name == other_name and (version == other_version or not version or not other_version)


def _parts(model: str) -> tuple[str, str]:
    """Name and version of a foundation model. What follows a version is the context's length, as is a number with k."""
    name, _colon, rest = arns.short_id(model).partition(":")
    version = rest.split(":", 1)[0]
    return name, "" if re.fullmatch(r"\d+k", version) else version


def base_in(custom_model_arn: str) -> str | None:
    """Id of the foundation model that a custom model was made from, where its ARN tells."""
    parts = arns.parse(custom_model_arn)
    base = parts.id.rsplit("/", 1)[0] if parts and parts.kind == CUSTOM_MODEL else ""
    return base if "." in base else None


def refuse_unfit(model: Model, *, now: datetime.datetime, until: datetime.datetime | None) -> None:
    """Refuse a model that is leaving, is gone, or is no finished custom model.

    until: end of the term that would be bought; it must not go on longer than the model.
    """
    if model.custom_status not in (None, "Active"):
        told = f" ({model.failure})" if model.failure else ""
        raise Refused(
            f"The custom model {model.arn} is {model.custom_status}{told}, and throughput can be bought for one that "
            "is Active. Wait for its job to end, or choose another."
        )
    name, end = model.base or arns.short_id(model.arn), model.end_of_life
    day = end.date().isoformat() if end else None
    remedy = (
        "Choose a model that is ACTIVE; bedrock_foundation_model_info lists them. "
        "check_model=false buys without this check"
    )
    if end and end <= now:
        raise Refused(f"{name} reached its end of life on {day}: no throughput can be bought for it. {remedy}.")
    if model.lifecycle == "LEGACY":
        raise Refused(
            f"{name} is a LEGACY model{f' and ends on {day}' if day else ''}: "
            f"AWS sells no new throughput for it. {remedy}."
        )
    if end and until and end < until:
        raise Refused(
            f"{name} ends on {day}, and the term would be paid until {until.date().isoformat()}. "
            f"Choose a shorter term or another model. {remedy}."
        )


def kind_of(arn: str) -> str:
    """foundation-model or custom-model."""
    parts = arns.parse(arn)
    return parts.kind if parts else ""


__all__ = [
    "CUSTOM_MODEL",
    "FOUNDATION_MODEL",
    "Model",
    "base_in",
    "bases_of",
    "check_model",
    "check_place",
    "kind_of",
    "refuse_unfit",
    "same_base",
]
