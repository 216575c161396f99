"""Foundation models: today's, with life cycles, and the variants that throughput is bought for."""

from __future__ import annotations

import datetime

from tests.lab.aws import bedrock_bases, bedrock_catalog
from tests.lab.aws.bedrock_catalog import Model
from tests.lab.aws.bedrock_wire import Body, Handler, invalid

WARNING = datetime.timedelta(days=180)
"""How long a model is Legacy before its end of life: lab data."""


def details(model: Model, model_id: str) -> Body:
    """A model, or one of its variants, which have everything else in common."""
    return {
        "modelArn": bedrock_bases.foundation_arn(model_id),
        "modelId": model_id,
        "modelName": model.name,
        "providerName": model.provider,
        "inputModalities": model.inputs,
        "outputModalities": model.outputs,
        "responseStreamingSupported": model.mode == "chat",
        "customizationsSupported": list(model.customizations),
        "inferenceTypesSupported": inference_types(model, model_id),
        "modelLifecycle": life_cycle(model),
    }


def inference_types(model: Model, model_id: str) -> list[str]:
    """How an id can be used; a variant for throughput only."""
    bare = model_id == model.id
    on_demand = ["ON_DEMAND"] if bare and model.on_demand else []
    provisioned = ["PROVISIONED"] if model_id in model.throughput_ids else []
    return [*on_demand, *provisioned, *(["INFERENCE_PROFILE"] if bare and model.profiles else [])]


def life_cycle(model: Model) -> Body:
    """Status and times; a model that nobody ends has no times."""
    if not model.end_of_life:
        return {"status": "ACTIVE"}
    end = datetime.datetime.fromisoformat(f"{model.end_of_life}T00:00:00+00:00")
    times = {"legacyTime": end - WARNING, "endOfLifeTime": end}
    return {"status": "LEGACY"} | {name: f"{time:%Y-%m-%dT%H:%M:%SZ}" for name, time in times.items()}


def everything() -> list[Body]:
    """All models, each followed by its variants."""
    return [
        details(model, model_id)
        for model in bedrock_catalog.models()
        for model_id in dict.fromkeys((model.id, *model.throughput_ids))
    ]


def listed(asked: Body) -> Body:
    """ListFoundationModels."""
    rows = [
        row
        for row in everything()
        if asked.get("byProvider", "").lower() in ("", row["providerName"].lower())
        and asked.get("byOutputModality", "") in ("", *row["outputModalities"])
        and asked.get("byInferenceType", "") in ("", *row["inferenceTypesSupported"])
        and asked.get("byCustomizationType", "") in ("", *row["customizationsSupported"])
    ]
    return {"modelSummaries": rows}


def get(asked: Body) -> Body:
    """GetFoundationModel; AWS does not take an inference profile's id here."""
    model_id = bedrock_catalog.last_part(asked["modelIdentifier"])
    model = bedrock_catalog.find_bare(model_id)
    if model is None:
        raise invalid("The provided model identifier is invalid.")
    return {"modelDetails": details(model, model_id)}


HANDLERS: dict[str, Handler] = {"ListFoundationModels": listed, "GetFoundationModel": get}
