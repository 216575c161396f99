"""Which models can be bought, and how their names compare."""

from __future__ import annotations

import datetime

import botocore.session
import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock import arns, buyable
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api.throughput import model_arn_of
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused

NOW = datetime.datetime(2026, 11, 28, 12, tzinfo=datetime.UTC)
HERE = "arn:aws:bedrock:us-west-2:123456789012"


def client(region):
    return botocore.session.Session().create_client(
        "bedrock", region_name=region, aws_access_key_id="test", aws_secret_access_key="test"
    )


@pytest.mark.parametrize(
    "region, partition", [("us-west-2", "aws"), ("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn")]
)
@pytest.mark.parametrize("model", ["amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0:24k", "anthropic.claude-v2"])
def test_an_id_and_its_arn_are_the_same_model(region, partition, model):
    arn = f"arn:{partition}:bedrock:{region}::foundation-model/{model}"
    assert model_arn_of(client(region), model) == arn == model_arn_of(client(region), arn)


def test_a_variant_is_another_model():
    one, other = (arns.foundation_model_arn(f"amazon.nova-lite-v1:0{end}", client("us-west-2")) for end in ("", ":24k"))
    assert one != other


@pytest.mark.parametrize(
    "model, bases",
    [
        ("amazon.nova-lite-v1:0", ["amazon.nova-lite-v1:0"]),
        ("amazon.titan-text-lite-v1", ["amazon.titan-text-lite-v1"]),
        ("a.b:0:24k", ["a.b:0:24k", "a.b:0", "a.b"]),
        ("a.b:0:512", ["a.b:0:512", "a.b:0", "a.b"]),
        ("a.b:200k", ["a.b:200k", "a.b"]),
        (f"{HERE.removesuffix('123456789012')}:foundation-model/a.b:0:24k", ["a.b:0:24k", "a.b:0", "a.b"]),
    ],
)
def test_a_variant_may_be_listed_as_its_model(model, bases):
    assert buyable.bases_of(model) == bases


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("a.b:0:24k", "a.b:0:300k", True),
        ("a.b:0", "a.b:0:300k", True),
        ("a.b:0", "a.b:1", False),
        ("a.b:0:24k", "a.b:1:24k", False),
        ("a.b:24k", "a.b", True),
        ("a.b:0", "a.c:0", False),
        ("a.b", "a.b:0:24k", True),
    ],
)
def test_models_that_differ_by_context_have_one_base(one, other, same):
    for pair in ((one, other), (other, one)):
        assert buyable.same_base(*pair) is same


@pytest.mark.parametrize(
    "arn, base",
    [
        (f"{HERE}:custom-model/a.b:0:300k/abcdef123456", "a.b:0:300k"),
        (f"{HERE}:custom-model/imported/abcdef123456", None),
        (f"{HERE}:foundation-model/a.b", None),
        ("a.b", None),
    ],
)
def test_the_base_stands_in_a_custom_models_arn(arn, base):
    assert buyable.base_in(arn) == base


@pytest.mark.parametrize(
    "model",
    [
        "amazon.nova-lite-v1:0:24k",
        "us-west-2.amazon",
        "my-model",
        "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0",
        f"{HERE}:custom-model/amazon.nova-lite-v1:0:300k/abcdef123456",
        f"{HERE}:custom-model/imported/abcdef123456",
    ],
)
def test_these_can_be_bought(model):
    buyable.check_model("model_id", model)


@pytest.mark.parametrize(
    "model, told",
    [
        *(
            (
                f"{geography}.anthropic.claude-v2:1",
                "inference profile. Give the foundation model behind it, anthropic.claude-v2:1.",
            )
            for geography in ("us", "eu", "apac", "global", "us-gov", "jp", "au", "ca", "in", "sa")
        ),
        (f"{HERE}:inference-profile/us.amazon.nova-lite-v1:0", "behind it, amazon.nova-lite-v1:0."),
        (f"{HERE}:application-inference-profile/abcdef123456", "Give the foundation model behind it."),
        (f"{HERE}:imported-model/abcdef123456", "imported model, which is called on demand only"),
        (f"{HERE}:custom-model-deployment/abcdef123456", "Give the custom model that it serves"),
        (f"{HERE}:provisioned-model/abcdef123456", "Give it as arn"),
        (f"{HERE}:prompt-router/abc", "prompt router"),
        (f"{HERE}:default-prompt-router/abc", "prompt router"),
        (f"{HERE}:guardrail/abc", "Give the id"),
        ("bedrock/amazon.nova-lite-v1:0", "Give the id"),
        ("", "Give the id"),
    ],
)
def test_these_cannot(model, told):
    with pytest.raises(Refused) as error:
        buyable.check_model("model_id", model)
    assert told in str(error.value) and "model_id" in str(error.value)


@pytest.mark.parametrize(
    "told", [{}, {"lifecycle": "ACTIVE"}, {"custom_status": "Active"}, {"end_of_life": NOW.replace(year=2027)}]
)
def test_a_fit_model(told):
    buyable.refuse_unfit(buyable.Model(arn="a", **told), now=NOW, until=NOW.replace(month=12))


@pytest.mark.parametrize("custom_status", ["Creating", "Failed"])
def test_an_unfinished_custom_model(custom_status):
    with pytest.raises(Refused, match=custom_status):
        buyable.refuse_unfit(buyable.Model(arn="a", custom_status=custom_status), now=NOW, until=None)


def test_the_end_counts_by_the_second():
    model = buyable.Model(arn="a/m", end_of_life=NOW)
    with pytest.raises(Refused, match="m reached its end of life on 2026-11-28"):
        buyable.refuse_unfit(model, now=NOW, until=None)
    buyable.refuse_unfit(model, now=NOW - datetime.timedelta(seconds=1), until=None)
