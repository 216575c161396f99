from __future__ import annotations

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._support.diagnosis import diagnose
from ansible_collections.llmops.bedrock.plugins.module_utils._support.facts import Aws

from .build import UNHEALTHY, WEBHOOK, event, facts, ingress, slice_of, thing

UNBUILT = ingress()
BUILT = ingress("k8s.elb")
NO_CERTIFICATE = "Failed build model due to no certificate found for host: chat.example.com"


def changed(*events):
    """An Ingress that works, and what happened to it since."""
    return facts(BUILT, slice_of("litellm"), thing("Service", "litellm"), *events)


CASES = [
    (facts(WEBHOOK), "webhook service kube-system/aws-load-balancer-webhook-service has no endpoints"),
    (
        facts(
            UNBUILT, event(UNBUILT, "FailedBuildModel", "Failed build model due to no certificate found for host: x")
        ),
        "Ingress litellm/litellm has no address: no certificate fits its host",
    ),
    (
        facts(UNBUILT, event(UNBUILT, "FailedBuildModel", "couldn't auto-discover subnets: unable to resolve")),
        "Ingress litellm/litellm has no address: its subnets cannot be found",
    ),
    (
        facts(UNBUILT, event(UNBUILT, "FailedDeployModel", "AccessDenied: User is not authorized to perform")),
        "Ingress litellm/litellm has no address: the load balancer controller lacks rights",
    ),
    (
        changed(
            event(BUILT, "SuccessfullyReconciled", "ok", at="2026-11-22T11:00:00Z"),
            event(BUILT, "FailedBuildModel", NO_CERTIFICATE),
        ),
        "Ingress litellm/litellm is not carried out: no certificate fits its host",
    ),
    (facts(UNBUILT), "Ingress litellm/litellm has no address: IngressClass alb does not exist"),
    (facts(UNBUILT, thing("IngressClass", "alb", None)), "Ingress litellm/litellm has no address"),
    (
        facts(aws=Aws(targets=({"name": "k8s-litellm", "health": [UNHEALTHY]},))),
        "1 of 1 targets of k8s-litellm are unhealthy, none is healthy",
    ),
    (facts(ingress("k8s.elb"), thing("Service", "litellm")), "Service litellm/litellm has no ready pod"),
    (facts(ingress("k8s.elb")), "Service litellm/litellm does not exist"),
    (
        facts(ingress("k8s.elb"), slice_of("litellm"), unresolved_hosts=("litellm.example.com",)),
        "the name litellm.example.com does not resolve",
    ),
    (
        facts(helm_releases=({"namespace": "open-webui", "name": "open-webui", "status": "failed"},)),
        "Helm release open-webui/open-webui is failed",
    ),
]


@pytest.mark.parametrize("found, cause", CASES, ids=[case[1][:60] for case in CASES])
def test_one_fault_is_named_first(found, cause):
    first = diagnose(found)[0]
    assert first.cause == cause
    assert first.remedy


def test_an_ingress_that_was_carried_out_since_is_well():
    earlier = event(BUILT, "FailedBuildModel", NO_CERTIFICATE, at="2026-11-22T11:00:00Z")
    assert diagnose(changed(earlier, event(BUILT, "SuccessfullyReconciled", "ok"))) == []
