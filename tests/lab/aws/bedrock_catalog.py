"""The models of the emulated Bedrock, and what a model id means: pure, from `bedrock_models.json`."""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

Mode = Literal["chat", "embedding", "image_generation"]
GEOGRAPHIES = ("us", "eu", "apac", "jp", "au", "ca", "global")
OWN_RESOURCE = re.compile(
    r"arn:[^:]+:bedrock:[^:]+:\d{12}:"
    r"(provisioned-model|custom-model-deployment|imported-model|application-inference-profile|custom-model)/.+"
)
"""What the account itself made: whether it answers is not in the catalogue."""

MODEL_CALL = re.compile(r"/model/(.+?)/(converse|converse-stream|invoke|invoke-with-response-stream)")
"""The decoded path of a call of the runtime."""


@dataclass(frozen=True)
class Model:
    """One foundation model."""

    id: str
    name: str
    provider: str
    mode: Mode
    profiles: tuple[str, ...] = ()
    """Geographies with an inference profile."""
    on_demand: bool = False
    """Whether the bare id can be called; newer models answer through an inference profile only."""
    vision: bool = False
    end_of_life: str = ""
    throughput: tuple[str, ...] = ()
    """Context lengths that throughput is bought for; an empty one is the bare id."""
    customizations: tuple[str, ...] = ()

    @property
    def throughput_ids(self) -> tuple[str, ...]:
        """The ids that throughput is bought for: AWS lists them as models of their own."""
        return tuple(f"{self.id}:{length}" if length else self.id for length in self.throughput)

    @property
    def inputs(self) -> list[str]:
        """Modalities that the model reads."""
        return ["TEXT", "IMAGE"] if self.vision else ["TEXT"]

    @property
    def outputs(self) -> list[str]:
        """Modalities that the model writes."""
        return {"chat": ["TEXT"], "embedding": ["EMBEDDING"], "image_generation": ["IMAGE"]}[self.mode]

    def gone(self, today: datetime.date) -> bool:
        """Whether the end of life has passed."""
        return bool(self.end_of_life) and datetime.date.fromisoformat(self.end_of_life) < today


@dataclass(frozen=True)
class Refusal:
    """Why the runtime does not answer for an id."""

    code: str
    message: str
    status: int = 400


@cache
def models() -> tuple[Model, ...]:
    """All models."""
    document = json.loads(Path(__file__).with_name("bedrock_models.json").read_text())
    lists = ("profiles", "throughput", "customizations")
    return tuple(Model(**{**row, **{name: tuple(row.get(name, ())) for name in lists}}) for row in document["models"])


def profile_parts(identifier: str) -> tuple[str, str]:
    """Geography and model of an inference profile's id; the geography is empty for a bare model id."""
    geography, dot, rest = identifier.partition(".")
    return (geography, rest) if dot and geography in GEOGRAPHIES else ("", identifier)


def last_part(identifier: str) -> str:
    """The id in an ARN of a foundation model or of an inference profile."""
    match = re.fullmatch(r"arn:[^:]+:bedrock:[^:]*:\d*:(?:foundation-model|inference-profile)/(.+)", identifier)
    return match[1] if match else identifier


def find(identifier: str) -> Model | None:
    """The model behind a model id, a profile id or an ARN of either."""
    _geography, wanted = profile_parts(last_part(identifier))
    return next((model for model in models() if model.id == wanted), None)


def find_bare(identifier: str) -> Model | None:
    """The model behind a model id or the id of one of its variants; profiles do not count."""
    return next((each for each in models() if identifier in (each.id, *each.throughput_ids)), None)


def judge(identifier: str, today: datetime.date) -> Refusal | None:
    """None when the runtime answers for the id, else AWS's refusal."""
    if OWN_RESOURCE.fullmatch(identifier):
        return None
    geography, wanted = profile_parts(last_part(identifier))
    model = next((each for each in models() if each.id == wanted), None)
    variant = None if model else find_bare(wanted)
    if variant and not geography:
        return no_on_demand(wanted)
    if model is None or (geography and geography not in model.profiles):
        return Refusal("ValidationException", "The provided model identifier is invalid.")
    if model.gone(today):
        return Refusal("ResourceNotFoundException", "This model version has reached the end of its life.", 404)
    if not geography and not model.on_demand:
        return no_on_demand(wanted)
    return None


def no_on_demand(model_id: str) -> Refusal:
    """AWS's refusal of an id that answers through something else only."""
    return Refusal(
        "ValidationException",
        f"Invocation of model ID {model_id} with on-demand throughput isn\N{RIGHT SINGLE QUOTATION MARK}t supported. "
        "Retry your request with the ID or ARN of an inference profile that contains this model.",
    )
