# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bedrock's calls for provisioned throughput, one decorated function each. Private to this collection."""

from __future__ import annotations

import contextlib
import datetime
import typing as t

with contextlib.suppress(ImportError):  # AnsibleAWSModule says so
    from botocore.exceptions import HTTPClientError  # type: ignore[import-untyped]

from ..._aws.calls import AWSCallError, deletes, reads, writes
from ..._aws.failures import code_of, explained
from ..._resource import Call, Refused, Resource
from .. import arns, buyable, purchase, throughput
from ..terms import NO_TERM
from . import tags as tag_api

OPERATIONS = (
    "ListProvisionedModelThroughputs",
    "GetProvisionedModelThroughput",
    "CreateProvisionedModelThroughput",
    "UpdateProvisionedModelThroughput",
    "DeleteProvisionedModelThroughput",
)
# AWS answers so when it may have carried out the call or not.
_UNSURE = ("InternalServerException", "InternalFailure", "InternalError", "ServiceUnavailableException")


# --- Reads ---


@reads("read provisioned throughput {identifier}")
def _get(client: t.Any, identifier: str) -> dict[str, t.Any]:
    return t.cast("dict[str, t.Any]", client.get_provisioned_model_throughput(provisionedModelId=identifier))


@reads("list provisioned throughput")
def _list(client: t.Any, **filters: str) -> list[dict[str, t.Any]]:
    pages = client.get_paginator("list_provisioned_model_throughputs").paginate(**filters)
    return t.cast("list[dict[str, t.Any]]", pages.build_full_result().get("provisionedModelSummaries", []))


def find(client: t.Any, name: str) -> str | None:
    """ARN of the one with exactly this name, or None. Raises Refused for several.

    AWS's filter takes parts of names, too. And a listing may lag behind: what was bought a moment ago is asked for by
    its name as well, as taking it for absent would buy it twice.
    """
    rows = _list(client, nameContains=name) or []
    arn = throughput.only_one(name, [row["provisionedModelArn"] for row in rows if row["provisionedModelName"] == name])
    if arn is None:
        answer = _get(client, name)
        arn = answer["provisionedModelArn"] if answer and answer["provisionedModelName"] == name else None
    return arn


def find_other(client: t.Any, name: str, arn: str) -> str | None:
    """ARN of another one that has the name."""
    rows = _list(client, nameContains=name) or []
    others = (row["provisionedModelArn"] for row in rows if row["provisionedModelName"] == name)
    return next((other for other in others if other != arn), None)


def read(client: t.Any, arn: str, now: datetime.datetime) -> Resource | None:
    """The resource with its tags, or None."""
    answer = _get(client, arn)
    return with_tags(client, in_ansible_form(answer, now)) if answer else None


def with_tags(client: t.Any, row: Resource) -> Resource:
    """The same with its tags."""
    return {**row, "tags": tag_api.tags_of(client, row["arn"])}


def listed(client: t.Any, now: datetime.datetime, **filters: str) -> list[Resource]:
    """All that fit the API's filters, without tags. Why one failed only the Get tells."""
    rows = [row for row in _list(client, **filters) or [] if _fits(row, filters)]
    failed = [row["provisionedModelArn"] for row in rows if row["status"] == throughput.FAILED]
    answers = {arn: _get(client, arn) for arn in failed}
    return [in_ansible_form(answers.get(row["provisionedModelArn"]) or row, now) for row in rows]


def _fits(row: t.Mapping[str, t.Any], filters: t.Mapping[str, str]) -> bool:
    """Whether a row is what was asked for; not each stand-in for AWS heeds the filters."""
    keys = {"statusEquals": "status", "modelArnEquals": "modelArn"}
    return all(row[key] == filters[name] for name, key in keys.items() if name in filters)


