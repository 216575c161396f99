"""The module as a whole, against a Bedrock that answers what each case needs. No case may buy twice."""

from __future__ import annotations

import datetime
import re

import botocore.session
import pytest

from tests.unit.plugins.modules.scripted_aws import Error, Lost

MODULE = "bedrock_provisioned_throughput"
ARN = "arn:aws:bedrock:us-west-2:123456789012:provisioned-model/abcdef123456"
OTHER = "arn:aws:bedrock:us-west-2:123456789012:provisioned-model/zzzzzz999999"
FOUNDATION = "arn:aws:bedrock:us-west-2::foundation-model/"
MODEL = "amazon.nova-lite-v1:0:24k"
CUSTOM = "arn:aws:bedrock:us-west-2:123456789012:custom-model/amazon.nova-lite-v1:0:300k/"
NOW = datetime.datetime.now(datetime.UTC)
MISSING = Error("ResourceNotFoundException", "there is none", 404)
WANTED = {
    "name": "app",
    "model_id": MODEL,
    "model_units": 2,
    "commitment_duration": "OneMonth",
    "acknowledge_cost": True,
}


def days(number):
    return NOW + datetime.timedelta(days=number)


def throughput(**changes):
    return {
        "provisionedModelName": "app",
        "provisionedModelArn": ARN,
        "modelArn": FOUNDATION + MODEL,
        "desiredModelArn": FOUNDATION + MODEL,
        "foundationModelArn": FOUNDATION + MODEL,
        "modelUnits": 2,
        "desiredModelUnits": 2,
        "status": "InService",
        "commitmentDuration": "OneMonth",
        "commitmentExpirationTime": days(20),
        "creationTime": days(-10),
        "lastModifiedTime": days(-10),
        **changes,
    }


def without_commitment(**changes):
    found = throughput(**changes)
    return {key: value for key, value in found.items() if not key.startswith("commitment")}


def listing(*rows):
    return {"provisionedModelSummaries": [{k: v for k, v in row.items() if k != "failureMessage"} for row in rows]}


def lifecycle(**changes):
    arn = FOUNDATION + MODEL
    return {"modelDetails": {"modelArn": arn, "modelId": MODEL, "modelLifecycle": {"status": "ACTIVE", **changes}}}


@pytest.fixture
def aws(scripted_aws):
    """An account without provisioned throughput, where a purchase works. Get knows the ARN only."""
    stands = [{"status": "Creating"}, {"status": "Creating"}, {}]

    def get(request):
        if request.parameters["provisionedModelId"] != ARN or not scripted_aws.count(
            "CreateProvisionedModelThroughput"
        ):
            return MISSING
        return throughput(**(stands.pop(0) if len(stands) > 1 else stands[0]))

    scripted_aws.script |= {
        "ListProvisionedModelThroughputs": listing(),
        "GetProvisionedModelThroughput": get,
        "GetFoundationModel": lifecycle(),
        "CreateProvisionedModelThroughput": {"provisionedModelArn": ARN},
        "ListTagsForResource": {"tags": []},
        "TagResource": {},
        "UntagResource": {},
        "UpdateProvisionedModelThroughput": {},
    }
    return scripted_aws


@pytest.fixture
def stands(aws):
    """Says what stands in the account: answers of Get one after the other, the first of them listed."""

    def set_up(*answers):
        aws.script["ListProvisionedModelThroughputs"] = listing(answers[0])
        aws.script["GetProvisionedModelThroughput"] = list(answers)

    return set_up


@pytest.fixture
def run(aws, run_module):
    def run(check=False, **options):
        return run_module(MODULE, check=check, **options)

    return run


# --- A purchase ---


def test_a_purchase_is_waited_for_and_says_what_is_billed(aws, run):
    result = run(**WANTED, price_per_unit_hour="21.180")
    assert result["changed"] and result["calls"] == ["buy throughput"]
    assert [row["status"] for row in result["progress"]] == ["Creating", "InService"]
    assert result["provisioned_throughput"]["arn"] == ARN and result["provisioned_throughput"]["id"] == "abcdef123456"
    assert result["provisioned_throughput"]["commitment_days_left"] in (19, 20)
    assert result["provisioned_throughput"]["tags"] == {}
    assert result["billing"] == {
        "units": 2,
        "commitment_duration": "OneMonth",
        "term_end": result["provisioned_throughput"]["commitment_expiration_time"],
        "price_per_unit_hour": "21.180",
        "hourly": "42.360",
        "currency": "USD",
    }
    (request,) = aws.calls("CreateProvisionedModelThroughput")
    token = request.parameters["clientRequestToken"]
    assert re.fullmatch(r"[0-9a-f-]{36}", token)
    assert request.parameters == {
        "provisionedModelName": "app",
        "modelId": MODEL,
        "modelUnits": 2,
        "commitmentDuration": "OneMonth",
        "clientRequestToken": token,
    }


