from __future__ import annotations

import fnmatch
import re

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.llmops.bedrock.plugins.filter.bedrock_iam_policy import bedrock_iam_policy
from ansible_collections.llmops.bedrock.plugins.filter.bedrock_targets import bedrock_targets
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.policy import LIMIT, policy_for
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.targets import InvalidModelError
from hypothesis import given
from hypothesis import strategies as st

ACCOUNT, REGION = "123456789012", "us-west-2"
BEDROCK = f"arn:aws:bedrock:us-west-2:{ACCOUNT}"
BOTH = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]


def model(target, mode="chat", **litellm_params):
    return {"name": "m", "bedrock_model": target, "mode": mode, "litellm_params": litellm_params}


def policy(*models, **options):
    return policy_for(models, account=ACCOUNT, region=REGION, **options)


def rights(*models, **options):
    """(actions, resources, profiles in the condition) of each statement."""
    return [
        (
            statement["Action"],
            statement["Resource"],
            statement.get("Condition", {}).get("ArnEquals", {}).get("bedrock:InferenceProfileArn"),
        )
        for statement in policy(*models, **options)["Statement"]
    ]


FM = "arn:aws:bedrock:us-west-2::foundation-model/"


@pytest.mark.parametrize(
    "one, expected",
    [
        (model("openai.gpt-oss-120b-1:0"), [(BOTH, [f"{FM}openai.gpt-oss-120b-1:0"], None)]),
        (model("converse/openai.gpt-oss-120b-1:0"), [(BOTH, [f"{FM}openai.gpt-oss-120b-1:0"], None)]),
        (model("us-east-1/a.b-v1:0"), [(BOTH, ["arn:aws:bedrock:us-east-1::foundation-model/a.b-v1:0"], None)]),
        (
            model("a.b-v1:0", aws_region_name="eu-west-1"),
            [(BOTH, ["arn:aws:bedrock:eu-west-1::foundation-model/a.b-v1:0"], None)],
        ),
        (model("amazon.titan-embed-text-v2:0", "embedding"), [(BOTH[:1], [f"{FM}amazon.titan-embed-text-v2:0"], None)]),
        (model("stability.sd3", "image_generation"), [(BOTH[:1], [f"{FM}stability.sd3"], None)]),
        (
            model("us.anthropic.claude"),
            [
                (BOTH, [f"{BEDROCK}:inference-profile/us.anthropic.claude"], None),
                (
                    BOTH,
                    ["arn:aws:bedrock:*::foundation-model/anthropic.claude"],
                    [f"{BEDROCK}:inference-profile/us.anthropic.claude"],
                ),
            ],
        ),
        (
            model("us.cohere.embed-v4:0", "embedding"),
            [
                (BOTH[:1], [f"{BEDROCK}:inference-profile/us.cohere.embed-v4:0"], None),
                (
                    BOTH[:1],
                    ["arn:aws:bedrock:*::foundation-model/cohere.embed-v4:0"],
                    [f"{BEDROCK}:inference-profile/us.cohere.embed-v4:0"],
                ),
            ],
        ),
        (
            model(f"{BEDROCK}:application-inference-profile/abc"),
            [
                (BOTH, [f"{BEDROCK}:application-inference-profile/abc"], None),
                (
                    BOTH,
                    ["arn:aws:bedrock:*::foundation-model/*"],
                    [f"{BEDROCK}:application-inference-profile/abc"],
                ),
            ],
        ),
        (
            model("anthropic.claude", model_id=f"{BEDROCK}:provisioned-model/x1"),
            [(BOTH, [f"{BEDROCK}:provisioned-model/x1"], None)],
        ),
        (
            model("amazon.nova-canvas-v1:0", "image_generation", model_id=f"{BEDROCK}:provisioned-model/x1"),
            [(BOTH[:1], [f"{BEDROCK}:provisioned-model/x1"], None)],
        ),
        (
            model(f"converse/{BEDROCK}:provisioned-model/x1"),
            [(BOTH, [f"{BEDROCK}:provisioned-model/x1"], None)],
        ),
        (
            model(f"nova/{BEDROCK}:custom-model-deployment/x1"),
            [(BOTH, [f"{BEDROCK}:custom-model-deployment/x1"], None)],
        ),
        (
            model(f"llama/{BEDROCK}:imported-model/x1"),
            [(BOTH, [f"{BEDROCK}:imported-model/x1"], None)],
        ),
        (
            model("a.b", aws_role_name="arn:aws:iam::1:role/r"),
            [(["sts:AssumeRole", "sts:TagSession"], ["arn:aws:iam::1:role/r"], None)],
        ),
    ],
)
def test_exactly_what_a_model_needs(one, expected):
    assert rights(one) == expected