def in_ansible_form(answer: t.Mapping[str, t.Any], now: datetime.datetime) -> dict[str, t.Any]:
    """An answer of Get, or a row of List, without the tags."""
    arn, end = answer["provisionedModelArn"], answer.get("commitmentExpirationTime")
    return {
        "name": answer["provisionedModelName"],
        "arn": arn,
        "id": arns.short_id(arn),
        "model_arn": answer["modelArn"],
        "desired_model_arn": answer.get("desiredModelArn", answer["modelArn"]),
        "foundation_model_arn": answer.get("foundationModelArn"),
        "model_units": answer["modelUnits"],
        "desired_model_units": answer.get("desiredModelUnits", answer["modelUnits"]),
        "status": answer["status"],
        "commitment_duration": answer.get("commitmentDuration") or NO_TERM,
        "commitment_expiration_time": purchase.written(end),
        "commitment_days_left": purchase.days_left(end, now),
        "creation_time": purchase.written(answer.get("creationTime")),
        "last_modified_time": purchase.written(answer.get("lastModifiedTime")),
        "failure_message": answer.get("failureMessage") or None,
    }


# --- The model ---


@reads("read custom model {identifier}")
def _get_custom_model(client: t.Any, identifier: str) -> dict[str, t.Any]:
    return t.cast("dict[str, t.Any]", client.get_custom_model(modelIdentifier=identifier))


@reads("read foundation model {identifier}")
def _get_foundation_model(client: t.Any, identifier: str) -> dict[str, t.Any]:
    answer = client.get_foundation_model(modelIdentifier=identifier)
    return t.cast("dict[str, t.Any]", answer["modelDetails"])


def model_arn_of(client: t.Any, model: str) -> str:
    """ARN of a model given as id, ARN, or a custom model's name. Raises Refused for a name that nothing has."""
    buyable.check_place("model_id", model, client.meta.partition, client.meta.region_name)
    if model.startswith("arn:") or arns.is_foundation_model_id(model):
        return arns.foundation_model_arn(model, client)
    answer = _get_custom_model(client, model)
    if answer is None:
        raise Refused(
            f"There is no custom model with the name {model} in {client.meta.region_name}. Give the id of a foundation "
            "model (provider.model), or the name or ARN of a custom model; bedrock_custom_model_info lists them."
        )
    return str(answer["modelArn"])


def model_to_buy(client: t.Any, arn: str) -> buyable.Model:
    """What Bedrock says of the model. Raises Refused for one that it does not have."""
    custom: t.Mapping[str, t.Any] = {}
    base = arns.short_id(arn)
    if buyable.kind_of(arn) == buyable.CUSTOM_MODEL:
        answer = _get_custom_model(client, arn)
        if answer is None:
            raise Refused(f"There is no custom model {arn}. bedrock_custom_model_info lists those there are.")
        custom = answer
        base = arns.short_id(custom["baseModelArn"]) if "baseModelArn" in custom else ""
    details = _foundation_model(client, base) if "." in base else {}
    lifecycle = details.get("modelLifecycle", {})
    return buyable.Model(
        arn=arn,
        base=base,
        lifecycle=lifecycle.get("status"),
        end_of_life=lifecycle.get("endOfLifeTime"),
        custom_status=custom.get("modelStatus"),
        failure=custom.get("failureMessage", ""),
    )


def _foundation_model(client: t.Any, model: str) -> t.Mapping[str, t.Any]:
    """The life cycle of a variant is that of its model, where Bedrock does not list the variant itself."""
    candidates = buyable.bases_of(model)
    for candidate in candidates:
        try:
            details = _get_foundation_model(client, candidate)
        except AWSCallError as error:
            # Bedrock calls an id that it does not know invalid.
            if code_of(error) != "ValidationException":
                raise
            if candidate == candidates[-1]:
                raise explained(error, _unknown(model)) from error
            continue
        if details is not None:
            return details
    raise Refused(f"Bedrock has no foundation model {model} in {client.meta.region_name}. {_unknown(model)}.")


