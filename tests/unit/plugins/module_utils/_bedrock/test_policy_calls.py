"""For each kind of target the policy allows exactly what LiteLLM's calls ask AWS for, and nothing beside it."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass, field

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.policy import policy_for
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.targets import InvalidModelError
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.lab.aws_process import Aws
from tests.unit.plugins.module_utils._bedrock.iam import INVOKE, PROFILE_KEY, ROUTER_KEY, STREAM, Call, allows
from tests.unit.plugins.module_utils._bedrock.litellm_facts import (
    ACCOUNT,
    APPLICATION,
    BEDROCK,
    DEPLOYMENT,
    IMPORTED,
    NOVA,
    PROVISIONED,
    REGION,
    RIGHT,
    ROUTER,
    SONNET,
)

FM = f"arn:aws:bedrock:{REGION}::foundation-model"
SYSTEM = f"{BEDROCK}:inference-profile/us.{SONNET}"
GLOBAL = f"{BEDROCK}:inference-profile/global.{SONNET}"
HAIKU_PROFILE = f"{BEDROCK}:inference-profile/us.anthropic.claude-haiku-5-5"


def in_regions(model: str, *regions: str) -> list[str]:
    return [f"arn:aws:bedrock:{region}::foundation-model/{model}" for region in regions]


# What GetInferenceProfile and GetPromptRouter tell. A global profile also leads to the model without a region.
LEADS_TO = {
    SYSTEM: in_regions(SONNET, REGION, "us-east-2", "us-west-2"),
    GLOBAL: in_regions(SONNET, REGION, ""),
    APPLICATION: in_regions(NOVA, REGION, "us-west-2"),
    HAIKU_PROFILE: in_regions("anthropic.claude-haiku-5-5", REGION, "us-west-2"),
    ROUTER: [SYSTEM, HAIKU_PROFILE],
}


@dataclass(frozen=True)
class Kind:
    """A kind of target. asks: what AWS asks the policy when LiteLLM calls it, the action apart."""

    fact: str
    asks: tuple[tuple[str, dict[str, str]], ...]
    member: dict[str, t.Any] = field(default_factory=dict)

    @property
    def calls(self) -> list[Call]:
        fact = RIGHT[self.fact]
        actions = [INVOKE, STREAM] if fact.mode == "chat" else [INVOKE]
        return [Call(action, resource, context) for action in actions for resource, context in self.asks]


def through(arn: str, key: str = PROFILE_KEY) -> tuple[tuple[str, dict[str, str]], ...]:
    return (arn, {}), *((model, {key: arn}) for model in LEADS_TO[arn])


KINDS = {
    "on-demand foundation model": Kind("on demand", ((f"{FM}/{NOVA}", {}),)),
    "system profile": Kind("system profile", through(SYSTEM)),
    "global profile": Kind("global profile", through(GLOBAL)),
    "application profile": Kind("application profile", through(APPLICATION)),
    "provisioned model": Kind("provisioned Claude", ((PROVISIONED, {}),)),
    "provisioned model that makes images": Kind("provisioned Canvas", ((PROVISIONED, {}),)),
    "custom model deployment": Kind("deployment", ((DEPLOYMENT, {}),)),
    "imported model": Kind("imported, llama", ((IMPORTED, {}),)),
    "prompt router": Kind(
        "prompt router",
        (
            *through(ROUTER, ROUTER_KEY),
            # The profiles behind it lead on, and AWS then knows of both.
            *((model, {ROUTER_KEY: ROUTER, PROFILE_KEY: SYSTEM}) for model in LEADS_TO[SYSTEM]),
            *((model, {ROUTER_KEY: ROUTER, PROFILE_KEY: HAIKU_PROFILE}) for model in LEADS_TO[HAIKU_PROFILE]),
        ),
    ),
}
REFUSED = {
    "custom-model ARN": f"{BEDROCK}:custom-model/{NOVA}/abcdefghij12",
    "bare name": "my-throughput",
}


def policy(*members: t.Mapping[str, t.Any], **options: t.Any) -> dict[str, t.Any]:
    return policy_for(members, account=ACCOUNT, region=REGION, **{"profiles": LEADS_TO, **options})


def near(call: Call) -> t.Iterator[Call]:
    """Calls that differ from an allowed one in one thing."""
    arn = call.resource
    yield call.but(resource=f"{arn}x")
    yield call.but(resource=arn[:-1])
    yield call.but(resource=arn.replace("arn:aws:", "arn:aws-cn:"))
    yield call.but(resource=arn.replace(f":{REGION}:", ":eu-central-1:", 1))
    yield call.but(resource=arn.replace(ACCOUNT, "999999999999"))
    for key, caller in list(call.context.items())[:1]:
        yield call.but(context={})
        yield call.but(context={key: f"{caller}x"})
        yield call.but(context={key: caller.replace(ACCOUNT, "999999999999")})
        yield call.but(context={"aws:PrincipalArn": caller})
    for action in ("DeleteProvisionedModelThroughput", "UpdateProvisionedModelThroughput", "DeleteInferenceProfile"):
        yield call.but(action=f"bedrock:{action}")
    for action in ("GetProvisionedModelThroughput", "CreateModelInvocationJob", "CountTokens", "TagResource", "Get*"):
        yield call.but(action=f"bedrock:{action}")


def far() -> t.Iterator[Call]:
    """Other models and other services."""
    for resource in (
        f"{FM}/anthropic.claude-opus-9",
        f"{FM}/amazon.titan-image-generator-v2:0",
        f"{BEDROCK}:inference-profile/us.anthropic.claude-opus-9",
        f"{BEDROCK}:application-inference-profile/zzzzzzzzzz12",
        f"{BEDROCK}:provisioned-model/zzzzzzzzzz12",
        f"{BEDROCK}:custom-model-deployment/zzzzzzzzzz12",
        f"{BEDROCK}:imported-model/zzzzzzzzzz12",
        f"{BEDROCK}:custom-model/{NOVA}/abcdefghij12",
        f"{BEDROCK}:default-prompt-router/meta.llama:1",
        f"{BEDROCK}:async-invoke/abcdefghij12",
        "*",
    ):
        yield Call(INVOKE, resource)
        yield Call(STREAM, resource)
    for action in (
        "ApplyGuardrail",
        "InvokeAgent",
        "Retrieve",
        "Rerank",
        "CallWithBearerToken",
        "ListFoundationModels",
    ):
        yield Call(f"bedrock:{action}", "*")
    yield Call("bedrock:CreateProvisionedModelThroughput", f"{FM}/{NOVA}")
    yield Call("aws-marketplace:Subscribe", "*")
    yield Call("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin")
    yield Call("s3:GetObject", "arn:aws:s3:::bucket/key")
    yield Call("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/admin")


def denied_for(kind: Kind) -> list[Call]:
    own = kind.calls
    return [call for call in (*(one for call in own for one in near(call)), *far()) if call not in own]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_exactly_the_calls_of_litellm_are_allowed(kind: Kind) -> None:
    made = policy(RIGHT[kind.fact].member)
    assert [call for call in kind.calls if not allows(made, call)] == []
    denied = denied_for(kind)
    assert len(denied) >= 20
    assert [call for call in denied if allows(made, call)] == []


@pytest.mark.parametrize("target", REFUSED.values(), ids=REFUSED)
def test_what_bedrock_cannot_call_gets_no_policy(target: str) -> None:
    with pytest.raises(InvalidModelError, match=r"custom-model-deployment|provider\.model"):
        policy({"name": "m", "bedrock_model": target})


@pytest.mark.parametrize("name", ["provisioned Canvas", "canvas", "embedding", "provisioned Titan"])
def test_what_cannot_stream_has_no_right_to(name: str) -> None:
    assert STREAM not in str(policy(RIGHT[name].member))


@pytest.mark.parametrize("kind", ["system profile", "global profile", "application profile", "prompt router"])
def test_offline_what_is_behind_a_profile_is_reached_through_it_only(kind: str) -> None:
    """Without GetInferenceProfile stars stand for what is behind it: still no model can be called beside it."""
    made = policy(RIGHT[KINDS[kind].fact].member, profiles={})
    assert [call for call in KINDS[kind].calls if not allows(made, call)] == []
    conditioned = [call for call in KINDS[kind].calls if call.context]
    beside = [other for call in conditioned for other in near(call) if other.context != call.context]
    assert len(beside) >= 8
    assert [call for call in (*beside, *far()) if allows(made, call)] == []


@pytest.mark.parametrize(
    ("partition", "region", "geo"),
    [
        ("aws", "eu-central-1", "eu"),
        ("aws-cn", "cn-north-1", "apac"),
        ("aws-us-gov", "us-gov-west-1", "us-gov"),
    ],
)
def test_each_partition_has_its_own_arns(partition: str, region: str, geo: str) -> None:
    members = [{"name": "a", "bedrock_model": NOVA}, {"name": "b", "bedrock_model": f"{geo}.{SONNET}"}]
    made = policy_for(members, account=ACCOUNT, region=region, partition=partition)
    profile = f"arn:{partition}:bedrock:{region}:{ACCOUNT}:inference-profile/{geo}.{SONNET}"
    own = [
        Call(INVOKE, f"arn:{partition}:bedrock:{region}::foundation-model/{NOVA}"),
        Call(INVOKE, profile),
        Call(INVOKE, f"arn:{partition}:bedrock:{region}::foundation-model/{SONNET}", {PROFILE_KEY: profile}),
    ]
    assert all(allows(made, call) for call in own)
    others = [name for name in ("aws", "aws-cn", "aws-us-gov") if name != partition]
    beside = [
        call.but(resource=call.resource.replace(f"arn:{partition}:", f"arn:{other}:"))
        for call in own
        for other in others
    ]
    assert not any(allows(made, call) for call in beside)


THROUGHPUT = {"name": "bought", "commitment_duration": "none"}


@pytest.mark.parametrize("overflow", [True, False])
def test_a_throughput_is_allowed_and_on_demand_only_as_overflow(overflow: bool) -> None:
    member = {"name": "m", "bedrock_model": NOVA, "provisioned_throughput": {**THROUGHPUT, "overflow": overflow}}
    made = policy(member, throughputs={"bought": PROVISIONED})
    assert allows(made, Call(STREAM, PROVISIONED))
    assert allows(made, Call(STREAM, f"{FM}/{NOVA}")) is overflow
    assert not any(allows(made, call) for call in far())
    waiting = policy(member)
    assert allows(waiting, Call(INVOKE, f"{FM}/{NOVA}")) and not allows(waiting, Call(INVOKE, PROVISIONED))


members = st.lists(st.sampled_from([RIGHT[kind.fact].member for kind in KINDS.values()]), min_size=1, max_size=9)


@given(members, st.randoms(use_true_random=False), st.booleans())
def test_any_list_allows_the_calls_of_its_members_whatever_the_order(some, random, offline) -> None:
    options = {"profiles": {}} if offline else {}
    made = policy(*some, **options)
    shuffled = [*some, *some]
    random.shuffle(shuffled)
    assert policy(*shuffled, **options) == made
    calls = [call for kind in KINDS.values() if RIGHT[kind.fact].member in some for call in kind.calls]
    assert all(allows(made, call) for call in calls)
    assert not any(allows(made, call) for call in far() if call not in calls)


def test_the_emulated_aws_says_the_same_of_what_has_no_condition(aws: Aws) -> None:
    """It knows no condition context, so only for the kinds that need none."""
    iam = aws.client("iam")
    for kind in KINDS.values():
        if any(context for _resource, context in kind.asks):
            continue
        document = [json.dumps(policy(RIGHT[kind.fact].member))]
        for call, expected in [*((one, "allowed") for one in kind.calls), *((one, "implicitDeny") for one in far())]:
            answer = iam.simulate_custom_policy(
                PolicyInputList=document, ActionNames=[call.action], ResourceArns=[call.resource]
            )
            (result,) = answer["EvaluationResults"]
            assert (kind.fact, call, result["EvalDecision"]) == (kind.fact, call, expected)