def test_a_global_profile_also_reaches_the_model_without_a_region():
    resources = rights(model("global.anthropic.claude"))[1][1]
    assert any(fnmatch.fnmatch("arn:aws:bedrock:::foundation-model/anthropic.claude", one) for one in resources)


def test_known_models_of_a_profile_replace_the_star():
    arn = f"{BEDROCK}:inference-profile/us.anthropic.claude"
    known = ["arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude"]
    assert rights(model("us.anthropic.claude"), profiles={arn: known})[1] == (BOTH, known, [arn])


def test_what_is_allowed_directly_is_not_repeated():
    arn = f"{BEDROCK}:inference-profile/us.a.b"
    assert rights(model("us.a.b"), model("a.b"), profiles={arn: [f"{FM}a.b"]}) == [(BOTH, [arn, f"{FM}a.b"], None)]


def test_the_documents_of_profiles_to_the_letter():
    """A profile of three regions, a global one, an application profile, and one whose regions are not known."""
    us, world, offline = (f"{BEDROCK}:inference-profile/{name}" for name in ("us.a.b", "global.c.d", "eu.e.f"))
    application = f"{BEDROCK}:application-inference-profile/abc"
    regions = [f"arn:aws:bedrock:{region}::foundation-model/a.b" for region in ("us-east-1", "us-east-2", "us-west-2")]
    known = {
        us: regions[::-1],
        world: [f"{FM}c.d", "arn:aws:bedrock:::foundation-model/c.d"],
        application: [f"{FM}g.h"],
    }
    made = policy(*(model(one) for one in ("eu.e.f", application, "global.c.d", "us.a.b")), profiles=known)
    allow = {"Effect": "Allow", "Action": BOTH}
    assert made == {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "InvokeAndStream", **allow, "Resource": [application, offline, world, us]},
            {
                "Sid": "InvokeAndStreamThroughProfiles",
                **allow,
                "Resource": [
                    "arn:aws:bedrock:*::foundation-model/e.f",
                    "arn:aws:bedrock:::foundation-model/c.d",
                    *regions[:2],
                    regions[2],
                    f"{FM}c.d",
                    f"{FM}g.h",
                ],
                "Condition": {"ArnEquals": {"bedrock:InferenceProfileArn": [application, offline, world, us]}},
            },
        ],
    }


def test_a_prompt_router_leads_to_profiles_and_these_to_models():
    router, profile = f"{BEDROCK}:prompt-router/r1", f"{BEDROCK}:inference-profile/us.a.b"
    (direct, through) = policy(model(f"converse/{router}"), profiles={router: [profile]})["Statement"]
    assert direct["Resource"] == [router]
    assert through["Sid"] == "InvokeAndStreamThroughRouters"
    assert through["Resource"] == ["arn:aws:bedrock:*::foundation-model/a.b", profile]
    assert through["Condition"] == {"ArnEquals": {"bedrock:PromptRouterArn": [router]}}


@pytest.mark.parametrize("kind", ["guardrail/g1", "guardrail-profile/us.guardrail.v1:0"])
def test_guardrails_may_be_applied(kind):
    given = f"{BEDROCK}:{kind}"
    with_id = model("a.b", guardrailConfig={"guardrailIdentifier": "abc123", "guardrailVersion": "1"})
    (_invoke, apply) = policy(with_id, guardrails=[given])["Statement"]
    assert apply["Action"] == ["bedrock:ApplyGuardrail"]
    assert apply["Resource"] == sorted([given, f"{BEDROCK}:guardrail/abc123"])


@pytest.mark.parametrize("guardrail", ["a b", f"{BEDROCK}:provisioned-model/abc", "*"])
def test_what_is_no_guardrail_is_refused(guardrail):
    with pytest.raises(AnsibleFilterError, match="no guardrail"):
        bedrock_iam_policy([model("a.b")], ACCOUNT, REGION, guardrails=[guardrail])


def test_a_right_to_invoke_and_stream_covers_the_one_to_invoke():
    twice = [model("us.a.b"), model("us.a.b", "embedding"), model("c.d"), model("c.d", "image_generation")]
    assert policy(*twice) == policy(model("us.a.b"), model("c.d"))


def test_an_arn_of_another_region_than_the_call_is_refused():
    arn = f"{BEDROCK}:provisioned-model/x1"
    with pytest.raises(InvalidModelError, match="set it to us-west-2"):
        policy(model("a.b", model_id=arn, aws_region_name="eu-west-1"))
    assert policy(model("a.b", model_id=arn, aws_region_name="us-west-2"))


def test_without_streaming_nothing_streams():
    assert {action for actions, _r, _p in rights(model("us.a.b"), streaming=False) for action in actions} == {BOTH[0]}


def test_partition():
    document = policy_for([model("a.b"), model("us-gov.a.b")], account=ACCOUNT, region=REGION, partition="aws-us-gov")
    assert all(one.startswith("arn:aws-us-gov:") for s in document["Statement"] for one in s["Resource"])


