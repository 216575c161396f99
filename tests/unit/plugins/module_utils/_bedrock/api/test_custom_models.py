"""Models as they are read, made and deleted: what the emulated AWS cannot be told to answer."""

from __future__ import annotations

import datetime

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.calls import AWSCallError
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.failures import WaitFailed
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.waiting import Progress
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import custom_model_writes as writes
from ansible_collections.llmops.bedrock.plugins.module_utils._bedrock.api import custom_models as api
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Call

pytest_plugins = ["tests.unit.plugins.module_utils._bedrock.api.stubbed"]

CUSTOM_ARN = "arn:aws:bedrock:us-west-2:123456789012:custom-model/amazon.nova-lite-v1:0/f6e5d4c3b2a1"
IMPORTED_ARN = "arn:aws:bedrock:us-west-2:123456789012:imported-model/a1b2c3d4e5f6"
IMPORT_ARN = "arn:aws:bedrock:us-west-2:123456789012:model-import-job/a1b2c3d4e5f6"
BASE = "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0"
KEY = "arn:aws:kms:us-west-2:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
ROLE = "arn:aws:iam::123456789012:role/r"
NOW = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
TOKEN = "0f0f0f0f-1111-2222-3333-444444444444"
CUSTOM = {"modelArn": CUSTOM_ARN, "modelName": "m", "creationTime": NOW, "baseModelArn": BASE, "modelStatus": "Active"}
IMPORTED = {
    "modelArn": IMPORTED_ARN,
    "modelName": "m",
    "jobArn": IMPORT_ARN,
    "creationTime": NOW,
    "modelArchitecture": "llama3",
    "instructSupported": True,
    "modelDataSource": {"s3DataSource": {"s3Uri": "s3://data/m/"}},
}
IMPORT = {"jobArn": IMPORT_ARN, "jobName": "m-1", "importedModelName": "m", "status": "InProgress", "creationTime": NOW}
MAKING = {"name": "m", "arn": None, "job_arn": IMPORT_ARN, "kind": "imported"}


def summary(name, arn):
    return {"modelArn": arn, "modelName": name, "creationTime": NOW, "baseModelArn": BASE, "baseModelName": "a.b"}


def add_listings(stub, custom=(), imported=(), imports=None):
    rows = {"modelSummaries": [summary(name, CUSTOM_ARN) for name in custom]}
    stub.add_response("list_custom_models", rows, {"nameContains": "m", "isOwned": True})
    rows = {"modelSummaries": [{"modelArn": IMPORTED_ARN, "modelName": name, "creationTime": NOW} for name in imported]}
    stub.add_response("list_imported_models", rows, {"nameContains": "m"})
    if imports is not None:
        stub.add_response(
            "list_model_import_jobs", {"modelImportJobSummaries": imports}, {"statusEquals": "InProgress"}
        )


def add_tags(stub, arn):
    stub.add_response("list_tags_for_resource", {"tags": [{"key": "a", "value": "b"}]}, {"resourceARN": arn})


def test_both_kinds_of_one_name_are_found_and_longer_names_are_not(stub):
    add_listings(stub, custom=["m", "m-2"], imported=["xm", "m"])
    stub.add_response("get_custom_model", {**CUSTOM, "trainingMetrics": {"trainingLoss": 0.5}, "modelKmsKeyArn": KEY})
    add_tags(stub, CUSTOM_ARN)
    stub.add_response("get_imported_model", IMPORTED)
    add_tags(stub, IMPORTED_ARN)
    custom, imported = api.find_models(stub.client, "m")
    assert custom == {
        "name": "m",
        "arn": CUSTOM_ARN,
        "kind": "custom",
        "status": "Active",
        "base_model_arn": BASE,
        "job_arn": None,
        "customization_type": None,
        "failure_message": None,
        "instruct_supported": None,
        "model_architecture": None,
        "source_s3_uri": None,
        "kms_key_arn": KEY,
        "training_metrics": {"training_loss": 0.5},
        "creation_time": "2026-11-22T00:00:00+00:00",
        "tags": {"a": "b"},
    }
    assert imported["kind"] == "imported" and imported["status"] == "Active" and imported["instruct_supported"] is True
    assert imported["source_s3_uri"] == "s3://data/m/" and imported["model_architecture"] == "llama3"
    assert imported.keys() == custom.keys()


