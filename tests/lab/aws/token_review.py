"""Token webhook of the API server: bearer tokens of `aws eks get-token`, judged by the cluster's access entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.lab.aws import emulator

PATH = "/_lab/token-review"
PREFIX = "k8s-aws-v1."
CLUSTER_ADMIN = "/AmazonEKSClusterAdminPolicy"


@dataclass(frozen=True)
class Identity:
    """Who a token stands for, in Kubernetes' words."""

    username: str
    groups: tuple[str, ...]


def identity_of(principal: str, entry: dict[str, Any] | None, policies: list[str]) -> Identity | None:
    """Map a verified principal; without an access entry there is no way in, whatever IAM allows."""
    if entry is None:
        return None
    groups = [*(entry.get("kubernetesGroups") or []), "system:authenticated"]
    # EKS judges its access policies in an authorizer of its own; the lab knows the one for cluster admins.
    if any(policy.endswith(CLUSTER_ADMIN) for policy in policies):
        groups.append("system:masters")
    return Identity(entry.get("username") or principal, tuple(dict.fromkeys(groups)))


def identify(token: str) -> Identity | None:
    """Verify the token's signature for each cluster there is, and map its owner."""
    eks = emulator.service("eks")
    if not token.startswith(PREFIX):
        return None
    for account, region, name in list(eks._clusters._data):
        credential = eks._verify_eks_token(token, name)
        if not credential:
            continue
        entry = eks._access_entry_for_principal(name, account, region, credential.principal_arn)
        policies = [
            policy
            for principal, policy, _association in eks._access_policy_associations(name, account, region)
            if entry and principal == entry["principalArn"]
        ]
        return identity_of(credential.principal_arn, entry, policies)
    return None


def review(request: dict[str, Any]) -> dict[str, Any]:
    """Answer a TokenReview."""
    identity = identify(str(request.get("spec", {}).get("token", "")))
    status: dict[str, Any] = {"authenticated": identity is not None}
    if identity:
        status["user"] = {"username": identity.username, "uid": identity.username, "groups": list(identity.groups)}
    return {
        "apiVersion": request.get("apiVersion", "authentication.k8s.io/v1"),
        "kind": "TokenReview",
        "status": status,
    }
