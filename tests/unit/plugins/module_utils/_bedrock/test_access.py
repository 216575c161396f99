from __future__ import annotations

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock import access
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.access import Offer
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused
from hypothesis import given
from hypothesis import strategies as st

FOUND = {
    "model_id": "anthropic.claude",
    "agreement": "NOT_AVAILABLE",
    "error_message": None,
    "authorized": True,
    "entitled": False,
    "region_available": True,
    "legal_terms_url": None,
    "rate_card": [],
}
RATE = {"dimension": "in", "price": "0.003", "description": None, "unit": "1K"}
PUBLIC = Offer("o-1", "token", "https://terms", [RATE])
PRIVATE = Offer("o-2", "other", None, [])
FORM = {"companyName": "Example", "useCases": "Answers", "intendedUsers": "0"}


def present(found=None, offers=(PUBLIC,), *, accept_eula=True, **more):
    return access.plan_present(
        FOUND if found is None else found, offers, region="us-west-2", accept_eula=accept_eula, **more
    )


def test_an_agreement_is_made_with_the_offers_token_and_shown_with_its_terms_and_prices():
    plan = present()
    (call,) = plan.calls
    assert (call.name, call.arguments) == ("make agreement", {"model_id": "anthropic.claude", "offer_token": "token"})
    assert (plan.after["agreement"], plan.after["legal_terms_url"]) == ("AVAILABLE", "https://terms")
    assert plan.after["rate_card"] == [RATE]
    assert present(wait=False).after["agreement"] == "PENDING"
    assert "token" not in f"{plan}{PUBLIC}".replace("offer_token", "")


@pytest.mark.parametrize("agreement, calls", [("AVAILABLE", 0), ("PENDING", 0), ("NOT_AVAILABLE", 1), ("ERROR", 1)])
def test_the_agreement_decides(agreement, calls):
    found = {**FOUND, "agreement": agreement}
    assert len(present(found).calls) == calls
    assert access.wants_offers(found) == bool(calls)
    # What exists is not compared with an offer: its token is another one each time.
    assert bool(calls) or present(found, [], offer_id="o-9", accept_eula=False).calls == ()


@pytest.mark.parametrize(
    "found, offers, options, message",
    [
        ({"region_available": False}, [PUBLIC], {}, "not available in us-west-2.*Choose another region"),
        ({"region_available": False, "agreement": "AVAILABLE"}, [], {}, "not available in us-west-2"),
        ({}, [], {}, "no terms for anthropic.claude.*console"),
        ({}, [PUBLIC, PRIVATE], {}, "2 offers.*o-1 .https://terms.*o-2 .no terms.*offer_id"),
        ({}, [PUBLIC, PRIVATE], {"offer_id": "o-3"}, "'o-3'. It offers: o-1.*o-2"),
        ({}, [PUBLIC], {"offer_id": "o-3"}, "'o-3'. It offers: o-1"),
        ({}, [PUBLIC], {"accept_eula": False}, "https://terms.*accept_eula: true"),
        ({}, [PRIVATE], {"accept_eula": False}, "model catalog.*accept_eula: true"),
    ],
)
def test_what_is_refused_says_the_remedy(found, offers, options, message):
    with pytest.raises(Refused, match=message):
        present({**FOUND, **found}, offers, **options)


def test_an_offer_is_chosen_by_its_id():
    assert present(offers=[PUBLIC, PRIVATE], offer_id="o-2").calls[0].arguments["offer_token"] == "other"


@pytest.mark.parametrize(
    "changes, calls",
    [
        ({"agreement": "AVAILABLE"}, 1),
        ({"agreement": "PENDING"}, 1),
        ({"agreement": "NOT_AVAILABLE"}, 0),
        ({"agreement": "ERROR"}, 0),
        ({"agreement": "AVAILABLE", "region_available": False}, 1),
        ({"agreement": "AVAILABLE", "model_id": "amazon.nova-lite-v1:0"}, 0),
    ],
)
def test_absent(changes, calls):
    plan = access.plan_absent({**FOUND, **changes})
    assert [call.name for call in plan.calls] == ["end agreement"] * calls


founds = st.builds(
    lambda agreement, model_id: {**FOUND, "agreement": agreement, "model_id": model_id},
    st.sampled_from(["AVAILABLE", "PENDING", "NOT_AVAILABLE", "ERROR"]),
    st.sampled_from(["anthropic.claude", "amazon.nova-lite-v1:0"]),
)
offers = st.lists(
    st.builds(
        Offer, st.sampled_from(["a", "b", None]), st.text(min_size=1), st.none() | st.just("https://x"), st.just([])
    ),
    max_size=2,
)


