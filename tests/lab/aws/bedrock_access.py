"""Access to models: agreements with their providers, the use-case form, and what is available in the region."""

from __future__ import annotations

import base64
import json
import secrets

from tests.lab.aws import bedrock_catalog, bedrock_store
from tests.lab.aws.bedrock_catalog import Model
from tests.lab.aws.bedrock_knobs import KNOBS
from tests.lab.aws.bedrock_store import STEPS, STORES, later, now, written
from tests.lab.aws.bedrock_wire import Body, Handler, Refused, invalid, missing

AGREEMENT = "agreement"
FORM = "use-case"
FORM_SIZE = range(10, 16385)


def known(model_id: str) -> Model:
    """The model of an id, a variant or a profile."""
    model = bedrock_catalog.find_bare(model_id) or bedrock_catalog.find(model_id)
    if model is None:
        raise invalid("The provided model identifier is invalid.")
    return model


def agreement(model: Model) -> Body:
    """Status of the account's agreement; AWS makes it by itself at the first call, so it is there unless told."""
    record: Body | None = STORES[AGREEMENT].get(model.id)
    if record is not None:
        return bedrock_store.settle(record, written(now()))
    return {"status": "NOT_AVAILABLE" if model.id in KNOBS.agreement_needed else "AVAILABLE"}


def in_region(model: Model) -> bool:
    """Whether the region has the model, today."""
    return not model.gone(now().date()) and model.id not in KNOBS.region_unavailable


def availability(asked: Body) -> Body:
    """GetFoundationModelAvailability."""
    model = known(asked["modelId"])
    agreed = agreement(model)
    entitled = agreed["status"] == "AVAILABLE"
    return {
        "modelId": asked["modelId"],
        "agreementAvailability": {name: agreed[name] for name in ("status", "errorMessage") if name in agreed},
        "authorizationStatus": "AUTHORIZED",
        "entitlementAvailability": "AVAILABLE" if entitled else "NOT_AVAILABLE",
        "regionAvailability": "AVAILABLE" if in_region(model) else "NOT_AVAILABLE",
    }


def offers(asked: Body) -> Body:
    """ListFoundationModelAgreementOffers: each time with new tokens; Amazon's own models need none."""
    model = known(asked["modelId"])
    count = 0 if model.provider == "Amazon" else KNOBS.agreement_offers
    if asked.get("offerType") == "PUBLIC":
        count = min(count, 1)
    return {"modelId": asked["modelId"], "offers": [offer(model, number) for number in range(count)]}


def offer(model: Model, number: int) -> Body:
    """One offer, the first of them public."""
    name = f"offer-{'private' if number else 'public'}{number or ''}-{model.id.replace('.', '-').replace(':', '-')}"
    token = json.dumps({"model": model.id, "offer": name, "nonce": secrets.token_hex(16)})
    rates = [("input_tokens", "0.001"), ("output_tokens", "0.005")]
    return {
        "offerId": name,
        "offerToken": base64.b64encode(token.encode()).decode(),
        "termDetails": {
            "usageBasedPricingTerm": {
                "rateCard": [
                    {"dimension": each, "price": price, "description": "made up by the lab", "unit": "1K tokens"}
                    for each, price in rates
                ]
            },
            "legalTerm": {"url": f"https://legal.example/{model.provider.lower().replace(' ', '-')}/eula.html"},
            "supportTerm": {"refundPolicyDescription": "none"},
            "validityTerm": {"agreementDuration": "P365D"},
        },
    }


def create(asked: Body) -> Body:
    """CreateFoundationModelAgreement: PENDING for a while."""
    model = known(asked["modelId"])
    try:
        chosen = json.loads(base64.b64decode(asked["offerToken"], validate=True))
    except ValueError as error:
        raise invalid("The offer token is invalid.") from error
    if not isinstance(chosen, dict) or chosen.get("model") != model.id:
        raise invalid("The offer token is invalid for this model.")
    if agreement(model)["status"] in ("AVAILABLE", "PENDING"):
        raise Refused("ConflictException", f"There is an agreement for the model {model.id} already.")
    if KNOBS.use_case_needed and model.provider == "Anthropic" and FORM not in STORES[FORM]:
        raise invalid("Model use case details have not been submitted for this account.")
    outcome: Body = {"status": "AVAILABLE"}
    if failed := KNOBS.take_failure():
        outcome = {"status": "ERROR", "errorMessage": failed}
    STORES[AGREEMENT][model.id] = {"status": "PENDING", STEPS: [later(KNOBS.provisioning_seconds, outcome)]}
    return {"modelId": asked["modelId"]}


def delete(asked: Body) -> Body:
    """DeleteFoundationModelAgreement: in force for a while still."""
    model = known(asked["modelId"])
    if model.provider == "Amazon":
        raise invalid(f"The model {model.id} needs no agreement.")
    standing = agreement(model)["status"]
    if standing not in ("AVAILABLE", "PENDING"):
        raise missing(f"There is no agreement for the model {model.id}.")
    gone = later(KNOBS.provisioning_seconds, {"status": "NOT_AVAILABLE"})
    STORES[AGREEMENT][model.id] = {"status": standing, STEPS: [gone]}
    return {}


def put_form(asked: Body) -> Body:
    """PutUseCaseForModelAccess: once for the account; another form is refused."""
    try:
        form = base64.b64decode(asked["formData"], validate=True)
    except ValueError as error:
        raise invalid("formData is not a blob.") from error
    if len(form) not in FORM_SIZE:
        raise invalid(f"formData must have {FORM_SIZE.start} to {FORM_SIZE.stop - 1} bytes.")
    stored = STORES[FORM].setdefault(FORM, {"formData": asked["formData"]})
    if stored["formData"] != asked["formData"]:
        raise invalid("The use case details of this account were submitted already and can't be changed.")
    return {}


def get_form(asked: Body) -> Body:
    """GetUseCaseForModelAccess."""
    form: Body | None = STORES[FORM].get(FORM)
    if form is None:
        raise missing("No use case details were submitted for this account.")
    return form


HANDLERS: dict[str, Handler] = {
    "GetFoundationModelAvailability": availability,
    "ListFoundationModelAgreementOffers": offers,
    "CreateFoundationModelAgreement": create,
    "DeleteFoundationModelAgreement": delete,
    "PutUseCaseForModelAccess": put_form,
    "GetUseCaseForModelAccess": get_form,
}
