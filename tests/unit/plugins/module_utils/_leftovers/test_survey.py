from __future__ import annotations

import datetime

import boto3
import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._leftovers import api, read_ec2, read_eks, read_others
from ansible_collections.llmops.bedrock.plugins.module_utils._leftovers.finders import FINDERS
from ansible_collections.llmops.bedrock.plugins.module_utils._leftovers.survey import survey
from ansible_collections.llmops.bedrock.plugins.module_utils._leftovers.things import Scope
from botocore.stub import Stubber

SCOPE = Scope("a", "us-west-2")


@pytest.fixture
def stubbed():
    """Make a client whose answers are checked against AWS's own model."""
    stubbers = []

    def make(service, *answers):
        client = boto3.client(service, region_name="us-west-2", aws_access_key_id="test", aws_secret_access_key="test")
        stubber = Stubber(client)
        for operation, answer, parameters in answers:
            if isinstance(answer, str):
                stubber.add_client_error(operation, answer, expected_params=parameters)
            else:
                stubber.add_response(operation, answer, parameters)
        stubber.activate()
        stubbers.append(stubber)
        return client

    yield make
    for stubber in stubbers:
        stubber.assert_no_pending_responses()


def balancer(number):
    return {"LoadBalancerArn": f"arn:{number}", "LoadBalancerName": f"lb-{number}", "DNSName": f"lb-{number}.example"}


def test_tags_are_read_in_batches_and_none_is_missed(stubbed):
    """45 load balancers on two pages: three calls for tags, and the last one is found."""
    all_arns = [f"arn:{n}" for n in range(45)]
    tags = {"elbv2.k8s.aws/cluster": "a"}
    batches = [all_arns[:20], all_arns[20:40], all_arns[40:]]
    client = stubbed(
        "elbv2",
        ("describe_load_balancers", {"LoadBalancers": [balancer(n) for n in range(30)], "NextMarker": "m"}, {}),
        ("describe_load_balancers", {"LoadBalancers": [balancer(n) for n in range(30, 45)]}, {"Marker": "m"}),
        *(
            (
                "describe_tags",
                {
                    "TagDescriptions": [
                        {"ResourceArn": arn, "Tags": [{"Key": k, "Value": v} for k, v in tags.items()]}
                        for arn in batch
                        if arn == "arn:44"
                    ]
                },
                {"ResourceArns": batch},
            )
            for batch in batches
        ),
    )
    found = read_ec2.load_balancers(client, SCOPE)
    assert len(found) == 45
    assert [thing.id for thing in found if thing.tags] == ["arn:44"]


def test_an_absent_cluster_has_no_parts(stubbed):
    client = stubbed("eks", ("describe_cluster", "ResourceNotFoundException", {"name": "a"}))
    assert read_eks.nodegroups(client, SCOPE) == []


@pytest.mark.parametrize(
    "service, read, operation",
    [
        ("eks", read_eks.clusters, "describe_cluster"),
        ("ec2", read_ec2.volumes, "describe_volumes"),
        ("iam", read_others.roles, "list_roles"),
        ("bedrock", read_others.provisioned_throughputs, "list_provisioned_model_throughputs"),
        ("bedrock", read_others.custom_model_deployments, "list_custom_model_deployments"),
        ("bedrock", read_others.custom_models, "list_custom_models"),
        ("bedrock", read_others.imported_models, "list_imported_models"),
        ("bedrock", read_others.model_customization_jobs, "list_model_customization_jobs"),
        ("bedrock", read_others.model_import_jobs, "list_model_import_jobs"),
    ],
)
def test_a_refusal_is_an_error_and_never_an_empty_list(stubbed, service, read, operation):
    with pytest.raises(api.ReadError, match=operation):
        read(stubbed(service, (operation, "AccessDeniedException", None)), SCOPE)


