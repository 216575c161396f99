"""Whole runs: what is sent, in which order, and what is told when something goes wrong."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.unit.plugins.modules.scripted_aws import Error, Lost, Request, Runner, ScriptedAws

MODULE = "bedrock_model_access"
FORM = {"companyName": "Example", "useCases": "Answers"}
CREATE, DELETE, PUT = "CreateFoundationModelAgreement", "DeleteFoundationModelAgreement", "PutUseCaseForModelAccess"


class Account:
    """Agreements that take some looks to come into force."""

    def __init__(self, aws: ScriptedAws, looks: int = 1) -> None:
        self.aws, self.looks, self.listings = aws, looks, 0
        self.agreements: dict[str, list[str]] = {}
        self.form: bytes | None = None
        self.ends_with = "AVAILABLE"
        self.offers = ["o-1"]
        aws.script = {
            "GetFoundationModelAvailability": self.availability,
            "ListFoundationModelAgreementOffers": self.list_offers,
            CREATE: self.create,
            DELETE: self.delete,
            "GetUseCaseForModelAccess": self.get_form,
            PUT: self.put_form,
        }

    def availability(self, request: Request) -> dict[str, Any]:
        model_id = request.parameters["modelId"]
        default = ["AVAILABLE"] if model_id.startswith("amazon.") else ["NOT_AVAILABLE"]
        statuses = self.agreements.get(model_id, default)
        status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
        return {
            "modelId": model_id,
            "agreementAvailability": {"status": status, **({"errorMessage": "No card"} if status == "ERROR" else {})},
            "authorizationStatus": "AUTHORIZED",
            "entitlementAvailability": "AVAILABLE",
            "regionAvailability": "AVAILABLE",
        }

    def list_offers(self, request: Request) -> dict[str, Any]:
        self.listings += 1
        terms = {
            "usageBasedPricingTerm": {"rateCard": [{"price": "1"}]},
            "legalTerm": {"url": "https://terms"},
            "supportTerm": {},
        }
        offers = [
            {"offerId": one, "offerToken": f"token-{one}-{self.listings}", "termDetails": terms} for one in self.offers
        ]
        return {"modelId": request.parameters["modelId"], "offers": offers}

    def create(self, request: Request) -> dict[str, Any]:
        self.agreements[request.parameters["modelId"]] = ["PENDING"] * self.looks + [self.ends_with]
        return {"modelId": request.parameters["modelId"]}

    def delete(self, request: Request) -> dict[str, Any]:
        self.agreements[request.parameters["modelId"]] = ["AVAILABLE", "NOT_AVAILABLE"]
        return {}

    def get_form(self, request: Request) -> Any:
        return {"formData": base64.b64encode(self.form).decode()} if self.form else Error("ResourceNotFoundException")

    def put_form(self, request: Request) -> dict[str, Any]:
        self.form = base64.b64decode(request.parameters["formData"])
        return {}


@pytest.fixture
def account(scripted_aws: ScriptedAws) -> Account:
    return Account(scripted_aws)


def test_an_agreement_comes_and_goes(account: Account, run_module: Runner) -> None:
    made = run_module(MODULE, model_ids=["p.one"], accept_eula=True)
    assert (made["changed"], made["calls"]) == (True, ["make agreement"])
    (row,) = made["model_access"]
    assert (row["agreement"], row["legal_terms_url"]) == ("AVAILABLE", "https://terms")
    assert [one["status"] for one in made["progress"]] == ["p.one: PENDING", "p.one: AVAILABLE"]
    assert made["diff"][0]["before"]["agreement"] == "NOT_AVAILABLE"
    assert "token-o-1" not in json.dumps(made)
    # The next listing has another token: nothing asks for it.
    again = run_module(MODULE, model_ids=["p.one"])
    assert (again["changed"], again["calls"], account.listings) == (False, [], 1)
    ended = run_module(MODULE, model_ids=["p.one"], state="absent")
    assert (ended["calls"], ended["model_access"][0]["agreement"]) == (["end agreement"], "NOT_AVAILABLE")
    assert not run_module(MODULE, model_ids=["p.one"], state="absent")["changed"]
    assert account.aws.writes == [CREATE, DELETE]


def test_the_form_comes_first_then_all_agreements_then_one_wait(account: Account, run_module: Runner) -> None:
    result = run_module(MODULE, model_ids=["us.p.one", "p.two", "amazon.x-y"], accept_eula=True, use_case=FORM)
    assert result["calls"] == ["hand in use case form", "make agreement", "make agreement"]
    assert [row["model_id"] for row in result["model_access"]] == ["p.one", "p.two", "amazon.x-y"]
    assert {row["agreement"] for row in result["model_access"]} == {"AVAILABLE"}
    assert [one["before_header"] for one in result["diff"]] == ["use case form", "p.one", "p.two"]
    operations = [one.operation for one in account.aws.requests]
    assert operations.index(PUT) < operations.index(CREATE)
    # No look at an agreement stands between the two.
    first = operations.index(CREATE)
    assert operations[first + 1] == CREATE
    assert json.loads(account.form or b"") == FORM
    again = run_module(MODULE, model_ids=["p.one", "p.two"], use_case=dict(reversed(FORM.items())))
    assert not again["changed"] and account.aws.count(PUT) == 1


@pytest.mark.parametrize("stored", [b"", json.dumps(FORM).encode()])
def test_check_mode_predicts_and_writes_nothing(account: Account, run_module: Runner, stored: bytes) -> None:
    account.form = stored
    result = run_module(
        MODULE, check=True, model_ids=["p.one", "amazon.x-y"], accept_eula=True, use_case=FORM, wait_timeout=1
    )
    assert result["changed"] and account.aws.writes == []
    assert result["calls"] == ([] if stored else ["hand in use case form"]) + ["make agreement"]
    assert [row["agreement"] for row in result["model_access"]] == ["AVAILABLE", "AVAILABLE"]
    assert result["diff"][-1]["after"]["rate_card"][0]["price"] == "1"
    assert not run_module(MODULE, check=True, model_ids=["amazon.x-y"])["changed"]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    "options, message",
    [
        ({}, "accept_eula: true"),
        ({"accept_eula": True, "use_case": {"other": "form"}}, "another use-case form"),
        ({"accept_eula": True, "offer_id": "o-9", "model_ids": ["p.one"]}, "It offers: o-1"),
    ],
)
def test_what_is_refused_is_refused_before_the_first_write(
    account: Account, run_module: Runner, check: bool, options: dict[str, Any], message: str
) -> None:
    account.form = json.dumps(FORM).encode()
    result = run_module(MODULE, check=check, **{"model_ids": ["p.one", "p.two"], **options})
    assert result["failed"] and message in result["msg"]
    assert account.aws.writes == []


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    "options, message",
    [
        ({"model_ids": ["No Model"]}, "A member of model_ids"),
        ({"model_ids": ["p.one", "p.two"], "offer_id": "o-1"}, "names 2"),
        ({"use_case": {}}, "use_case"),
        ({"use_case": {"a": "b" * 17000}}, "use_case"),
        ({"wait_timeout": 0}, "wait_timeout"),
        ({"wait_delay": 0}, "wait_delay"),
    ],
)
def test_bad_input_fails_before_the_first_call(
    account: Account, run_module: Runner, check: bool, options: dict[str, Any], message: str
) -> None:
    result = run_module(MODULE, check=check, **{"model_ids": ["p.one"], "accept_eula": True, **options})
    assert result["failed"] and message in result["msg"]
    assert account.aws.requests == []


def test_a_wait_in_vain_tells_all_of_it_and_what_was_made(account: Account, run_module: Runner) -> None:
    account.ends_with = "ERROR"
    account.agreements["p.two"] = ["PENDING"]
    options = {"model_ids": ["p.one", "p.two"], "accept_eula": True, "wait_timeout": 30}
    result = run_module(MODULE, **options)
    assert result["failed"] and result["changed"] and result["calls"] == ["make agreement"]
    assert "p.one: AWS could not" in result["msg"] and "No card" in result["msg"]
    assert "p.two: its agreement is PENDING after 30 s" in result["msg"]
    assert [row["agreement"] for row in result["model_access"]] == ["ERROR", "PENDING"]
    assert result["model_access"][0]["error_message"] == "No card"


def test_a_pending_agreement_is_waited_for_without_a_change(account: Account, run_module: Runner) -> None:
    account.agreements["p.one"] = ["PENDING", "PENDING", "AVAILABLE"]
    result = run_module(MODULE, model_ids=["p.one"])
    assert (result["changed"], result["model_access"][0]["agreement"]) == (False, "AVAILABLE")


def test_without_a_wait_the_agreement_is_on_its_way(account: Account, run_module: Runner) -> None:
    result = run_module(MODULE, model_ids=["p.one"], accept_eula=True, wait=False)
    assert (result["changed"], result["model_access"][0]["agreement"]) == (True, "PENDING")
    assert result["progress"] == []


def test_what_was_made_before_a_failure_is_told(account: Account, run_module: Runner) -> None:
    account.aws.script[CREATE] = lambda request: (
        Error("AccessDeniedException", "no", 403)
        if request.parameters["modelId"] == "p.two"
        else account.create(request)
    )
    result = run_module(MODULE, model_ids=["p.one", "p.two"], accept_eula=True)
    assert result["failed"] and "aws-marketplace:Subscribe" in result["msg"]
    assert (result["changed"], result["calls"]) == (True, ["make agreement"])
    assert [row["model_id"] for row in result["model_access"]] == ["p.one", "p.two"]


def test_an_answer_that_got_lost_makes_no_second_agreement(account: Account, run_module: Runner) -> None:
    def lost(request: Request) -> Any:
        if account.agreements:
            return Error("ConflictException", "there is one")
        account.create(request)
        return Lost()

    account.aws.script[CREATE] = lost
    result = run_module(MODULE, model_ids=["p.one"], accept_eula=True)
    assert result["changed"] and result["model_access"][0]["agreement"] == "AVAILABLE"


def test_amazons_own_models_keep_their_access_and_say_so(account: Account, run_module: Runner) -> None:
    result = run_module(MODULE, model_ids=["amazon.x-y"], state="absent", use_case=FORM)
    assert not result["changed"] and account.aws.writes == []
    assert "deny bedrock:InvokeModel" in result["warnings"][0]


def test_an_unknown_operation_is_not_an_absent_agreement(account: Account, run_module: Runner) -> None:
    for operation in (
        "GetFoundationModelAvailability",
        "ListFoundationModelAgreementOffers",
        "GetUseCaseForModelAccess",
    ):
        before = account.aws.script[operation]
        account.aws.script[operation] = Error("ValidationException", "No route")
        result = run_module(MODULE, model_ids=["p.one"], accept_eula=True, use_case=FORM)
        assert result["failed"] and "No route" in result["msg"]
        account.aws.script[operation] = before
    assert account.aws.writes == []


def test_a_boto3_without_agreements_is_named(
    account: Account, run_module: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import access as api

    monkeypatch.setattr(api, "OPERATIONS", ("GetFoundationModelAvailability", "SomeNewerOperation"))
    result = run_module(MODULE, model_ids=["p.one"])
    assert "SomeNewerOperation" in result["msg"] and "pip install --upgrade boto3" in result["msg"]
    assert account.aws.requests == []