def test_each_run_has_a_token_of_its_own(aws, run):
    tokens = set()
    for _run in range(2):
        aws.requests.clear()
        run(**WANTED)
        tokens |= {one.parameters["clientRequestToken"] for one in aws.calls("CreateProvisionedModelThroughput")}
    assert len(tokens) == 2


def test_without_commitment_none_is_sent(aws, run):
    result = run(**{**WANTED, "commitment_duration": "none"})
    assert "commitmentDuration" not in aws.calls("CreateProvisionedModelThroughput")[0].parameters
    assert result["diff"]["after"]["billing"]["term_end"] is None


@pytest.mark.parametrize("price", [None, "1.5"])
def test_check_mode_predicts_and_writes_nothing(aws, run, price):
    result = run(check=True, **WANTED, tags={"team": "ml"}, price_per_unit_hour=price)
    assert result["changed"] and result["calls"] == ["buy throughput"] and aws.writes == []
    after = result["diff"]["after"]
    assert result["diff"]["before"] == {}
    assert (after["model_units"], after["model_arn"]) == (2, FOUNDATION + MODEL)
    assert after["commitment_duration"] == "OneMonth" and after["tags"] == {"team": "ml"}
    assert datetime.datetime.fromisoformat(after["billing"]["term_end"]) > days(27)
    assert after["billing"].get("hourly") == ("3.0" if price else None)
    assert result["provisioned_throughput"]["arn"] is None


def test_tags_that_the_purchase_lost_are_set_afterwards(aws, run):
    run(**WANTED, tags={"team": "ml"})
    assert aws.calls("CreateProvisionedModelThroughput")[0].parameters["tags"] == [{"key": "team", "value": "ml"}]
    assert [one.parameters["tags"] for one in aws.calls("TagResource")] == [[{"key": "team", "value": "ml"}]]


def test_tags_that_the_purchase_kept_are_not_set_again(aws, run):
    aws.script["ListTagsForResource"] = {"tags": [{"key": "team", "value": "ml"}]}
    assert run(**WANTED, tags={"team": "ml"})["provisioned_throughput"]["tags"] == {"team": "ml"}
    assert aws.writes == ["CreateProvisionedModelThroughput"]


def test_without_wait_nothing_is_waited_for(aws, run):
    result = run(**WANTED, wait=False)
    assert result["provisioned_throughput"]["status"] == "Creating" and result["progress"] == []


def test_what_aws_does_not_show_yet_has_its_arn_all_the_same(aws, run):
    aws.script["GetProvisionedModelThroughput"] = MISSING
    result = run(**WANTED, wait=False)
    assert result["changed"] and result["provisioned_throughput"]["arn"] == ARN


# --- What can go wrong with a purchase ---


def test_a_lost_answer_is_asked_for_again_with_the_same_token(aws, run):
    aws.script["CreateProvisionedModelThroughput"] = [Lost(), {"provisionedModelArn": ARN}]
    result = run(**WANTED)
    assert result["changed"] and result["provisioned_throughput"]["status"] == "InService"
    requests = aws.calls("CreateProvisionedModelThroughput")
    assert len(requests) == 2 and len({one.parameters["clientRequestToken"] for one in requests}) == 1


@pytest.mark.parametrize(
    "error",
    [Error("ThrottlingException", status=429), Error("InternalServerException", status=500)],
    ids=lambda error: error.code,
)
def test_a_busy_aws_is_asked_again_with_the_same_token(aws, run, error):
    # More often than botocore itself repeats: the module's own repetition must not buy again either.
    aws.script["CreateProvisionedModelThroughput"] = [error] * 7 + [{"provisionedModelArn": ARN}]
    assert run(**WANTED)["changed"]
    requests = aws.calls("CreateProvisionedModelThroughput")
    assert len(requests) == 8 and len({one.parameters["clientRequestToken"] for one in requests}) == 1