def test_a_service_that_cannot_be_read_is_unknown_and_the_others_are_still_read(stubbed):
    wanted = [finder for finder in FINDERS if finder.kind in ("volume", "log_group")]
    clients = {
        "ec2": stubbed("ec2", ("describe_volumes", "UnauthorizedOperation", None)),
        "logs": stubbed(
            "logs",
            ("describe_log_groups", {"logGroups": [{"logGroupName": "/aws/eks/a/cluster"}]}, None),
            ("describe_log_groups", {"logGroups": []}, None),
        ),
    }
    result = survey(clients.get, SCOPE, wanted).result()
    assert [(row["kind"], "UnauthorizedOperation" in row["reason"]) for row in result["unknown"]] == [("volume", True)]
    assert not result["complete"] and result["billable"]
    assert result["counts"] == {"log_group": 1}
    assert result["leftovers"][0]["how_to_remove"] == (
        "aws logs delete-log-group --log-group-name /aws/eks/a/cluster --region us-west-2"
    )


@pytest.mark.parametrize(
    "days, told", [(None, "aws bedrock delete"), (-1, "aws bedrock delete"), (30, "Its term ends on ")]
)
def test_a_throughput_inside_a_term_says_when_it_can_go(stubbed, days, told):
    now = datetime.datetime.now(datetime.UTC)
    arn = "arn:aws:bedrock:us-west-2:123456789012:provisioned-model/abcdefghijkl"
    model = "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0:24k"
    summary = {
        "provisionedModelName": "nova",
        "provisionedModelArn": arn,
        "modelArn": model,
        "desiredModelArn": model,
        "foundationModelArn": model,
        "modelUnits": 1,
        "desiredModelUnits": 1,
        "status": "InService",
        "creationTime": now,
        "lastModifiedTime": now,
    }
    if days is not None:
        summary["commitmentExpirationTime"] = now + datetime.timedelta(days=days)
    tags = {"tags": [{"key": "llmops.bedrock/cluster", "value": "a"}]}
    client = stubbed(
        "bedrock",
        ("list_provisioned_model_throughputs", {"provisionedModelSummaries": [summary]}, {}),
        ("list_tags_for_resource", tags, {"resourceARN": arn}),
    )
    wanted = [finder for finder in FINDERS if finder.kind == "provisioned_throughput"]
    [left] = survey(lambda _service: client, SCOPE, wanted).leftovers
    assert left.billable and left.how_to_remove.startswith(told)
    assert left.how_to_remove.endswith(f"--provisioned-model-id {arn} --region us-west-2")


NOW = datetime.datetime.now(datetime.UTC)
MODELS = "custom_model_deployment", "custom_model", "imported_model"
AWS = "arn:aws:bedrock:us-west-2:123456789012"
FOUNDATION = "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-micro-v1:0:128k"


def models(*names):
    """ListCustomModels' answer."""
    row = {"creationTime": NOW, "baseModelArn": FOUNDATION, "baseModelName": "amazon.nova-micro-v1"}
    return {
        "modelSummaries": [{"modelName": name, "modelArn": f"{AWS}:custom-model/x/{name}", **row} for name in names]
    }


def deployments(**model_of):
    """ListCustomModelDeployments' answer; names and the models that they serve."""
    rows = [
        {
            "customModelDeploymentName": name,
            "customModelDeploymentArn": f"{AWS}:custom-model-deployment/{name}",
            "modelArn": f"{AWS}:custom-model/x/{model}",
            "createdAt": NOW,
            "status": "Active",
        }
        for name, model in model_of.items()
    ]
    return {"modelDeploymentSummaries": rows}


def tags(cluster, arn):
    """ListTagsForResource, by the stub."""
    pairs = [{"key": "llmops.bedrock/cluster", "value": cluster}] if cluster else []
    return "list_tags_for_resource", {"tags": pairs}, {"resourceARN": arn}


def search(kinds, client):
    return survey(lambda _service: client, SCOPE, [finder for finder in FINDERS if finder.kind in kinds])


