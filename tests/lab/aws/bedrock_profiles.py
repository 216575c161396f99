"""Inference profiles: the system's with all regions they lead to, and those that the account makes of them."""

from __future__ import annotations

from tests.lab.aws import bedrock_bases, bedrock_catalog, bedrock_store, bedrock_tags
from tests.lab.aws.bedrock_catalog import Model
from tests.lab.aws.bedrock_store import STORES, now, written
from tests.lab.aws.bedrock_wire import Body, Handler, invalid
from tests.lab.aws.config import ACCOUNT

REGIONS = {
    "us": ("us-east-1", "us-east-2", "us-west-2"),
    "global": ("us-east-1", "us-east-2", "us-west-2", "eu-west-1"),
}
"""Where a profile sends requests; which regions those are differs by model at AWS: lab data."""

KIND = "application-inference-profile"
NAMES = ("inferenceProfileArn", "inferenceProfileId")


def system(model: Model, geography: str) -> Body:
    """A system-defined profile; a global one names each model without a region besides."""
    identifier, region = f"{geography}.{model.id}", bedrock_store.region()
    places = [*REGIONS.get(geography, (region,)), *([""] if geography == "global" else [])]
    return {
        "inferenceProfileName": f"{geography.upper()} {model.provider} {model.name}",
        "description": f"Routes requests to {model.name} in the {geography} geography.",
        "createdAt": "2026-01-01T00:00:00Z",
        "updatedAt": "2026-01-01T00:00:00Z",
        "inferenceProfileArn": f"arn:aws:bedrock:{region}:{ACCOUNT}:inference-profile/{identifier}",
        "models": [{"modelArn": f"arn:aws:bedrock:{place}::foundation-model/{model.id}"} for place in places],
        "inferenceProfileId": identifier,
        "status": "ACTIVE",
        "type": "SYSTEM_DEFINED",
    }


def systems() -> list[Body]:
    """All of the system's."""
    return [system(model, geography) for model in bedrock_catalog.models() for geography in model.profiles]


def listed(asked: Body) -> Body:
    """ListInferenceProfiles."""
    kind = asked.get("typeEquals")
    rows = [row for row in [*systems(), *bedrock_store.records(KIND)] if kind in (None, row["type"])]
    return bedrock_store.cut(rows, asked, ("inferenceProfileSummaries", "InferenceProfileSummary"))


def get(asked: Body) -> Body:
    """GetInferenceProfile, by id or ARN."""
    wanted = asked["inferenceProfileIdentifier"]
    for row in systems():
        if wanted in (row["inferenceProfileArn"], row["inferenceProfileId"]):
            return row
    return bedrock_store.get(KIND, wanted, *NAMES)


def create(asked: Body) -> Body:
    """CreateInferenceProfile."""
    arn = bedrock_store.once(KIND, asked, lambda: copy(asked))
    return {"inferenceProfileArn": arn, "status": "ACTIVE"}


def copy(asked: Body) -> str:
    """A profile of the account, which leads where its source leads; its ARN."""
    source = asked["modelSource"].get("copyFrom", "")
    found = next((row["models"] for row in systems() if row["inferenceProfileArn"] == source), None)
    if found is None:
        if ":foundation-model/" not in source:
            raise invalid("The provided model identifier is invalid.")
        found = [{"modelArn": bedrock_bases.behind(source).arn}]
    bedrock_store.free(KIND, "inferenceProfileName", asked["inferenceProfileName"])
    identifier, moment = bedrock_store.new_id(), written(now())
    arn = bedrock_store.arn_of(f"{KIND}/{identifier}")
    STORES[KIND][arn] = {
        "inferenceProfileName": asked["inferenceProfileName"],
        "description": asked.get("description"),
        "inferenceProfileArn": arn,
        "inferenceProfileId": identifier,
        "models": found,
        "status": "ACTIVE",
        "type": "APPLICATION",
        "creationTime": moment,
        "createdAt": moment,
        "updatedAt": moment,
    }
    bedrock_tags.put(arn, asked.get("tags"))
    return arn


def delete(asked: Body) -> Body:
    """DeleteInferenceProfile; the system's stay."""
    arn = bedrock_store.get(KIND, asked["inferenceProfileIdentifier"], *NAMES)["inferenceProfileArn"]
    del STORES[KIND][arn]
    bedrock_tags.drop(arn)
    return {}


HANDLERS: dict[str, Handler] = {
    "ListInferenceProfiles": listed,
    "GetInferenceProfile": get,
    "CreateInferenceProfile": create,
    "DeleteInferenceProfile": delete,
}
