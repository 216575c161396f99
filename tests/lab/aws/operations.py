"""Which AWS operation a request is, from botocore's own service models: for the log, faults and persistence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import botocore.session  # type: ignore[import-untyped]

ALIASES = {"elasticloadbalancing": "elbv2", "monitoring": "cloudwatch", "email": "ses"}
"""Signing names that are not the name of a model; bedrock's two services sign alike and differ by path."""

READS = ("Describe", "List", "Get", "Head", "Batch", "Lookup", "Assume", "Converse", "Invoke", "Simulate", "Search")


@dataclass(frozen=True)
class Operation:
    """An operation of a service, with the protocol its errors are written in."""

    service: str
    name: str
    protocol: str

    @property
    def writes(self) -> bool:
        """Whether it may change the account."""
        return not self.name.startswith(READS)


@cache
def model(service: str) -> dict[str, Any]:
    """botocore's model of a service; empty when there is none."""
    loader = botocore.session.get_session().get_component("data_loader")
    try:
        found: dict[str, Any] = loader.load_service_model(service, "service-2")
    except Exception:
        return {}
    return found


@cache
def routes(service: str) -> list[tuple[str, re.Pattern[str], str]]:
    """Method, path pattern and operation of a REST service, the most particular path first."""
    rows = []
    for name, operation in model(service).get("operations", {}).items():
        uri = operation["http"]["requestUri"].split("?")[0]
        pattern = re.sub(r"\\\{(\w+)(\\\+)?\\\}", lambda m: ".+" if m[2] else "[^/]+", re.escape(uri))
        rows.append((operation["http"]["method"], re.compile(pattern.rstrip("/") + "/?"), name, uri.count("{")))
    rows.sort(key=lambda row: (row[3], -len(row[1].pattern)))
    return [row[:3] for row in rows]


def signing_name(authorization: str, query: str) -> str:
    """The service in the signature, header or presigned."""
    match = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", authorization)
    if not match:
        match = re.search(r"X-Amz-Credential=[^&]+?%2F\d+%2F[^&]+?%2F([a-z0-9-]+)%2F", query)
    return match[1] if match else ""


def access_key(authorization: str) -> str:
    """The access key of a signed request."""
    match = re.search(r"Credential=([^/]+)/", authorization)
    return match[1] if match else ""


@dataclass(frozen=True)
class Request:
    """What of a request tells its operation."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


def identify(request: Request) -> Operation | None:
    """The operation of a request; None when it is not a signed AWS request."""
    signed = signing_name(request.headers.get("authorization", ""), request.query)
    if not signed:
        return None
    service = ALIASES.get(signed, signed)
    if service == "bedrock" and request.path.startswith(("/model/", "/guardrail/", "/async-invoke")):
        service = "bedrock-runtime"
    protocol = str(model(service).get("metadata", {}).get("protocol", "json"))
    return Operation(service, operation_name(service, protocol, request), protocol)


def operation_name(service: str, protocol: str, request: Request) -> str:
    """By target header, by Action parameter or by path, as the protocol has it."""
    if target := request.headers.get("x-amz-target"):
        return target.rpartition(".")[2]
    if protocol in ("query", "ec2"):
        for text in (request.query, request.body[:4096].decode(errors="replace")):
            if action := parse_qs(text).get("Action"):
                return action[0]
    for verb, pattern, name in routes(service):
        if verb == request.method and pattern.fullmatch(request.path):
            return name
    return f"{request.method} {request.path}"
