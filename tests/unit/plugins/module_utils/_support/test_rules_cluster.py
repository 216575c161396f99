from __future__ import annotations

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._support.diagnosis import diagnose
from ansible_collections.llmops.bedrock.plugins.module_utils._support.facts import Aws

from .build import DRIVER, LATE, SELECTED, UNMOUNTED, claim, event, facts, node, storage_class, thing

PENDING = claim()

CASES = [
    (facts(api_error="dial tcp: i/o timeout"), "the Kubernetes API cannot be reached"),
    (facts(api_error="error: You must be logged in to the server"), "the Kubernetes API refuses the credentials"),
    (facts(api_error="x", aws=Aws(cluster={})), "the EKS cluster does not exist"),
    (
        facts(api_error="x", aws=Aws(cluster={}, stacks=({"name": "s", "status": "ROLLBACK_COMPLETE"},))),
        "CloudFormation stack s is ROLLBACK_COMPLETE",
    ),
    (facts(aws=Aws(cluster={"status": "DELETING"})), "the EKS cluster is DELETING"),
    (
        facts(
            aws=Aws(
                cluster={"status": "ACTIVE"},
                nodegroups=(
                    {"name": "general", "status": "DEGRADED", "issues": [{"code": "AsgInstanceLaunchFailures"}]},
                ),
            )
        ),
        "node group general of the EKS cluster is DEGRADED",
    ),
    (facts(no_nodes=True), "the cluster has no node"),
    (facts(node(ready="Unknown")), "node node-1 is NotReady"),
    (
        facts(thing("Namespace", "litellm", None, metadata={"deletionTimestamp": "t"})),
        "namespace litellm is being deleted and does not end",
    ),
    (facts(absent=["litellm"]), "there is no namespace litellm"),
    # --- volumes
    (facts(PENDING), "claim litellm/litellm-postgres has no volume: StorageClass gp3 does not exist"),
    (
        facts(claim(storage_class=None), storage_class()),
        "claim litellm/litellm-postgres has no volume: it names no StorageClass and the cluster has no default one",
    ),
    (
        facts(PENDING, storage_class(**LATE)),
        "claim litellm/litellm-postgres has no volume: the driver ebs.csi.aws.com is not installed",
    ),
    (
        facts(PENDING, storage_class(provisioner="kubernetes.io/aws-ebs")),
        "claim litellm/litellm-postgres has no volume: the driver ebs.csi.aws.com is not installed",
    ),
    (
        facts(PENDING, storage_class(), DRIVER, event(PENDING, "ProvisioningFailed", "UnauthorizedOperation")),
        "claim litellm/litellm-postgres has no volume: the driver cannot make one",
    ),
    (facts(claim(**SELECTED), storage_class(**LATE), DRIVER), "claim litellm/litellm-postgres has no volume"),
    (facts(claim("Lost")), "the volume of claim litellm/litellm-postgres is lost"),
    (
        facts(UNMOUNTED, event(UNMOUNTED, "FailedAttachVolume", "Multi-Attach error")),
        "a volume of pod litellm/litellm-7d4f-x cannot be attached or mounted",
    ),
]


@pytest.mark.parametrize("found, cause", CASES, ids=[case[1][:60] for case in CASES])
def test_one_fault_is_named_first(found, cause):
    first = diagnose(found)[0]
    assert first.cause == cause
    assert first.remedy


def test_a_namespace_that_is_missing_is_the_least_likely_cause():
    causes = [each.cause for each in diagnose(facts(node(ready="Unknown"), absent=["litellm"]))]
    assert causes == ["node node-1 is NotReady", "there is no namespace litellm"]


def test_a_cluster_that_is_not_there_is_one_finding():
    stacks = ({"name": "eksctl-a-cluster", "status": "CREATE_IN_PROGRESS"},)
    (finding,) = diagnose(facts(api_error="not asked", no_nodes=True, absent=["litellm"], aws=Aws({}, stacks)))
    assert finding.evidence == ("stack eksctl-a-cluster: CREATE_IN_PROGRESS",)


def test_an_update_that_was_taken_back_is_over():
    stacks = ({"name": "s", "status": "UPDATE_ROLLBACK_COMPLETE", "failures": ["x"]},)
    assert diagnose(facts(aws=Aws(stacks=stacks))) == []
