"""The emulated runtime answers for what the account has, refuses the rest, and counts both in CloudWatch."""

from __future__ import annotations

import base64
import datetime
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.lab.aws_process import Aws

pytestmark = pytest.mark.usefixtures("instant")

BASE = "amazon.nova-lite-v1:0:300k"
IMAGE = "stability.stable-image-core-v1:1"
ROLE = "arn:aws:iam::111122223333:role/tuner"
QUESTION = [{"role": "user", "content": [{"text": "Hello?"}]}]


@pytest.fixture
def runtime(aws: Aws) -> Any:
    return aws.client("bedrock-runtime")


def asked(runtime: Any, model: str) -> str:
    answer = runtime.converse(modelId=model, messages=QUESTION)
    return str(answer["output"]["message"]["content"][0]["text"])


def buy(bedrock: Any, name: str, model: str) -> str:
    answer = bedrock.create_provisioned_model_throughput(provisionedModelName=name, modelId=model, modelUnits=1)
    return str(answer["provisionedModelArn"])


def tuned(bedrock: Any, name: str) -> str:
    job = bedrock.create_model_customization_job(
        jobName=name,
        customModelName=name,
        roleArn=ROLE,
        baseModelIdentifier=BASE,
        trainingDataConfig={"s3Uri": "s3://training/data"},
        outputDataConfig={"s3Uri": "s3://training/out"},
    )["jobArn"]
    return str(bedrock.get_model_customization_job(jobIdentifier=job)["outputModelArn"])


def metric(aws: Aws, model: str, name: str, statistic: str = "Sum") -> list[float]:
    end = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=1)
    stat = {
        "Metric": {"Namespace": "AWS/Bedrock", "MetricName": name, "Dimensions": [{"Name": "ModelId", "Value": model}]},
        "Period": 3600,
        "Stat": statistic,
    }
    answer = aws.client("cloudwatch").get_metric_data(
        MetricDataQueries=[{"Id": "m", "MetricStat": stat}], StartTime=end - datetime.timedelta(hours=2), EndTime=end
    )
    return [float(value) for value in answer["MetricDataResults"][0]["Values"]]


def test_a_purchase_answers_with_its_model_and_its_name(aws: Aws, bedrock: Any, runtime: Any):
    text = asked(runtime, buy(bedrock, "bought", "amazon.nova-lite-v1:0:24k"))
    assert "in the place of amazon.nova-lite-v1:0:24k (provisioned throughput bought)" in text
    assert "Hello?" in text
    stream = runtime.converse_stream(modelId=buy(bedrock, "streams", BASE), messages=QUESTION)["stream"]
    told = "".join(event["contentBlockDelta"]["delta"]["text"] for event in stream if "contentBlockDelta" in event)
    assert "provisioned throughput streams" in told


def test_a_custom_model_answers_through_a_deployment_or_a_purchase_only(bedrock: Any, runtime: Any):
    model = tuned(bedrock, "helpdesk")
    deployment = bedrock.create_custom_model_deployment(modelDeploymentName="desk", modelArn=model)
    for arn, way in (
        (deployment["customModelDeploymentArn"], "deployment desk"),
        (buy(bedrock, "desk-units", model), "provisioned throughput desk-units"),
    ):
        assert f"custom model helpdesk of {BASE} ({way})" in asked(runtime, arn)
    with pytest.raises(ClientError, match="ValidationException"):
        asked(runtime, model)


def test_imported_models_and_the_accounts_profiles_answer(bedrock: Any, runtime: Any):
    job = bedrock.create_model_import_job(
        jobName="brings",
        importedModelName="open",
        roleArn=ROLE,
        modelDataSource={"s3DataSource": {"s3Uri": "s3://models/open"}},
    )["jobArn"]
    assert "imported model open" in asked(runtime, bedrock.get_model_import_job(jobIdentifier=job)["importedModelArn"])
    source = bedrock.get_inference_profile(inferenceProfileIdentifier="us.anthropic.claude-haiku-5-5")
    profile = bedrock.create_inference_profile(
        inferenceProfileName="costs", modelSource={"copyFrom": source["inferenceProfileArn"]}
    )["inferenceProfileArn"]
    assert "anthropic.claude-haiku-5-5 (inference profile costs)" in asked(runtime, profile)


