from __future__ import annotations

import datetime

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.models import judge

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


def verdict(model_id="p.m", *, availability=None, **changes):
    model = {
        "modelId": "p.m",
        "modelLifecycle": {"status": "ACTIVE"},
        "inferenceTypesSupported": ["ON_DEMAND"],
        **changes,
    }
    return judge(
        model_id, "us-west-2", models={"p.m": model}, profiles=PROFILES, availability=availability, today=TODAY
    )


def test_a_model_and_a_profile_that_can_be_called():
    for model_id, arn in (("p.m", None), ("us.p.m", ARN)):
        row = verdict(model_id)
        assert (row["found"], row["foundation_model"], row["inference_profile_arn"]) == (True, "p.m", arn)
        assert row["problems"] == row["warnings"] == []
    assert len(verdict("us.p.m")["model_arns"]) == 2


def test_a_profile_whose_model_this_region_does_not_list():
    row = judge("us.p.m", "us-west-2", models={}, profiles=PROFILES, availability=None, today=TODAY)
    assert row["found"] and row["foundation_model"] is None and not row["problems"]


@pytest.mark.parametrize(
    "model_id, message",
    [("eu.p.m", "there is us.p.m"), ("x.y", "list-foundation-models"), ("p.other", "unknown to Bedrock in us-west-2")],
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
