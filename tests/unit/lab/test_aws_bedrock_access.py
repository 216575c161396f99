"""The emulated Bedrock's catalogue, inference profiles, agreements and use-case form."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.lab.aws_process import Aws, until

pytestmark = pytest.mark.usefixtures("instant")

CLAUDE = "anthropic.claude-sonnet-5-5"
LLAMA = "meta.llama4-maverick-17b-instruct-v1:0"


def ids(bedrock: Any, **asked: str) -> list[str]:
    return [row["modelId"] for row in bedrock.list_foundation_models(**asked)["modelSummaries"]]


def standing(bedrock: Any, model: str) -> str:
    answer = bedrock.get_foundation_model_availability(modelId=model)
    return str(answer["agreementAvailability"]["status"])


def test_the_catalogue_filters(bedrock: Any):
    assert "amazon.nova-pro-v1:0:300k" in ids(bedrock, byInferenceType="PROVISIONED")
    assert "amazon.nova-pro-v1:0" not in ids(bedrock, byInferenceType="PROVISIONED")
    assert "amazon.nova-pro-v1:0:300k" not in ids(bedrock, byInferenceType="ON_DEMAND")
    assert "amazon.nova-pro-v1:0" in ids(bedrock, byCustomizationType="FINE_TUNING")
    assert ids(bedrock, byCustomizationType="CONTINUED_PRE_TRAINING") == []
    assert set(ids(bedrock, byProvider="cohere")) == {"cohere.embed-v4:0", "cohere.embed-v4:0:512"}
    assert CLAUDE not in ids(bedrock, byOutputModality="EMBEDDING")
    with pytest.raises(ClientError, match="ValidationException"):
        bedrock.list_foundation_models(byInferenceType="SOMETIMES")


def test_a_variant_has_the_life_cycle_of_its_model(bedrock: Any):
    variant = bedrock.get_foundation_model(modelIdentifier=f"{LLAMA}:128k")["modelDetails"]
    bare = bedrock.get_foundation_model(modelIdentifier=LLAMA)["modelDetails"]
    assert variant["modelLifecycle"] == bare["modelLifecycle"]
    assert bare["modelLifecycle"]["status"] == "LEGACY"
    assert bare["modelLifecycle"]["legacyTime"] < bare["modelLifecycle"]["endOfLifeTime"]
    assert bedrock.get_foundation_model(modelIdentifier=CLAUDE)["modelDetails"]["modelLifecycle"] == {
        "status": "ACTIVE"
    }


def test_profiles_are_found_by_id_and_arn_and_filtered_in_pages(bedrock: Any):
    pages = bedrock.get_paginator("list_inference_profiles").paginate(
        typeEquals="SYSTEM_DEFINED", PaginationConfig={"PageSize": 3}
    )
    found = [row for page in pages for row in page["inferenceProfileSummaries"]]
    ours = next(row for row in found if row["inferenceProfileId"] == f"us.{CLAUDE}")
    assert len(ours["models"]) == 3
    for identifier in (ours["inferenceProfileId"], ours["inferenceProfileArn"]):
        assert bedrock.get_inference_profile(inferenceProfileIdentifier=identifier)["models"] == ours["models"]
    made = bedrock.create_inference_profile(
        inferenceProfileName="team a",
        modelSource={"copyFrom": ours["inferenceProfileArn"]},
        tags=[{"key": "a", "value": "b"}],
    )["inferenceProfileArn"]
    (row,) = bedrock.list_inference_profiles(typeEquals="APPLICATION")["inferenceProfileSummaries"]
    assert (row["inferenceProfileArn"], row["models"]) == (made, ours["models"])
    assert bedrock.list_tags_for_resource(resourceARN=made)["tags"]
    bedrock.delete_inference_profile(inferenceProfileIdentifier=made)
    with pytest.raises(bedrock.exceptions.ResourceNotFoundException):
        bedrock.get_inference_profile(inferenceProfileIdentifier=made)


def test_an_agreement_is_pending_for_a_while_and_ends(aws: Aws, bedrock: Any):
    assert standing(bedrock, LLAMA) == "AVAILABLE"
    aws.lab("PUT", "/_lab/faults", {"bedrock_agreement_needed": [LLAMA], "bedrock_provisioning_seconds": 0.4})
    assert standing(bedrock, LLAMA) == "NOT_AVAILABLE"
    first, second = (bedrock.list_foundation_model_agreement_offers(modelId=LLAMA)["offers"][0] for _n in range(2))
    assert first["offerId"] == second["offerId"]
    assert first["offerToken"] != second["offerToken"]
    assert first["termDetails"]["legalTerm"]["url"]
    for token in ("made-up", bedrock.list_foundation_model_agreement_offers(modelId=CLAUDE)["offers"][0]["offerToken"]):
        with pytest.raises(ClientError, match="ValidationException"):
            bedrock.create_foundation_model_agreement(modelId=LLAMA, offerToken=token)
    bedrock.create_foundation_model_agreement(modelId=LLAMA, offerToken=first["offerToken"])
    assert standing(bedrock, LLAMA) == "PENDING"
    until(lambda: standing(bedrock, LLAMA) == "AVAILABLE")
    with pytest.raises(ClientError, match="ConflictException"):
        bedrock.create_foundation_model_agreement(modelId=LLAMA, offerToken=second["offerToken"])
    bedrock.delete_foundation_model_agreement(modelId=LLAMA)
    until(lambda: standing(bedrock, LLAMA) == "NOT_AVAILABLE")
    with pytest.raises(bedrock.exceptions.ResourceNotFoundException):
        bedrock.delete_foundation_model_agreement(modelId=LLAMA)


def test_an_agreement_can_fail_and_have_two_offers(aws: Aws, bedrock: Any):
    model = "openai.gpt-6-luna"
    told = {
        "bedrock_agreement_needed": [model],
        "bedrock_agreement_offers": 2,
        "bedrock_provisioning_failure": "no card",
    }
    aws.lab("PUT", "/_lab/faults", told)
    assert len(bedrock.list_foundation_model_agreement_offers(modelId=model, offerType="PUBLIC")["offers"]) == 1
    offers = bedrock.list_foundation_model_agreement_offers(modelId=model, offerType="ALL")["offers"]
    assert len({offer["offerId"] for offer in offers}) == 2
    bedrock.create_foundation_model_agreement(modelId=model, offerToken=offers[1]["offerToken"])
    answer = bedrock.get_foundation_model_availability(modelId=model)
    assert answer["agreementAvailability"] == {"status": "ERROR", "errorMessage": "no card"}
    assert answer["entitlementAvailability"] == "NOT_AVAILABLE"


def test_amazons_models_need_no_agreement(bedrock: Any):
    assert bedrock.list_foundation_model_agreement_offers(modelId="amazon.nova-pro-v1:0")["offers"] == []
    assert standing(bedrock, "amazon.nova-pro-v1:0") == "AVAILABLE"


def test_the_region_may_not_have_a_model(aws: Aws, bedrock: Any):
    aws.lab("PUT", "/_lab/faults", {"bedrock_region_unavailable": ["openai.gpt-6-sol"]})
    for model, there in (
        ("openai.gpt-6-sol", "NOT_AVAILABLE"),
        ("amazon.nova-canvas-v1:0", "NOT_AVAILABLE"),
        (CLAUDE, "AVAILABLE"),
    ):
        assert bedrock.get_foundation_model_availability(modelId=model)["regionAvailability"] == there


def test_the_form_is_kept_as_it_was_sent_first(aws: Aws, bedrock: Any):
    with pytest.raises(bedrock.exceptions.ResourceNotFoundException):
        bedrock.get_use_case_for_model_access()
    aws.lab("PUT", "/_lab/faults", {"bedrock_agreement_needed": [CLAUDE], "bedrock_use_case_needed": True})
    token = bedrock.list_foundation_model_agreement_offers(modelId=CLAUDE)["offers"][0]["offerToken"]
    with pytest.raises(ClientError, match="use case details have not been submitted"):
        bedrock.create_foundation_model_agreement(modelId=CLAUDE, offerToken=token)
    with pytest.raises(ClientError, match="ValidationException"):
        bedrock.put_use_case_for_model_access(formData=b"{}")
    form = json.dumps({"companyName": "Example"}).encode()
    for _time in range(2):
        bedrock.put_use_case_for_model_access(formData=form)
    assert bedrock.get_use_case_for_model_access()["formData"] == form
    with pytest.raises(ClientError, match="can't be changed"):
        bedrock.put_use_case_for_model_access(formData=form + b" ")
    bedrock.create_foundation_model_agreement(modelId=CLAUDE, offerToken=token)
    assert standing(bedrock, CLAUDE) == "AVAILABLE"
