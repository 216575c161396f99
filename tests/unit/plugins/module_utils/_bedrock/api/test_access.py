"""Agreements as botocore checks and sends them, with answers that the emulated Bedrock does not give."""

from __future__ import annotations

import base64
import json

import botocore.session
import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.calls import AWSCallError
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import access as api
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Call
from botocore.stub import Stubber

MODEL = "anthropic.claude"
FORM = {"companyName": "Éxample", "useCases": "Answers"}
MAKE = Call("make agreement", {"model_id": MODEL, "offer_token": "token"})


def availability(status, error_message=None, model_id=MODEL):
    told = {"errorMessage": error_message} if error_message else {}
    return {
        "modelId": model_id,
        "agreementAvailability": {"status": status, **told},
        "authorizationStatus": "AUTHORIZED",
        "entitlementAvailability": "AVAILABLE",
        "regionAvailability": "AVAILABLE",
    }


@pytest.fixture
def stub(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    client = botocore.session.Session().create_client(
        "bedrock", region_name="us-west-2", aws_access_key_id="test", aws_secret_access_key="test"
    )
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def wait(stub, *model_ids, state="present", timeout=60):
    told = []
    progress = api.progress_of_agreements(told.append)
    behind = api.wait_for_all(stub.client, state, model_ids or [MODEL], timeout=timeout, delay=10, progress=progress)
    return behind, [one["status"].split(": ")[1] for one in progress.seen], told


def test_offers_are_read_with_their_terms(stub):
    offer = {
        "offerToken": "token",
        "offerId": "o-1",
        "termDetails": {
            "usageBasedPricingTerm": {"rateCard": [{"dimension": "in", "price": "0.003"}]},
            "legalTerm": {"url": "https://terms"},
            "supportTerm": {},
        },
    }
    bare = {"offerToken": "t", "termDetails": {**offer["termDetails"], "legalTerm": {}}}
    stub.add_response(
        "list_foundation_model_agreement_offers",
        {"modelId": MODEL, "offers": [offer, bare]},
        {"modelId": MODEL, "offerType": "ALL"},
    )
    found = api.offers_for(stub.client, MODEL)
    assert (found[0].id, found[0].legal_terms_url, found[1].id) == ("o-1", "https://terms", None)
    assert found[0].rate_card == [{"dimension": "in", "price": "0.003", "description": None, "unit": None}]
    assert found[1].legal_terms_url is None


def test_a_model_that_has_no_offers(stub):
    stub.add_client_error("list_foundation_model_agreement_offers", "ResourceNotFoundException", http_status_code=404)
    assert api.offers_for(stub.client, MODEL) == []


def test_no_route_is_not_no_offers(stub):
    stub.add_client_error("list_foundation_model_agreement_offers", "ValidationException", "No route")
    with pytest.raises(AWSCallError, match=r"list the offers for anthropic\.claude"):
        api.offers_for(stub.client, MODEL)


def test_agreements_are_sent_in_the_apis_words(stub):
    stub.add_response(
        "create_foundation_model_agreement", {"modelId": MODEL}, {"modelId": MODEL, "offerToken": "token"}
    )
    stub.add_response("delete_foundation_model_agreement", {}, {"modelId": MODEL})
    api.execute(stub.client, MAKE)
    api.execute(stub.client, Call("end agreement", {"model_id": MODEL}))


def test_throttling_is_waited_out_and_ending_twice_is_fine(stub):
    stub.add_client_error("create_foundation_model_agreement", "ThrottlingException")
    stub.add_response("create_foundation_model_agreement", {"modelId": MODEL})
    stub.add_client_error("delete_foundation_model_agreement", "ResourceNotFoundException", http_status_code=404)
    api.execute(stub.client, MAKE)
    api.execute(stub.client, Call("end agreement", {"model_id": MODEL}))


@pytest.mark.parametrize("status, http_status", [("PENDING", 400), ("AVAILABLE", 409)])
def test_an_agreement_that_was_made_meanwhile_is_fine(stub, status, http_status):
    stub.add_client_error("create_foundation_model_agreement", "ConflictException", http_status_code=http_status)
    stub.add_response("get_foundation_model_availability", availability(status))
    api.execute(stub.client, MAKE)


def test_a_conflict_without_an_agreement_is_an_error(stub):
    stub.add_client_error("create_foundation_model_agreement", "ConflictException", "busy")
    stub.add_response("get_foundation_model_availability", availability("NOT_AVAILABLE"))
    with pytest.raises(AWSCallError, match=r"make the agreement for anthropic\.claude"):
        api.execute(stub.client, MAKE)


def test_a_denied_agreement_names_the_rights_and_not_the_token(stub):
    stub.add_client_error("create_foundation_model_agreement", "AccessDeniedException", "no", 403)
    with pytest.raises(AWSCallError, match="aws-marketplace:Subscribe") as error:
        api.execute(stub.client, MAKE)
    assert "token" not in str(error.value)


def test_pending_agreements_are_waited_for(stub):
    for status in ("NOT_AVAILABLE", "PENDING", "PENDING", "AVAILABLE"):
        stub.add_response("get_foundation_model_availability", availability(status), {"modelId": MODEL})
    behind, seen, told = wait(stub)
    assert (behind, seen) == ({}, ["NOT_AVAILABLE", "PENDING", "AVAILABLE"])
    assert told[1].startswith(f"{MODEL}: PENDING after ")


def test_a_wait_survives_throttling(stub):
    stub.add_client_error("get_foundation_model_availability", "ThrottlingException", http_status_code=429)
    stub.add_response("get_foundation_model_availability", availability("AVAILABLE"))
    assert wait(stub)[:2] == ({}, ["AVAILABLE"])


def test_a_wait_that_only_meets_throttling_does_not_know(stub):
    for _look in range(2):
        stub.add_client_error("get_foundation_model_availability", "ThrottlingException", http_status_code=429)
    assert wait(stub, timeout=20)[0][MODEL]["agreement"] is None


def test_one_wait_for_all_tells_what_failed_and_what_takes_too_long(stub):
    for model_id, statuses in (("p.one", ["PENDING", "PENDING"]), ("p.two", ["ERROR"]), ("p.three", ["AVAILABLE"])):
        for status in statuses:
            stub.add_response("get_foundation_model_availability", availability(status, "No card.", model_id))
    behind, seen, _told = wait(stub, "p.one", "p.two", "p.three", timeout=20)
    assert {one: access["agreement"] for one, access in behind.items()} == {"p.one": "PENDING", "p.two": "ERROR"}
    assert behind["p.two"]["error_message"] == "No card."
    assert seen == ["PENDING", "ERROR", "AVAILABLE"]


@pytest.mark.parametrize("last", ["NOT_AVAILABLE", None])
def test_an_agreement_is_gone_when_it_is_not_available_or_unknown(stub, last):
    stub.add_response("get_foundation_model_availability", availability("AVAILABLE"))
    if last:
        stub.add_response("get_foundation_model_availability", availability(last))
    else:
        stub.add_client_error("get_foundation_model_availability", "ResourceNotFoundException", http_status_code=404)
    assert wait(stub, state="absent")[0] == {}


def test_another_error_ends_a_wait(stub):
    stub.add_client_error("get_foundation_model_availability", "AccessDeniedException", "no", 403)
    with pytest.raises(AWSCallError, match=r"wait for anthropic\.claude"):
        wait(stub)


@pytest.mark.parametrize(
    "stored, form",
    [
        (json.dumps(FORM).encode(), FORM),
        (base64.b64encode(json.dumps(FORM).encode()), FORM),
        (b"", None),
        (b"something else", {"form": "something else"}),
        (b"[1, 2, 3, 4]", {"form": "[1, 2, 3, 4]"}),
    ],
)
def test_the_form_is_read_however_it_was_written(stub, stored, form):
    stub.add_response("get_use_case_for_model_access", {"formData": stored})
    assert api.use_case_of(stub.client) == form


def test_an_account_without_a_form(stub):
    stub.add_client_error("get_use_case_for_model_access", "ResourceNotFoundException", http_status_code=404)
    assert api.use_case_of(stub.client) is None


def test_the_form_is_handed_in_as_json(stub):
    expected = '{"companyName": "Éxample", "useCases": "Answers"}'.encode()
    stub.add_response("put_use_case_for_model_access", {}, {"formData": expected})
    api.execute(stub.client, Call("hand in use case form", {"form": dict(reversed(FORM.items()))}))