@pytest.mark.parametrize("answer", [Lost(), Error("InternalServerException", status=500)], ids=["lost", "500"])
def test_a_purchase_that_is_never_answered_is_found_by_its_name(aws, run, answer):
    def listed(request):
        return listing(throughput()) if aws.count("CreateProvisionedModelThroughput") else listing()

    aws.script["CreateProvisionedModelThroughput"] = answer
    aws.script["ListProvisionedModelThroughputs"] = listed
    result = run(**WANTED)
    assert result["changed"] and result["provisioned_throughput"]["status"] == "InService"
    assert len({one.parameters["clientRequestToken"] for one in aws.calls("CreateProvisionedModelThroughput")}) == 1


@pytest.mark.parametrize("answer", [Lost(), Error("InternalServerException", status=500)], ids=["lost", "500"])
def test_a_purchase_that_nobody_knows_of_is_not_taken_for_failed(aws, run, answer):
    aws.script["CreateProvisionedModelThroughput"] = answer
    result = run(**WANTED)
    assert result["failed"] and "Whether AWS made the purchase is not known. Run again" in result["msg"]
    assert not result["changed"] and "provisioned_throughput" not in result


def test_the_run_after_a_killed_one_waits_and_buys_nothing(aws, stands, run):
    stands(throughput(status="Creating"), throughput(status="Creating"), throughput())
    result = run(**WANTED)
    assert not result["changed"] and result["calls"] == [] and aws.writes == []
    assert [row["status"] for row in result["progress"]] == ["Creating", "InService"]
    assert result["provisioned_throughput"]["status"] == "InService"


def test_what_the_listing_does_not_show_yet_is_not_bought_again(aws, run):
    aws.script["GetProvisionedModelThroughput"] = throughput()
    result = run(**WANTED)
    assert not result["changed"] and aws.writes == []
    assert aws.calls("GetProvisionedModelThroughput")[0].parameters == {"provisionedModelId": "app"}


@pytest.mark.parametrize("check", [False, True])
def test_nothing_is_bought_without_consent(aws, run, check):
    result = run(check=check, **{**WANTED, "acknowledge_cost": False}, price_per_unit_hour="10")
    assert "2 model units at 20 USD an hour, billed at least until" in result["msg"]
    assert "acknowledge_cost=true" in result["msg"] and aws.writes == []


@pytest.mark.parametrize("option", ["model_id", "model_units", "commitment_duration"])
def test_what_a_purchase_needs_has_no_default(aws, run, option):
    result = run(**{key: value for key, value in WANTED.items() if key != option})
    assert f"these are missing: {option}." in result["msg"] and aws.writes == []


def test_an_arn_that_does_not_exist_is_not_bought(aws, run):
    result = run(**WANTED, arn=OTHER)
    assert "Nothing is bought" in result["msg"] and aws.writes == []


@pytest.mark.parametrize(
    "code, remedy",
    [
        ("ServiceQuotaExceededException", "ask AWS Support for a higher quota of model units"),
        ("ResourceNotFoundException", "id of a variant"),
        ("ValidationException", "Not each model can be bought without a commitment"),
        ("TooManyTagsException", "Leave out some tags"),
        ("AccessDeniedException", "buy provisioned throughput app"),
    ],
)
def test_a_refused_purchase_says_what_to_do(aws, run, code, remedy):
    aws.script["CreateProvisionedModelThroughput"] = Error(code, "no")
    result = run(**WANTED)
    assert result["failed"] and remedy in result["msg"]
    assert aws.count("CreateProvisionedModelThroughput") == 1


def test_a_purchase_that_fails_later_says_why_and_what(aws, run):
    aws.script["GetProvisionedModelThroughput"] = [
        MISSING,
        throughput(status="Creating"),
        throughput(status="Failed", failureMessage="no capacity"),
    ]
    result = run(**WANTED)
    assert result["failed"] and result["changed"]
    assert f"{ARN} is Failed: no capacity. Remove it with state=absent" in result["msg"]
    assert result["provisioned_throughput"]["failure_message"] == "no capacity"
    assert [row["status"] for row in result["progress"]] == ["Creating", "Failed"]