def test_a_model_that_is_being_imported_is_found_by_its_job(stub):
    add_listings(stub, imports=[{**IMPORT, "importedModelName": "other"}, IMPORT])
    stub.add_response("get_model_import_job", IMPORT, {"jobIdentifier": IMPORT_ARN})
    (model,) = api.find_models(stub.client, "m")
    assert model["arn"] is None and model["job_arn"] == IMPORT_ARN and model["status"] == "Creating"


def test_an_import_that_has_ended_leads_to_its_model(stub):
    stub.add_response("get_model_import_job", {**IMPORT, "status": "Completed", "importedModelArn": IMPORTED_ARN})
    stub.add_response("get_imported_model", IMPORTED, {"modelIdentifier": IMPORTED_ARN})
    add_tags(stub, IMPORTED_ARN)
    assert api.model_of(stub.client, IMPORT_ARN)["arn"] == IMPORTED_ARN


def test_one_kind_needs_no_listing_of_the_other(stub):
    stub.add_response("list_custom_models", {"modelSummaries": []}, {"nameContains": "m", "isOwned": True})
    assert api.find_models(stub.client, "m", "custom") == []


def test_what_does_not_exist_is_none_and_a_model_without_status_is_active(stub):
    stub.add_client_error("get_custom_model", "ResourceNotFoundException", http_status_code=404)
    stub.add_client_error("get_imported_model", "ResourceNotFoundException", http_status_code=404)
    assert api.model_of(stub.client, CUSTOM_ARN) is None
    assert api.model_of(stub.client, IMPORTED_ARN) is None
    old = {key: value for key, value in CUSTOM.items() if key != "modelStatus"}
    stub.add_response("get_custom_model", old)
    add_tags(stub, CUSTOM_ARN)
    assert api.model_of(stub.client, CUSTOM_ARN)["status"] == "Active"


@pytest.mark.parametrize("code", ["ValidationException", "UnknownOperationException"])
def test_an_answer_that_does_not_know_the_operation_is_an_error_and_not_absence(stub, code):
    stub.add_client_error("get_custom_model", code, "No route for GET /custom-models/x")
    with pytest.raises(AWSCallError, match="read custom model"):
        api.model_of(stub.client, CUSTOM_ARN)


@pytest.mark.parametrize(
    "model, expected",
    [
        ("amazon.nova-lite-v1:0:300k", [f"{BASE}:300k"]),
        (BASE, [BASE]),
    ],
)
def test_a_foundation_model_is_its_own_base_without_a_call(stub, model, expected):
    assert api.base_arns(stub.client, model) == expected


def test_a_custom_model_that_is_trained_on_counts_with_its_own_base(stub):
    stub.add_response("get_custom_model", CUSTOM, {"modelIdentifier": CUSTOM_ARN})
    assert api.base_arns(stub.client, CUSTOM_ARN) == [CUSTOM_ARN, BASE]
    stub.add_client_error("get_custom_model", "ResourceNotFoundException")
    assert api.base_arns(stub.client, CUSTOM_ARN) == []


def test_all_models_are_listed_by_kind_and_base(stub):
    custom, imported = {"modelSummaries": [summary("m", CUSTOM_ARN)]}, {"modelSummaries": [{**IMPORTED}]}
    imported = {"modelSummaries": [{"modelArn": IMPORTED_ARN, "modelName": "m", "creationTime": NOW}]}
    stub.add_response("list_custom_models", custom, {})
    stub.add_response("list_imported_models", imported, {})
    assert api.list_models(stub.client, None, None) == [CUSTOM_ARN, IMPORTED_ARN]
    stub.add_response("list_imported_models", imported, {})
    assert api.list_models(stub.client, "imported", None) == [IMPORTED_ARN]
    stub.add_response("list_custom_models", custom, {"foundationModelArnEquals": BASE})
    assert api.list_models(stub.client, None, BASE) == [CUSTOM_ARN]


