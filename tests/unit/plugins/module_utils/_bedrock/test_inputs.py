"""What Bedrock would refuse is refused before the first call, and nothing that it would take."""

from __future__ import annotations

import re

import botocore.session
import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock import inputs, throughput
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused

HERE = "arn:aws:bedrock:us-west-2:123456789012"
ROLE = "arn:aws:iam::123456789012:role/"
KEY = "12345678-1234-1234-1234-123456789012"

NAMES = ("provisioned_model_name", "custom_model_name", "deployment_name")
BAD_NAMES = ["", "a--b", "a__b", "a-_b", "-a", "_a", "x.y", "a b", "bad name!!", "a/b", "ä", "a\n", "a" * 64, "a-" * 32]
GOOD_NAMES = ["a", "a-", "a_", "A1", "a-b_c-d", "1", "a" * 63]

BAD: dict[str, list[str]] = {
    **dict.fromkeys(NAMES, BAD_NAMES),
    "provisioned_model_arn": [
        "",
        "app",
        "provisioned/app",
        f"{HERE}:provisioned-model/app",
        f"{HERE}:provisioned-model/ABCDEF123456",
        f"{HERE}:provisioned-model/abcdef1234567",
        f"{HERE}:provisioned-models/abcdef123456",
        "arn:aws:bedrock:us-west-2::provisioned-model/abcdef123456",
        "arn:aws:bedrock:us-west-2:1234:provisioned-model/abcdef123456",
        "arn:aws:sagemaker:us-west-2:123456789012:provisioned-model/abcdef123456",
        "arn:aws:bedrock:US-WEST-2:123456789012:provisioned-model/abcdef123456",
        f"{HERE}:provisioned-model/abcdef123456\n",
        f" {HERE}:provisioned-model/abcdef123456",
    ],
    "model": [
        "",
        "bedrock/amazon.nova-lite-v1:0",
        "provisioned/app",
        "Amazon.nova-lite-v1:0",
        "amazon.nova lite",
        "amazon.nova-lite-v1:0:24k:x",
        "amazon.",
        ".nova",
        "a--b",
        f"{HERE}:provisioned-model/abcdef123456",
        f"{HERE}:imported-model/abcdef123456",
        f"{HERE}:inference-profile/us.amazon.nova-lite-v1:0",
        f"{HERE}:custom-model/tuned",
        f"{HERE}:foundation-model/amazon.nova-lite-v1:0",
        "arn:aws:bedrock:us-west-2::foundation-model/nova",
        "a" * 2049,
    ],
    "foundation_model_id": ["", "nova", "amazon/nova", f"{HERE}:custom-model/a.b/abcdef123456", "a.b:0:1:2", "A.b"],
    "provider": ["", "Anthropic!", "An/thropic", "Ünlü", "a" * 64],
    "job_name": ["", "a_b", "-a", ".a", "a b", "a/b", "a" * 64, "a" + "-" * 61 + "_", "a\n"],
    "custom_model_arn": [
        "",
        "tuned",
        f"{HERE}:provisioned-model/abcdef123456",
        "arn:aws:bedrock:us-west-2::custom-model/x",
    ],
    "deployment_arn": [
        "",
        "app",
        f"{HERE}:custom-model-deployment/app",
        f"{HERE}:custom-model/a.b/abcdef123456",
        f"{HERE}:custom-model-deployment/abcdef1234567",
    ],
    "description": ["", "a" * 2049],
    "role_arn": [
        "",
        "litellm",
        "arn:aws:iam::123456789012:user/x",
        "arn:aws:iam::1234:role/x",
        "arn:aws:iam::123456789012:role/",
        ROLE + "a" * 2048,
    ],
    "s3_uri": [
        "",
        "bucket/key",
        "s3:/bucket/key",
        "https://bucket.s3.amazonaws.com/key",
        "s3://ab",
        "s3://Bucket/key",
        "s3://-bucket/key",
        "s3://bucket-/key",
        "s3://bucket//key",
        "s3://bucket/a b",
        "s3://bucket/" + "a" * 1024,
    ],
    "kms_key": [
        "",
        "mine",
        "alias/",
        "alias/a b",
        f"arn:aws:kms:us-west-2:1234:key/{KEY}",
        "arn:aws:kms:us-west-2:123456789012:key/x",
    ],
    "subnet": ["", "subnet", "subnet-", "sg-0a1b2c3d", "subnet-0A", "subnet-" + "0" * 26],
    "security_group": ["", "sg", "sg-", "subnet-0a1b2c3d", "default", "sg-" + "0" * 30],
    "tag_key": ["", "a!", "ä", "a;b", "a" * 129],
    "tag_value": ["a!", "ä", "a,b", "a" * 257],
}
GOOD: dict[str, list[str]] = {
    **dict.fromkeys(NAMES, GOOD_NAMES),
    "provisioned_model_arn": [
        f"{HERE}:provisioned-model/abcdef123456",
        "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:provisioned-model/abcdef123456",
        "arn:aws-cn:bedrock:cn-north-1:123456789012:provisioned-model/abcdef123456",
    ],
    "model": [
        "amazon.nova-lite-v1:0",
        "amazon.nova-lite-v1:0:24k",
        "us.amazon.nova-lite-v1:0",
        "anthropic.claude-v2",
        "tuned_model-1",
        "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0:24k",
        f"{HERE}:custom-model/amazon.nova-lite-v1:0:300k/abcdef123456",
        f"{HERE}:custom-model/imported/abcdef123456",
    ],
    "foundation_model_id": ["amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0:24k", "meta.llama3-1-8b-instruct-v1:0"],
    "provider": ["Anthropic", "Mistral AI", "a" * 63],
    "job_name": ["a", "a.b", "a+b", "a--b", "a-", "a" * 63],
    "custom_model_arn": [f"{HERE}:custom-model/a.b:0/abcdef123456", f"{HERE}:imported-model/abcdef123456"],
    "deployment_arn": [f"{HERE}:custom-model-deployment/abcdef123456"],
    "description": ["a", "two\nlines", "a" * 2048],
    "role_arn": [ROLE + "x", ROLE + "path/x", "arn:aws-cn:iam::123456789012:role/x"],
    "s3_uri": ["s3://bucket", "s3://bucket/", "s3://my.bucket/a/b.jsonl", "s3://bucket/a/", "s3://bucket/a'(1)!*_-"],
    "kms_key": [
        KEY,
        "alias/mine",
        f"arn:aws:kms:us-west-2:123456789012:key/{KEY}",
        "arn:aws:kms:us-west-2:123456789012:alias/a/b",
    ],
    "subnet": ["subnet-0a1b2c3d"],
    "security_group": ["sg-0a1b2c3d"],
    "tag_key": ["a", "team:cost/centre +=@._-", "a" * 128],
    "tag_value": ["", "a", "a b", "a" * 256],
}
BAD_INPUTS = [(rule, value) for rule, values in BAD.items() for value in values]
GOOD_INPUTS = [(rule, value) for rule, values in GOOD.items() for value in values]

