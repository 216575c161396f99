from __future__ import annotations

import datetime

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.models import Catalogue, judge

TODAY = datetime.date(2026, 6, 1)
ARN = "arn:aws:bedrock:us-west-2:1:inference-profile/us.p.m"
PROFILES = {
    "us.p.m": {
        "inferenceProfileArn": ARN,
        "models": [{"modelArn": f"arn:aws:bedrock:{region}::foundation-model/p.m"} for region in ("a", "b")],
    }
}


def end(day):
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)


def verdict(model_id="p.m", *, availability=None, profiles=None, **changes):
    model = {
        "modelId": "p.m",
        "modelLifecycle": {"status": "ACTIVE"},
        "inferenceTypesSupported": ["ON_DEMAND"],
        **changes,
    }
    catalogue = Catalogue("us-west-2", {model["modelId"]: model}, {**PROFILES, **(profiles or {})})
    return judge(model_id, catalogue, availability=availability, today=TODAY)


def test_a_model_and_a_profile_that_can_be_called():
    for model_id, arn in (("p.m", None), ("us.p.m", ARN)):
        row = verdict(model_id)
        assert (row["found"], row["foundation_model"], row["inference_profile_arn"]) == (True, "p.m", arn)
        assert row["problems"] == row["warnings"] == []
    assert len(verdict("us.p.m")["model_arns"]) == 2


def test_a_profile_whose_model_this_region_does_not_list():
    row = judge("us.p.m", Catalogue("us-west-2", {}, PROFILES), availability=None, today=TODAY)
    assert row["found"] and row["foundation_model"] is None and not row["problems"]


@pytest.mark.parametrize(
    "model_id, message",
    [
        ("eu.p.m", "there is us.p.m"),
        ("x.y", "bedrock_foundation_model_info without"),
        ("p.other", "unknown to Bedrock in us-west-2"),
    ],
)
def test_an_unknown_id_names_what_there_is(model_id, message):
    row = verdict(model_id)
    assert not row["found"]
    assert message in row["problems"][0]
    assert row["problems"][0].startswith(f"{model_id} is unknown")


def test_a_model_that_needs_a_profile_names_it():
    assert "use us.p.m" in verdict(inferenceTypesSupported=["INFERENCE_PROFILE"])["problems"][0]
    assert not verdict("us.p.m", inferenceTypesSupported=["INFERENCE_PROFILE"])["problems"]


@pytest.mark.parametrize(
    "lifecycle, problems, warnings",
    [
        ({"status": "LEGACY", "endOfLifeTime": end(TODAY)}, 1, 0),
        ({"status": "LEGACY", "endOfLifeTime": end(datetime.date(2026, 6, 2))}, 0, 1),
        ({"status": "LEGACY"}, 0, 1),
        ({"status": "ACTIVE", "endOfLifeTime": end(datetime.date(2027, 6, 2))}, 0, 0),
    ],
)
def test_the_end_of_life_is_a_problem_and_a_legacy_model_a_warning(lifecycle, problems, warnings):
    row = verdict("us.p.m", modelLifecycle=lifecycle)
    assert (len(row["problems"]), len(row["warnings"])) == (problems, warnings)


@pytest.mark.parametrize(
    "availability, problem, warning",
    [
        ({"regionAvailability": "NOT_AVAILABLE"}, "is not available in us-west-2", None),
        ({"authorizationStatus": "NOT_AUTHORIZED"}, "is not allowed to this account", None),
        ({"agreementAvailability": {"status": "NOT_AVAILABLE"}}, "accept its terms", None),
        ({"agreementAvailability": {"status": "ERROR", "errorMessage": "card"}}, r"(card)", None),
        ({"agreementAvailability": {"status": "PENDING"}}, None, "not in force yet"),
        ({"agreementAvailability": {"status": "AVAILABLE"}, "authorizationStatus": "AUTHORIZED"}, None, None),
    ],
)
def test_access(availability, problem, warning):
    row = verdict(availability=availability)
    for found, expected in ((row["problems"], problem), (row["warnings"], warning)):
        assert len(found) == (expected is not None)
        assert not expected or expected in found[0]


