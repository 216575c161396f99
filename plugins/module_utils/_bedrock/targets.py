# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a model of the gateway's list calls at Bedrock, read as LiteLLM reads it. Private to this collection."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from .arns import parse

FOUNDATION_MODEL = "foundation-model"
SYSTEM_PROFILE = "inference-profile"
APPLICATION_PROFILE = "application-inference-profile"
PROVISIONED = "provisioned-model"
CUSTOM_MODEL = "custom-model"
PROMPT_ROUTERS = ("prompt-router", "default-prompt-router")
MODES = ("chat", "completion", "embedding", "image_generation")

# The segments before the target, as LiteLLM 1.106 knows them: [route/] [region/] [spec/].
_ROUTES = ("converse", "invoke", "converse_like", "chat_completions", "openai", "async_invoke")
_OTHER_SERVICES = ("agent", "agentcore", "mantle", "claude_platform")
_SPECS = ("llama", "deepseek_r1", "qwen2", "qwen3", "openai", "stability", "moonshot", "nova", "nova-2")
_GEOS = ("global", "us", "us-gov", "eu", "apac", "jp", "au", "ca", "in", "sa")
_REGION = re.compile(r"(?:af|ap|ca|cn|eu|il|me|mx|sa|us|us-gov)-[a-z]+-\d+")
# Regions that LiteLLM does not take for one in a model's path.
_UNKNOWN_IN_PATH = re.compile(
    r"af-south-1|ap-east-2|ap-southeast-[3-7]|ca-west-1|il-central-1|me-\w+-1|mx-central-1|cn-.*"
)
# ARNs that LiteLLM can only call when told the route or the model's family.
_NEEDS_ROUTE = (PROVISIONED, "custom-model-deployment", "imported-model", *PROMPT_ROUTERS)
_INVOCABLE = (*_NEEDS_ROUTE, FOUNDATION_MODEL, SYSTEM_PROFILE, APPLICATION_PROFILE)


class InvalidModelError(ValueError):
    """A model that LiteLLM or Bedrock could not call. The message names the model and the remedy."""


@dataclass(frozen=True)
class Target:
    """What is called: ``id`` is a foundation model's or profile's id, or the last part of an ARN."""

    name: str
    mode: str
    kind: str
    id: str
    region: str
    arn: str | None = None

    @property
    def streams(self) -> bool:
        """Whether applications can ask for the answer piece by piece."""
        return self.mode in ("chat", "completion")

    @property
    def foundation_model(self) -> str | None:
        """Id of the foundation model behind it, where the name tells."""
        if self.kind == FOUNDATION_MODEL:
            return self.id
        return self.id.split(".", 1)[1] if self.kind == SYSTEM_PROFILE else None


def target_of(model: t.Mapping[str, t.Any], region: str) -> Target | None:
    """The target of one deployment of ``gateway_models``; None for one that Bedrock's rights have nothing to do with.

    region: where LiteLLM calls Bedrock unless the model says otherwise.
    Raises InvalidModelError.
    """
    name, params = str(model.get("name") or ""), model.get("litellm_params") or {}
    segments = _segments(model)
    if segments is None or segments.other_service:
        return None
    mode = str(model.get("mode") or "chat")
    _check_region_in_path(name, mode, segments)
    target = str(params.get("model_id") or segments.target)
    own_region = str(params.get("aws_region_name") or segments.region or "")
    if target.startswith("arn:"):
        found = _arn_target(name, mode, target, segments, by_model_id=bool(params.get("model_id")))
        _check_region_of_arn(name, own_region, found)
        return found
    return Target(name, mode, _kind_of_id(name, target), target, own_region or region)


def base_of(model: t.Mapping[str, t.Any], region: str) -> str | None:
    """Id of the foundation model that the model's name tells of, whatever ``model_id`` is called in its place.

    Raises InvalidModelError.
    """
    params = {key: value for key, value in (model.get("litellm_params") or {}).items() if key != "model_id"}
    target = target_of({**model, "litellm_params": params}, region)
    return target.foundation_model if target else None


