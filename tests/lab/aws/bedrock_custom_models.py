"""Custom models, which jobs leave behind or CreateCustomModel brings along."""

from __future__ import annotations

from tests.lab.aws import bedrock_bases, bedrock_store, bedrock_tags
from tests.lab.aws.bedrock_knobs import KNOBS
from tests.lab.aws.bedrock_store import STEPS, STORES, later, now, written
from tests.lab.aws.bedrock_wire import Body, Handler, Refused, invalid
from tests.lab.aws.config import ACCOUNT

CUSTOM = "custom-model"
NAMES = ("modelArn", "modelName")
BROUGHT_BASE = "amazon.nova-micro-v1:0:128k"
"""What the lab takes for the base of a model that was trained elsewhere: AWS finds it in the artefacts."""


def born(job: Body, base: bedrock_bases.Base, outcome: tuple[str, Body]) -> str:
    """The model of a job, there from the job's end; its ARN."""
    end, metrics = outcome
    model_id = bedrock_bases.model_id(base.foundation_arn)
    arn = bedrock_store.arn_of(f"{CUSTOM}/{model_id}/{bedrock_store.new_id()}")
    kept = ("jobName", "jobArn", "hyperParameters", "trainingDataConfig", "validationDataConfig", "outputDataConfig")
    STORES[CUSTOM][arn] = {
        **{name: job[name] for name in kept},
        **metrics,
        **of_base(base),
        "modelArn": arn,
        "modelName": job["customModelName"],
        "modelKmsKeyArn": job["outputModelKmsKeyArn"],
        "modelStatus": "Active",
        "customizationConfig": job.get("customizationConfig"),
        "customizationType": job["customizationType"],
        "creationTime": end,
        "lastModifiedTime": end,
    }
    bedrock_tags.put(arn, job.get("customModelTags"))
    return arn


def of_base(base: bedrock_bases.Base) -> Body:
    """What a custom model tells of its origin."""
    return {
        "baseModelArn": base.arn,
        "baseModelName": bedrock_bases.model_id(base.foundation_arn),
        "foundationModelArn": base.foundation_arn,
        "ownerAccountId": ACCOUNT,
    }


def create(asked: Body) -> Body:
    """CreateCustomModel."""
    return {"modelArn": bedrock_store.once(CUSTOM, asked, lambda: bring(asked))}


def bring(asked: Body) -> str:
    """A model from artefacts; its ARN."""
    in_bucket = asked.get("modelSourceConfig", {}).get("s3DataSource")
    if bool(in_bucket) == bool(asked.get("customModelDataSource")):
        raise invalid("Specify one of modelSourceConfig and customModelDataSource.")
    if in_bucket and not asked.get("roleArn"):
        raise invalid("roleArn is required with an Amazon S3 data source.")
    bedrock_store.free(CUSTOM, "modelName", asked["modelName"])
    arn = bedrock_store.arn_of(f"{CUSTOM}/imported/{bedrock_store.new_id()}")
    failed, moment = KNOBS.take_failure(), written(now())
    outcome = {"modelStatus": "Failed", "failureMessage": failed} if failed else {"modelStatus": "Active"}
    STORES[CUSTOM][arn] = {
        **of_base(bedrock_bases.behind(BROUGHT_BASE)),
        "modelArn": arn,
        "modelName": asked["modelName"],
        "modelKmsKeyArn": asked.get("modelKmsKeyArn"),
        "customizationType": "IMPORTED",
        "modelStatus": "Creating",
        "creationTime": moment,
        "lastModifiedTime": moment,
        STEPS: [later(KNOBS.provisioning_seconds, outcome)],
    }
    bedrock_tags.put(arn, asked.get("modelTags"))
    return arn


def get(asked: Body) -> Body:
    """GetCustomModel."""
    return bedrock_store.get(CUSTOM, asked["modelIdentifier"], *NAMES)


def listed(asked: Body) -> Body:
    """ListCustomModels; nobody shares a model with the account."""
    rows = [
        row
        for row in bedrock_store.records(CUSTOM)
        if asked.get("nameContains", "") in row["modelName"]
        and asked.get("baseModelArnEquals") in (None, row["baseModelArn"])
        and asked.get("foundationModelArnEquals") in (None, row["foundationModelArn"])
        and asked.get("modelStatus") in (None, row["modelStatus"])
        and asked.get("isOwned", True)
        and bedrock_store.created_between(row, asked)
    ]
    return bedrock_store.page(rows, asked, ("modelSummaries", "CustomModelSummary"))


def delete(asked: Body) -> Body:
    """DeleteCustomModel, unless something serves it."""
    arn = bedrock_store.get(CUSTOM, asked["modelIdentifier"], *NAMES)["modelArn"]
    for kind in ("provisioned-model", "custom-model-deployment"):
        for row in bedrock_store.records(kind):
            if arn in (row["modelArn"], row.get("desiredModelArn")):
                raise Refused("ConflictException", f"The model {arn} is in use by a {kind}.")
    del STORES[CUSTOM][arn]
    bedrock_tags.drop(arn)
    return {}


HANDLERS: dict[str, Handler] = {
    "CreateCustomModel": create,
    "GetCustomModel": get,
    "ListCustomModels": listed,
    "DeleteCustomModel": delete,
}