def test_a_wait_in_vain_has_the_arn_and_the_next_run_finds_it(aws, run):
    aws.script["GetProvisionedModelThroughput"] = [MISSING, throughput(status="Creating")]
    result = run(**WANTED, wait_timeout=30, wait_delay=10)
    assert result["failed"] and result["changed"] and result["provisioned_throughput"]["arn"] == ARN
    assert f"{ARN} is not InService after 30 s (its status is Creating). It exists, and is billed" in result["msg"]
    aws.script["ListProvisionedModelThroughputs"] = listing(throughput(status="Creating"))
    aws.script["GetProvisionedModelThroughput"] = [throughput(status="Creating"), throughput()]
    assert not run(**WANTED)["changed"]
    assert aws.count("CreateProvisionedModelThroughput") == 1


@pytest.mark.parametrize(
    "answer", [Lost(), Error("AccessDeniedException", "no", 403), MISSING], ids=["lost", "denied", "missing"]
)
def test_a_wait_that_aws_does_not_answer_has_the_arn(aws, run, answer):
    aws.script["GetProvisionedModelThroughput"] = [MISSING, answer]
    result = run(**WANTED, wait_timeout=30, wait_delay=10)
    assert result["failed"] and result["changed"]
    assert result["provisioned_throughput"] == {"name": "app", "arn": ARN, "id": "abcdef123456"}


def test_tags_that_cannot_be_read_after_a_purchase_do_not_hide_it(aws, run):
    aws.script["ListTagsForResource"] = Error("AccessDeniedException", "no", 403)
    result = run(**WANTED)
    assert result["failed"] and result["changed"] and result["provisioned_throughput"]["arn"] == ARN


# --- Input and models that are refused before any write, in check mode, too ---


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(
    "given, remedy",
    [
        (("name", "a--b"), "1 to 63 letters"),
        (("model_units", 0), "at least 1"),
        (("commitment_duration", "OneYear"), "there is no term of a year"),
        (("commitment_duration", "1 year"), "none (by the hour), OneMonth or SixMonths"),
        (("model_id", "us.amazon.nova-lite-v1:0"), "Give the foundation model behind it, amazon.nova-lite-v1:0."),
        (("model_id", f"{ARN.rsplit(':', 1)[0]}:imported-model/abcdef123456"), "imported model"),
        (("model_id", "provisioned/app"), "id (provider.model) or ARN"),
        (("arn", "provisioned/app"), "bedrock_provisioned_throughput_info"),
        (("tags", {"a!": "b"}), "letters, digits"),
        (("price_per_unit_hour", "6 USD"), "decimal number"),
        (("wait_delay", 0), "Give seconds"),
    ],
)
def test_bad_input_is_refused_before_the_first_call(aws, run, check, given, remedy):
    result = run(check=check, **{**WANTED, **dict([given])})
    assert result["failed"] and remedy in result["msg"] and given[0] in result["msg"]
    assert aws.requests == []


def test_neither_name_nor_arn(aws, run):
    assert "one of the following is required: name, arn" in run(model_units=1)["msg"]


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(
    "changes, reason",
    [
        ({"status": "LEGACY", "endOfLifeTime": days(400)}, "LEGACY model and ends on"),
        ({"status": "LEGACY"}, "is a LEGACY model: AWS sells no new throughput"),
        ({"status": "LEGACY", "endOfLifeTime": days(-1)}, "reached its end of life on"),
        ({"status": "ACTIVE", "endOfLifeTime": days(-1)}, "reached its end of life on"),
        ({"status": "ACTIVE", "endOfLifeTime": days(10)}, "the term would be paid until"),
    ],
)
def test_a_model_that_ends_is_not_bought(aws, run, check, changes, reason):
    aws.script["GetFoundationModel"] = lifecycle(**changes)
    result = run(check=check, **WANTED)
    assert reason in result["msg"] and "check_model=false" in result["msg"] and aws.writes == []


def test_without_check_it_is_bought(aws, run):
    aws.script["GetFoundationModel"] = lifecycle(status="LEGACY", endOfLifeTime=days(-1))
    assert run(**WANTED, check_model=False)["changed"]
    assert aws.count("GetFoundationModel") == 0


