# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Bedrock's custom and imported models are read, one decorated function a call. Private to this collection."""

from __future__ import annotations

import typing as t

from ..._aws.calls import AWSCallError, reads
from ..._resource import Resource
from ..arns import foundation_model_arn, is_foundation_model_id, parse
from ..custom_model import CUSTOM, IMPORTED, MAKING, kind_of, the_one
from . import tags

OPERATIONS = (
    "GetCustomModel",
    "ListCustomModels",
    "GetImportedModel",
    "ListImportedModels",
    "ListModelImportJobs",
    "GetModelImportJob",
)


@reads("list the custom models")
def _list_custom(client: t.Any, **filters: t.Any) -> list[dict[str, t.Any]]:
    pages = client.get_paginator("list_custom_models").paginate(**filters)
    return t.cast("list[dict[str, t.Any]]", pages.build_full_result().get("modelSummaries", []))


@reads("list the imported models")
def _list_imported(client: t.Any, **filters: t.Any) -> list[dict[str, t.Any]]:
    pages = client.get_paginator("list_imported_models").paginate(**filters)
    return t.cast("list[dict[str, t.Any]]", pages.build_full_result().get("modelSummaries", []))


@reads("list the model import jobs that run")
def _list_imports(client: t.Any) -> list[dict[str, t.Any]]:
    pages = client.get_paginator("list_model_import_jobs").paginate(statusEquals="InProgress")
    return t.cast("list[dict[str, t.Any]]", pages.build_full_result().get("modelImportJobSummaries", []))


@reads("read custom model {arn}")
def _get_custom(client: t.Any, arn: str) -> dict[str, t.Any]:
    return t.cast("dict[str, t.Any]", client.get_custom_model(modelIdentifier=arn))


@reads("read imported model {arn}")
def _get_imported(client: t.Any, arn: str) -> dict[str, t.Any]:
    return t.cast("dict[str, t.Any]", client.get_imported_model(modelIdentifier=arn))


@reads("read model import job {identifier}")
def get_import(client: t.Any, identifier: str) -> dict[str, t.Any]:
    return t.cast("dict[str, t.Any]", client.get_model_import_job(jobIdentifier=identifier))


def model_of(client: t.Any, arn: str) -> Resource | None:
    """The model in Ansible form with its tags, or None. arn: of either kind, or of an import job that runs."""
    parts = parse(arn)
    if parts and parts.kind == "model-import-job":
        return _import_of(client, arn)
    model = _get_imported(client, arn) if kind_of(arn) == IMPORTED else _get_custom(client, arn)
    if not model:
        return None
    told = _imported(model) if kind_of(arn) == IMPORTED else _custom(model)
    return {**told, "tags": tags.tags_of(client, told["arn"])}


def find_models(client: t.Any, name: str, kind: str | None = None) -> list[Resource]:
    """All models of this name, those that are being imported included. nameContains also finds longer names."""
    arns: list[str] = []
    imported: list[str] = []
    if kind in (None, CUSTOM):
        listed = _list_custom(client, nameContains=name, isOwned=True) or []
        arns += [one["modelArn"] for one in listed if one["modelName"] == name]
    if kind in (None, IMPORTED):
        listed = _list_imported(client, nameContains=name) or []
        imported = [one["modelArn"] for one in listed if one["modelName"] == name]
        if not imported:
            imported = [one["jobArn"] for one in _list_imports(client) or [] if one.get("importedModelName") == name]
    found = (model_of(client, arn) for arn in [*arns, *imported])
    return [model for model in found if model]


def custom_model(client: t.Any, model: str) -> Resource | None:
    """The custom model of a name or ARN, or None."""
    return model_of(client, model) if model.startswith("arn:") else the_one(find_models(client, model, CUSTOM), model)


def list_models(client: t.Any, kind: str | None, base: str | None) -> list[str]:
    """ARNs of all models. base: ARN of the foundation model they were made from; imported ones have none."""
    filters = {"foundationModelArnEquals": base} if base else {}
    found = [] if kind == IMPORTED else [one["modelArn"] for one in _list_custom(client, **filters) or []]
    if kind != CUSTOM and not base:
        found += [one["modelArn"] for one in _list_imported(client) or []]
    return found


