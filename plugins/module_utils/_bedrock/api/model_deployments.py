# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bedrock's on-demand deployments of custom models, one decorated function a call. Private to this collection."""

from __future__ import annotations

import typing as t

from ..._aws.calls import AWSCallError, deletes, reads, writes
from ..._aws.failures import WaitFailed
from ..._aws.waiting import Progress, Wait, WaiterError, on_error, on_path
from ..._resource import Call, Resource
from ..arns import short_id
from ..model_deployment import FAILED, UPDATING, failed
from . import tags
from .remedies import with_remedy

OPERATIONS = (
    "CreateCustomModelDeployment",
    "GetCustomModelDeployment",
    "ListCustomModelDeployments",
    "UpdateCustomModelDeployment",
    "DeleteCustomModelDeployment",
)
_REMEDIES = {
    "ServiceQuotaExceededException": "Delete deployments that are not needed, or ask for more in Service Quotas",
    "ConflictException": "Amazon Bedrock is still at work on the deployment: run the task again when it is done",
}

# --- Reading ---


@reads("list the custom model deployments")
def _list(client: t.Any, **filters: str) -> list[dict[str, t.Any]]:
    pages = client.get_paginator("list_custom_model_deployments").paginate(**filters)
    return t.cast("list[dict[str, t.Any]]", pages.build_full_result().get("modelDeploymentSummaries", []))


@reads("read custom model deployment {arn}")
def _get(client: t.Any, arn: str) -> dict[str, t.Any]:
    return t.cast("dict[str, t.Any]", client.get_custom_model_deployment(customModelDeploymentIdentifier=arn))


def arns_of(client: t.Any, name: str | None = None, model: str | None = None) -> list[str]:
    """ARNs of all deployments, or of those with this very name or model. nameContains also finds longer names."""
    filters = {"nameContains": name, "modelArnEquals": model}
    listed = _list(client, **{key: value for key, value in filters.items() if value}) or []
    # What a listing calls customModelDeploymentName is modelDeploymentName everywhere else.
    return [
        one["customModelDeploymentArn"]
        for one in listed
        if name in (None, one["customModelDeploymentName"]) and model in (None, one["modelArn"])
    ]


def deployment_of(client: t.Any, arn: str) -> Resource | None:
    """The deployment in Ansible form with its tags, or None."""
    found = _get(client, arn)
    if not found:
        return None
    update = found.get("updateDetails") or {}
    on_its_way = update.get("updateStatus") == UPDATING
    return {
        "name": found["modelDeploymentName"],
        "arn": found["customModelDeploymentArn"],
        "id": short_id(found["customModelDeploymentArn"]),
        "model_arn": found["modelArn"],
        "desired_model_arn": update["modelArn"] if on_its_way else found["modelArn"],
        "status": found["status"],
        "update_status": update.get("updateStatus"),
        "failure_message": found.get("failureMessage"),
        "description": found.get("description"),
        "creation_time": _iso(found.get("createdAt")),
        "last_updated_time": _iso(found.get("lastUpdatedAt")),
        "tags": tags.tags_of(client, found["customModelDeploymentArn"]),
    }


def _iso(time: t.Any) -> str | None:
    return time.isoformat() if time else None


# --- Writing ---


@writes("create custom model deployment {name}")
def _create(client: t.Any, name: str, request: t.Mapping[str, t.Any]) -> str:
    return str(client.create_custom_model_deployment(modelDeploymentName=name, **request)["customModelDeploymentArn"])


def create_deployment(client: t.Any, token: str, **options: t.Any) -> str:
    """Deploy a model and return the deployment's ARN. token: one a run, so that a repeated call makes no second."""
    request = {"modelArn": options["model_arn"], "clientRequestToken": token}
    if "description" in options:
        request["description"] = options["description"]
    if options.get("tags"):
        request["tags"] = tags.in_api_form(options["tags"])
    return _create(client, options["name"], request)


@writes("update custom model deployment {name}")
def _update(client: t.Any, name: str, arn: str, model_arn: str) -> None:
    client.update_custom_model_deployment(customModelDeploymentIdentifier=arn, modelArn=model_arn)


@deletes("delete custom model deployment {name}")
def _delete(client: t.Any, name: str, arn: str) -> None:
    client.delete_custom_model_deployment(customModelDeploymentIdentifier=arn)


def delete_deployment(client: t.Any, name: str, arn: str) -> None:
    """Delete a deployment. One that is gone already was deleted by a call of this run whose answer was lost."""
    _delete(client, name, arn)


_EXECUTORS: t.Mapping[str, t.Callable[..., t.Any]] = {
    "update deployment": _update,
    "delete deployment": delete_deployment,
    **tags.EXECUTORS,
}


def execute(client: t.Any, call: Call, token: str) -> t.Any:
    """Make one planned call; the ARN of a deployment that is new. Raises AWSCallError."""
    try:
        if call.name == "create deployment":
            return create_deployment(client, token, **call.arguments)
        return _EXECUTORS[call.name](client, **call.arguments)
    except AWSCallError as error:
        raise with_remedy(error, None, _REMEDIES) from error


# --- Waiting ---

_GET = "GetCustomModelDeployment"
_ACTIVE = Wait(_GET, [on_path("status", "Active", "success"), on_path("status", FAILED, "failure")])
_GONE = Wait(_GET, [on_error("ResourceNotFoundException", "success")])


def _updated_to(model: str) -> Wait:
    """The status stays Active all through an update: updateDetails tell of it, and may still tell of one before it."""
    own = f"updateDetails.modelArn == '{model}' && updateDetails.updateStatus"
    done = f"({own} == 'UpdateCompleted') || (modelArn == '{model}' && updateDetails == `null`)"
    return Wait(_GET, [on_path(done, True, "success"), on_path(f"{own} == 'UpdateFailed'", True, "failure")])


def status_in_words(answer: t.Mapping[str, t.Any]) -> str:
    """The status, and with it that of an update."""
    update = (answer.get("updateDetails") or {}).get("updateStatus")
    status = str(answer.get("status", ""))
    return f"{status}: {update}" if status and update else status


def wait_for(client: t.Any, deployment: Resource, goal: str, *, timeout: int, delay: int, progress: Progress) -> None:
    """Wait until the deployment is Active, gone, or serves the model whose ARN is the goal.

    Raises WaitFailed and AWSCallError.
    """
    rule = {"Active": _ACTIVE, "gone": _GONE}.get(goal) or _updated_to(goal)
    arguments = {"customModelDeploymentIdentifier": deployment["arn"]}
    try:
        rule.until(client, arguments, timeout=timeout, delay=delay, progress=progress)
    except WaiterError as error:
        last, name = error.last_response or {}, f"{deployment['name']} ({deployment['arn']})"
        if goal == "Active" and last.get("status") == FAILED:
            raise WaitFailed(failed({**deployment, "failure_message": last.get("failureMessage")})) from error
        if (last.get("updateDetails") or {}).get("updateStatus") == "UpdateFailed":
            why = f": {last['failureMessage']}" if last.get("failureMessage") else ""
            raise WaitFailed(
                f"Deployment {name} did not change to {goal}{why.rstrip('.')}. It goes on to serve {last['modelArn']}: "
                "run the task again to try once more, or with the model that it serves."
            ) from error
        raise WaitFailed(
            f"Deployment {name} is {status_in_words(last) or 'not seen'} after {timeout} s. Amazon Bedrock goes on: "
            "run the task again to go on waiting, or raise wait_timeout."
        ) from error


__all__ = ["AWSCallError", "arns_of", "deployment_of", "execute", "wait_for"]
