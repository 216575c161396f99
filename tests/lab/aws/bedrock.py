"""Bedrock's control plane: today's models and inference profiles in the place of ministack's old catalogue."""

from __future__ import annotations

import datetime
from typing import Any

from tests.lab.aws import (
    bedrock_custom_models,
    bedrock_customization,
    bedrock_deployments,
    bedrock_imports,
    bedrock_store,
    bedrock_tags,
    bedrock_throughput,
    bedrock_wire,
    emulator,
)
from tests.lab.aws.bedrock_catalog import Model, find, last_part, models, profile_parts
from tests.lab.aws.config import ACCOUNT
from tests.lab.aws.emulator import Answer

REGIONS = {
    "us": ("us-east-1", "us-east-2", "us-west-2"),
    "global": ("us-east-1", "us-east-2", "us-west-2", "eu-west-1"),
}
"""Where a profile sends requests; which regions those are differs by model at AWS: lab data."""

Body = dict[str, Any]

HANDLERS = {
    **bedrock_throughput.HANDLERS,
    **bedrock_customization.HANDLERS,
    **bedrock_custom_models.HANDLERS,
    **bedrock_deployments.HANDLERS,
    **bedrock_imports.HANDLERS,
    **bedrock_tags.HANDLERS,
}


def region() -> str:
    """Region of the request."""
    return str(emulator.module("core.responses").get_region())


def model_arn(model: Model, where: str) -> str:
    """ARN of a foundation model; a global profile names one without a region besides."""
    return f"arn:aws:bedrock:{where}::foundation-model/{model.id}"


def summary(model: Model) -> Body:
    """A model as GetFoundationModel tells it."""
    lifecycle: Body = {"status": "ACTIVE"}
    if model.end_of_life:
        lifecycle = {"status": "LEGACY", "endOfLifeTime": f"{model.end_of_life}T00:00:00Z"}
    types = (["ON_DEMAND"] if model.on_demand else []) + (["INFERENCE_PROFILE"] if model.profiles else [])
    return {
        "modelArn": model_arn(model, region()),
        "modelId": model.id,
        "modelName": model.name,
        "providerName": model.provider,
        "inputModalities": model.inputs,
        "outputModalities": model.outputs,
        "responseStreamingSupported": model.mode == "chat",
        "customizationsSupported": [],
        "inferenceTypesSupported": types,
        "modelLifecycle": lifecycle,
    }


def profile(model: Model, geography: str) -> Body:
    """A system-defined inference profile with the models of all its regions."""
    identifier = f"{geography}.{model.id}"
    arns = [model_arn(model, where) for where in REGIONS.get(geography, (region(),))]
    if geography == "global":
        arns.append(model_arn(model, ""))
    return {
        "inferenceProfileName": f"{geography.upper()} {model.provider} {model.name}",
        "description": f"Routes requests to {model.name} in the {geography} geography.",
        "createdAt": "2026-01-01T00:00:00Z",
        "updatedAt": "2026-01-01T00:00:00Z",
        "inferenceProfileArn": f"arn:aws:bedrock:{region()}:{ACCOUNT}:inference-profile/{identifier}",
        "models": [{"modelArn": arn} for arn in arns],
        "inferenceProfileId": identifier,
        "status": "ACTIVE",
        "type": "SYSTEM_DEFINED",
    }


def first(query: Any, name: str) -> str:
    """A query parameter."""
    values = query.get(name) or [""]
    return str(values[0] if isinstance(values, list) else values)


def wanted(model: Model, query: Any) -> bool:
    """ListFoundationModels' filters."""
    told = summary(model)
    return (
        first(query, "byProvider").lower() in ("", model.provider.lower())
        and first(query, "byOutputModality") in ("", *model.outputs)
        and first(query, "byInferenceType") in ("", *told["inferenceTypesSupported"])
        and not first(query, "byCustomizationType")
    )


def install() -> None:
    """Fill the gaps of Bedrock's control plane."""
    service = emulator.service("bedrock")
    bedrock_store.install()

    @emulator.override(service, "handle_request")
    async def handle(original: Any, method: str, path: str, *rest: Any) -> Answer:
        _headers, body, query = rest
        own = bedrock_wire.call(HANDLERS, (method, path, body, query))
        result: Answer = own if own is not None else await original(method, path, *rest)
        return result

    service._CATALOG[:] = [(m.id, m.name, m.provider, m.inputs, m.outputs, m.mode == "chat") for m in models()]

    @emulator.override(service, "_list_foundation_models")
    def list_models(original: Any, query: Any) -> Answer:
        return told(service, {"modelSummaries": [summary(model) for model in models() if wanted(model, query)]})

    @emulator.override(service, "_get_foundation_model")
    def get_model(original: Any, identifier: str) -> Answer:
        model = find(identifier)
        # ministack takes an inference profile's id here; AWS does not.
        if model is None or profile_parts(last_part(identifier))[0]:
            missing: Answer = service._error("ValidationException", "The provided model identifier is invalid.", 400)
            return missing
        return told(service, {"modelDetails": summary(model)})

    @emulator.override(service, "_get_foundation_model_availability")
    def availability(original: Any, identifier: str) -> Answer:
        model = find(identifier)
        if model is None:
            missing: Answer = service._error("ValidationException", "The provided model identifier is invalid.", 400)
            return missing
        gone = model.gone(datetime.datetime.now(datetime.UTC).date())
        return told(
            service,
            {
                "modelId": identifier,
                "agreementAvailability": {"status": "AVAILABLE"},
                "authorizationStatus": "AUTHORIZED",
                "entitlementAvailability": "AVAILABLE",
                "regionAvailability": "NOT_AVAILABLE" if gone else "AVAILABLE",
            },
        )

    install_profiles(service)


def install_profiles(service: Any) -> None:
    """The system's inference profiles beside the account's own."""

    @emulator.override(service, "_list_inference_profiles")
    def list_profiles(original: Any, query: Any) -> Answer:
        kind = first(query, "type") or first(query, "typeEquals")
        system = [profile(model, each) for model in models() for each in model.profiles]
        own = list(service._inference_profiles_apps.values())
        rows = {"SYSTEM_DEFINED": system, "APPLICATION": own}.get(kind, [*system, *own])
        return told(service, {"inferenceProfileSummaries": rows})

    @emulator.override(service, "_get_inference_profile")
    def get_profile(original: Any, identifier: str) -> Answer:
        geography, wanted_id = profile_parts(last_part(identifier))
        for model in models():
            if model.id == wanted_id and geography in model.profiles:
                return told(service, profile(model, geography))
        result: Answer = original(identifier)
        return result


def told(service: Any, body: Body) -> Answer:
    """An answer in ministack's way of writing JSON."""
    result: Answer = service._json(body)
    return result