def _unknown(model: str) -> str:
    return (
        f"Whether {model} can be bought could not be read. bedrock_foundation_model_info lists the models of a region, "
        "and a variant ends in the length of its context, amazon.nova-lite-v1:0:24k. "
        "check_model=false buys without this check"
    )


# --- Writes ---


@writes("buy provisioned throughput {name}")
def _create(
    client: t.Any, *, name: str, model_id: str, model_units: int, commitment_duration: str, tags: Resource, token: str
) -> str:
    asked: dict[str, t.Any] = {
        "provisionedModelName": name,
        "modelId": model_id,
        "modelUnits": model_units,
        # Given by us: botocore makes another one for each call, and then a call that is repeated buys twice.
        "clientRequestToken": token,
    }
    if commitment_duration != NO_TERM:
        asked["commitmentDuration"] = commitment_duration
    if tags:
        asked["tags"] = tag_api.in_api_form(tags)
    return str(client.create_provisioned_model_throughput(**asked)["provisionedModelArn"])


def buy(client: t.Any, call: Call, token: str) -> str:
    """Carry out "buy throughput" and return the ARN. token: one a run, so that no repetition buys again."""
    try:
        return _create(client, **call.arguments, token=token)
    except AWSCallError as error:
        if isinstance(error.exception, HTTPClientError) or code_of(error) in _UNSURE:
            return _bought_all_the_same(client, call.arguments["name"], error)
        remedy = _PURCHASE_REMEDIES.get(code_of(error))
        raise explained(error, remedy) if remedy else error from error


def _bought_all_the_same(client: t.Any, name: str, error: AWSCallError) -> str:
    """The ARN of what was bought without an answer."""
    remedy = (
        "Whether AWS made the purchase is not known. Run again in a minute: it is looked for by its name "
        f"({name}) before anything is bought"
    )
    try:
        arn = find(client, name)
    except (AWSCallError, Refused):
        arn = None
    if arn is None:
        raise explained(error, remedy) from error
    return arn


_PURCHASE_REMEDIES = {
    "ServiceQuotaExceededException": "An account begins with no model units, or with too few: ask AWS Support for a "
    "higher quota of model units (Service Quotas, Amazon Bedrock, model units of this model), with and without a "
    "commitment",
    "ResourceNotFoundException": "AWS does not sell throughput for this model in this region. Foundation models are "
    "bought by the id of a variant, amazon.nova-lite-v1:0:24k for example",
    "ValidationException": "Not each model can be bought without a commitment, and foundation models are bought by the "
    "id of a variant, amazon.nova-lite-v1:0:24k for example",
    "TooManyTagsException": "Leave out some tags",
}


@writes("change provisioned throughput {arn}")
def _update(client: t.Any, arn: str, **changes: str) -> None:
    names = {"name": "desiredProvisionedModelName", "model_arn": "desiredModelId"}
    client.update_provisioned_model_throughput(
        provisionedModelId=arn, **{names[key]: value for key, value in changes.items()}
    )


@deletes("delete provisioned throughput {arn}")
def _delete_call(client: t.Any, arn: str) -> None:
    client.delete_provisioned_model_throughput(provisionedModelId=arn)


def _delete(client: t.Any, arn: str) -> None:
    try:
        _delete_call(client, arn)
    except AWSCallError as error:
        if code_of(error) not in ("ConflictException", "ValidationException"):
            raise
        raise explained(
            error,
            "AWS deletes nothing inside a commitment's term, nor while it is being created or changed. "
            "bedrock_provisioned_throughput_info shows status and commitment_expiration_time",
        ) from error


_EXECUTORS: t.Mapping[str, t.Callable[..., None]] = {
    "update throughput": _update,
    "delete throughput": _delete,
    **tag_api.EXECUTORS,
}


def execute(client: t.Any, call: Call) -> None:
    """Make one planned call other than a purchase. Raises AWSCallError."""
    _EXECUTORS[call.name](client, **call.arguments)