def test_models_are_billed_and_go_after_what_serves_them(stubbed):
    """Whoever made a deployment, it keeps the model; one of another model does not."""
    imported = f"{AWS}:imported-model/llama"
    client = stubbed(
        "bedrock",
        ("list_custom_model_deployments", deployments(ours="mine", untagged="mine", foreign="other"), {}),
        tags("a", f"{AWS}:custom-model-deployment/ours"),
        tags("", f"{AWS}:custom-model-deployment/untagged"),
        tags("b", f"{AWS}:custom-model-deployment/foreign"),
        ("list_custom_models", models("mine", "idle", "other"), {"isOwned": True}),
        tags("a", f"{AWS}:custom-model/x/mine"),
        tags("a", f"{AWS}:custom-model/x/idle"),
        tags("b", f"{AWS}:custom-model/x/other"),
        (
            "list_imported_models",
            {"modelSummaries": [{"modelArn": imported, "modelName": "llama", "creationTime": NOW}]},
            {},
        ),
        tags("a", imported),
    )
    found = search(MODELS, client)
    region, delete = "--region us-west-2", "aws bedrock delete-custom-model --model-identifier"
    first = f"{AWS}:custom-model-deployment/ours, {AWS}:custom-model-deployment/untagged"
    assert [(left.kind, left.name, left.billable, left.how_to_remove) for left in found.leftovers] == [
        (
            "custom_model_deployment",
            "ours",
            False,
            "aws bedrock delete-custom-model-deployment --custom-model-deployment-identifier "
            f"{AWS}:custom-model-deployment/ours {region}",
        ),
        (
            "custom_model",
            "mine",
            True,
            f"What serves it goes first ({first}). Then: {delete} {AWS}:custom-model/x/mine {region}",
        ),
        ("custom_model", "idle", True, f"{delete} {AWS}:custom-model/x/idle {region}"),
        (
            "imported_model",
            "llama",
            True,
            f"aws bedrock delete-imported-model --model-identifier {imported} {region}",
        ),
    ]
    assert found.result()["complete"]


def test_a_throughput_keeps_its_model_too(stubbed):
    arn, model = f"{AWS}:provisioned-model/fast", f"{AWS}:custom-model/x/mine"
    summary = {
        "provisionedModelName": "fast",
        "provisionedModelArn": arn,
        "modelArn": FOUNDATION,
        "desiredModelArn": model,
        "foundationModelArn": FOUNDATION,
        "modelUnits": 1,
        "desiredModelUnits": 1,
        "status": "Updating",
        "creationTime": NOW,
        "lastModifiedTime": NOW,
    }
    client = stubbed(
        "bedrock",
        ("list_provisioned_model_throughputs", {"provisionedModelSummaries": [summary]}, {}),
        tags("", arn),
        ("list_custom_models", models("mine"), {"isOwned": True}),
        tags("a", model),
    )
    [left] = search(("provisioned_throughput", "custom_model"), client).leftovers
    assert left.how_to_remove.startswith(f"What serves it goes first ({arn}). Then: aws bedrock delete-custom-model ")


def test_a_job_that_runs_is_billed_and_leaves_a_model(stubbed):
    trained, imported = f"{AWS}:model-customization-job/x/1", f"{AWS}:model-import-job/2"
    times = {"status": "InProgress", "creationTime": NOW, "lastModifiedTime": NOW}
    training = {"jobArn": trained, "jobName": "train", "baseModelArn": FOUNDATION, **times}
    importing = {"jobArn": imported, "jobName": "bring", "importedModelName": "llama", **times}
    running = {"statusEquals": "InProgress"}
    client = stubbed(
        "bedrock",
        ("list_model_customization_jobs", {"modelCustomizationJobSummaries": [training]}, running),
        tags("a", trained),
        ("list_model_import_jobs", {"modelImportJobSummaries": [importing]}, running),
        tags("a", imported),
    )
    found = search(("model_customization_job", "model_import_job"), client).leftovers
    assert [(left.kind, left.name, left.billable, left.how_to_remove) for left in found] == [
        (
            "model_customization_job",
            "train",
            True,
            f"aws bedrock stop-model-customization-job --job-identifier {trained} --region us-west-2",
        ),
        (
            "model_import_job",
            "bring",
            True,
            "AWS stops no import. When it has ended: aws bedrock delete-imported-model --model-identifier llama "
            "--region us-west-2",
        ),
    ]