@pytest.mark.parametrize("code", ["ValidationException", "ResourceNotFoundException"])
def test_a_variant_that_is_not_listed_has_the_life_cycle_of_its_model(aws, run, code):
    aws.script["GetFoundationModel"] = [Error(code, "invalid"), lifecycle(status="LEGACY")]
    assert "LEGACY" in run(**WANTED)["msg"]
    asked = [one.parameters["modelIdentifier"] for one in aws.calls("GetFoundationModel")]
    assert asked == [MODEL, "amazon.nova-lite-v1:0"]


@pytest.mark.parametrize("code", ["ValidationException", "ResourceNotFoundException"])
def test_a_model_that_bedrock_does_not_have_is_not_bought(aws, run, code):
    aws.script["GetFoundationModel"] = Error(code, "invalid")
    result = run(**WANTED)
    assert "bedrock_foundation_model_info lists the models" in result["msg"] and aws.writes == []


def test_a_custom_model_is_bought_by_its_name(aws, run):
    custom = {"modelArn": CUSTOM + "abcdef123456", "modelName": "tuned", "jobName": "j", "modelStatus": "Active"}
    aws.script["GetCustomModel"] = {**custom, "baseModelArn": FOUNDATION + "amazon.nova-lite-v1:0:300k"}
    assert run(**{**WANTED, "model_id": "tuned"})["changed"]
    assert aws.calls("CreateProvisionedModelThroughput")[0].parameters["modelId"] == CUSTOM + "abcdef123456"
    assert aws.calls("GetFoundationModel")[0].parameters == {"modelIdentifier": "amazon.nova-lite-v1:0:300k"}


@pytest.mark.parametrize("status", ["Creating", "Failed"])
def test_a_custom_model_that_is_not_finished_is_not_bought(aws, run, status):
    arn = CUSTOM + "abcdef123456"
    aws.script["GetCustomModel"] = {"modelArn": arn, "modelStatus": status, "failureMessage": "bad data"}
    result = run(**{**WANTED, "model_id": arn})
    assert f"is {status} (bad data)" in result["msg"] and aws.writes == []


@pytest.mark.parametrize("model", ["tuned", CUSTOM + "abcdef123456"])
def test_a_custom_model_that_does_not_exist_is_not_bought(aws, run, model):
    aws.script["GetCustomModel"] = MISSING
    result = run(**{**WANTED, "model_id": model})
    assert "There is no custom model" in result["msg"] and aws.writes == []


@pytest.mark.parametrize(
    "option, arn",
    [
        ("arn", ARN.replace("us-west-2", "us-east-1")),
        ("arn", ARN.replace("arn:aws:", "arn:aws-us-gov:")),
        ("model_id", FOUNDATION.replace("us-west-2", "us-east-1") + MODEL),
    ],
)
def test_an_arn_of_another_place_is_refused(aws, run, option, arn):
    result = run(**{**WANTED, option: arn})
    assert "Set region to" in result["msg"] and aws.requests == []


def test_an_arn_of_another_place_does_not_count_as_absent(aws, run):
    assert "Set region to us-east-1" in run(state="absent", arn=ARN.replace("us-west-2", "us-east-1"))["msg"]


@pytest.mark.parametrize("module, key", [(MODULE, "Create"), (f"{MODULE}_info", "List")])
def test_an_older_boto3_is_told_what_to_do(aws, run_module, monkeypatch, module, key):
    operation = f"{key}ProvisionedModelThroughput{'s' if key == 'List' else ''}"
    model = "botocore.model.ServiceModel.operation_names"
    names = [
        name for name in botocore.session.Session().get_service_model("bedrock").operation_names if name != operation
    ]
    monkeypatch.setattr(model, names)
    result = run_module(module, **(WANTED if module == MODULE else {}))
    assert operation in result["msg"] and "pip install --upgrade boto3" in result["msg"] and aws.requests == []


# --- How it is found ---


def test_it_is_found_on_the_third_page(aws, run):
    def page(request):
        number = int(request.parameters.get("nextToken", 0))
        rows = listing(throughput(provisionedModelName="app" if number == 2 else f"app-{number}"))
        return {**rows, **({"nextToken": str(number + 1)} if number < 2 else {})}

    aws.script["ListProvisionedModelThroughputs"] = page
    aws.script["GetProvisionedModelThroughput"] = throughput()
    assert not run(**WANTED)["changed"]
    assert [one.parameters["nameContains"] for one in aws.calls("ListProvisionedModelThroughputs")] == ["app"] * 3


