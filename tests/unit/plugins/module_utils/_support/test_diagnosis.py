from __future__ import annotations

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._support.diagnosis import RULES, diagnose
from ansible_collections.llmops.bedrock.plugins.module_utils._support.facts import Aws

from .build import IMAGE, crashing, event, facts, node, pod, thing, waiting


def claim(phase="Pending", storage_class="gp3", **metadata):
    return thing(
        "PersistentVolumeClaim",
        "litellm-postgres",
        metadata=metadata,
        spec={"storageClassName": storage_class},
        status={"phase": phase},
    )


def storage_class(name="gp3", provisioner="ebs.csi.aws.com", **rest):
    return thing("StorageClass", name, None, provisioner=provisioner, **rest)


DRIVER = thing("CSIDriver", "ebs.csi.aws.com", None)
LATE = {"volumeBindingMode": "WaitForFirstConsumer"}
SELECTED = {"annotations": {"volume.kubernetes.io/selected-node": "node-1"}}


def ingress(address=None, name="litellm", class_name="alb"):
    paths = [{"backend": {"service": {"name": "litellm"}}}]
    balancer = {"ingress": [{"hostname": address}]} if address else {}
    return thing(
        "Ingress",
        name,
        spec={"ingressClassName": class_name, "rules": [{"host": "litellm.example.com", "http": {"paths": paths}}]},
        status={"loadBalancer": balancer},
    )


def slice_of(service, namespace="litellm", ready=True):
    labels = {"kubernetes.io/service-name": service}
    return thing(
        "EndpointSlice",
        f"{service}-1",
        namespace,
        metadata={"labels": labels},
        endpoints=[{"addresses": ["10.0.0.1"], "conditions": {"ready": ready}}],
    )


WEBHOOK = thing(
    "ValidatingWebhookConfiguration",
    "aws-load-balancer-webhook",
    None,
    webhooks=[
        {
            "name": "vingress.elbv2.k8s.aws",
            "failurePolicy": "Fail",
            "clientConfig": {"service": {"namespace": "kube-system", "name": "aws-load-balancer-webhook-service"}},
        }
    ],
)
UNPULLED = pod(state=waiting("ImagePullBackOff", f'Back-off pulling image "{IMAGE}"'), phase="Pending")
UNBUILT = ingress()
PENDING = claim()
REPLICAS = thing("ReplicaSet", "litellm-7d4f", spec={"replicas": 2}, status={"replicas": 0})
UNMOUNTED = pod(state=waiting("ContainerCreating"), phase="Pending")
UNHEALTHY = {"target": "10.0.0.1:4000", "state": "unhealthy", "reason": "Target.Timeout", "description": "timed out"}
UNSCHEDULED = "0/2 nodes are available: 1 Insufficient cpu, 2 Insufficient memory."


def unscheduled(message):
    conditions = [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}]
    return pod(state={}, phase="Pending", conditions=conditions)


def failed_job(name="litellm-migration-1", **labels):
    conditions = [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "limit"}]
    metadata = {"labels": {"app.kubernetes.io/name": "litellm-migration", **labels}, "creationTimestamp": "1"}
    return thing("Job", name, metadata=metadata, spec={}, status={"failed": 5, "conditions": conditions})


def before(message, **rest):
    """A crashing container, and what it said before its last restart."""
    return facts(crashing(**rest), logs={"litellm-7d4f-x": message}, before=True)


def denied(message):
    return facts(pod(ready=True), logs={"litellm-7d4f-x": message})