def test_a_region_without_the_operation_is_unknown_and_the_others_are_still_read(stubbed):
    """Bedrock answers so where it does not have an operation."""
    client = stubbed(
        "bedrock",
        ("list_custom_model_deployments", "ValidationException", {}),
        ("list_custom_models", models("mine"), {"isOwned": True}),
        tags("a", f"{AWS}:custom-model/x/mine"),
        ("list_imported_models", "UnknownOperationException", {}),
    )
    result = search(MODELS, client).result()
    assert [row["kind"] for row in result["unknown"]] == ["custom_model_deployment", "imported_model"]
    assert not result["complete"] and result["counts"] == {"custom_model": 1}


def test_an_older_boto3_leaves_the_deployments_unknown(stubbed):
    client = stubbed("bedrock", ("list_custom_models", models(), {"isOwned": True}))
    known = [name for name in client.meta.service_model.operation_names if name != "ListCustomModelDeployments"]
    client.meta.service_model.__dict__["operation_names"] = known  # a cached property of the older model
    result = search(("custom_model_deployment", "custom_model"), client).result()
    assert [row["kind"] for row in result["unknown"]] == ["custom_model_deployment"]
    assert "pip install --upgrade boto3" in result["unknown"][0]["reason"]


def test_what_was_learned_is_kept_for_a_later_search(stubbed):
    wanted = [finder for finder in FINDERS if finder.kind in ("eks_cluster", "load_balancer")]
    issuer = "https://oidc.eks.us-west-2.amazonaws.com/id/NEW"
    described = {"cluster": {"name": "a", "identity": {"oidc": {"issuer": issuer}}}}
    tags = [{"ResourceArn": "arn:1", "Tags": [{"Key": "elbv2.k8s.aws/cluster", "Value": "a"}]}]
    clients = {
        "eks": stubbed("eks", ("describe_cluster", described, None)),
        "elbv2": stubbed(
            "elbv2",
            ("describe_load_balancers", {"LoadBalancers": [balancer(1), balancer(2)]}, None),
            ("describe_tags", {"TagDescriptions": tags}, None),
        ),
    }
    scope = Scope("a", issuers=("https://of.an.older.cluster",), load_balancer_hosts=frozenset({"gone.example"}))
    known = survey(clients.get, scope, wanted).result()["known"]
    assert known == {"oidc_issuer": issuer, "load_balancer_hosts": ["gone.example", "lb-1.example"]}
    assert survey(clients.get, scope, []).result()["known"]["oidc_issuer"] == "https://of.an.older.cluster"
    assert survey(clients.get, SCOPE, []).result()["known"] == {"oidc_issuer": "", "load_balancer_hosts": []}


def test_a_secret_of_the_users_is_told_from_ours(stubbed):
    """Both begin like ours; the tag says which one was made by this collection."""
    tag = [{"Key": "llmops.bedrock/cluster", "Value": "a"}]
    rows = [
        {"ARN": f"arn:aws:secretsmanager:{name}", "Name": f"litellm/a/{name}", "Tags": tags}
        for name, tags in (("x", tag), ("y", []))
    ]
    client = stubbed("secretsmanager", ("list_secrets", {"SecretList": rows}, None))
    finder = next(finder for finder in FINDERS if finder.kind == "secret")
    found = survey(lambda service: client, SCOPE, [finder]).leftovers
    assert [leftover.why for leftover in found] == ["tag llmops.bedrock/cluster=a", "name begins with litellm/a/"]


def test_what_is_found_leads_to_what_hangs_on_it(stubbed):
    """A network interface without a tag, in a VPC with one."""
    wanted = [finder for finder in FINDERS if finder.kind in ("vpc", "network_interface")]
    tag = [{"Key": "alpha.eksctl.io/cluster-name", "Value": "a"}]
    client = stubbed(
        "ec2",
        ("describe_vpcs", {"Vpcs": [{"VpcId": "vpc-1", "Tags": tag}, {"VpcId": "vpc-2"}]}, None),
        (
            "describe_network_interfaces",
            {
                "NetworkInterfaces": [
                    {"NetworkInterfaceId": "eni-1", "VpcId": "vpc-1"},
                    {"NetworkInterfaceId": "eni-2", "VpcId": "vpc-2"},
                    {"NetworkInterfaceId": "eni-3", "VpcId": "vpc-2", "Description": "Amazon EKS a"},
                    {"NetworkInterfaceId": "eni-4", "VpcId": "vpc-2", "Description": "Amazon EKS a-addon-x"},
                ]
            },
            None,
        ),
    )
    found = survey(lambda service: client, SCOPE, wanted).leftovers
    assert [leftover.id for leftover in found] == ["vpc-1", "eni-1", "eni-3"]