def test_a_longer_name_is_another(aws, run):
    aws.script["ListProvisionedModelThroughputs"] = listing(
        throughput(provisionedModelName="app-2", provisionedModelArn=OTHER)
    )
    assert run(**WANTED)["calls"] == ["buy throughput"]


@pytest.mark.parametrize("options", [WANTED, {"name": "app", "state": "absent"}], ids=["present", "absent"])
def test_two_of_one_name_are_touched_by_nobody(aws, run, options):
    aws.script["ListProvisionedModelThroughputs"] = listing(throughput(), throughput(provisionedModelArn=OTHER))
    result = run(**options)
    assert ARN in result["msg"] and OTHER in result["msg"] and "Give the arn" in result["msg"]
    assert aws.writes == []


def test_an_unknown_operation_is_not_absent(aws, run):
    aws.script["ListProvisionedModelThroughputs"] = Error("ValidationException", "No route for GET")
    assert run(**WANTED)["failed"] and aws.writes == []
    aws.script["ListProvisionedModelThroughputs"] = listing(throughput())
    aws.script["GetProvisionedModelThroughput"] = Error("ValidationException", "No route for GET")
    assert run(name="app", state="absent")["failed"] and run(**WANTED)["failed"] and aws.writes == []


# --- What stands is kept or changed ---


def test_the_same_again_is_unchanged(aws, stands, run):
    stands(throughput())
    result = run(**WANTED)
    assert not result["changed"] and aws.writes == [] and "billing" not in result
    assert aws.count("GetFoundationModel") == 0


@pytest.mark.parametrize(
    "options, told",
    [
        ({"model_units": 3}, "model_units is 2 and 3 is wanted"),
        ({"commitment_duration": "SixMonths"}, "commitment_duration is OneMonth and SixMonths is wanted"),
        ({"commitment_duration": "none"}, "commitment_duration is OneMonth and none is wanted"),
        ({"model_id": "amazon.nova-pro-v1:0:24k"}, "AWS changes the model only where it is a custom one"),
        ({"model_id": "amazon.nova-lite-v1:0"}, f"{FOUNDATION}{MODEL} and {FOUNDATION}amazon.nova-lite-v1:0 is wanted"),
    ],
)
def test_what_aws_cannot_change_is_refused_with_both_values(aws, stands, run, options, told):
    stands(throughput(status="Creating"))
    for check in (False, True):
        result = run(check=check, **{**WANTED, **options})
        assert told in result["msg"] and ARN in result["msg"] and aws.writes == []
    # At once, in both runs: nothing is waited for before it.
    assert aws.count("GetProvisionedModelThroughput") == 2


def custom(which, desired=None, **changes):
    wanted = CUSTOM + (desired or which) * 12
    base = FOUNDATION + "amazon.nova-lite-v1:0:300k"
    return throughput(modelArn=CUSTOM + which * 12, desiredModelArn=wanted, foundationModelArn=base, **changes)


def test_a_custom_model_is_replaced_and_waited_for(aws, stands, run):
    moving = custom("a", "b", status="Updating")
    # AWS may not have begun when it is asked first: InService with the old model is not the end.
    stands(custom("a"), custom("a"), moving, moving, custom("b"))
    result = run(name="app", model_id=CUSTOM + "b" * 12)
    assert result["calls"] == ["update throughput"] and aws.writes == ["UpdateProvisionedModelThroughput"]
    assert aws.calls("UpdateProvisionedModelThroughput")[0].parameters == {
        "provisionedModelId": ARN,
        "desiredModelId": CUSTOM + "b" * 12,
    }
    assert result["provisioned_throughput"]["model_arn"] == CUSTOM + "b" * 12
    assert result["diff"]["before"]["model_arn"] == CUSTOM + "a" * 12
    assert result["diff"]["after"]["model_arn"] == CUSTOM + "b" * 12


@pytest.mark.parametrize("status", ["Updating", "InService"])
def test_one_that_is_moving_there_already_is_waited_for(aws, stands, run, status):
    stands(custom("a", "b", status=status), custom("a", "b", status=status), custom("b"))
    result = run(name="app", model_id=CUSTOM + "b" * 12)
    assert not result["changed"] and aws.writes == []
    assert result["provisioned_throughput"]["model_arn"] == CUSTOM + "b" * 12


