"""Imported models: a job brings the artefacts along, and the model is there at its end."""

from __future__ import annotations

from tests.lab.aws import bedrock_store, bedrock_tags
from tests.lab.aws.bedrock_knobs import KNOBS
from tests.lab.aws.bedrock_store import STEPS, STORES, later, now, written
from tests.lab.aws.bedrock_wire import Body, Handler

JOB = "model-import-job"
MODEL = "imported-model"
JOB_NAMES = ("jobArn", "jobName")
MODEL_NAMES = ("modelArn", "modelName")


def create(asked: Body) -> Body:
    """CreateModelImportJob."""
    return {"jobArn": bedrock_store.once(JOB, asked, lambda: begin(asked))}


def begin(asked: Body) -> str:
    """A new job; its ARN."""
    bedrock_store.free(JOB, "jobName", asked["jobName"])
    bedrock_store.free(MODEL, "modelName", asked["importedModelName"])
    arn = bedrock_store.arn_of(f"{JOB}/{bedrock_store.new_id()}")
    failed, moment = KNOBS.take_failure(), written(now())
    key = bedrock_store.key_arn(asked.get("importedModelKmsKeyId"))
    record: Body = {**asked, "jobArn": arn, "importedModelKmsKeyArn": key, "status": "InProgress"}
    record |= {"creationTime": moment, "lastModifiedTime": moment}
    end = later(KNOBS.provisioning_seconds, {"status": "Failed", "failureMessage": failed})
    if not failed:
        end[1] = {"status": "Completed", "importedModelArn": born(record, end[0])}
    end[1]["endTime"] = end[0]
    STORES[JOB][arn] = {**record, STEPS: [end]}
    bedrock_tags.put(arn, asked.get("jobTags"))
    return arn


def born(job: Body, end: str) -> str:
    """The model of a job, there from the job's end; its ARN."""
    arn = bedrock_store.arn_of(f"{MODEL}/{bedrock_store.new_id()}")
    STORES[MODEL][arn] = {
        "modelArn": arn,
        "modelName": job["importedModelName"],
        "jobName": job["jobName"],
        "jobArn": job["jobArn"],
        "modelDataSource": job["modelDataSource"],
        "modelArchitecture": "llama",
        "modelKmsKeyArn": job["importedModelKmsKeyArn"],
        "instructSupported": True,
        "customModelUnits": {"customModelUnitsPerModelCopy": 1, "customModelUnitsVersion": "v1.0"},
        "creationTime": end,
    }
    bedrock_tags.put(arn, job.get("importedModelTags"))
    return arn


def get_job(asked: Body) -> Body:
    """GetModelImportJob."""
    return bedrock_store.get(JOB, asked["jobIdentifier"], *JOB_NAMES)


def list_jobs(asked: Body) -> Body:
    """ListModelImportJobs."""
    rows = [
        row
        for row in bedrock_store.records(JOB)
        if asked.get("nameContains", "") in row["jobName"]
        and asked.get("statusEquals") in (None, row["status"])
        and bedrock_store.created_between(row, asked)
    ]
    return bedrock_store.page(rows, asked, ("modelImportJobSummaries", "ModelImportJobSummary"))


def get_model(asked: Body) -> Body:
    """GetImportedModel."""
    return bedrock_store.get(MODEL, asked["modelIdentifier"], *MODEL_NAMES)


def list_models(asked: Body) -> Body:
    """ListImportedModels."""
    rows = [
        row
        for row in bedrock_store.records(MODEL)
        if asked.get("nameContains", "") in row["modelName"] and bedrock_store.created_between(row, asked)
    ]
    return bedrock_store.page(rows, asked, ("modelSummaries", "ImportedModelSummary"))


def delete_model(asked: Body) -> Body:
    """DeleteImportedModel."""
    arn = bedrock_store.get(MODEL, asked["modelIdentifier"], *MODEL_NAMES)["modelArn"]
    del STORES[MODEL][arn]
    bedrock_tags.drop(arn)
    return {}


HANDLERS: dict[str, Handler] = {
    "CreateModelImportJob": create,
    "GetModelImportJob": get_job,
    "ListModelImportJobs": list_jobs,
    "GetImportedModel": get_model,
    "ListImportedModels": list_models,
    "DeleteImportedModel": delete_model,
}
