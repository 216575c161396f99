"""Deployments: a custom model on demand, paid by the token."""

from __future__ import annotations

from tests.lab.aws import bedrock_bases, bedrock_store, bedrock_tags
from tests.lab.aws.bedrock_knobs import KNOBS
from tests.lab.aws.bedrock_store import STEPS, STORES, later, now, written
from tests.lab.aws.bedrock_wire import Body, Handler, Refused, invalid

KIND = "custom-model-deployment"
NAMES = ("customModelDeploymentArn", "modelDeploymentName")


def create(asked: Body) -> Body:
    """CreateCustomModelDeployment."""
    return {"customModelDeploymentArn": bedrock_store.once(KIND, asked, lambda: deploy(asked))}


def deploy(asked: Body) -> str:
    """A new deployment; its ARN. AWS wants the name to be unique, and declares no conflict."""
    model = bedrock_bases.behind(asked["modelArn"])
    if bedrock_store.find(KIND, asked["modelDeploymentName"], "modelDeploymentName"):
        raise invalid(f"A deployment with the name {asked['modelDeploymentName']} already exists.")
    arn = bedrock_store.arn_of(f"{KIND}/{bedrock_store.new_id()}")
    failed, moment = KNOBS.take_failure(), written(now())
    outcome = {"status": "Failed", "failureMessage": failed} if failed else {"status": "Active"}
    STORES[KIND][arn] = {
        "customModelDeploymentArn": arn,
        "modelDeploymentName": asked["modelDeploymentName"],
        "modelArn": model.arn,
        "description": asked.get("description"),
        "status": "Creating",
        "creationTime": moment,
        "lastModifiedTime": moment,
        STEPS: [later(KNOBS.provisioning_seconds, outcome)],
    }
    bedrock_tags.put(arn, asked.get("tags"))
    return arn


def told(record: Body) -> Body:
    """A deployment by the names that this part of the API has for times, and a listing for the name."""
    return {
        **record,
        "customModelDeploymentName": record["modelDeploymentName"],
        "createdAt": record["creationTime"],
        "lastUpdatedAt": record["lastModifiedTime"],
    }


def get(asked: Body) -> Body:
    """GetCustomModelDeployment."""
    return told(bedrock_store.get(KIND, asked["customModelDeploymentIdentifier"], *NAMES))


def listed(asked: Body) -> Body:
    """ListCustomModelDeployments."""
    times = {"creationTimeAfter": asked.get("createdAfter"), "creationTimeBefore": asked.get("createdBefore")}
    rows = [
        told(row)
        for row in bedrock_store.records(KIND)
        if asked.get("nameContains", "") in row["modelDeploymentName"]
        and asked.get("statusEquals") in (None, row["status"])
        and asked.get("modelArnEquals") in (None, row["modelArn"])
        and bedrock_store.created_between(row, times)
    ]
    return bedrock_store.page(rows, asked, ("modelDeploymentSummaries", "CustomModelDeploymentSummary"))


def updating(record: Body) -> bool:
    """Whether it is being moved to another model."""
    return bool(record.get("updateDetails", {}).get("updateStatus") == "Updating")


def update(asked: Body) -> Body:
    """UpdateCustomModelDeployment: it answers from the old model until the new one is there."""
    record = bedrock_store.get(KIND, asked["customModelDeploymentIdentifier"], *NAMES)
    model = bedrock_bases.behind(asked["modelArn"])
    if record["status"] != "Active" or updating(record):
        raise invalid("A deployment can be updated when it is Active and no other update is in progress.")
    details = {"modelArn": model.arn, "updateStatus": "Updating"}
    record.update({"updateDetails": details, "lastModifiedTime": written(now())})
    outcome: Body = {"modelArn": model.arn, "updateDetails": {**details, "updateStatus": "UpdateCompleted"}}
    if failed := KNOBS.take_failure():
        outcome = {"failureMessage": failed, "updateDetails": {**details, "updateStatus": "UpdateFailed"}}
    record[STEPS] = [later(KNOBS.provisioning_seconds, outcome)]
    return {"customModelDeploymentArn": record["customModelDeploymentArn"]}


def delete(asked: Body) -> Body:
    """DeleteCustomModelDeployment."""
    record = bedrock_store.get(KIND, asked["customModelDeploymentIdentifier"], *NAMES)
    if updating(record):
        raise Refused("ConflictException", "The deployment is being updated.")
    arn = record["customModelDeploymentArn"]
    del STORES[KIND][arn]
    bedrock_tags.drop(arn)
    return {}


HANDLERS: dict[str, Handler] = {
    "CreateCustomModelDeployment": create,
    "GetCustomModelDeployment": get,
    "ListCustomModelDeployments": listed,
    "UpdateCustomModelDeployment": update,
    "DeleteCustomModelDeployment": delete,
}
