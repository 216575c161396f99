from __future__ import annotations

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._support.diagnosis import RULES, diagnose
from ansible_collections.llmops.bedrock.plugins.module_utils._support.facts import Aws

from . import test_rules_cluster, test_rules_logs, test_rules_network, test_rules_page, test_rules_pods
from .build import (
    DRIVER,
    LATE,
    UNHEALTHY,
    WEBHOOK,
    claim,
    crashing,
    event,
    facts,
    failed_job,
    ingress,
    node,
    pod,
    slice_of,
    storage_class,
    thing,
)

SUBJECTS = (test_rules_cluster, test_rules_pods, test_rules_logs, test_rules_network, test_rules_page)


def test_every_rule_has_a_case():
    cases = [found for subject in SUBJECTS for found, cause in subject.CASES]
    assert {rule.__name__ for rule in RULES if not any(list(rule(found)) for found in cases)} == set()


HEALTHY = facts(
    pod(ready=True),
    claim("Bound"),
    ingress("k8s.elb"),
    slice_of("litellm"),
    slice_of("aws-load-balancer-webhook-service", "kube-system"),
    WEBHOOK,
    thing("Namespace", "litellm", None),
    thing("ReplicaSet", "old", spec={"replicas": 0}, status={"replicas": 0}),
    aws=Aws(cluster={"status": "ACTIVE"}, targets=({"name": "t", "health": [{"state": "healthy"}]},)),
    helm_releases=({"namespace": "n", "name": "r", "status": "deployed"},),
)


def test_nothing_is_wrong_with_a_cluster_that_is_well():
    assert diagnose(HEALTHY) == []


OLD = "2026-11-22T09:00:00.1Z ThrottlingException: Too many requests"


@pytest.mark.parametrize(
    "found",
    [
        # What was wrong once and is not any more.
        facts(pod(ready=True), logs={"litellm-7d4f-x": "FATAL: password authentication failed for user"}),
        facts(pod(ready=True), logs={"litellm-7d4f-x": OLD}),
        facts(pod(ready=True, restarts=1), logs={"litellm-7d4f-x": "NoCredentialsError"}, before=True),
        facts(pod(ready=True), logs={"litellm-7d4f-x": "2026-11-22T11:40:00Z NoCredentialsError"}),
        facts(pod(ready=True), event(pod(ready=True), "FailedScheduling", "0/1 nodes are available")),
        facts(
            failed_job(),
            thing(
                "Job",
                "litellm-migration-2",
                metadata={"labels": {"app.kubernetes.io/name": "litellm-migration"}, "creationTimestamp": "2"},
                status={"succeeded": 1},
            ),
        ),
        # A claim that nobody uses yet waits, and that is right.
        facts(claim(), storage_class(**LATE), DRIVER),
        # An unused pod of a finished Job.
        facts(pod(state={"terminated": {"exitCode": 0}}, phase="Succeeded")),
        # What could not be read is no evidence of absence.
        facts(no_nodes=True, problems=('nodes is forbidden: User "x" cannot list resource "nodes"',)),
        facts(WEBHOOK, problems=("endpointslices.discovery.k8s.io is forbidden",)),
        facts(WEBHOOK, namespaces=("litellm",)),
    ],
)
def test_what_is_not_wrong_now_is_not_reported(found):
    assert diagnose(found) == []


def test_the_cause_stands_before_its_consequences():
    """A node that is gone takes the database with it, LiteLLM then crashes, and the load balancer has no target."""
    found = facts(
        node(ready="Unknown"),
        crashing(),
        ingress("k8s.elb"),
        thing("Service", "litellm"),
        logs={"litellm-7d4f-x": "Error: P1001: Can't reach database server at `db:5432`"},
        aws=Aws(targets=({"name": "t", "health": [UNHEALTHY]},)),
    )
    causes = [finding.cause for finding in diagnose(found)]
    assert causes == [
        "node node-1 is NotReady",
        "the database cannot be reached",
        "container litellm of litellm/litellm ends with exit code 1",
        "1 of 1 targets of t are unhealthy, none is healthy",
        "Service litellm/litellm has no ready pod",
    ]


def test_replicas_that_fail_alike_are_one_finding_with_the_evidence_of_each():
    pods = [crashing(f"litellm-7d4f-{n}") for n in range(3)]
    (finding,) = diagnose(facts(*pods))
    assert [line.split(",")[0] for line in finding.evidence] == [f"pod litellm/litellm-7d4f-{n}" for n in range(3)]


def test_missing_credentials_come_with_the_state_of_pod_identity():
    found = facts(
        pod(ready=True, serviceAccountName="litellm"),
        logs={"litellm-7d4f-x": "NoCredentialsError"},
        aws=Aws(cluster={"status": "ACTIVE"}, associations=(), addons=({"name": "coredns"},)),
    )
    text = " ".join(diagnose(found)[0].evidence)
    for said in ("started without an identity", "litellm/litellm: no association", "eks-pod-identity-agent is not"):
        assert said in text