def test_deleted_things_that_aws_still_lists_are_not_left(stubbed):
    client = stubbed(
        "ec2",
        (
            "describe_nat_gateways",
            {
                "NatGateways": [
                    {"NatGatewayId": "nat-1", "State": "deleted"},
                    {"NatGatewayId": "nat-2", "State": "available"},
                ]
            },
            None,
        ),
        (
            "describe_instances",
            {
                "Reservations": [
                    {
                        "Instances": [
                            {"InstanceId": "i-1", "State": {"Name": "terminated"}},
                            {"InstanceId": "i-2", "State": {"Name": "stopped"}},
                        ]
                    }
                ]
            },
            None,
        ),
    )
    assert [thing.id for thing in read_ec2.nat_gateways(client, SCOPE)] == ["nat-2"]
    assert [thing.id for thing in read_ec2.instances(client, SCOPE)] == ["i-2"]


def test_certificates_of_every_key_type_are_asked_for(stubbed):
    client = stubbed(
        "acm",
        (
            "list_certificates",
            {"CertificateSummaryList": [{"CertificateArn": "arn:aws:acm:r:1:certificate/1", "Type": "PRIVATE"}]},
            {"Includes": {"keyTypes": read_others._KEY_TYPES}},
        ),
        ("list_tags_for_certificate", {"Tags": [{"Key": "llmops.bedrock/cluster", "Value": "a"}]}, None),
    )
    (found,) = read_others.certificates(client, SCOPE)
    assert found.tags == {"llmops.bedrock/cluster": "a"} and read_others.certificate_costs(found)


def test_a_secret_that_waits_for_its_deletion_is_marked_and_free(stubbed):
    secret = {"ARN": "arn:aws:secretsmanager:us-west-2:1:secret:x", "Name": "litellm/a/keys", "DeletedDate": 1800000000}
    client = stubbed("secretsmanager", ("list_secrets", {"SecretList": [secret]}, {"IncludePlannedDeletion": True}))
    finder = next(finder for finder in FINDERS if finder.kind == "secret")
    (found,) = survey(lambda service: client, SCOPE, [finder]).leftovers
    assert found.name.endswith("(pending deletion)") and not found.billable and "restore-secret" in found.how_to_remove


def test_records_of_the_wanted_zones_with_the_mark_first(stubbed):
    zones = [{"Id": f"/hostedzone/Z{n}", "Name": f"{n}.example.", "CallerReference": n} for n in ("one", "two")]
    answer = {"IsTruncated": False, "MaxItems": "100"}
    mark = {"Name": "_m.h.one.example.", "Type": "TXT", "ResourceRecords": [{"Value": '"llmops.bedrock/cluster=a"'}]}
    address = {"Name": "h.one.example.", "Type": "CNAME", "ResourceRecords": [{"Value": "x.example"}]}
    client = stubbed(
        "route53",
        ("list_hosted_zones", {"HostedZones": zones, "Marker": "", **answer}, None),
        (
            "list_resource_record_sets",
            {"ResourceRecordSets": [address, mark], **answer},
            {"HostedZoneId": "/hostedzone/Zone"},
        ),
    )
    finder = next(finder for finder in FINDERS if finder.kind == "dns_record")
    scope = Scope("a", hosted_zones=frozenset({"one.example"}))
    found = survey(lambda service: client, scope, [finder]).leftovers
    assert [leftover.id for leftover in found] == ["Zone/_m.h.one.example/TXT", "Zone/h.one.example/CNAME"]
