"""The emulated Bedrock customizes, imports and deploys models as AWS does."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.lab.aws_process import Aws, until

pytestmark = pytest.mark.usefixtures("instant")

BASE = "amazon.nova-lite-v1:0:300k"
ROLE = "arn:aws:iam::111122223333:role/tuner"
DATA = {"s3Uri": "s3://training/data.jsonl"}
PHASES = ("validationDetails", "dataProcessingDetails", "trainingDetails")


def tune(bedrock: Any, name: str, **more: Any) -> str:
    asked = {
        "jobName": name,
        "customModelName": name,
        "roleArn": ROLE,
        "baseModelIdentifier": BASE,
        "trainingDataConfig": DATA,
        "outputDataConfig": {"s3Uri": "s3://training/out/"},
        **more,
    }
    return str(bedrock.create_model_customization_job(**asked)["jobArn"])


def custom(bedrock: Any, name: str, **more: Any) -> str:
    """ARN of a fresh custom model."""
    job = bedrock.get_model_customization_job(jobIdentifier=tune(bedrock, name, **more))
    return str(job["outputModelArn"])


def test_a_job_runs_through_its_phases_and_leaves_a_model(aws: Aws, bedrock: Any):
    aws.lab("PUT", "/_lab/faults", {"bedrock_provisioning_seconds": 1.2})
    arn = tune(
        bedrock,
        "phases",
        validationDataConfig={"validators": [DATA]},
        hyperParameters={"epochCount": "3"},
        customModelKmsKeyId="alias/models",
        jobTags=[{"key": "of", "value": "job"}],
        customModelTags=[{"key": "of", "value": "model"}],
    )
    assert arn.startswith(f"arn:aws:bedrock:us-west-2:111122223333:model-customization-job/{BASE}/")
    seen = []

    def done() -> bool:
        job = bedrock.get_model_customization_job(jobIdentifier="phases")
        states = tuple(job["statusDetails"][phase]["status"] for phase in PHASES)
        if states not in seen:
            seen.append(states)
            assert ("outputModelArn" in job) == (job["status"] == "Completed")
        return bool(job["status"] == "Completed")

    assert bedrock.list_custom_models(nameContains="phases")["modelSummaries"] == []
    until(done)
    assert seen == [
        ("InProgress", "NotStarted", "NotStarted"),
        ("Completed", "InProgress", "NotStarted"),
        ("Completed", "Completed", "InProgress"),
        ("Completed", "Completed", "Completed"),
    ]
    job = bedrock.get_model_customization_job(jobIdentifier=arn)
    assert job["hyperParameters"]["epochCount"] == "3"
    assert len(job["hyperParameters"]) > 1
    assert job["outputModelKmsKeyArn"].startswith("arn:aws:kms:us-west-2:111122223333:key/")
    assert job["validationMetrics"]
    (row,) = bedrock.list_custom_models(nameContains="phases")["modelSummaries"]
    assert row["modelArn"] == job["outputModelArn"]
    model = bedrock.get_custom_model(modelIdentifier="phases")
    assert (model["modelArn"], model["modelStatus"], model["jobArn"]) == (row["modelArn"], "Active", arn)
    for each, value in ((arn, "job"), (row["modelArn"], "model")):
        assert bedrock.list_tags_for_resource(resourceARN=each)["tags"] == [{"key": "of", "value": value}]


def test_a_job_that_fails_leaves_no_model_and_spends_its_name(aws: Aws, bedrock: Any):
    aws.lab("PUT", "/_lab/faults", {"bedrock_provisioning_failure": "bad data"})
    job = bedrock.get_model_customization_job(jobIdentifier=tune(bedrock, "fails"))
    assert (job["status"], job["failureMessage"]) == ("Failed", "bad data")
    assert job["statusDetails"]["trainingDetails"]["status"] == "Failed"
    assert bedrock.list_custom_models(nameContains="fails")["modelSummaries"] == []
    with pytest.raises(ClientError, match="ConflictException"):
        tune(bedrock, "fails")


def test_a_job_stops_once_and_leaves_no_model(aws: Aws, bedrock: Any):
    aws.lab("PUT", "/_lab/faults", {"bedrock_provisioning_seconds": 2})
    arn = tune(bedrock, "stops")
    bedrock.stop_model_customization_job(jobIdentifier=arn)
    assert bedrock.get_model_customization_job(jobIdentifier=arn)["status"] == "Stopping"
    until(lambda: bool(bedrock.get_model_customization_job(jobIdentifier=arn)["status"] == "Stopped"))
    for identifier in (arn, tune(bedrock, "stops-2", clientRequestToken="s") and "stops"):
        with pytest.raises(ClientError, match="ConflictException"):
            bedrock.stop_model_customization_job(jobIdentifier=identifier)
    assert bedrock.list_model_customization_jobs(nameContains="stops", statusEquals="Stopped")[
        "modelCustomizationJobSummaries"
    ]
    with pytest.raises(bedrock.exceptions.ResourceNotFoundException):
        bedrock.get_custom_model(modelIdentifier="stops")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"name": "under_score"}, "ValidationException"),
        ({"customModelName": "dot.ted"}, "ValidationException"),
        ({"hyperParameters": {"epochCount": "2"}, "customizationType": "DREAMING"}, "ValidationException"),
        ({"customizationType": "CONTINUED_PRE_TRAINING"}, "ValidationException"),
        ({"baseModelIdentifier": "openai.gpt-oss-20b-1:0"}, "ValidationException"),
        ({"baseModelIdentifier": "amazon.nova-canvas-v1:0"}, "ResourceNotFoundException"),
        ({"trainingDataConfig": {"s3Uri": "https://x"}}, "ValidationException"),
        ({"roleArn": "tuner"}, "ValidationException"),
    ],
)
def test_a_job_that_aws_refuses(bedrock: Any, asked: dict[str, Any], code: str):
    with pytest.raises(ClientError, match=code):
        tune(bedrock, **{"name": "refused", **asked})


def test_throughput_of_a_custom_model_moves_to_a_sibling_and_to_the_base(aws: Aws, bedrock: Any):
    one, two = custom(bedrock, "sibling-1"), custom(bedrock, "sibling-2")
    other = custom(bedrock, "stranger", baseModelIdentifier="amazon.nova-micro-v1:0:128k")
    arn = bedrock.create_provisioned_model_throughput(provisionedModelName="tuned", modelId="sibling-1", modelUnits=1)[
        "provisionedModelArn"
    ]
    told = bedrock.get_provisioned_model_throughput(provisionedModelId=arn)
    assert (told["modelArn"], told["foundationModelArn"].rpartition("/")[2]) == (one, BASE)
    aws.lab("PUT", "/_lab/faults", {"bedrock_provisioning_seconds": 0.4})
    with pytest.raises(ClientError, match="same base model"):
        bedrock.update_provisioned_model_throughput(provisionedModelId=arn, desiredModelId=other)
    bedrock.update_provisioned_model_throughput(provisionedModelId=arn, desiredModelId=two)
    told = bedrock.get_provisioned_model_throughput(provisionedModelId=arn)
    assert (told["status"], told["modelArn"], told["desiredModelArn"]) == ("Updating", one, two)

    def there() -> bool:
        told = bedrock.get_provisioned_model_throughput(provisionedModelId=arn)
        return bool(told["status"] == "InService" and told["modelArn"] == told["desiredModelArn"])

    until(there)
    with pytest.raises(ClientError, match="ConflictException"):
        bedrock.delete_custom_model(modelIdentifier="sibling-2")
    bedrock.update_provisioned_model_throughput(provisionedModelId=arn, desiredModelId=BASE)
    until(there)
    bedrock.delete_custom_model(modelIdentifier=two)
    bedrock.update_provisioned_model_throughput(provisionedModelId=arn, desiredModelId=one)


def test_a_deployment_is_made_moved_and_kept_from_losing_its_model(aws: Aws, bedrock: Any):
    one, two = custom(bedrock, "deployed-1"), custom(bedrock, "deployed-2")
    aws.lab("PUT", "/_lab/faults", {"bedrock_provisioning_seconds": 0.4})
    arn = bedrock.create_custom_model_deployment(
        modelDeploymentName="chat", modelArn=one, description="for tests", tags=[{"key": "a", "value": "b"}]
    )["customModelDeploymentArn"]
    read = bedrock.get_custom_model_deployment
    assert read(customModelDeploymentIdentifier=arn)["status"] == "Creating"
    with pytest.raises(ClientError, match="ValidationException"):
        bedrock.create_custom_model_deployment(modelDeploymentName="chat", modelArn=two)
    until(lambda: bool(read(customModelDeploymentIdentifier="chat")["status"] == "Active"))
    with pytest.raises(ClientError, match="ConflictException"):
        bedrock.delete_custom_model(modelIdentifier=one)
    bedrock.update_custom_model_deployment(customModelDeploymentIdentifier=arn, modelArn=two)
    told = read(customModelDeploymentIdentifier=arn)
    assert (told["modelArn"], told["updateDetails"]["updateStatus"]) == (one, "Updating")
    until(lambda: bool(read(customModelDeploymentIdentifier=arn)["modelArn"] == two))
    (row,) = bedrock.list_custom_model_deployments(modelArnEquals=two)["modelDeploymentSummaries"]
    assert (row["customModelDeploymentName"], row["customModelDeploymentArn"]) == ("chat", arn)
    assert bedrock.list_tags_for_resource(resourceARN=arn)["tags"]
    bedrock.delete_custom_model_deployment(customModelDeploymentIdentifier="chat")
    with pytest.raises(bedrock.exceptions.ResourceNotFoundException):
        read(customModelDeploymentIdentifier=arn)


def test_deployments_fail_when_the_lab_is_told_so(aws: Aws, bedrock: Any):
    model = custom(bedrock, "unlucky")
    aws.lab("PUT", "/_lab/faults", {"bedrock_provisioning_failure": "no room"})
    arn = bedrock.create_custom_model_deployment(modelDeploymentName="unlucky", modelArn=model)[
        "customModelDeploymentArn"
    ]
    told = bedrock.get_custom_model_deployment(customModelDeploymentIdentifier=arn)
    assert (told["status"], told["failureMessage"]) == ("Failed", "no room")
    bedrock.create_custom_model_deployment(modelDeploymentName="lucky", modelArn=model)
    aws.lab("PUT", "/_lab/faults", {"bedrock_provisioning_failure": "no room"})
    bedrock.update_custom_model_deployment(customModelDeploymentIdentifier="lucky", modelArn=model)
    told = bedrock.get_custom_model_deployment(customModelDeploymentIdentifier="lucky")
    assert (told["status"], told["updateDetails"]["updateStatus"]) == ("Active", "UpdateFailed")


def test_a_model_is_brought_along_and_an_open_one_imported(aws: Aws, bedrock: Any):
    aws.lab("PUT", "/_lab/faults", {"bedrock_provisioning_seconds": 0.4})
    source = {"s3DataSource": {"s3Uri": "s3://models/one/"}}
    made = bedrock.create_custom_model(modelName="brought", modelSourceConfig=source, roleArn=ROLE)
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert ":custom-model/imported/" in made["modelArn"]
    assert bedrock.get_custom_model(modelIdentifier="brought")["modelStatus"] == "Creating"
    with pytest.raises(ClientError, match="not Active"):
        bedrock.create_custom_model_deployment(modelDeploymentName="early", modelArn=made["modelArn"])
    until(lambda: bool(bedrock.get_custom_model(modelIdentifier="brought")["modelStatus"] == "Active"))
    asked = {"jobName": "import", "importedModelName": "open", "roleArn": ROLE, "modelDataSource": source}
    job = bedrock.create_model_import_job(**asked)["jobArn"]
    assert bedrock.get_model_import_job(jobIdentifier="import")["status"] == "InProgress"
    assert bedrock.list_imported_models()["modelSummaries"] == []
    until(lambda: bool(bedrock.get_model_import_job(jobIdentifier=job)["status"] == "Completed"))
    model = bedrock.get_imported_model(modelIdentifier="open")
    assert model["modelArn"] == bedrock.get_model_import_job(jobIdentifier=job)["importedModelArn"]
    assert model["instructSupported"] is True
    with pytest.raises(ClientError, match="ConflictException"):
        bedrock.create_model_import_job(**asked)
    bedrock.delete_imported_model(modelIdentifier="open")
    assert bedrock.list_imported_models()["modelSummaries"] == []
