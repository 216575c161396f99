"""The emulated AWS as a process: it answers, and a SIGKILL loses nothing that was said to be done."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.lab.settings import ROOT

REGION = "us-west-2"
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Aws:
    """One process on a port and a folder of its own."""

    def __init__(self, state: Path) -> None:
        self.state, self.port = state, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        env = {
            **os.environ,
            "LAB_STATE": str(self.state),
            "LAB_AWS_BIND": f"127.0.0.1:{self.port}",
            "LAB_AGENT_BIND": "",
            "LAB_WEBHOOK_BIND": "",
            "LAB_OIDC_PROXY_PORT": str(free_port()),
        }
        log = (self.state / "aws.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.lab.aws"], env=env, cwd=ROOT, stdout=log, stderr=log
        )
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            try:
                OPENER.open(f"{self.endpoint}/_lab/health", timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        pytest.fail((self.state / "aws.log").read_text()[-2000:])

    def end(self, number: int) -> None:
        if self.process:
            self.process.send_signal(number)
            self.process.wait(15)

    def client(self, service: str, **config: Any) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}, **config),
        )

    def lab(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        with OPENER.open(urllib.request.Request(self.endpoint + path, data, method=method), timeout=5) as answer:
            return json.loads(answer.read())


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    state = tmp_path_factory.mktemp("lab")
    make_authorities(state / "pki")
    running = Aws(state)
    try:
        running.start()
        yield running
    finally:
        running.end(signal.SIGTERM)


def make_authorities(folder: Path) -> None:
    """The lab's two CAs in small."""
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    folder.mkdir()
    now = datetime.datetime.now(datetime.UTC)
    for stem in ("lab-ca", "ca"):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, stem)])
        certificate = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        (folder / f"{stem}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / f"{stem}.key").write_bytes(private)


def test_the_account_is_seeded(aws: Aws):
    zones = aws.client("route53").list_hosted_zones()["HostedZones"]
    assert [zone["Name"] for zone in zones] == ["rehearsal.example."]
    acm = aws.client("acm")
    (summary,) = acm.list_certificates(CertificateStatuses=["ISSUED"])["CertificateSummaryList"]
    certificate = acm.describe_certificate(CertificateArn=summary["CertificateArn"])["Certificate"]
    assert certificate["SubjectAlternativeNames"] == ["litellm.rehearsal.example", "chat.rehearsal.example"]


def test_a_policys_default_version_can_be_chosen(aws: Aws):
    iam = aws.client("iam")
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
    arn = iam.create_policy(PolicyName="chosen", PolicyDocument=json.dumps(document))["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(document), SetAsDefault=False)
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v2")
    assert iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"] == "v2"
    iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    iam.delete_policy(PolicyArn=arn)


def test_bedrock_streams_piece_by_piece(aws: Aws):
    aws.lab("PUT", "/_lab/faults", {"bedrock_stream_pause_seconds": 0.2})
    messages = [{"role": "user", "content": [{"text": "Hello?"}]}]
    begun = time.monotonic()
    stream = aws.client("bedrock-runtime").converse_stream(modelId="us.anthropic.claude-sonnet-5-5", messages=messages)[
        "stream"
    ]
    seen = [(time.monotonic() - begun, event) for event in stream]
    aws.lab("DELETE", "/_lab/faults")
    deltas = [
        (when, event["contentBlockDelta"]["delta"]["text"]) for when, event in seen if "contentBlockDelta" in event
    ]
    assert "Hello?" in "".join(text for _when, text in deltas)
    assert seen[-1][0] - deltas[0][0] > 0.5


def test_injected_errors_reach_the_client_and_end(aws: Aws):
    fault = {"service": "ec2", "operation": "DescribeVpcs", "error": "UnauthorizedOperation", "count": 1}
    aws.lab("PUT", "/_lab/faults", fault)
    ec2 = aws.client("ec2")
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        ec2.describe_vpcs()
    assert ec2.describe_vpcs()["Vpcs"]


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


def test_a_stack_whose_subnet_a_load_balancer_uses_cannot_go(aws: Aws):
    template = {
        "Resources": {
            "Subnet": {
                "Type": "AWS::EC2::Subnet",
                "Properties": {"VpcId": "vpc-00000001", "CidrBlock": "172.31.64.0/20"},
            }
        }
    }
    stacks, elb = aws.client("cloudformation"), aws.client("elbv2")
    stacks.create_stack(StackName="net", TemplateBody=json.dumps(template))
    (resource,) = stacks.describe_stack_resources(StackName="net")["StackResources"]
    balancer = elb.create_load_balancer(Name="lb", Subnets=[resource["PhysicalResourceId"]])["LoadBalancers"][0]
    stacks.delete_stack(StackName="net")
    assert settled(stacks, "net") == "DELETE_FAILED"
    elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    stacks.delete_stack(StackName="net")
    assert settled(stacks, "net") == ""


def settled(stacks: Any, name: str) -> str:
    """Status of a stack once nothing is in progress; empty when it is gone."""
    for _attempt in range(50):
        try:
            status = str(stacks.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
        except ClientError:
            return ""
        if not status.endswith("IN_PROGRESS"):
            return status
        time.sleep(0.1)
    return status


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


def presigned(cluster: str, secret: str) -> str:
    """A token as `aws eks get-token` makes it, for the public STS."""
    import base64

    from botocore.auth import SigV4QueryAuth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

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


def test_the_request_log_names_operations_and_nothing_secret(aws: Aws):
    text = (aws.state / "logs" / "aws-requests.log").read_text()
    assert "200 eks CreateCluster" in text
    assert "400 ec2 DescribeVpcs UnauthorizedOperation (injected)" in text
    for secret in ("SecretString", "Signature", "k8s-aws-v1", "Hello?"):
        assert secret not in text
