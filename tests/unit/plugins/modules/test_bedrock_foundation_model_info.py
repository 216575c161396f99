"""Listings with pages, filters and answers that the emulated Bedrock does not give."""

from __future__ import annotations

import pytest

from tests.unit.plugins.modules.scripted_aws import Error, Runner, ScriptedAws

MODULE = "bedrock_foundation_model_info"
ACCESS = {
    "agreementAvailability": {"status": "AVAILABLE"},
    "authorizationStatus": "AUTHORIZED",
    "entitlementAvailability": "AVAILABLE",
    "regionAvailability": "AVAILABLE",
}


def model(identifier, **more):
    arn = f"arn:aws:bedrock:us-west-2::foundation-model/{identifier}"
    return {"modelId": identifier, "modelArn": arn, "modelLifecycle": {"status": "ACTIVE"}, **more}


def profile(identifier, *regions, kind="inference-profile"):
    model_id = identifier.split(".", 1)[-1]
    return {
        "inferenceProfileId": identifier,
        "inferenceProfileArn": f"arn:aws:bedrock:us-west-2:123456789012:{kind}/{identifier}",
        "models": [{"modelArn": f"arn:aws:bedrock:{region}::foundation-model/{model_id}"} for region in regions],
    }


@pytest.fixture
def bedrock(scripted_aws: ScriptedAws) -> ScriptedAws:
    pages = {
        None: {"inferenceProfileSummaries": [profile("us.p.aa", "us-east-1", "us-west-2")], "nextToken": "2"},
        "2": {"inferenceProfileSummaries": [profile("us.p.bb", "us-west-2", "us-east-2")], "nextToken": "3"},
        "3": {"inferenceProfileSummaries": [profile("global.p.bb", "us-west-2", "")]},
    }
    scripted_aws.script = {
        "ListFoundationModels": {"modelSummaries": [model("p.bb"), model("p.aa", modelLifecycle={"status": "LEGACY"})]},
        "ListInferenceProfiles": lambda request: pages[request.parameters.get("nextToken")],
        "GetFoundationModelAvailability": lambda request: {"modelId": request.parameters["modelId"], **ACCESS},
    }
    return scripted_aws


def test_profiles_on_the_last_page_are_found_with_their_regions(bedrock: ScriptedAws, run_module: Runner) -> None:
    result = run_module(MODULE, model_ids=["global.p.bb", "us.p.bb", "p.bb", "us.p.aa"])
    regions = [row["destination_regions"] for row in result["models"]]
    assert regions == [["us-west-2"], ["us-east-2", "us-west-2"], ["us-west-2"], ["us-east-1", "us-west-2"]]
    asked = bedrock.calls("ListInferenceProfiles")
    assert [one.parameters.get("type") for one in asked] == ["SYSTEM_DEFINED"] * 3
    assert [one.parameters.get("nextToken") for one in asked] == [None, "2", "3"]
    # Four ids, two models behind them.
    assert bedrock.count("ListFoundationModels") == 1
    assert sorted(one.parameters["modelId"] for one in bedrock.calls("GetFoundationModelAvailability")) == [
        "p.aa",
        "p.bb",
    ]


def test_all_models_in_the_order_of_their_ids(bedrock: ScriptedAws, run_module: Runner) -> None:
    rows = run_module(MODULE, check=True)["models"]
    assert [row["id"] for row in rows] == ["p.aa", "p.bb"]
    assert rows[1]["inference_profiles"] == ["global.p.bb", "us.p.bb"]
    # A life cycle without times is no crash, and a legacy model is a warning.
    assert (rows[0]["lifecycle"], rows[0]["days_to_end_of_life"], len(rows[0]["warnings"])) == ("LEGACY", None, 1)


def test_filters_are_sent(bedrock: ScriptedAws, run_module: Runner) -> None:
    run_module(
        MODULE,
        provider="Stability AI",
        output_modality="IMAGE",
        inference_type="PROVISIONED",
        customization_type="FINE_TUNING",
    )
    assert bedrock.calls("ListFoundationModels")[0].parameters == {
        "byProvider": "Stability AI",
        "byOutputModality": "IMAGE",
        "byInferenceType": "PROVISIONED",
        "byCustomizationType": "FINE_TUNING",
    }


@pytest.mark.parametrize(
    "options, message",
    [
        ({"provider": "a/b"}, "Amazon Bedrock does not accept"),
        ({"provider": ""}, "Amazon Bedrock does not accept"),
        ({"provider": "P", "model_ids": ["p.aa"]}, "mutually exclusive"),
        ({"output_modality": "VIDEO"}, "must be one of"),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_bad_input_fails_before_the_first_call(
    bedrock: ScriptedAws, run_module: Runner, options: dict[str, object], message: str, check: bool
) -> None:
    result = run_module(MODULE, check=check, **options)
    assert result["failed"] and message in result["msg"]
    assert bedrock.requests == []


def test_an_unknown_id_is_a_row_that_was_not_found(bedrock: ScriptedAws, run_module: Runner) -> None:
    (row,) = run_module(MODULE, model_ids=["p.cc"])["models"]
    assert (row["found"], row["provider"], row["agreement"]) == (False, None, None)
    assert bedrock.count("GetFoundationModelAvailability") == 0


def test_profiles_of_the_account_are_listed_only_when_one_is_asked_for(
    bedrock: ScriptedAws, run_module: Runner
) -> None:
    own = {**profile("abc", kind="application-inference-profile"), "models": profile("us.p.aa", "us-east-1")["models"]}
    bedrock.script["ListInferenceProfiles"] = lambda request: {
        "inferenceProfileSummaries": [own] if request.parameters["type"] == "APPLICATION" else []
    }
    (row,) = run_module(MODULE, model_ids=[own["inferenceProfileArn"]])["models"]
    assert (row["found"], row["foundation_model"], row["destination_regions"]) == (True, "p.aa", ["us-east-1"])
    assert bedrock.count("ListInferenceProfiles") == 2


@pytest.mark.parametrize(
    "operation", ["ListFoundationModels", "ListInferenceProfiles", "GetFoundationModelAvailability"]
)
def test_an_operation_that_the_endpoint_does_not_know_is_an_error(
    bedrock: ScriptedAws, run_module: Runner, operation: str
) -> None:
    bedrock.script[operation] = Error("ValidationException", "No route for this", status=400)
    result = run_module(MODULE, model_ids=["p.aa"])
    assert result["failed"] and "No route" in result["msg"]


def test_throttling_is_waited_out_and_denial_is_told(bedrock: ScriptedAws, run_module: Runner) -> None:
    listed = bedrock.script["ListFoundationModels"]
    bedrock.script["ListFoundationModels"] = [Error("ThrottlingException", status=429)] * 6 + [listed]  # type: ignore[list-item]
    assert len(run_module(MODULE)["models"]) == 2
    bedrock.script["ListFoundationModels"] = Error("AccessDeniedException", "not yours", status=403)
    result = run_module(MODULE)
    assert "list the foundation models" in result["msg"] and "not yours" in result["msg"]