CASES = [
    # --- the cluster
    (facts(api_error="dial tcp: i/o timeout"), "the Kubernetes API cannot be reached"),
    (facts(api_error="error: You must be logged in to the server"), "the Kubernetes API refuses the credentials"),
    (facts(api_error="x", aws=Aws(cluster={})), "the EKS cluster does not exist"),
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
    # --- images and configuration
    (
        facts(UNPULLED, event(UNPULLED, "Failed", f'Failed to pull image "{IMAGE}": not found: {IMAGE}: not found')),
        f"image {IMAGE} cannot be pulled: there is no such image or tag",
    ),
    (
        facts(UNPULLED, event(UNPULLED, "Failed", f'Failed to pull image "{IMAGE}": dial tcp: lookup x: no such host')),
        f"image {IMAGE} cannot be pulled: the registry cannot be reached",
    ),
    (
        facts(UNPULLED, event(UNPULLED, "Failed", f'Failed to pull image "{IMAGE}": 403 Forbidden')),
        f"image {IMAGE} cannot be pulled: the registry refuses access",
    ),
    (
        facts(pod(state=waiting("InvalidImageName", "couldn't parse image name"), phase="Pending")),
        f"image {IMAGE} cannot be pulled: its name is not valid",
    ),
    (
        facts(pod(state=waiting("CreateContainerConfigError", 'secret "litellm-keys" not found'), phase="Pending")),
        "Secret litellm-keys does not exist",
    ),
    (
        facts(
            pod(
                state=waiting("CreateContainerConfigError", "couldn't find key SALT in Secret litellm/litellm-keys"),
                phase="Pending",
            )
        ),
        "Secret litellm/litellm-keys has no key SALT",
    ),
    (
        facts(UNMOUNTED, event(UNMOUNTED, "FailedMount", 'MountVolume failed: configmap "litellm-config" not found')),
        "ConfigMap litellm-config does not exist",
    ),
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
    # --- scheduling and creation
    (
        facts(unscheduled(UNSCHEDULED)),
        "no node has room for pod litellm/litellm: insufficient cpu, memory",
    ),
    (
        facts(unscheduled("0/1 nodes are available: 1 node(s) had untolerated taint {gpu: true}.")),
        "no node takes pod litellm/litellm: taints that it does not tolerate",
    ),
    (
        facts(REPLICAS, event(REPLICAS, "FailedCreate", "pods is forbidden: exceeded quota: q")),
        "ReplicaSet litellm/litellm-7d4f cannot make its pods: a quota is used up",
    ),
    (
        facts(REPLICAS, event(REPLICAS, "FailedCreate", 'failed calling webhook "mpod.elbv2.k8s.aws": no endpoints')),
        "ReplicaSet litellm/litellm-7d4f cannot make its pods: an admission webhook does not answer",
    ),
    (
        facts(REPLICAS, event(REPLICAS, "FailedCreate", 'violates PodSecurity "restricted:latest"')),
        "ReplicaSet litellm/litellm-7d4f cannot make its pods: Pod Security refuses them",
    ),
    # --- programs that end
    (
        facts(
            crashing(),
            logs={"litellm-7d4f-x": 'psql: error: FATAL:  password authentication failed for user "litellm"\nbye'},
        ),
        "the database refuses the password",
    ),
    (
        facts(crashing(), logs={"litellm-7d4f-x": "Error: P1000: Authentication failed against database server"}),
        "the database refuses the password",
    ),
    (
        before("Error: P1001: Can't reach database server at `db:5432`"),
        "the database cannot be reached",
    ),
    (
        facts(
            crashing(code=3),
            logs={"litellm-7d4f-x": "LiteLLM proxy refused to start: the master key is a publicly known default."},
        ),
        "LiteLLM refuses its master key",
    ),
    (facts(failed_job()), "the database migration failed: BackoffLimitExceeded"),
    (
        facts(crashing(code=137, reason="OOMKilled")),
        "container litellm of litellm/litellm needs more memory than its limit",
    ),
    (
        facts(crashing(), logs={"litellm-7d4f-x": "starting\nValueError: bad\ntraceback ends"}),
        "container litellm of litellm/litellm ends with exit code 1",
    ),
    # --- AWS
    (
        denied("botocore.exceptions.NoCredentialsError: Unable to locate credentials"),
        "litellm/litellm has no AWS credentials",
    ),
    (
        denied(
            "litellm.AuthenticationError: BedrockException - AccessDeniedException: You don't have access to the model"
        ),
        "the AWS account has no access to a model",
    ),
    (
        denied(
            "AccessDeniedException: User: arn:x is not authorized to perform: bedrock:InvokeModel on resource: "
            "arn:aws:bedrock:us-west-2::foundation-model/m because"
        ),
        "the gateway's IAM role may not use arn:aws:bedrock:us-west-2::foundation-model/m",
    ),
    (
        denied("BedrockException - The provided model identifier is invalid."),
        "Bedrock does not serve a model under the name that is configured",
    ),
    (denied("ThrottlingException: Too many tokens, please wait"), "Bedrock throttles the gateway"),
    # --- the way in
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


def test_every_rule_has_a_case():
    hit = {rule.__name__ for found, cause in CASES for rule in RULES if list(rule(found))}
    started = pod(
        state=waiting("ContainerCreating"), phase="Pending", conditions=[{"type": "PodScheduled", "status": "True"}]
    )
    for reason, message in (("FailedCreatePodSandBox", "failed to assign an IP address to container"),):
        found = facts(started, event(started, reason, message))
        assert diagnose(found)[0].cause == "there is no IP address left for pod litellm/litellm"
        hit.add("pod_not_started")
    unready = pod()
    found = facts(unready, event(unready, "Unhealthy", "Readiness probe failed: 503"))
    assert diagnose(found)[0].cause == "container litellm of litellm/litellm runs but is not ready"
    assert {rule.__name__ for rule in RULES} - hit - {"not_ready"} == set()


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
