"""Customization jobs: three phases, then a custom model; a job is a record for ever, and its name is spent."""

from __future__ import annotations

import datetime

from tests.lab.aws import bedrock_bases, bedrock_custom_models, bedrock_store, bedrock_tags
from tests.lab.aws.bedrock_knobs import KNOBS
from tests.lab.aws.bedrock_store import STEPS, STORES, later, now, written
from tests.lab.aws.bedrock_wire import Body, Handler, Refused

KIND = "model-customization-job"
NAMES = ("jobArn", "jobName")
PHASES = ("validationDetails", "dataProcessingDetails", "trainingDetails")
DEFAULTS = {"epochCount": "2", "batchSize": "1", "learningRate": "0.00001"}
"""What the service adds to the hyperparameters that were given."""


def create(asked: Body) -> Body:
    """CreateModelCustomizationJob."""
    return {"jobArn": bedrock_store.once(KIND, asked, lambda: begin(asked))}


def begin(asked: Body) -> str:
    """A new job; its ARN."""
    kind = asked.get("customizationType", "FINE_TUNING")
    base = bedrock_bases.to_customize(asked["baseModelIdentifier"], kind)
    bedrock_store.free(KIND, "jobName", asked["jobName"])
    bedrock_store.free(bedrock_custom_models.CUSTOM, "modelName", asked["customModelName"])
    model_id = bedrock_bases.model_id(base.foundation_arn)
    arn = bedrock_store.arn_of(f"{KIND}/{model_id}/{bedrock_store.new_id()}")
    moment = written(now())
    record: Body = {
        **asked,
        "jobArn": arn,
        "outputModelName": asked["customModelName"],
        "baseModelArn": base.foundation_arn,
        "customizationType": kind,
        "hyperParameters": {**DEFAULTS, **asked.get("hyperParameters", {})},
        "validationDataConfig": asked.get("validationDataConfig") or {"validators": []},
        "outputModelKmsKeyArn": bedrock_store.key_arn(asked.get("customModelKmsKeyId")),
        "status": "InProgress",
        "statusDetails": details(0, "InProgress", moment),
        "creationTime": moment,
        "lastModifiedTime": moment,
    }
    plan(record, base)
    bedrock_tags.put(arn, asked.get("jobTags"))
    STORES[KIND][arn] = record
    return arn


def details(phase: int, state: str, moment: str) -> Body:
    """The phases when one of them is in a state: those before it are done, those after it did not begin."""
    states = ["Completed"] * phase + [state] + ["NotStarted"] * len(PHASES)
    return {
        name: {"status": each, "creationTime": moment, "lastModifiedTime": moment}
        for name, each in zip(PHASES, states, strict=False)
    }


def plan(record: Body, base: bedrock_bases.Base) -> None:
    """Everything that will happen to a job that nobody stops."""
    seconds, begun = KNOBS.provisioning_seconds, now()

    def at(part: float) -> str:
        return written(begun + datetime.timedelta(seconds=seconds * part))

    failed, end = KNOBS.take_failure(), at(1)
    record[STEPS] = [
        [at(part), {"statusDetails": details(n, "InProgress", at(part))}] for n, part in ((1, 0.25), (2, 0.5))
    ]
    outcome: Body = {"status": "Failed", "failureMessage": failed, "statusDetails": details(2, "Failed", end)}
    if not failed:
        outcome = {"status": "Completed", "statusDetails": details(3, "", end), **metrics(record)}
        outcome["outputModelArn"] = bedrock_custom_models.born(record, base, (end, metrics(record)))
    record[STEPS].append([end, {**outcome, "endTime": end}])


def metrics(record: Body) -> Body:
    """Losses of a training that nobody did."""
    return {
        "trainingMetrics": {"trainingLoss": 0.42},
        "validationMetrics": [{"validationLoss": 0.5} for _each in record["validationDataConfig"]["validators"]],
    }


def get(asked: Body) -> Body:
    """GetModelCustomizationJob."""
    return bedrock_store.get(KIND, asked["jobIdentifier"], *NAMES)


def listed(asked: Body) -> Body:
    """ListModelCustomizationJobs."""
    rows = [
        {**row, "customModelArn": row.get("outputModelArn")}
        for row in bedrock_store.records(KIND)
        if asked.get("nameContains", "") in row["jobName"]
        and asked.get("statusEquals") in (None, row["status"])
        and bedrock_store.created_between(row, asked)
    ]
    return bedrock_store.page(rows, asked, ("modelCustomizationJobSummaries", "ModelCustomizationJobSummary"))


def stop(asked: Body) -> Body:
    """StopModelCustomizationJob: takes a moment, and there will be no model."""
    record = bedrock_store.get(KIND, asked["jobIdentifier"], *NAMES)
    if record["status"] != "InProgress":
        raise Refused("ConflictException", f"The job {record['jobName']} is {record['status']} and can't be stopped.")
    phase = next(n for n, name in enumerate(PHASES) if record["statusDetails"][name]["status"] == "InProgress")
    moment = written(now())
    _when, outcome = record[STEPS][-1]
    STORES[bedrock_custom_models.CUSTOM].pop(outcome.get("outputModelArn"), None)
    record.update(
        {"status": "Stopping", "lastModifiedTime": moment, "statusDetails": details(phase, "Stopping", moment)}
    )
    end = later(KNOBS.provisioning_seconds / 4, {"status": "Stopped"})
    end[1].update({"endTime": end[0], "statusDetails": details(phase, "Stopped", end[0])})
    record[STEPS] = [end]
    return {}


HANDLERS: dict[str, Handler] = {
    "CreateModelCustomizationJob": create,
    "GetModelCustomizationJob": get,
    "ListModelCustomizationJobs": listed,
    "StopModelCustomizationJob": stop,
}
