# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Bedrock's custom and imported models are made, awaited and deleted. Private to this collection."""

from __future__ import annotations

import re
import typing as t

from ..._aws.calls import AWSCallError, deletes, writes
from ..._aws.failures import WaitFailed, code_of, explained
from ..._aws.waiting import Progress, Wait, WaiterError, on_path
from ..._resource import Call, Resource
from ..custom_model import CUSTOM, IMPORTED, failed, handle
from . import custom_models, tags
from .remedies import with_remedy

OPERATIONS = ("DeleteCustomModel", "DeleteImportedModel")
# Needed for one kind of new model only.
TO_MAKE = {CUSTOM: "CreateCustomModel", IMPORTED: "CreateModelImportJob"}


def create_model(client: t.Any, token: str, **options: t.Any) -> str:
    """Make a custom model of files and return its ARN. token: one a run, so that a repeated call makes no second."""
    request: dict[str, t.Any] = {
        "modelName": options["name"],
        "modelSourceConfig": {"s3DataSource": {"s3Uri": options["model_source_s3_uri"]}},
        "clientRequestToken": token,
    }
    for option, key in (("role_arn", "roleArn"), ("kms_key_id", "modelKmsKeyArn")):
        if option in options:
            request[key] = options[option]
    if options.get("tags"):
        request["modelTags"] = tags.in_api_form(options["tags"])
    try:
        return _create(client, options["name"], request)
    except AWSCallError as error:
        raise with_remedy(error, options.get("role_arn"), _remedies(options["name"])) from error


@writes("create custom model {name}")
def _create(client: t.Any, name: str, request: t.Mapping[str, t.Any]) -> str:
    return str(client.create_custom_model(**request)["modelArn"])


def import_model(client: t.Any, token: str, **options: t.Any) -> str:
    """Start the import of a model and return the ARN of the job. token: as above; botocore has none of its own here."""
    name = options["name"]
    request: dict[str, t.Any] = {
        "jobName": import_job_name(name, token),
        "importedModelName": name,
        "roleArn": options["role_arn"],
        "modelDataSource": {"s3DataSource": {"s3Uri": options["model_source_s3_uri"]}},
        "clientRequestToken": token,
    }
    if "kms_key_id" in options:
        request["importedModelKmsKeyId"] = options["kms_key_id"]
    if options.get("tags"):
        # The job's, too: while it runs there is no model yet, and whoever searches by a tag finds the job.
        request["importedModelTags"] = request["jobTags"] = tags.in_api_form(options["tags"])
    try:
        return _import(client, name, request)
    except AWSCallError as error:
        # The job's name is this run's own: one that is there was made by a call whose answer was lost.
        job = custom_models.get_import(client, request["jobName"]) if code_of(error) == "ConflictException" else None
        if job and job.get("importedModelName") == name:
            return str(job["jobArn"])
        raise with_remedy(error, options.get("role_arn"), _remedies(options["name"])) from error


@writes("import model {name}")
def _import(client: t.Any, name: str, request: t.Mapping[str, t.Any]) -> str:
    return str(client.create_model_import_job(**request)["jobArn"])


def import_job_name(model: str, token: str) -> str:
    """A name that was never used: import jobs are kept for ever, and their names with them."""
    return f"{re.sub('[^a-zA-Z0-9]+', '-', model)[:50].strip('-')}-{token[:8]}"


def _remedies(name: str) -> dict[str, str]:
    return {
        "ConflictException": f"The name {name} is taken by another model, or one is being made: use another",
        "ServiceQuotaExceededException": "Delete models that are not needed, or ask for more in Service Quotas",
    }


@deletes("delete custom model {name}")
def _delete_custom(client: t.Any, name: str, arn: str) -> None:
    client.delete_custom_model(modelIdentifier=arn)


@deletes("delete imported model {name}")
def _delete_imported(client: t.Any, name: str, arn: str) -> None:
    client.delete_imported_model(modelIdentifier=arn)


def delete_model(client: t.Any, name: str, arn: str, kind: str) -> None:
    """Delete a model. What is in the way is named where it can be read."""
    delete = _delete_imported if kind == IMPORTED else _delete_custom
    try:
        delete(client, name, arn)
    except AWSCallError as error:
        if code_of(error) != "ConflictException":
            raise
        used = custom_models.users_of(client, arn)
        told = (
            f"It is used by {', '.join(used)}" if used else "Something uses it: a deployment or provisioned throughput"
        )
        raise explained(
            error,
            f"{told}. Delete that first, with bedrock_custom_model_deployment or bedrock_provisioned_throughput and "
            "state: absent (provisioned throughput only after its term)",
        ) from error


def execute(client: t.Any, call: Call, token: str) -> t.Any:
    """Make one planned call; the ARN of what was begun. Raises AWSCallError."""
    if call.name == "create model":
        return create_model(client, token, **call.arguments)
    if call.name == "import model":
        return import_model(client, token, **call.arguments)
    if call.name == "delete model":
        return delete_model(client, **call.arguments)
    return tags.execute(client, call)


# --- Waiting ---

_CUSTOM_READY = Wait(
    "GetCustomModel", [on_path("modelStatus", "Active", "success"), on_path("modelStatus", "Failed", "failure")]
)
_IMPORT_ENDED = Wait(
    "GetModelImportJob", [on_path("status", "Completed", "success"), on_path("status", "Failed", "failure")]
)


def status_in_words(answer: t.Mapping[str, t.Any]) -> str:
    """The status of a model, or of the job that imports it."""
    return str(answer.get("modelStatus") or answer.get("status") or "")


def wait_until_ready(client: t.Any, model: Resource, *, timeout: int, delay: int, progress: Progress) -> None:
    """Wait until a model that is being made is there. Raises WaitFailed and AWSCallError."""
    rule, arguments = (
        (_IMPORT_ENDED, {"jobIdentifier": model["job_arn"]})
        if not model.get("arn")
        else (_CUSTOM_READY, {"modelIdentifier": model["arn"]})
    )
    try:
        rule.until(client, arguments, timeout=timeout, delay=delay, progress=progress)
    except WaiterError as error:
        last = error.last_response or {}
        if status_in_words(last) == "Failed":
            raise WaitFailed(failed({**model, "failure_message": last.get("failureMessage")})) from error
        raise WaitFailed(
            f"Model {model['name']} ({handle(model)}) is {status_in_words(last) or 'not seen'} "
            f"after {timeout} s. Amazon Bedrock goes on: run the task again to go on waiting, or raise wait_timeout."
        ) from error


__all__ = ["AWSCallError", "execute", "wait_until_ready"]