def test_one_that_is_moving_elsewhere_is_waited_for_before_it_is_moved(aws, stands, run):
    stands(custom("a", "b", status="Updating"), custom("a", "b", status="Updating"), custom("b"))
    result = run(name="app", model_id=CUSTOM + "c" * 12, wait=False)
    assert result["calls"] == ["update throughput"]
    before = aws.requests[: [one.operation for one in aws.requests].index("UpdateProvisionedModelThroughput")]
    assert len([one for one in before if one.operation == "GetProvisionedModelThroughput"]) >= 3


@pytest.mark.parametrize("wait", [False, True])
def test_tags_are_set_and_removed(aws, stands, run, wait):
    stands(throughput())
    aws.script["ListTagsForResource"] = {"tags": [{"key": "old", "value": "1"}, {"key": "aws:x", "value": "2"}]}
    result = run(name="app", tags={"team": "ml"}, wait=wait)
    assert result["calls"] == ["remove tags", "set tags"]
    assert aws.calls("UntagResource")[0].parameters == {"resourceARN": ARN, "tagKeys": ["old"]}
    assert aws.calls("TagResource")[0].parameters == {"resourceARN": ARN, "tags": [{"key": "team", "value": "ml"}]}
    assert run(name="app", tags={"team": "ml"}, purge_tags=False)["calls"] == ["set tags"]


def test_a_name_is_changed_by_the_arn(aws, run):
    aws.script["GetProvisionedModelThroughput"] = [throughput(), throughput(provisionedModelName="new")]
    result = run(arn=ARN, name="new")
    assert result["calls"] == ["update throughput"] and result["provisioned_throughput"]["name"] == "new"
    assert aws.calls("UpdateProvisionedModelThroughput")[0].parameters == {
        "provisionedModelId": ARN,
        "desiredProvisionedModelName": "new",
    }
    assert not run(arn=ARN, name="new")["changed"]


def test_a_name_that_another_has_is_not_given(aws, run):
    aws.script["GetProvisionedModelThroughput"] = throughput()
    other = throughput(provisionedModelName="new", provisionedModelArn=OTHER)
    aws.script["ListProvisionedModelThroughputs"] = listing(other)
    result = run(arn=ARN, name="new")
    assert OTHER in result["msg"] and aws.writes == []


@pytest.mark.parametrize("options", [WANTED, {"name": "app", "tags": {"a": "b"}}])
def test_a_failed_one_is_not_bought_again(aws, stands, run, options):
    stands(throughput(status="Failed", failureMessage="no capacity"))
    result = run(**options)
    assert "is Failed: no capacity" in result["msg"] and "state=absent" in result["msg"] and aws.writes == []
    assert result["provisioned_throughput"]["arn"] == ARN


# --- Absent ---


@pytest.mark.parametrize("options", [{"name": "app"}, {"arn": ARN}, {"name": "app", "arn": ARN}])
def test_it_is_deleted_by_name_and_arn(aws, stands, run, options):
    stands(without_commitment(), MISSING)
    aws.script["DeleteProvisionedModelThroughput"] = {}
    result = run(state="absent", **options)
    assert result["calls"] == ["delete throughput"] and result["provisioned_throughput"] == {}
    assert aws.calls("DeleteProvisionedModelThroughput")[0].parameters == {"provisionedModelId": ARN}
    assert not run(state="absent", arn=ARN)["changed"]


def test_a_delete_whose_answer_is_lost_is_a_change(aws, stands, run):
    stands(without_commitment(), MISSING)
    aws.script["DeleteProvisionedModelThroughput"] = [Lost(), MISSING]
    assert run(state="absent", arn=ARN)["changed"]


@pytest.mark.parametrize("check", [False, True])
def test_nothing_is_deleted_inside_a_term(aws, stands, run, check):
    stands(throughput())
    result = run(check=check, state="absent", name="app")
    assert f"until {days(20):%Y-%m-%d}" in result["msg"] and aws.writes == []
    assert result["provisioned_throughput"]["commitment_days_left"] in (19, 20)


