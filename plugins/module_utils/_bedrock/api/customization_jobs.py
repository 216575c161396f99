# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bedrock's model customization jobs, one decorated function a call. Private to this collection."""

from __future__ import annotations

import typing as t

from ..._aws.calls import AWSCallError, reads, writes
from ..._aws.failures import WaitFailed, code_of, explained
from ..._aws.waiting import Progress, Wait, WaiterError, on_path
from ..._resource import Call, Resource
from ..customization_job import ENDED, RUNNING, ended_badly
from . import tags
from .remedies import with_remedy

OPERATIONS = (
    "CreateModelCustomizationJob",
    "GetModelCustomizationJob",
    "ListModelCustomizationJobs",
    "StopModelCustomizationJob",
)
_PHASES = {"validation": "validationDetails", "data_processing": "dataProcessingDetails", "training": "trainingDetails"}

# --- Reading ---


@reads("list the model customization jobs")
def list_jobs(client: t.Any, **filters: str) -> list[Resource]:
    """Name, ARN and status of the jobs that match. filters: statusEquals and nameContains."""
    pages = client.get_paginator("list_model_customization_jobs").paginate(**filters)
    listed = pages.build_full_result().get("modelCustomizationJobSummaries", [])
    return [{"name": job["jobName"], "arn": job["jobArn"], "status": job["status"]} for job in listed]


@reads("read model customization job {identifier}")
def _get_job(client: t.Any, identifier: str) -> dict[str, t.Any]:
    return t.cast("dict[str, t.Any]", client.get_model_customization_job(jobIdentifier=identifier))


def job_of(client: t.Any, arn: str) -> Resource | None:
    """The job in Ansible form with its tags, or None."""
    answer = _get_job(client, arn)
    return {**_in_ansible_form(answer), "tags": tags.tags_of(client, answer["jobArn"])} if answer else None


def find_job(client: t.Any, name: str) -> Resource | None:
    """The job of this name, or None. nameContains also finds names that only contain it."""
    for job in list_jobs(client, nameContains=name) or []:
        if job["name"] == name:
            return job_of(client, job["arn"])
    return None