def test_a_model_is_described():
    row = verdict(
        providerName="P",
        modelName="M",
        inputModalities=["TEXT"],
        outputModalities=["VIDEO"],
        customizationsSupported=["FINE_TUNING"],
        availability={
            "agreementAvailability": {"status": "AVAILABLE"},
            "authorizationStatus": "AUTHORIZED",
            "entitlementAvailability": "NOT_AVAILABLE",
            "regionAvailability": "AVAILABLE",
        },
    )
    assert (row["provider"], row["name"], row["output_modalities"]) == ("P", "M", ["VIDEO"])
    assert (row["customizations"], row["inference_types"]) == (["FINE_TUNING"], ["ON_DEMAND"])
    assert (row["agreement"], row["authorized"], row["entitled"]) == ("AVAILABLE", True, False)
    assert (row["region_available"], row["inference_profiles"]) == (True, ["us.p.m"])


def test_a_life_cycle_without_times_and_an_access_that_was_not_asked_are_null():
    row = verdict()
    told = ("legacy_time", "end_of_life", "days_to_end_of_life", "agreement", "authorized", "entitled")
    assert {key: row[key] for key in (*told, "region_available")} == dict.fromkeys((*told, "region_available"))


@pytest.mark.parametrize("day, days", [(datetime.date(2026, 6, 2), 1), (TODAY, 0), (datetime.date(2026, 5, 1), -31)])
def test_days_to_the_end_of_life(day, days):
    legacy = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
    row = verdict(modelLifecycle={"status": "LEGACY", "legacyTime": legacy, "endOfLifeTime": end(day)})
    assert (row["days_to_end_of_life"], row["end_of_life"]) == (days, day.isoformat())
    assert row["legacy_time"] == "2026-01-02T00:00:00+00:00"


def test_what_ends_and_what_gets_dearer_is_said_with_the_remedy():
    lifecycle = {
        "status": "LEGACY",
        "endOfLifeTime": end(datetime.date(2026, 6, 11)),
        "publicExtendedAccessTime": end(datetime.date(2026, 6, 5)),
    }
    (warning,) = verdict(modelLifecycle=lifecycle)["warnings"]
    assert "ends on 2026-06-11, in 10 days" in warning
    assert "higher price from 2026-06-05" in warning and "plan to move" in warning
    (problem,) = verdict(modelLifecycle={"status": "LEGACY", "endOfLifeTime": end(TODAY)})["problems"]
    assert "choose another model" in problem


def test_destination_regions_are_told_once_and_without_the_empty_one_of_a_global_profile():
    arns = [f"arn:aws:bedrock:{region}::foundation-model/p.m" for region in ("us-west-2", "eu-west-1", "eu-west-1", "")]
    profile = {"inferenceProfileArn": "arn", "models": [{"modelArn": arn} for arn in arns]}
    assert verdict("global.p.m", profiles={"global.p.m": profile})["destination_regions"] == ["eu-west-1", "us-west-2"]
    assert verdict("p.m")["destination_regions"] == ["us-west-2"]
    assert verdict("x.y")["destination_regions"] == []


@pytest.mark.parametrize("base", ["p.m:0", "p.m:1"])
def test_an_id_that_throughput_is_bought_for_has_the_life_cycle_of_its_model(base):
    lifecycle = {"status": "LEGACY", "endOfLifeTime": end(TODAY)}
    row = verdict(f"{base}:24k", modelId=base, modelLifecycle=lifecycle, inferenceTypesSupported=["PROVISIONED"])
    assert (row["found"], row["foundation_model"], row["lifecycle"]) == (True, base, "LEGACY")
    # Only its end is a problem: that it cannot be called on demand is in its nature.
    assert len(row["problems"]) == 1 and "end of life" in row["problems"][0]
    assert (
        "cannot be called on demand"
        in verdict(base, modelId=base, inferenceTypesSupported=["PROVISIONED"])["problems"][0]
    )


def test_an_id_that_throughput_is_bought_for_and_that_bedrock_lists_itself():
    row = verdict("p.m:0:24k", modelId="p.m:0:24k", inferenceTypesSupported=["PROVISIONED"])
    assert (row["foundation_model"], row["problems"]) == ("p.m:0:24k", [])


def test_arns_of_models_and_profiles_and_of_what_the_account_made():
    row = verdict("arn:aws:bedrock:us-west-2::foundation-model/p.m")
    assert (row["foundation_model"], row["problems"]) == ("p.m", [])
    assert verdict(ARN)["destination_regions"] == ["a", "b"]
    own = "arn:aws:bedrock:us-west-2:1:application-inference-profile/abc"
    profile = {"inferenceProfileArn": own, "models": PROFILES["us.p.m"]["models"]}
    row = verdict(own, profiles={"abc": profile})
    assert (row["inference_profile_arn"], row["foundation_model"], row["problems"]) == (own, "p.m", [])
    assert not verdict("arn:aws:bedrock:us-west-2:1:provisioned-model/abc")["found"]
