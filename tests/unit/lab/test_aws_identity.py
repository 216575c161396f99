"""Who gets into the cluster, and which pods get credentials."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.lab.aws import pod_identity, pod_identity_webhook
from tests.lab.aws.token_review import Identity, identity_of

ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
VIEW = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
ROLE = "arn:aws:iam::111122223333:role/x"


@pytest.mark.parametrize(
    ("entry", "policies", "expected"),
    [
        (None, [ADMIN], None),
        ({"username": ""}, [ADMIN], Identity(ROLE, ("system:authenticated", "system:masters"))),
        ({"username": "me", "kubernetesGroups": ["devs"]}, [VIEW], Identity("me", ("devs", "system:authenticated"))),
    ],
)
def test_access_entries_decide(entry: dict[str, Any] | None, policies: list[str], expected: Identity | None):
    assert identity_of(ROLE, entry, policies) == expected


def trust(service: str = pod_identity.AUDIENCE, *actions: str) -> dict[str, Any]:
    wanted = list(actions or ("sts:AssumeRole", "sts:TagSession"))
    return {"Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": wanted}]}


@pytest.mark.parametrize(
    ("document", "answer"),
    [
        (trust(), True),
        (trust(pod_identity.AUDIENCE, "sts:AssumeRole"), False),
        (trust("ec2.amazonaws.com"), False),
        ({"Statement": {"Effect": "Deny", "Principal": {"Service": pod_identity.AUDIENCE}, "Action": "sts:*"}}, False),
        ({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}, False),
        ({}, False),
    ],
)
def test_a_role_must_trust_pods_with_both_actions(document: dict[str, Any], answer: bool):
    assert pod_identity.trusts_pods(document) is answer


def token_review(username: str, audiences: list[str], authenticated: bool = True) -> dict[str, Any]:
    return {"status": {"authenticated": authenticated, "audiences": audiences, "user": {"username": username}}}


def test_the_owner_of_a_projected_token():
    review = token_review("system:serviceaccount:litellm:gateway", [pod_identity.AUDIENCE])
    assert pod_identity.service_account(review) == ("litellm", "gateway")


@pytest.mark.parametrize(
    "review",
    [
        token_review("system:serviceaccount:litellm:gateway", ["https://kubernetes.default.svc"]),
        token_review("kubernetes-admin", [pod_identity.AUDIENCE]),
        token_review("system:serviceaccount:a:b", [pod_identity.AUDIENCE], authenticated=False),
        {},
    ],
)
def test_other_tokens_get_nothing(review: dict[str, Any]):
    with pytest.raises(pod_identity.Denied):
        pod_identity.service_account(review)


def admission(service_account: str | None = "gateway", **spec: Any) -> dict[str, Any]:
    pod = {"spec": {"containers": [{"name": "c", "env": [{"name": "AWS_REGION", "value": "own"}]}], **spec}}
    if service_account:
        pod["spec"]["serviceAccountName"] = service_account
    return {"request": {"uid": "u", "namespace": "litellm", "object": pod}}


def operations(review: dict[str, Any]) -> list[dict[str, Any]]:
    return list(json.loads(base64.b64decode(review["response"]["patch"])))


def associated(namespace: str, name: str) -> bool:
    return (namespace, name) == ("litellm", "gateway")


def test_an_associated_pod_gets_token_and_variables_and_keeps_its_own():
    review = pod_identity_webhook.review(admission(), associated, "us-west-2")
    by_path = {operation["path"]: operation["value"] for operation in operations(review)}
    names = [variable["name"] for variable in by_path["/spec/containers/0/env"]]
    assert names.count("AWS_REGION") == 1
    assert by_path["/spec/containers/0/env"][0]["value"] == "own"
    assert "AWS_CONTAINER_CREDENTIALS_FULL_URI" in names
    source = by_path["/spec/volumes"][0]["projected"]["sources"][0]["serviceAccountToken"]
    assert source["audience"] == "pods.eks.amazonaws.com"
    assert by_path["/spec/containers/0/volumeMounts"][0]["readOnly"] is True


@pytest.mark.parametrize("name", ["other", None])
def test_other_pods_stay_as_they_are(name: str | None):
    review = pod_identity_webhook.review(admission(name), associated, "us-west-2")
    assert review["response"] == {"uid": "u", "allowed": True}


def test_init_containers_are_not_forgotten_and_a_second_call_adds_nothing():
    pod = admission(initContainers=[{"name": "i"}], volumes=[{"name": "v"}])
    review = pod_identity_webhook.review(pod, associated, "us-west-2")
    assert any(operation["path"].startswith("/spec/initContainers/0") for operation in operations(review))
    again = admission(volumes=[{"name": pod_identity_webhook.VOLUME}])
    assert "patch" not in pod_identity_webhook.review(again, associated, "us-west-2")["response"]