@given(founds, offers, st.none() | st.sampled_from(["a", "b"]), st.booleans(), st.booleans())
def test_a_second_plan_is_empty_and_no_call_leaves_its_model(found, offers, offer_id, accept_eula, wait):
    try:
        plan = present(found, offers, offer_id=offer_id, accept_eula=accept_eula, wait=wait)
    except Refused:
        return
    assert present(plan.after, [], offer_id=offer_id, accept_eula=False, wait=wait).calls == ()
    gone = access.plan_absent(plan.after)
    assert access.plan_absent(gone.after).calls == ()
    for call in (*plan.calls, *gone.calls):
        assert call.arguments["model_id"] == found["model_id"]


def test_a_use_case_is_handed_in_once():
    plan = access.plan_use_case(FORM, None)
    assert [(call.name, call.arguments) for call in plan.calls] == [("hand in use case form", {"form": FORM})]
    assert access.plan_use_case(FORM, plan.after).calls == ()


@pytest.mark.parametrize(
    "stored", [dict(reversed(FORM.items())), {**FORM, "intendedUsers": 0}, {**FORM, "otherIndustryOption": None}]
)
def test_a_form_of_the_same_content_is_the_same(stored):
    assert access.plan_use_case(FORM, stored).calls == ()


@pytest.mark.parametrize(
    "wanted, told",
    [
        ({**FORM, "useCases": "Others"}, "useCases ('Answers' at AWS, 'Others' here)"),
        ({key: FORM[key] for key in ("companyName", "intendedUsers")}, "useCases ('Answers' at AWS, None here)"),
        ({**FORM, "more": {"a": [1]}}, "more (None at AWS, {'a': [1]} here)"),
        ({**FORM, "intendedUsers": True}, "intendedUsers ('0' at AWS, True here)"),
        ({**FORM, "useCases": "x" * 5000}, "..."),
    ],
)
def test_another_form_is_refused_with_both_values(wanted, told):
    with pytest.raises(Refused) as refused:
        access.plan_use_case(wanted, FORM)
    assert told in str(refused.value) and "AWS has no way to change" in str(refused.value)
    assert len(str(refused.value)) < 1000


@given(st.dictionaries(st.text(min_size=1), st.text() | st.integers() | st.booleans(), min_size=2, max_size=5))
def test_any_form_is_itself_in_any_order(form):
    assert access.plan_use_case(form, dict(reversed(form.items()))).calls == ()


@pytest.mark.parametrize("form, fine", [({}, False), ({"a": "bc"}, True), ({"a": "x" * 16375}, True)])
def test_the_length_of_a_form(form, fine):
    if fine:
        assert 10 <= len(access.form_data(form)) <= 16384
        return
    with pytest.raises(Refused, match="use_case"):
        access.form_data(form)


def test_a_form_that_is_too_long_in_bytes_is_refused():
    # 8188 letters, two bytes each.
    with pytest.raises(Refused, match="is 16385, and must be 10 to 16384"):
        access.form_data({"aa": "é" * 8187 + "x"})


@pytest.mark.parametrize(
    "model_ids, found",
    [
        (["anthropic.claude", "anthropic.claude"], ["anthropic.claude"]),
        (
            ["us.anthropic.claude", "global.anthropic.claude", "cohere.embed-v4:0"],
            ["anthropic.claude", "cohere.embed-v4:0"],
        ),
        (["amazon.nova-lite-v1:0:24k"], ["amazon.nova-lite-v1:0"]),
        (["moonshotai.kimi-k2.5"], ["moonshotai.kimi-k2.5"]),
        ([], []),
    ],
)
def test_each_foundation_model_once(model_ids, found):
    assert access.foundation_models(model_ids, None, "us-west-2") == found


@pytest.mark.parametrize(
    "model_id",
    [
        "claude",
        "",
        "Anthropic.claude",
        "anthropic.claude/x",
        "arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude",
        f"a.{'b' * 141}",
        "bedrock/anthropic.claude",
        "anthropic.claude\n",
    ],
)
def test_what_is_no_id_of_a_model_is_refused(model_id):
    with pytest.raises(Refused, match="A member of model_ids"):
        access.foundation_models([model_id], None, "us-west-2")


def test_an_offer_is_one_models():
    assert access.foundation_models(["us.p.model", "p.model"], "o-1", "us-west-2") == ["p.model"]
    with pytest.raises(Refused, match="names 2"):
        access.foundation_models(["p.model", "p.other"], "o-1", "us-west-2")


def test_what_did_not_get_there():
    failed = access.unfinished("m", {"agreement": "ERROR", "error_message": "No card."}, 9)
    assert "No card. Put that right" in failed
    assert "is not known after 9 s" in access.unfinished("m", {"agreement": None, "error_message": None}, 9)
    assert "is PENDING after 9 s" in access.unfinished("m", {"agreement": "PENDING", "error_message": None}, 9)