def _in_ansible_form(job: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    metrics = job.get("trainingMetrics")
    return {
        "name": job["jobName"],
        "arn": job["jobArn"],
        "status": job["status"],
        "status_details": _phases(job),
        "base_model_arn": job.get("baseModelArn"),
        "custom_model_name": job.get("outputModelName"),
        "custom_model_arn": job.get("outputModelArn"),
        "role_arn": job.get("roleArn"),
        "customization_type": job.get("customizationType"),
        "hyperparameters": dict(job.get("hyperParameters") or {}),
        "training_data": _training_data(job.get("trainingDataConfig") or {}),
        "validation_data": [one["s3Uri"] for one in (job.get("validationDataConfig") or {}).get("validators", [])],
        "output_s3_uri": (job.get("outputDataConfig") or {}).get("s3Uri"),
        "kms_key_arn": job.get("outputModelKmsKeyArn"),
        "vpc": _vpc(job.get("vpcConfig")),
        "customization_config": job.get("customizationConfig"),
        "failure_message": job.get("failureMessage"),
        "training_metrics": {"training_loss": metrics.get("trainingLoss")} if metrics else None,
        "validation_metrics": [
            {"validation_loss": one.get("validationLoss")} for one in job.get("validationMetrics", [])
        ],
        "creation_time": _iso(job.get("creationTime")),
        "last_modified_time": _iso(job.get("lastModifiedTime")),
        "end_time": _iso(job.get("endTime")),
    }


def _phases(job: t.Mapping[str, t.Any]) -> dict[str, str]:
    details = job.get("statusDetails") or {}
    told = {phase: (details.get(key) or {}).get("status") for phase, key in _PHASES.items()}
    return {phase: status for phase, status in told.items() if status}


def _training_data(config: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    logs = config.get("invocationLogsConfig")
    if not logs:
        return {"s3_uri": config.get("s3Uri")}
    told = {
        "s3_uri": (logs.get("invocationLogSource") or {}).get("s3Uri"),
        "use_prompt_response": logs.get("usePromptResponse"),
        "request_metadata_filters": logs.get("requestMetadataFilters"),
    }
    return {"invocation_logs": {key: value for key, value in told.items() if value is not None}}


def _vpc(config: t.Mapping[str, t.Any] | None) -> dict[str, t.Any] | None:
    if not config:
        return None
    return {"subnet_ids": config.get("subnetIds", []), "security_group_ids": config.get("securityGroupIds", [])}


def _iso(time: t.Any) -> str | None:
    return time.isoformat() if time else None


# --- Writing ---


def create_job(client: t.Any, token: str, **options: t.Any) -> str:
    """Start a job and return its ARN. token: one a run, so that a repeated call starts no second job."""
    name = options["name"]
    try:
        return _create(client, name, {**_request(options), "clientRequestToken": token})
    except AWSCallError as error:
        if code_of(error) == "ConflictException":
            return _made_by_us(client, name, token, error)
        quota = "Wait for other jobs to end, or ask for more in Service Quotas"
        raise with_remedy(error, options["role_arn"], {"ServiceQuotaExceededException": quota}) from error


@writes("start model customization job {name}")
def _create(client: t.Any, name: str, request: t.Mapping[str, t.Any]) -> str:
    return str(client.create_model_customization_job(jobName=name, **request)["jobArn"])


def _made_by_us(client: t.Any, name: str, token: str, error: AWSCallError) -> str:
    """The ARN of the job that is in the way, if a call of this run made it whose answer was lost."""
    job = _get_job(client, name)
    if job and job.get("clientRequestToken") == token:
        return str(job["jobArn"])
    raise explained(
        error,
        "The name of the job or of the custom model is taken. Jobs are kept for ever, so that a job's name can be used "
        "once; a custom model's is free again when the model is deleted",
    ) from error


_TEXTS = {
    "custom_model_name": "customModelName",
    "role_arn": "roleArn",
    "base_model_id": "baseModelIdentifier",
    "customization_type": "customizationType",
    "hyperparameters": "hyperParameters",
    "kms_key_id": "customModelKmsKeyId",
    "customization_config": "customizationConfig",
}


def _request(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    request = {_TEXTS[key]: value for key, value in options.items() if key in _TEXTS}
    request["outputDataConfig"] = {"s3Uri": options["output_s3_uri"]}
    request["trainingDataConfig"] = _training_config(options["training_data"])
    if options.get("validation_data"):
        request["validationDataConfig"] = {"validators": [{"s3Uri": uri} for uri in options["validation_data"]]}
    if "vpc" in options:
        vpc = options["vpc"]
        request["vpcConfig"] = {"subnetIds": vpc["subnet_ids"], "securityGroupIds": vpc["security_group_ids"]}
    for option, key in (("tags", "jobTags"), ("custom_model_tags", "customModelTags")):
        if options.get(option):
            request[key] = tags.in_api_form(options[option])
    return request


def _training_config(data: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    logs = data.get("invocation_logs")
    if not logs:
        return {"s3Uri": data["s3_uri"]}
    config: dict[str, t.Any] = {"invocationLogSource": {"s3Uri": logs["s3_uri"]}}
    if "use_prompt_response" in logs:
        config["usePromptResponse"] = logs["use_prompt_response"]
    if "request_metadata_filters" in logs:
        config["requestMetadataFilters"] = logs["request_metadata_filters"]
    return {"invocationLogsConfig": config}


@writes("stop model customization job {name}")
def _stop(client: t.Any, name: str, arn: str) -> None:
    client.stop_model_customization_job(jobIdentifier=arn)


def stop_job(client: t.Any, name: str, arn: str) -> bool:
    """Whether it was this call that stopped it: a job can end just before, and then AWS refuses to stop it."""
    try:
        _stop(client, name, arn)
    except AWSCallError as error:
        job = _get_job(client, arn) if code_of(error) == "ConflictException" else None
        if job is None or job["status"] == RUNNING:
            raise
        return False
    return True


def execute(client: t.Any, call: Call, token: str) -> t.Any:
    """Make one planned call; the ARN of a job that was started. Raises AWSCallError."""
    if call.name == "create customization job":
        return create_job(client, token, **call.arguments)
    if call.name == "stop customization job":
        return stop_job(client, **call.arguments)
    return tags.execute(client, call)


# --- Waiting ---

_WAITS = {
    "Completed": Wait(
        "GetModelCustomizationJob",
        [
            on_path("status", "Completed", "success"),
            *(on_path("status", bad, "failure") for bad in ("Failed", "Stopping", "Stopped")),
        ],
    ),
    # A job that is to stop may also end by itself.
    "ended": Wait("GetModelCustomizationJob", [on_path("status", end, "success") for end in ENDED]),
}


def status_in_words(job: t.Mapping[str, t.Any]) -> str:
    """The status, and while the job runs the phase it is in."""
    status = str(job.get("status", ""))
    if status != RUNNING:
        return status
    phase = next((phase for phase, state in _phases(job).items() if state != "Completed"), None)
    return f"{status}: {phase.replace('_', ' ')}" if phase else status


def wait_for(client: t.Any, job: Resource, goal: str, *, timeout: int, delay: int, progress: Progress) -> None:
    """Wait until the job is Completed, or has ended anyhow (goal: ended). Raises WaitFailed and AWSCallError."""
    try:
        _WAITS[goal].until(client, {"jobIdentifier": job["arn"]}, timeout=timeout, delay=delay, progress=progress)
    except WaiterError as error:
        last = error.last_response or {}
        if "jobArn" in last and last["status"] in ("Failed", "Stopping", "Stopped") and goal == "Completed":
            raise WaitFailed(ended_badly(_in_ansible_form(last))) from error
        raise WaitFailed(
            f"Model customization job {job['name']} ({job['arn']}) is {status_in_words(last) or 'not seen'} after "
            f"{timeout} s. It goes on, and is billed: run the task again to go on waiting, or raise wait_timeout."
        ) from error


__all__ = ["AWSCallError", "execute", "find_job", "job_of", "list_jobs", "wait_for"]