def test_the_base_model_decides_about_the_form(bedrock: Any, runtime: Any):
    embeds = buy(bedrock, "embeds", "amazon.titan-embed-text-v2:0:8k")
    answer = runtime.invoke_model(modelId=embeds, body=json.dumps({"inputText": "x"}))
    assert len(json.loads(answer["body"].read())["embedding"]) == 1024
    answer = runtime.invoke_model(modelId=buy(bedrock, "paints", IMAGE), body=json.dumps({"prompt": "x"}))
    assert base64.b64decode(json.loads(answer["body"].read())["images"][0]).startswith(b"\x89PNG")
    with pytest.raises(ClientError, match="ValidationException"):
        asked(runtime, embeds)


@pytest.mark.parametrize("kind", ["provisioned-model", "custom-model-deployment", "imported-model"])
def test_an_arn_of_nothing_does_not_answer(runtime: Any, kind: str):
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        asked(runtime, f"arn:aws:bedrock:us-west-2:111122223333:{kind}/abcdefghijkl")


def test_what_is_not_ready_does_not_answer(aws: Aws, bedrock: Any, runtime: Any):
    aws.lab("PUT", "/_lab/faults", {"bedrock_provisioning_seconds": 60})
    with pytest.raises(ClientError, match="is Creating"):
        asked(runtime, buy(bedrock, "creating", BASE))
    aws.lab("PUT", "/_lab/faults", {"bedrock_provisioning_seconds": 0, "bedrock_provisioning_failure": "no"})
    with pytest.raises(ClientError, match="is Failed"):
        asked(runtime, buy(bedrock, "failed", BASE))


def test_models_without_agreement_or_region_and_variants_do_not_answer(aws: Aws, runtime: Any):
    model = "openai.gpt-6-luna"
    aws.lab("PUT", "/_lab/faults", {"bedrock_agreement_needed": [model]})
    with pytest.raises(ClientError, match="AccessDeniedException"):
        asked(runtime, f"us.{model}")
    aws.lab("PUT", "/_lab/faults", {"bedrock_agreement_needed": [], "bedrock_region_unavailable": [model]})
    with pytest.raises(ClientError, match="ValidationException"):
        asked(runtime, f"us.{model}")
    with pytest.raises(ClientError, match="on-demand throughput"):
        asked(runtime, BASE)


def test_calls_are_counted_by_what_was_called(aws: Aws, bedrock: Any, runtime: Any):
    arn = buy(bedrock, "counted", BASE)
    for _time in range(3):
        asked(runtime, arn)
    list(runtime.converse_stream(modelId=arn, messages=QUESTION)["stream"])
    fault = {"service": "bedrock-runtime", "operation": "*", "count": 1}
    for error in ("ThrottlingException", "InternalServerException", "AccessDeniedException"):
        aws.lab("PUT", "/_lab/faults", {**fault, "error": error})
        with pytest.raises(ClientError, match=error):
            asked(runtime, arn)
    for name, value in (
        ("Invocations", 4),
        ("InvocationThrottles", 1),
        ("InvocationServerErrors", 1),
        ("InvocationClientErrors", 1),
    ):
        assert metric(aws, arn, name) == [value]
    assert metric(aws, arn, "InputTokenCount", "SampleCount") == [4]
    assert metric(aws, arn, "OutputTokenCount")[0] > 40
    assert metric(aws, arn, "InvocationLatency", "p90")[0] >= 1
    assert metric(aws, arn, "OutputImageCount") == []
    listed = aws.client("cloudwatch").list_metrics(
        Namespace="AWS/Bedrock", Dimensions=[{"Name": "ModelId", "Value": arn}]
    )["Metrics"]
    assert {row["MetricName"] for row in listed} == {
        "Invocations",
        "InvocationLatency",
        "InvocationThrottles",
        "InvocationServerErrors",
        "InvocationClientErrors",
        "InputTokenCount",
        "OutputTokenCount",
    }


def test_pictures_legacy_models_and_profiles_are_counted(aws: Aws, runtime: Any):
    runtime.invoke_model(modelId=IMAGE, body=json.dumps({"prompt": "x"}))
    assert metric(aws, IMAGE, "OutputImageCount") == [1]
    legacy = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
    asked(runtime, f"arn:aws:bedrock:us-west-2:111122223333:inference-profile/{legacy}")
    assert metric(aws, legacy, "LegacyModelInvocations") == [1]
    with pytest.raises(ClientError):
        asked(runtime, "us.made.up")
    assert metric(aws, "us.made.up", "InvocationClientErrors") == []