# Shapes of the service's model. Where none stands, the rule is narrower than AWS's on purpose.
SHAPES = {
    "provisioned_model_name": "ProvisionedModelName",
    "provisioned_model_arn": "ProvisionedModelArn",
    "model": "ModelIdentifier",
    "foundation_model_id": "BedrockModelId",
    "job_name": "JobName",
    "custom_model_name": "CustomModelName",
    "deployment_name": "ModelDeploymentName",
    "deployment_arn": "CustomModelDeploymentArn",
    "role_arn": "RoleArn",
    "s3_uri": "S3Uri",
    "kms_key": "KmsKeyId",
    "tag_key": "TagKey",
    "tag_value": "TagValue",
}


@pytest.fixture(scope="module")
def service():
    return botocore.session.Session().get_service_model("bedrock")


def accepted(rule, value):
    try:
        inputs.check("the_option", value, rule)
    except Refused:
        return False
    return True


def test_each_rule_is_covered():
    assert set(BAD) == set(GOOD) == set(inputs.RULES)
    assert len(BAD_INPUTS) >= 60


@pytest.mark.parametrize("rule, value", BAD_INPUTS)
def test_bad_input_is_refused_with_the_remedy(rule, value):
    with pytest.raises(Refused) as error:
        inputs.check("the_option", value, rule)
    told = str(error.value)
    assert told.startswith("the_option is ") and inputs.RULES[rule].words in told
    assert repr(value[:50])[:-1] in told and len(told) < 600


