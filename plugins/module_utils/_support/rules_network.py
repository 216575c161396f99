# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about the way in: webhooks, Ingresses, targets, names. Pure. Private to this collection."""

from __future__ import annotations

import re
import typing as t

from .facts import Facts, Object, full_name, name_of, namespace_of, one_line
from .findings import Finding

_Findings = t.Iterator[Finding]

_BUILD_FAILURES = (
    (
        r"no certificate found|certificate .*not found|UnsupportedCertificate",
        "no certificate fits its host",
        "Make an ISSUED certificate of ACM for the host in the cluster's region (gateway_certificate_arn).",
    ),
    (
        r"auto-discover subnets|at least one subnet|subnets? .*(not found|invalid)",
        "its subnets cannot be found",
        "Tag the subnets kubernetes.io/role/elb=1 (internal: kubernetes.io/role/internal-elb=1), at least two zones.",
    ),
    (
        r"AccessDenied|not authorized|UnauthorizedOperation",
        "the load balancer controller lacks rights",
        "Run role lb_controller: policy and controller have to be of the same version.",
    ),
    (
        r"NoCredential|failed to retrieve credentials|get credentials",
        "the load balancer controller has no AWS credentials",
        "See its Pod Identity association, then restart its pods.",
    ),
    (
        r"conflicting",
        "Ingresses of its group contradict each other",
        "Give all Ingresses of a group the same annotations.",
    ),
    (r"service .*not found|backend .*not found", "its Service does not exist", "Run the role that makes the Service."),
)


_NOT_BUILT = ("FailedBuildModel", "FailedDeployModel", "FailedAddFinalizer")


def webhook_unanswered(facts: Facts) -> _Findings:
    """An admission webhook that must answer has nobody behind it: what it guards cannot be made or changed."""
    for kind in ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"):
        for configuration in facts.of(kind):
            for webhook in configuration.get("webhooks") or ():
                service = (webhook.get("clientConfig") or {}).get("service") or {}
                known = service.get("namespace") in facts.namespaces and not facts.unread("endpointslices")
                if known and webhook.get("failurePolicy", "Fail") == "Fail" and not _endpoints(facts, service):
                    yield Finding(
                        f"webhook service {service['namespace']}/{service['name']} has no endpoints",
                        (f"{kind} {name_of(configuration)}: {webhook['name']}, failurePolicy Fail",),
                        "See the pods behind it. If they are gone for good, delete its webhook configuration.",
                    )


def _endpoints(facts: Facts, service: Object) -> int:
    """Ready endpoints of a Service."""
    count = 0
    for slice_ in facts.of("EndpointSlice"):
        labels = slice_["metadata"].get("labels") or {}
        of_service = labels.get("kubernetes.io/service-name") == service["name"]
        if namespace_of(slice_) == service["namespace"] and of_service:
            ready = [x for x in slice_.get("endpoints") or () if (x.get("conditions") or {}).get("ready") is not False]
            count += len(ready)
    return count


def ingress_without_address(facts: Facts) -> _Findings:
    """An Ingress got no load balancer."""
    classes = {name_of(each) for each in facts.of("IngressClass")}
    for ingress in facts.of("Ingress"):
        if _has_address(ingress):
            continue
        name = f"Ingress {full_name(ingress)} has no address"
        wanted = (ingress.get("spec") or {}).get("ingressClassName")
        said = facts.events(ingress, *_NOT_BUILT)
        said = said or facts.events(ingress)
        if said:
            yield _why_not_built(name, said)
        elif wanted and wanted not in classes and not facts.unread("ingressclasses"):
            yield Finding(
                f"{name}: IngressClass {wanted} does not exist",
                (f"IngressClasses of the cluster: {', '.join(sorted(classes)) or 'none'}",),
                "Install the load balancer controller: role lb_controller.",
            )
        else:
            yield Finding(
                name, (), "No controller has looked at it. See the pods of the load balancer controller in kube-system."
            )


def ingress_not_changed(facts: Facts) -> _Findings:
    """An Ingress has a load balancer, but the last change of it did not get there."""
    for ingress in facts.of("Ingress"):
        events = facts.events_of(ingress, *_NOT_BUILT, "SuccessfullyReconciled")
        if _has_address(ingress) and events and events[0].get("reason") in _NOT_BUILT:
            said = one_line(events[0].get("message", ""))
            yield _why_not_built(f"Ingress {full_name(ingress)} is not carried out", [said])


def _has_address(ingress: Object) -> bool:
    return bool(((ingress.get("status") or {}).get("loadBalancer") or {}).get("ingress"))


def _why_not_built(name: str, said: t.Sequence[str]) -> Finding:
    evidence = tuple(said[:3])
    for pattern, reason, remedy in _BUILD_FAILURES:
        if re.search(pattern, said[0], re.IGNORECASE):
            return Finding(f"{name}: {reason}", evidence, remedy)
    return Finding(name, evidence, "See the events, and the log of the load balancer controller.")


def targets_unhealthy(facts: Facts) -> _Findings:
    """The load balancer does not send to a target because its health check fails."""
    for group in facts.aws.targets:
        health = group.get("health") or ()
        bad = [each for each in health if each.get("state") in ("unhealthy", "unavailable")]
        if not bad:
            continue
        well = sum(each.get("state") == "healthy" for each in health)
        evidence = tuple(one_line(f"{x.get('target')}: {x.get('reason')}: {x.get('description')}") for x in bad[:3])
        yield Finding(
            f"{len(bad)} of {len(health)} targets of {group.get('name')} are unhealthy"
            + ("" if well else ", none is healthy"),
            evidence,
            "The health check must get 200 from its path and port: see pods, security groups, NetworkPolicies.",
        )


def service_without_endpoints(facts: Facts) -> _Findings:
    """A Service that an Ingress leads to has no ready pod."""
    if facts.unread("endpointslices"):
        return
    for ingress in facts.of("Ingress"):
        for rule in (ingress.get("spec") or {}).get("rules") or ():
            for path in (rule.get("http") or {}).get("paths") or ():
                name = ((path.get("backend") or {}).get("service") or {}).get("name")
                service = {"name": name, "namespace": namespace_of(ingress)}
                if name and not _endpoints(facts, service):
                    exists = facts.find("Service", namespace_of(ingress), name)
                    what = "has no ready pod" if exists else "does not exist"
                    yield Finding(
                        f"Service {namespace_of(ingress)}/{name} {what}",
                        (f"Ingress {full_name(ingress)} leads to it",),
                        "See the pods that it selects.",
                    )


def name_unresolved(facts: Facts) -> _Findings:
    """The public name leads nowhere."""
    for host in facts.unresolved_hosts:
        yield Finding(
            f"the name {host} does not resolve",
            ("its Ingress has a load balancer",),
            "Make the record (role dns). A new one takes some minutes until it is seen everywhere.",
        )


def release_failed(facts: Facts) -> _Findings:
    """Helm did not finish a release."""
    for release in facts.helm_releases:
        if release.get("status") not in ("deployed", "superseded", "uninstalled"):
            yield Finding(
                f"Helm release {release['namespace']}/{release['name']} is {release['status']}",
                (one_line(str(release.get("description", ""))),),
                "Run its role again. A release that stays pending has to be rolled back first: helm rollback.",
            )