def run(stub, name, **arguments):
    return writes.execute(stub.client, Call(name, {"name": "m", **arguments}), TOKEN)


def test_a_custom_model_is_made_of_files(stub):
    expected = {
        "modelName": "m",
        "modelSourceConfig": {"s3DataSource": {"s3Uri": "s3://data/m/"}},
        "roleArn": ROLE,
        "modelKmsKeyArn": KEY,
        "modelTags": [{"key": "a", "value": "b"}],
        "clientRequestToken": TOKEN,
    }
    stub.add_client_error("create_custom_model", "ThrottlingException", expected_params=expected)
    stub.add_response("create_custom_model", {"modelArn": CUSTOM_ARN}, expected)
    source = {"model_source_s3_uri": "s3://data/m/"}
    assert run(stub, "create model", **source, role_arn=ROLE, kms_key_id=KEY, tags={"a": "b"}) == CUSTOM_ARN


IMPORT_REQUEST = {
    "jobName": "m-0f0f0f0f",
    "importedModelName": "m",
    "roleArn": ROLE,
    "modelDataSource": {"s3DataSource": {"s3Uri": "s3://data/m/"}},
    "clientRequestToken": TOKEN,
}


def test_an_import_has_a_token_and_a_name_of_its_own(stub):
    pairs = [{"key": "a", "value": "b"}]
    expected = {**IMPORT_REQUEST, "importedModelKmsKeyId": "alias/a", "importedModelTags": pairs, "jobTags": pairs}
    stub.add_response("create_model_import_job", {"jobArn": IMPORT_ARN}, expected)
    source = {"model_source_s3_uri": "s3://data/m/"}
    assert run(stub, "import model", **source, role_arn=ROLE, kms_key_id="alias/a", tags={"a": "b"}) == IMPORT_ARN


@pytest.mark.parametrize("model", ["a_b", "a-", "A" * 63, "a_-b"])
def test_an_imports_name_is_one_that_the_api_takes(model):
    import re

    name = writes.import_job_name(model, TOKEN)
    assert re.fullmatch(r"[a-zA-Z0-9](-*[a-zA-Z0-9+\-.])*", name) and len(name) <= 63


def test_a_conflict_with_an_import_of_this_very_run_is_none(stub):
    stub.add_client_error("create_model_import_job", "ConflictException")
    stub.add_response("get_model_import_job", IMPORT, {"jobIdentifier": "m-0f0f0f0f"})
    assert run(stub, "import model", model_source_s3_uri="s3://data/m/", role_arn=ROLE) == IMPORT_ARN


def test_a_name_that_is_taken_says_so(stub):
    stub.add_client_error("create_model_import_job", "ConflictException")
    stub.add_client_error("get_model_import_job", "ResourceNotFoundException")
    with pytest.raises(AWSCallError, match="The name m is taken"):
        run(stub, "import model", model_source_s3_uri="s3://data/m/", role_arn=ROLE)


def test_who_may_not_hand_on_the_role_is_told_which(stub):
    stub.add_client_error("create_custom_model", "AccessDeniedException", "perform: iam:PassRole on", 403)
    with pytest.raises(AWSCallError, match=f"may not hand the role {ROLE}"):
        run(stub, "create model", model_source_s3_uri="s3://data/m/", role_arn=ROLE)


def test_a_full_account_is_told_what_to_do(stub):
    stub.add_client_error("create_custom_model", "ServiceQuotaExceededException")
    with pytest.raises(AWSCallError, match="Service Quotas"):
        run(stub, "create model", model_source_s3_uri="s3://data/m/")


@pytest.mark.parametrize(
    "kind, arn, method", [("custom", CUSTOM_ARN, "custom_model"), ("imported", IMPORTED_ARN, "imported_model")]
)
def test_each_kind_is_deleted_by_its_own_call_and_twice_is_fine(stub, kind, arn, method):
    stub.add_response(f"delete_{method}", {}, {"modelIdentifier": arn})
    run(stub, "delete model", arn=arn, kind=kind)
    stub.add_client_error(f"delete_{method}", "ResourceNotFoundException", http_status_code=404)
    run(stub, "delete model", arn=arn, kind=kind)


