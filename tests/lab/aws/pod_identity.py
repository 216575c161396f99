"""EKS Pod Identity agent: a pod's projected token in, credentials of the associated role out."""

from __future__ import annotations

import asyncio
import datetime
import json
import re
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from tests.lab.aws import eks, emulator, kube
from tests.lab.aws.config import ACCOUNT, AGENT_HOST, Config
from tests.lab.aws.emulator import Answer, answer, failure
from tests.lab.stand_ins.alb_controller.kube_api import KubeApi

PATH = "/v1/credentials"
URL = f"http://{AGENT_HOST}{PATH}"
AUDIENCE = "pods.eks.amazonaws.com"
ADDON = "eks-pod-identity-agent"
Body = dict[str, Any]


class Denied(Exception):
    """No credentials; the message is for the pod's log."""


def service_account(review: Body) -> tuple[str, str]:
    """Namespace and name of the service account that a TokenReview found."""
    status = review.get("status") or {}
    match = re.fullmatch(r"system:serviceaccount:([^:]+):([^:]+)", (status.get("user") or {}).get("username", ""))
    if not status.get("authenticated") or AUDIENCE not in (status.get("audiences") or []) or not match:
        raise Denied("the token is not a service account's for EKS Pod Identity")
    return match[1], match[2]


def as_list(value: Any) -> list[Any]:
    """Policies write one member without a list."""
    return value if isinstance(value, list) else [value]


def trusts_pods(document: Body) -> bool:
    """Whether a role's trust policy lets EKS Pod Identity in; AWS needs both actions."""
    allowed: set[str] = set()
    for statement in as_list(document.get("Statement") or []):
        principal = statement.get("Principal") or {}
        services = as_list(principal.get("Service", [])) if isinstance(principal, dict) else []
        if statement.get("Effect") == "Allow" and AUDIENCE in services:
            allowed.update(as_list(statement.get("Action") or []))
    return {"sts:AssumeRole", "sts:TagSession"} <= allowed or "sts:*" in allowed


def association(namespace: str, name: str) -> Body | None:
    """The association of a service account in the cluster that there is."""
    for _key, each in list(emulator.service("eks")._pod_identity_associations.all_items()):
        if (each["namespace"], each["serviceAccount"]) == (namespace, name):
            found: Body = each
            return found
    return None


def trust_of(role_arn: str) -> Body:
    """The trust policy of a role, or nothing."""
    role = emulator.service("iam")._roles.get_scoped(ACCOUNT, None, role_arn.rsplit("/", 1)[1])
    if not role or role["Arn"] != role_arn:
        raise Denied(f"the associated role {role_arn} does not exist")
    document = role["AssumeRolePolicyDocument"]
    parsed: Body = json.loads(document) if isinstance(document, str) else document
    return parsed


def assume(role_arn: str, session: str) -> Body:
    """Credentials of the role, by the emulated STS; runs in a thread of its own event loop."""
    query = {
        "Action": "AssumeRole",
        "Version": "2011-06-15",
        "RoleArn": role_arn,
        "RoleSessionName": session,
        "DurationSeconds": "3600",
    }
    headers = {"content-type": "application/x-www-form-urlencoded"}
    body = urlencode(query).encode()
    with emulator.tenant():
        response: Answer = asyncio.run(emulator.service("sts").handle_request("POST", "/", headers, body, {}))
    text = response[2].decode() if isinstance(response[2], bytes) else str(response[2])
    if response[0] >= 400:
        raise Denied(f"STS refused: {text[:300]}")
    tree = ElementTree.fromstring(text)
    values = {element.tag.rpartition("}")[2]: element.text or "" for element in tree.iter()}
    return {
        "AccessKeyId": values["AccessKeyId"],
        "SecretAccessKey": values["SecretAccessKey"],
        "Token": values["SessionToken"],
        "AccountId": ACCOUNT,
        "Expiration": values["Expiration"],
    }


def credentials(api: KubeApi, token: str) -> Body:
    """Credentials for the owner of a projected token; raises Denied."""
    if eks.active_addon(ADDON) is None:
        raise Denied(f"the addon {ADDON} is not active on a cluster")
    spec = {"token": token, "audiences": [AUDIENCE]}
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": spec}
    namespace, name = service_account(api.create("/apis/authentication.k8s.io/v1/tokenreviews", review))
    found = association(namespace, name)
    if found is None:
        raise Denied(f"no pod identity association for service account {namespace}/{name}")
    if not trusts_pods(trust_of(found["roleArn"])):
        raise Denied("EKS does not have permissions to assume the associated role (its trust policy)")
    stamp = datetime.datetime.now(datetime.UTC).strftime("%Y%m%d%H%M%S")
    return assume(found["roleArn"], f"eks-{found['clusterName']}-{name}-{stamp}"[:64])


def handler(config: Config) -> Any:
    """The agent's one path."""

    def respond(method: str, headers: dict[str, str], body: bytes) -> Answer:
        try:
            return answer(200, credentials(kube.api(config), headers.get("authorization", "")))
        except Denied as error:
            return failure(400, "AccessDeniedException", str(error))

    return respond
