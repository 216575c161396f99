"""The emulated EKS: one cluster, its tokens, and that a SIGKILL loses nothing that was said to be done."""

from __future__ import annotations

import base64
import signal
import time
from typing import Any

import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from tests.unit.lab.aws_process import REGION, Aws


def make_cluster(aws: Aws) -> Any:
    eks = aws.client("eks")
    vpc = {"subnetIds": ["subnet-00000001", "subnet-00000002"]}
    role = "arn:aws:iam::111122223333:role/eks"
    return eks.create_cluster(name="litellm", version="1.35", roleArn=role, resourcesVpcConfig=vpc)["cluster"]


def test_a_cluster_survives_a_kill(aws: Aws):
    made = make_cluster(aws)
    assert made["endpoint"] == "https://10.213.0.1:6443"
    assert made["resourcesVpcConfig"]["vpcId"] == "vpc-00000001"
    eks = aws.client("eks")
    eks.create_addon(clusterName="litellm", addonName="eks-pod-identity-agent")
    association = eks.create_pod_identity_association(
        clusterName="litellm",
        namespace="litellm",
        serviceAccount="gateway",
        roleArn="arn:aws:iam::111122223333:role/gateway",
    )["association"]
    arn = association["associationArn"]
    eks.tag_resource(resourceArn=arn, tags={"llmops.bedrock/cluster": "litellm", "a": "1", "b": "2"})
    eks.untag_resource(resourceArn=arn, tagKeys=["a", "b"])
    aws.client("secretsmanager").create_secret(Name="litellm/litellm/keys", SecretString="{}")
    time.sleep(1.5)  # the save follows a write after a moment
    aws.end(signal.SIGKILL)
    aws.start()
    found = eks.describe_cluster(name="litellm")["cluster"]
    assert (found["status"], found["endpoint"]) == ("ACTIVE", made["endpoint"])
    assert found["certificateAuthority"] == made["certificateAuthority"]
    assert eks.list_addons(clusterName="litellm")["addons"] == ["eks-pod-identity-agent"]
    described = eks.describe_pod_identity_association(
        clusterName="litellm", associationId=association["associationId"]
    )["association"]
    tags = eks.list_tags_for_resource(resourceArn=arn)["tags"]
    assert tags == described["tags"] == {"llmops.bedrock/cluster": "litellm"}
    assert aws.client("secretsmanager").get_secret_value(SecretId="litellm/litellm/keys")["SecretString"] == "{}"
    assert len(aws.client("route53").list_hosted_zones()["HostedZones"]) == 1
    assert aws.lab("GET", "/_lab/cluster")["addons"] == ["eks-pod-identity-agent"]


def test_there_is_one_cluster_at_a_time(aws: Aws):
    vpc = {"subnetIds": ["subnet-00000001"]}
    with pytest.raises(ClientError, match="ResourceLimitExceeded"):
        aws.client("eks").create_cluster(name="second", roleArn="arn:aws:iam::1:role/eks", resourcesVpcConfig=vpc)
    with pytest.raises(ClientError, match="ResourceInUse"):
        make_cluster(aws)


def test_a_token_is_judged_by_signature_and_access_entry(aws: Aws):
    def reviewed(cluster: str, secret: str = "test") -> Any:
        token = presigned(cluster, secret)
        review = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": token}}
        return aws.lab("POST", "/_lab/token-review", review)["status"]

    admitted = reviewed("litellm")
    assert admitted["authenticated"] is True
    assert "system:masters" in admitted["user"]["groups"]
    assert reviewed("litellm", "wrong")["authenticated"] is False
    assert reviewed("another")["authenticated"] is False
    eks, principal = aws.client("eks"), "arn:aws:iam::111122223333:root"
    eks.delete_access_entry(clusterName="litellm", principalArn=principal)
    assert reviewed("litellm")["authenticated"] is False
    eks.create_access_entry(clusterName="litellm", principalArn=principal)
    assert "system:masters" not in reviewed("litellm")["user"]["groups"]
    assert "k8s-aws-v1" not in (aws.state / "logs" / "aws-requests.log").read_text()


def presigned(cluster: str, secret: str) -> str:
    """A token as `aws eks get-token` makes it, for the public STS."""
    url = f"https://sts.{REGION}.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15"
    request = AWSRequest("GET", url, headers={"x-k8s-aws-id": cluster})
    SigV4QueryAuth(Credentials("test", secret), "sts", REGION, expires=60).add_auth(request)
    encoded = base64.urlsafe_b64encode(request.url.encode()).decode().rstrip("=")
    return f"k8s-aws-v1.{encoded}"


def test_a_deleted_cluster_is_gone_with_what_belongs_to_it(aws: Aws):
    eks = aws.client("eks")
    eks.delete_cluster(name="litellm")
    with pytest.raises(ClientError, match="ResourceNotFound"):
        eks.describe_cluster(name="litellm")
    assert aws.lab("GET", "/_lab/cluster") == {}