DEPLOYMENT = "arn:aws:bedrock:us-west-2:123456789012:custom-model-deployment/a1b2c3d4e5f6"
THROUGHPUT = "arn:aws:bedrock:us-west-2:123456789012:provisioned-model/a1b2c3d4e5f6"


@pytest.mark.parametrize("status", [400, 409])
def test_a_model_in_use_says_what_uses_it(stub, status):
    stub.add_client_error("delete_custom_model", "ConflictException", http_status_code=status)
    row = {
        "customModelDeploymentArn": DEPLOYMENT,
        "customModelDeploymentName": "d",
        "createdAt": NOW,
        "status": "Active",
    }
    rows = {"modelDeploymentSummaries": [{**row, "modelArn": CUSTOM_ARN}]}
    stub.add_response("list_custom_model_deployments", rows, {"modelArnEquals": CUSTOM_ARN})
    row = {
        "provisionedModelName": "p",
        "provisionedModelArn": THROUGHPUT,
        "modelArn": BASE,
        "desiredModelArn": CUSTOM_ARN,
        "foundationModelArn": BASE,
        "modelUnits": 1,
        "desiredModelUnits": 1,
        "status": "InService",
        "creationTime": NOW,
        "lastModifiedTime": NOW,
    }
    rows = {"provisionedModelSummaries": [row]}
    stub.add_response("list_provisioned_model_throughputs", rows, {"modelArnEquals": CUSTOM_ARN})
    with pytest.raises(AWSCallError, match=rf"It is used by {DEPLOYMENT}, {THROUGHPUT}\. Delete that first"):
        run(stub, "delete model", arn=CUSTOM_ARN, kind="custom")


def test_a_model_in_use_says_so_even_where_nothing_can_be_listed(stub):
    stub.add_client_error("delete_custom_model", "ConflictException")
    stub.add_client_error("list_custom_model_deployments", "ValidationException", "No route")
    stub.add_client_error("list_provisioned_model_throughputs", "AccessDeniedException")
    with pytest.raises(AWSCallError, match="Something uses it: a deployment or provisioned throughput"):
        run(stub, "delete model", arn=CUSTOM_ARN, kind="custom")


def wait(stub, model):
    progress = Progress(writes.status_in_words)
    try:
        writes.wait_until_ready(stub.client, model, timeout=60, delay=30, progress=progress)
    finally:
        wait.seen = [each["status"] for each in progress.seen]


def test_a_custom_model_is_waited_for(stub):
    for status in ("Creating", "Active"):
        stub.add_response("get_custom_model", {**CUSTOM, "modelStatus": status}, {"modelIdentifier": CUSTOM_ARN})
    wait(stub, {"name": "m", "arn": CUSTOM_ARN})
    assert wait.seen == ["Creating", "Active"]


def test_an_import_is_waited_for_by_its_job(stub):
    for status in ("InProgress", "Completed"):
        stub.add_response("get_model_import_job", {**IMPORT, "status": status}, {"jobIdentifier": IMPORT_ARN})
    wait(stub, MAKING)
    assert wait.seen == ["InProgress", "Completed"]


def test_a_model_that_fails_says_why(stub):
    stub.add_response("get_model_import_job", {**IMPORT, "status": "Failed", "failureMessage": "no tokenizer."})
    with pytest.raises(WaitFailed, match=rf"m \({IMPORT_ARN}\) failed: no tokenizer\. Remove"):
        wait(stub, MAKING)


def test_time_that_is_up_says_how_to_go_on(stub):
    for _look in range(2):
        stub.add_response("get_custom_model", {**CUSTOM, "modelStatus": "Creating"})
    with pytest.raises(WaitFailed, match=r"is Creating after 60 s\. .* run the task again"):
        wait(stub, {"name": "m", "arn": CUSTOM_ARN})
