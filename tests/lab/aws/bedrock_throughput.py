"""Provisioned throughput: bought, made ready after a while, renamed, moved to a sibling model, kept for its term."""

from __future__ import annotations

import datetime

from tests.lab.aws import bedrock_bases, bedrock_store, bedrock_tags
from tests.lab.aws.bedrock_knobs import KNOBS
from tests.lab.aws.bedrock_store import STEPS, STORES, later, now, written
from tests.lab.aws.bedrock_wire import Body, Handler, Refused, invalid

KIND = "provisioned-model"
TERM_DAYS = {"OneMonth": 30, "SixMonths": 182}
NAMES = ("provisionedModelArn", "provisionedModelName")


def create(asked: Body) -> Body:
    """CreateProvisionedModelThroughput; AWS declares no conflict for a name that is taken, so it may be."""
    return {"provisionedModelArn": bedrock_store.once(KIND, asked, lambda: buy(asked))}


def buy(asked: Body) -> str:
    """A new purchase; its ARN."""
    base = bedrock_bases.to_buy(asked["modelId"])
    arn = bedrock_store.arn_of(f"provisioned-model/{bedrock_store.new_id()}")
    moment = now()
    record: Body = {
        "provisionedModelName": asked["provisionedModelName"],
        "provisionedModelArn": arn,
        "modelArn": base.arn,
        "desiredModelArn": base.arn,
        "foundationModelArn": base.foundation_arn,
        "custom": bedrock_bases.is_custom(base.arn),  # stays with the purchase, which may move to the base model
        "modelUnits": asked["modelUnits"],
        "desiredModelUnits": asked["modelUnits"],
        "status": "Creating",
        "creationTime": written(moment),
        "lastModifiedTime": written(moment),
        **term(asked.get("commitmentDuration"), moment),
    }
    failed = KNOBS.take_failure()
    outcome: Body = {"status": "InService"}
    if failed:
        outcome = {"status": "Failed", "failureMessage": failed, "commitmentExpirationTime": None}
    record[STEPS] = [later(KNOBS.provisioning_seconds, outcome)]
    bedrock_tags.put(arn, asked.get("tags"))
    STORES[KIND][arn] = record
    return arn


def term(duration: str | None, begin: datetime.datetime) -> Body:
    """A commitment and its end; nothing without one."""
    if not duration:
        return {}
    length = datetime.timedelta(seconds=KNOBS.term_seconds or TERM_DAYS[duration] * 86400)
    return {"commitmentDuration": duration, "commitmentExpirationTime": written(begin + length)}


def get(asked: Body) -> Body:
    """GetProvisionedModelThroughput."""
    return bedrock_store.get(KIND, asked["provisionedModelId"], *NAMES)


def listed(asked: Body) -> Body:
    """ListProvisionedModelThroughputs."""
    rows = [
        row
        for row in bedrock_store.records(KIND)
        if asked.get("nameContains", "") in row["provisionedModelName"]
        and asked.get("statusEquals") in (None, row["status"])
        and asked.get("modelArnEquals") in (None, row["modelArn"])
        and bedrock_store.created_between(row, asked)
    ]
    return bedrock_store.page(rows, asked, ("provisionedModelSummaries", "ProvisionedModelSummary"))


def update(asked: Body) -> Body:
    """UpdateProvisionedModelThroughput: the name at once, the model after a while."""
    record = bedrock_store.get(KIND, asked["provisionedModelId"], *NAMES)
    if "desiredModelId" in asked:
        change_model(record, asked["desiredModelId"])
    if "desiredProvisionedModelName" in asked:
        record["provisionedModelName"] = asked["desiredProvisionedModelName"]
    record["lastModifiedTime"] = written(now())
    return {}


def change_model(record: Body, identifier: str) -> None:
    """Move a purchase of a custom model to its base model or to a sibling."""
    if not record["custom"]:
        raise invalid("You can't specify this field when the Provisioned Throughput is associated with a base model.")
    base = bedrock_bases.behind(identifier)
    if bedrock_bases.bare(base.foundation_arn) != bedrock_bases.bare(record["foundationModelArn"]):
        raise invalid("The desired model must be based on the same base model.")
    if record["status"] != "InService":
        raise invalid(
            f"The Provisioned Throughput is {record['status']}; its model can be changed when it is InService."
        )
    record.update({"status": "Updating", "desiredModelArn": base.arn})
    record[STEPS] = [later(KNOBS.provisioning_seconds, {"status": "InService", "modelArn": base.arn})]


def delete(asked: Body) -> Body:
    """DeleteProvisionedModelThroughput: at once, but not inside a term."""
    record = bedrock_store.get(KIND, asked["provisionedModelId"], *NAMES)
    end = record.get("commitmentExpirationTime")
    if end and end > written(now()):
        raise Refused(
            "ConflictException", f"You can't delete a Provisioned Throughput before its commitment term is over: {end}."
        )
    arn = record["provisionedModelArn"]
    del STORES[KIND][arn]
    bedrock_tags.drop(arn)
    return {}


HANDLERS: dict[str, Handler] = {
    "CreateProvisionedModelThroughput": create,
    "GetProvisionedModelThroughput": get,
    "ListProvisionedModelThroughputs": listed,
    "UpdateProvisionedModelThroughput": update,
    "DeleteProvisionedModelThroughput": delete,
}