def test_other_providers_and_other_credentials_need_no_rights():
    other = {"name": "o", "bedrock_model": "x", "litellm_params": {"model": "openai/gpt"}}
    assert rights(model("a.b"), other, model("c.d", aws_access_key_id="k"))[0][1] == [f"{FM}a.b"]
    with pytest.raises(InvalidModelError, match="no policy to make"):
        policy(other)


@pytest.mark.parametrize(
    "one, remedy",
    [
        (model("bedrock/a.b"), "Leave it out"),
        (model("claude"), r"provider\.model"),
        (model("provisioned/my-throughput"), r"litellm_params\.model_id"),
        (model(f"anthropic/{BEDROCK}:provisioned-model/x"), r"litellm_params\.model_id"),
        (model(f"{BEDROCK}:provisioned-model/x"), "base model"),
        (model(f"{BEDROCK}:application-inference-profile/x", "embedding"), "base model"),
        (model(f"invoke/{BEDROCK}:provisioned-model/x"), "base model"),
        (model(f"{BEDROCK}:custom-model/x"), "deployment"),
        (model("arn:aws:s3:::bucket"), "Callable are"),
        (model("us-west-2/amazon.titan-embed-text-v2:0", "embedding"), "aws_region_name: us-west-2"),
        (model("af-south-1/a.b"), "aws_region_name: af-south-1"),
        (model("invoke/us-west-2/a.b"), "aws_region_name: us-west-2"),
        ({"name": "m"}, "both name and bedrock_model"),
        ({"bedrock_model": "a.b"}, "both name and bedrock_model"),
    ],
)
def test_what_cannot_be_called_is_refused_with_the_remedy(one, remedy):
    with pytest.raises(InvalidModelError, match=remedy):
        policy(one)
    with pytest.raises(AnsibleFilterError, match=remedy):
        bedrock_iam_policy([one], ACCOUNT, REGION)
    with pytest.raises(AnsibleFilterError, match=remedy):
        bedrock_targets([one], REGION)
    assert len(bedrock_targets([one, {**model("a.b"), "name": "n"}], REGION, problems=True)) == 1


def test_names_that_stand_twice_and_modes_that_do_not_exist():
    models = [
        {"name": "a", "bedrock_model": "x.y", "aliases": ["b"]},
        {"name": "b", "bedrock_model": "x.y"},
        {"name": "b", "bedrock_model": "x.y", "deployment": "second"},
        {"name": "c", "bedrock_model": "x.y", "mode": "speech"},
    ]
    mode, twice = bedrock_targets(models, REGION, problems=True)
    assert "mode is speech" in mode
    assert "called b. Give" in twice


def test_a_policy_that_iam_would_not_take_is_refused_with_the_parts_that_it_would():
    many = [{**model(f"us.provider.model-number-{number}-v1:0"), "name": f"m{number}"} for number in range(60)]
    with pytest.raises(InvalidModelError, match=str(LIMIT)) as refused:
        policy(*many)
    parts = re.findall(r"m(\d+) to m(\d+) \((\d+) models\)", str(refused.value))
    assert sum(int(size) for _first, _last, size in parts) == 60
    assert len(parts) == 3
    for first, last, _size in parts:
        assert policy(*many[int(first) : int(last) + 1])


def test_one_model_that_is_too_long_alone_is_named():
    arn = f"{BEDROCK}:inference-profile/us.a.b"
    known = [f"arn:aws:bedrock:us-west-{number}::foundation-model/a.b" for number in range(200)]
    with pytest.raises(InvalidModelError, match="m alone has too many"):
        policy(model("us.a.b"), profiles={arn: known})


def test_two_dozen_profiles_fit_in_one_policy():
    assert policy(*[model(f"us.anthropic.claude-{number}") for number in range(24)])


def test_targets():
    (found,) = bedrock_targets([model("converse/us.anthropic.claude")], REGION)
    assert found == {
        "name": "m",
        "mode": "chat",
        "kind": "inference-profile",
        "id": "us.anthropic.claude",
        "region": REGION,
        "arn": None,
        "foundation_model": "anthropic.claude",
    }


ids = st.sampled_from(["a.b", "us.a.b", "global.a.b", "c.d-v1:0", f"{BEDROCK}:application-inference-profile/x"])
models = st.lists(st.builds(model, ids, st.sampled_from(["chat", "completion"])), min_size=1, max_size=6)


@given(models, st.randoms())
def test_order_and_repetition_do_not_matter(some, random):
    shuffled = [*some, *some]
    random.shuffle(shuffled)
    assert policy(*shuffled) == policy(*some)


@given(models)
def test_a_wildcard_stands_only_below_a_condition(some):
    for actions, resources, profiles in rights(*some):
        assert set(actions) <= set(BOTH)
        assert profiles or not any("*" in resource for resource in resources)
