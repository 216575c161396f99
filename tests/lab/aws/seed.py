"""The account as a user would have it before the walkthrough: a hosted zone and a certificate for both host names."""

from __future__ import annotations

from tests.lab.aws import emulator
from tests.lab.aws.config import CHAT_HOST, LITELLM_HOST, ZONE

NAMESPACE = "https://route53.amazonaws.com/doc/2013-04-01/"


def hosted_zone() -> None:
    """A public zone, unless it is there."""
    route53 = emulator.service("route53")
    if any(zone["name"] == f"{ZONE}." for zone in route53._zones.values()):
        return
    body = (
        f'<CreateHostedZoneRequest xmlns="{NAMESPACE}"><Name>{ZONE}</Name>'
        "<CallerReference>llmops-bedrock-lab</CallerReference></CreateHostedZoneRequest>"
    )
    route53._create_hosted_zone(body.encode(), {})


def certificate() -> None:
    """An ISSUED certificate for both hosts, unless it is there."""
    acm = emulator.service("acm")
    if any(each["DomainName"] == LITELLM_HOST for each in acm._certificates.values()):
        return
    acm._request_certificate(
        {"DomainName": LITELLM_HOST, "SubjectAlternativeNames": [LITELLM_HOST, CHAT_HOST], "ValidationMethod": "DNS"}
    )


def seed() -> None:
    """Bring the account to its start; what a user changed since stays."""
    with emulator.tenant():
        hosted_zone()
        certificate()