@pytest.mark.parametrize(
    "found",
    [
        throughput(commitmentExpirationTime=days(-1)),
        throughput(status="Failed", failureMessage="no capacity"),
        without_commitment(status="Creating"),
    ],
    ids=["over", "failed", "without"],
)
def test_what_no_term_holds_is_deleted(aws, stands, run, found):
    stands(found, MISSING)
    aws.script["DeleteProvisionedModelThroughput"] = {}
    assert run(state="absent", name="app")["changed"]


def test_a_term_that_has_no_end_yet_is_a_term(aws, stands, run):
    stands({key: value for key, value in throughput(status="Creating").items() if key != "commitmentExpirationTime"})
    assert "Run again when it is InService" in run(state="absent", name="app")["msg"]
    assert aws.writes == []


def test_an_arn_that_has_another_name_is_not_deleted(aws, stands, run):
    stands(without_commitment())
    assert "Nothing is deleted" in run(state="absent", name="other", arn=ARN)["msg"] and aws.writes == []


@pytest.mark.parametrize(
    "code, status", [("ConflictException", 400), ("ConflictException", 409), ("ValidationException", 400)]
)
def test_a_delete_that_aws_refuses_says_why(aws, stands, run, code, status):
    stands(without_commitment())
    aws.script["DeleteProvisionedModelThroughput"] = Error(code, "in a term", status)
    result = run(state="absent", name="app")
    assert "AWS deletes nothing inside a commitment's term" in result["msg"] and "in a term" in result["msg"]
    assert aws.count("DeleteProvisionedModelThroughput") == 1


def test_absent_needs_neither_consent_nor_model(aws, run):
    assert not run(state="absent", name="app")["changed"]


# --- The twin ---


@pytest.fixture
def info(aws, run_module):
    def info(**options):
        return run_module("bedrock_provisioned_throughput_info", **options)["provisioned_throughputs"]

    aws.script["ListProvisionedModelThroughputs"] = listing(
        throughput(provisionedModelName="b", provisionedModelArn=OTHER, status="Failed"),
        throughput(commitmentExpirationTime=NOW + datetime.timedelta(days=3, hours=1)),
        without_commitment(
            provisionedModelName="c", provisionedModelArn=OTHER.replace("9", "8"), modelArn=CUSTOM + "a"
        ),
    )
    aws.script["GetProvisionedModelThroughput"] = throughput(
        provisionedModelName="b", provisionedModelArn=OTHER, status="Failed", failureMessage="no capacity"
    )
    return info


@pytest.mark.parametrize(
    "options, names",
    [
        ({}, ["app", "b", "c"]),
        ({"names": ["app"]}, ["app"]),
        ({"names": ["app", "c", "nobody"]}, ["app", "c"]),
        ({"names": ["ap"]}, []),
        ({"names": []}, []),
        ({"arns": [OTHER]}, ["b"]),
        ({"arns": [OTHER], "names": ["app"]}, ["app", "b"]),
        ({"status": "InService"}, ["app", "c"]),
        ({"status": "InService", "names": ["b", "c"]}, ["c"]),
        ({"model_id": MODEL}, ["app", "b"]),
        ({"model_id": "amazon.nova-lite-v1:0"}, []),
    ],
)
def test_info_narrows_the_list(info, options, names):
    assert [row["name"] for row in info(**options)] == names


def test_info_tells_days_left_and_why_one_failed(aws, info):
    rows = {row["name"]: row for row in info()}
    assert rows["app"]["commitment_days_left"] == 3 and rows["c"]["commitment_days_left"] is None
    assert rows["c"]["commitment_duration"] == "none"
    assert rows["b"]["failure_message"] == "no capacity"
    assert aws.count("GetProvisionedModelThroughput") == 1 and aws.count("ListTagsForResource") == 0
    assert "tags" not in rows["app"]


def test_info_reads_tags_on_request(aws, info):
    aws.script["ListTagsForResource"] = {"tags": [{"key": "team", "value": "ml"}]}
    assert [row["tags"] for row in info(include_tags=True, names=["app"])] == [{"team": "ml"}]
    assert aws.count("ListTagsForResource") == 1


def test_info_asks_the_api_to_narrow(aws, info):
    info(names=["app"], status="InService", model_id=MODEL)
    assert aws.calls("ListProvisionedModelThroughputs")[0].parameters == {
        "nameContains": "app",
        "statusEquals": "InService",
        "modelArnEquals": FOUNDATION + MODEL,
    }