def same_route(model: t.Mapping[str, t.Any], target: str) -> str:
    """How LiteLLM is to call another id of the same family: by the route that the model was given."""
    segments = _segments(model)
    return "/".join(part for part in ("bedrock", segments and segments.route, target) if part)


def _segments(model: t.Mapping[str, t.Any]) -> _Segments | None:
    """The parts of the model's string; None for another provider's. Raises InvalidModelError."""
    name = str(model.get("name") or "")
    params = model.get("litellm_params") or {}
    text = str(params.get("model") or f"bedrock/{model.get('bedrock_model') or ''}")
    if not name or text == "bedrock/":
        raise InvalidModelError(f"Model {name or dict(model)}: give it both name and bedrock_model.")
    return _Segments.of(name, text.removeprefix("bedrock/")) if text.startswith("bedrock/") else None


@dataclass(frozen=True)
class _Segments:
    route: str | None
    region: str | None
    spec: str | None
    target: str

    @property
    def other_service(self) -> bool:
        return self.route in _OTHER_SERVICES

    @classmethod
    def of(cls, name: str, text: str) -> _Segments:
        if text.startswith("bedrock/"):
            raise InvalidModelError(f"Model {name}: 'bedrock/' stands twice in front of {text[8:]}. Leave it out.")
        parts = text.split("/") if not text.startswith("arn:") else [text]
        route = parts.pop(0) if len(parts) > 1 and parts[0] in (*_ROUTES, *_OTHER_SERVICES) else None
        region = parts.pop(0) if len(parts) > 1 and _REGION.fullmatch(parts[0]) else None
        spec = parts.pop(0) if len(parts) > 1 and parts[0] in _SPECS else None
        return cls(route, region, spec, "/".join(parts))


def _check_region_in_path(name: str, mode: str, segments: _Segments) -> None:
    region = segments.region
    if not region:
        return
    if mode not in ("chat", "completion") or segments.route == "invoke" or _UNKNOWN_IN_PATH.fullmatch(region):
        raise InvalidModelError(
            f"Model {name}: LiteLLM does not understand the region {region} in the path of this model. "
            f"Take it out and set litellm_params.aws_region_name: {region}."
        )


def _check_region_of_arn(name: str, region: str, target: Target) -> None:
    """LiteLLM calls the region it is told, and there nothing has this ARN."""
    if region and target.region and region != target.region:
        raise InvalidModelError(
            f"Model {name}: {target.arn} is in {target.region}, and LiteLLM would call {region}. "
            f"Leave litellm_params.aws_region_name away, or set it to {target.region}."
        )


def _kind_of_id(name: str, target: str) -> str:
    if target.startswith("provisioned/") or "/" in target or "." not in target:
        raise InvalidModelError(
            f"Model {name}: {target!r} is no id that Bedrock can call. Give bedrock_model the id of a foundation model "
            "(provider.model) or of an inference profile (us.provider.model); for provisioned throughput or a custom "
            "model give the base model there and its ARN in litellm_params.model_id."
        )
    return SYSTEM_PROFILE if target.split(".", 1)[0] in _GEOS else FOUNDATION_MODEL


def _arn_target(name: str, mode: str, text: str, segments: _Segments, *, by_model_id: bool) -> Target:
    arn = parse(text)
    if not arn or arn.kind not in _INVOCABLE:
        hint = (
            "A custom model is called through a deployment (custom-model-deployment) or provisioned throughput."
            if arn and arn.kind == CUSTOM_MODEL
            else f"Callable are ARNs of {', '.join(_INVOCABLE)}."
        )
        raise InvalidModelError(f"Model {name}: Bedrock cannot call {text}. {hint}")
    chat = mode in ("chat", "completion")
    told = segments.route == "converse" or segments.spec is not None
    if not by_model_id and ((arn.kind in _NEEDS_ROUTE and not told) or not chat):
        raise InvalidModelError(
            f"Model {name}: LiteLLM cannot tell the model's family from {text}. Give bedrock_model the id of the base "
            "model, and the ARN in litellm_params.model_id."
        )
    return Target(name, mode, arn.kind, arn.id, arn.region, text)
