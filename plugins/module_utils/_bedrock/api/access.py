# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bedrock's calls about agreements and the use-case form, one decorated function each. Private to this collection."""

from __future__ import annotations

import base64
import binascii
import json
import time
import typing as t

from ..._aws.calls import AWSCallError, deletes, reads, writes
from ..._aws.failures import code_of, explained
from ..._aws.waiting import Progress, Wait, WaiterError, on_error, on_path
from ..._resource import Call
from ..access import IN_FORCE, NONE, ON_ITS_WAY, Offer, form_data
from ..models import access_of
from .foundation_models import availability_of

OPERATIONS = (
    "GetFoundationModelAvailability",
    "ListFoundationModelAgreementOffers",
    "CreateFoundationModelAgreement",
    "DeleteFoundationModelAgreement",
    "GetUseCaseForModelAccess",
    "PutUseCaseForModelAccess",
)

_STATUS = "agreementAvailability.status"
_ASKS = "GetFoundationModelAvailability"
_WAITS = {
    "present": Wait(_ASKS, [on_path(_STATUS, IN_FORCE, "success"), on_path(_STATUS, "ERROR", "failure")]),
    "absent": Wait(
        _ASKS,
        [
            on_path(_STATUS, NONE, "success"),
            on_path(_STATUS, "ERROR", "failure"),
            on_error("ResourceNotFoundException", "success"),
        ],
    ),
}


@reads("list the offers for {model_id}")
def _list_offers(client: t.Any, model_id: str) -> list[dict[str, t.Any]]:
    # All, not only the public ones: a private offer is a price that somebody negotiated, and must not be overlooked.
    answer = client.list_foundation_model_agreement_offers(modelId=model_id, offerType="ALL")
    return t.cast("list[dict[str, t.Any]]", answer.get("offers", []))


def offers_for(client: t.Any, model_id: str) -> list[Offer]:
    """The terms that a model is offered under to this account. The API has no pages."""
    return [_offer(found) for found in _list_offers(client, model_id) or []]


def _offer(found: t.Mapping[str, t.Any]) -> Offer:
    terms = found.get("termDetails") or {}
    prices = (terms.get("usageBasedPricingTerm") or {}).get("rateCard") or []
    keys = ("dimension", "price", "description", "unit")
    return Offer(
        id=found.get("offerId"),
        token=found["offerToken"],
        legal_terms_url=(terms.get("legalTerm") or {}).get("url"),
        rate_card=[{key: price.get(key) for key in keys} for price in prices],
    )


@reads("read the use-case form of the account")
def _get_form(client: t.Any) -> bytes:
    return t.cast("bytes", client.get_use_case_for_model_access().get("formData", b""))


def use_case_of(client: t.Any) -> dict[str, t.Any] | None:
    """The account's use-case form, or None. An empty one is none."""
    data = _get_form(client)
    if not data:
        return None
    for decode in (bytes, _decoded):
        try:
            form = json.loads(decode(data))
        except (ValueError, binascii.Error):
            continue
        if isinstance(form, dict):
            return form
    # Whatever it is, it stands there: it is compared, and found to be another one.
    return {"form": data.decode(errors="replace")}


def _decoded(data: bytes) -> bytes:
    # Some clients encode the form themselves, once more than the API does.
    return base64.b64decode(data, validate=True)


@writes("hand in the use-case form of the account")
def _put_form(client: t.Any, form: t.Mapping[str, t.Any]) -> None:
    client.put_use_case_for_model_access(formData=form_data(form))


@writes("make the agreement for {model_id}")
def _create_agreement(client: t.Any, model_id: str, offer_token: str) -> None:
    client.create_foundation_model_agreement(modelId=model_id, offerToken=offer_token)


@deletes("end the agreement for {model_id}")
def _delete_agreement(client: t.Any, model_id: str) -> None:
    client.delete_foundation_model_agreement(modelId=model_id)


def _make_agreement(client: t.Any, model_id: str, offer_token: str) -> None:
    try:
        _create_agreement(client, model_id, offer_token)
    except AWSCallError as error:
        if code_of(error) == "ConflictException" and _stands(client, model_id):
            return  # the first answer was lost, or somebody else was faster
        if code_of(error) == "AccessDeniedException":
            raise explained(
                error,
                "To accept terms takes bedrock:CreateFoundationModelAgreement, aws-marketplace:Subscribe and "
                "aws-marketplace:ViewSubscriptions",
            ) from error
        raise


def _stands(client: t.Any, model_id: str) -> bool:
    return access_of(availability_of(client, model_id) or {})["agreement"] in (IN_FORCE, ON_ITS_WAY)


_EXECUTORS: dict[str, t.Callable[..., None]] = {
    "hand in use case form": _put_form,
    "make agreement": _make_agreement,
    "end agreement": _delete_agreement,
}


def execute(client: t.Any, call: Call) -> None:
    """Make one planned call. Raises AWSCallError."""
    _EXECUTORS[call.name](client, **call.arguments)


def progress_of_agreements(tell: t.Callable[[str], None]) -> Progress:
    """For ``wait_for_all``: each new status of each model."""

    def status(answer: t.Mapping[str, t.Any]) -> str:
        agreement = access_of(answer)["agreement"]
        return f"{answer.get('modelId')}: {agreement}" if agreement else ""

    return Progress(status, tell)


def wait_for_all(
    client: t.Any, state: str, model_ids: t.Sequence[str], *, timeout: int, delay: int, progress: Progress
) -> dict[str, dict[str, t.Any]]:
    """Wait until the agreements are in force (state present) or gone (absent), for ``timeout`` seconds in all.

    AWS works on all of them at the same time, so that one after the other is no slower than all at once.
    Returns the last known access of those that did not get there.
    """
    ends, behind = time.monotonic() + timeout, {}
    for model_id in model_ids:
        left = max(0, round(ends - time.monotonic()))
        try:
            _WAITS[state].until(client, {"modelId": model_id}, timeout=left, delay=delay, progress=progress)
        except WaiterError as error:
            behind[model_id] = access_of(error.last_response)
    return behind