@pytest.mark.parametrize("rule, value", GOOD_INPUTS)
def test_good_input_is_taken(rule, value):
    inputs.check("the_option", value, rule)


@pytest.mark.parametrize("rule, value", [pair for pair in BAD_INPUTS + GOOD_INPUTS if pair[0] in SHAPES])
def test_a_rule_is_that_of_the_service(service, rule, value):
    told = service.shape_for(SHAPES[rule]).metadata
    # The same pattern in a form that needs no time.
    pattern = told["pattern"].replace(r"(-*[a-zA-Z0-9\+\-\.])*", "[-a-zA-Z0-9+.]*")
    fits = re.fullmatch(pattern, value) and told.get("min", 0) <= len(value) <= told.get("max", len(value))
    assert accepted(rule, value) == bool(fits)


@pytest.mark.parametrize("rule", SHAPES)
def test_lengths_are_those_of_the_service(service, rule):
    told = service.shape_for(SHAPES[rule]).metadata
    assert inputs.RULES[rule].longest == told.get("max", inputs.RULES[rule].longest)


def test_a_long_value_is_shown_in_part():
    with pytest.raises(Refused, match=r"aaa'?\.\.\. ?\(?.*300 characters"):
        inputs.check("name", "a" * 300, "provisioned_model_name")


def test_each_of_a_list_is_checked():
    inputs.check_each("names", ["a", "b"], "provisioned_model_name")
    with pytest.raises(Refused, match=r"names is 'x\.y'"):
        inputs.check_each("names", ["a", "x.y"], "provisioned_model_name")


@pytest.mark.parametrize(
    "number, least, most, bounds", [(0, 1, None, "at least 1"), (-1, 1, None, "at least 1"), (17, 1, 16, "1 to 16")]
)
def test_counts(number, least, most, bounds):
    with pytest.raises(Refused, match=f"units is {number}, and must be {bounds}. Ask AWS."):
        inputs.check_count("units", number, least, most, "Ask AWS")


def test_good_counts():
    for number in (1, 16):
        inputs.check_count("units", number, 1, 16, "Ask AWS")
    inputs.check_count("units", 10**6, 1, None, "Ask AWS")


@pytest.mark.parametrize(
    "tags, told",
    [
        ({"": "x"}, "1 to 128"),
        ({"a!": "x"}, "A key of tags is 'a!'"),
        ({"a": "x!"}, "tags\\['a'\\] is 'x!'"),
        ({"a": "x" * 257}, "at most 256"),
        ({"aws:x": "y"}, "only AWS sets keys that begin with aws:"),
        ({"AWS:x": "y"}, "only AWS"),
        ({str(number): "" for number in range(201)}, "takes 200. Leave some out"),
    ],
)
def test_bad_tags(tags, told):
    with pytest.raises(Refused, match=told):
        inputs.check_tags("tags", tags)


@pytest.mark.parametrize("tags", [None, {}, {"a": ""}, {"a": 1, "b": True}, {str(number): "" for number in range(200)}])
def test_good_tags(tags):
    inputs.check_tags("tags", tags)


@pytest.mark.parametrize(
    "term", ["OneYear", "1 year", "12 months", "TwelveMonths", "onemonth", "one_month", "", "None", "6"]
)
def test_no_term(term):
    with pytest.raises(Refused) as error:
        throughput.check_options({"commitment_duration": term, "currency": "USD"})
    told = str(error.value)
    assert repr(term) in told and "there is no term of a year" in told
    assert all(real in told for real in ("none", "OneMonth", "SixMonths"))


@pytest.mark.parametrize("term", ["none", "OneMonth", "SixMonths", None])
def test_a_term(term):
    throughput.check_options({"commitment_duration": term, "currency": "USD"})