def base_arns(client: t.Any, model: str) -> list[str]:
    """ARNs that a base model given by id, name or ARN may have in a job's record; none if it does not exist."""
    if is_foundation_model_id(model) or ":foundation-model/" in model:
        return [foundation_model_arn(model, client)]
    arn = model if model.startswith("arn:") else next((one["arn"] for one in find_models(client, model, CUSTOM)), None)
    found = _get_custom(client, arn) if arn else None
    # A job's record names the foundation model even where a custom model was trained on.
    return [one for one in (found["modelArn"], found.get("baseModelArn")) if one] if found else []


def _custom(model: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    metrics = model.get("trainingMetrics")
    return {
        "name": model["modelName"],
        "arn": model["modelArn"],
        "kind": CUSTOM,
        # Models from before there was a status have none; they are ready.
        "status": model.get("modelStatus") or "Active",
        "base_model_arn": model.get("baseModelArn"),
        "job_arn": model.get("jobArn"),
        "customization_type": model.get("customizationType"),
        "failure_message": model.get("failureMessage"),
        "instruct_supported": None,
        "model_architecture": None,
        "source_s3_uri": None,
        "kms_key_arn": model.get("modelKmsKeyArn"),
        "training_metrics": {"training_loss": metrics.get("trainingLoss")} if metrics else None,
        "creation_time": _iso(model.get("creationTime")),
    }


def _imported(model: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {
        "name": model["modelName"],
        "arn": model["modelArn"],
        "kind": IMPORTED,
        "status": "Active",
        "base_model_arn": None,
        "job_arn": model.get("jobArn"),
        "customization_type": "IMPORTED",
        "failure_message": None,
        "instruct_supported": model.get("instructSupported"),
        "model_architecture": model.get("modelArchitecture"),
        "source_s3_uri": _source(model),
        "kms_key_arn": model.get("modelKmsKeyArn"),
        "training_metrics": None,
        "creation_time": _iso(model.get("creationTime")),
    }


def _import_of(client: t.Any, identifier: str) -> Resource | None:
    """The model that an import job makes: its own record once it is there, until then what the job says."""
    job = get_import(client, identifier)
    if not job:
        return None
    if job.get("status") == "Completed" and job.get("importedModelArn"):
        return model_of(client, job["importedModelArn"])
    return {
        "name": job["importedModelName"],
        "arn": None,
        "kind": IMPORTED,
        "status": MAKING if job.get("status") == "InProgress" else job.get("status"),
        "base_model_arn": None,
        "job_arn": job["jobArn"],
        "customization_type": "IMPORTED",
        "failure_message": job.get("failureMessage"),
        "instruct_supported": None,
        "model_architecture": None,
        "source_s3_uri": _source(job),
        "kms_key_arn": job.get("importedModelKmsKeyArn"),
        "training_metrics": None,
        "creation_time": _iso(job.get("creationTime")),
        "tags": {},
    }


def _source(record: t.Mapping[str, t.Any]) -> str | None:
    return ((record.get("modelDataSource") or {}).get("s3DataSource") or {}).get("s3Uri")


def _iso(time: t.Any) -> str | None:
    return time.isoformat() if time else None


def users_of(client: t.Any, arn: str) -> list[str]:
    """ARNs of what serves the model. Best effort: who may not list these is still told that the model is in use."""
    listings = (
        ("list_custom_model_deployments", "modelDeploymentSummaries", "customModelDeploymentArn"),
        ("list_provisioned_model_throughputs", "provisionedModelSummaries", "provisionedModelArn"),
    )
    used: list[str] = []
    for method, rows, key in listings:
        try:
            used += [row[key] for row in _rows(client, method, rows, arn) or [] if arn in _models_in(row)]
        except (AWSCallError, KeyError):  # KeyError: an older boto3
            continue
    return used


@reads("list what uses {arn}")
def _rows(client: t.Any, method: str, rows: str, arn: str) -> list[dict[str, t.Any]]:
    pages = client.get_paginator(method).paginate(modelArnEquals=arn)
    return t.cast("list[dict[str, t.Any]]", pages.build_full_result().get(rows, []))


def _models_in(row: t.Mapping[str, t.Any]) -> tuple[t.Any, t.Any]:
    return row.get("modelArn"), row.get("desiredModelArn")


__all__ = ["AWSCallError", "base_arns", "custom_model", "find_models", "list_models", "model_of", "users_of"]
