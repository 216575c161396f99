# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for the agreements about foundation models and for the use-case form: pure. Private to this collection."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass, field

from .._resource import Call, Plan, Refused, Resource
from .expansion import without_variant
from .inputs import MOST_SHOWN, check_count, check_each
from .models import access_of
from .targets import base_of

# AgreementStatus of the API.
IN_FORCE, ON_ITS_WAY, NONE = "AVAILABLE", "PENDING", "NOT_AVAILABLE"
# The form as PutUseCaseForModelAccess takes it (service model 2023-04-20).
FORM_BYTES = (10, 16384)


@dataclass(frozen=True)
class Offer:
    """Terms that a model is offered under. The token changes with each listing: it is neither kept nor shown."""

    id: str | None
    token: str = field(repr=False)
    legal_terms_url: str | None
    rate_card: t.Sequence[Resource]


def foundation_models(model_ids: t.Sequence[str], offer_id: str | None, region: str) -> list[str]:
    """The foundation models behind the ids, each once. Raises Refused for what the API does not accept."""
    check_each("A member of model_ids", model_ids, "foundation_model_id")
    found = [_foundation_model(model_id, region) for model_id in model_ids]
    if offer_id is not None and len(set(found)) != 1:
        raise Refused(
            f"offer_id is one model's, and model_ids names {len(set(found))}. Accept that offer in a task of its own."
        )
    return list(dict.fromkeys(found))


def _foundation_model(model_id: str, region: str) -> str:
    return without_variant(base_of({"name": model_id, "bedrock_model": model_id}, region) or model_id)


def row_of(model_id: str, availability: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What stands, for the user. The terms are known only where some were to be accepted."""
    return {"model_id": model_id, **access_of(availability), "legal_terms_url": None, "rate_card": []}


def wants_offers(found: Resource) -> bool:
    """Whether there is an agreement to be made, for which the offers have to be read."""
    return found["agreement"] not in (IN_FORCE, ON_ITS_WAY) and found["region_available"] is not False


def plan_present(
    found: Resource,
    offers: t.Sequence[Offer],
    *,
    region: str,
    accept_eula: bool,
    offer_id: str | None = None,
    wait: bool = True,
) -> Plan:
    """Plan for a model that is to have an agreement in force.

    offers: as read, where ``wants_offers``. wait: whether AWS is given the time to put it into force.
    """
    model_id = found["model_id"]
    if found["region_available"] is False:
        raise Refused(
            f"{model_id} is not available in {region}, so that there is nothing to agree to. Choose another region or "
            "model: bedrock_foundation_model_info shows what there is."
        )
    if not wants_offers(found):
        return Plan(found, found)
    offer = _chosen(model_id, offers, offer_id)
    if not accept_eula:
        terms = offer.legal_terms_url or "the Bedrock console, model catalog"
        raise Refused(
            f"{model_id} has terms to be accepted: {terms}. Read them, and set accept_eula: true when your "
            "organization agrees; calls of the model are then billed by its rate card."
        )
    after = {
        **found,
        "agreement": IN_FORCE if wait else ON_ITS_WAY,
        "error_message": None,
        "legal_terms_url": offer.legal_terms_url,
        "rate_card": list(offer.rate_card),
    }
    return Plan(found, after, (Call("make agreement", {"model_id": model_id, "offer_token": offer.token}),))


def plan_absent(found: Resource) -> Plan:
    """Plan for a model that is to have no agreement."""
    if not may_end(found):
        return Plan(found, found)
    after = {**found, "agreement": NONE}
    return Plan(found, after, (Call("end agreement", {"model_id": found["model_id"]}),))


def may_end(found: Resource) -> bool:
    """Whether there is an agreement that can be ended. Amazon's own models are available without one."""
    return found["agreement"] in (IN_FORCE, ON_ITS_WAY) and not is_amazons(found)


def is_amazons(found: Resource) -> bool:
    """Whether it is a model of Amazon's own, which comes without terms of a third party."""
    return str(found["model_id"]).startswith("amazon.")


def plan_use_case(wanted: Resource, found: Resource | None) -> Plan:
    """Plan for the account's one use-case form. The API has no way to change or delete it."""
    if found is None:
        return Plan(None, dict(wanted), (Call("hand in use case form", {"form": dict(wanted)}),))
    differing = sorted(key for key in wanted.keys() | found.keys() if _plain(wanted.get(key)) != _plain(found.get(key)))
    if differing:
        told = ", ".join(
            f"{key} ({_shown(found.get(key))} at AWS, {_shown(wanted.get(key))} here)" for key in differing
        )
        raise Refused(
            f"The account has handed in another use-case form already. It differs in {told}. AWS has no way to change "
            "it: give use_case as it stands there, or leave use_case out; AWS Support can tell what to do about a "
            "wrong one."
        )
    return Plan(found, found)


def form_data(form: Resource) -> bytes:
    """The form as the API takes it. Raises Refused for one that is too short or too long."""
    data = json.dumps(form, sort_keys=True, ensure_ascii=False).encode()
    least, most = FORM_BYTES
    check_count("The length of use_case, as JSON in bytes,", len(data), least, most, "Fill in the form, in few words")
    return data


def _plain(value: t.Any) -> t.Any:
    """Numbers and their texts are the same answer: the console writes '0' where YAML reads 0."""
    if isinstance(value, t.Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, bool) else str(value)


def _shown(value: t.Any) -> str:
    text = repr(value)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}..."


def _chosen(model_id: str, offers: t.Sequence[Offer], offer_id: str | None) -> Offer:
    if not offers:
        raise Refused(
            f"AWS offers no terms for {model_id} to this account, and there is no agreement. Look at the model in the "
            "Bedrock console, model catalog: some are sold by their provider, or need a request to AWS first."
        )
    fitting = [offer for offer in offers if offer_id in (None, offer.id)]
    if len(fitting) == 1:
        return fitting[0]
    listed = "; ".join(f"{offer.id or 'without an id'} ({offer.legal_terms_url or 'no terms'})" for offer in offers)
    if offer_id is not None:
        raise Refused(f"AWS does not offer {model_id} under offer_id {offer_id!r}. It offers: {listed}. Choose one.")
    raise Refused(f"AWS has {len(offers)} offers for {model_id}: {listed}. Choose one with offer_id.")


def unfinished(model_id: str, access: t.Mapping[str, t.Any], timeout: int) -> str:
    """What is told of a model that did not get there in a wait."""
    if access["agreement"] == "ERROR":
        why = str(access["error_message"] or "AWS tells no reason").rstrip(".")
        return (
            f"{model_id}: AWS could not make or end the agreement: {why}. Put that right at AWS, then run this again."
        )
    status = access["agreement"] or "not known"
    return (
        f"{model_id}: its agreement is {status} after {timeout} s. AWS goes on with it, which can take 15 minutes: run "
        "this again, or raise wait_timeout."
    )
