# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that need to know what LiteLLM, PostgreSQL and AWS' SDKs write into logs. Pure. Private to this collection."""

from __future__ import annotations

import re
import typing as t
from datetime import timedelta

from .facts import Container, Facts, Object, condition, containers, full_name, name_of, namespace_of, one_line, workload
from .findings import Finding

_Findings = t.Iterator[Finding]

_PASSWORD = re.compile(
    r"password authentication failed for user|P1000\b|Authentication failed against database", re.IGNORECASE
)
_UNREACHABLE = re.compile(
    r"P1001\b|Can't reach database server|could not translate host name"
    r"|connection to server at .* failed: (Connection refused|Connection timed out|No route to host)",
    re.IGNORECASE,
)
_MASTER_KEY = re.compile(r"refused to start: the master key|master key is a publicly known default", re.IGNORECASE)
_NO_CREDENTIALS = re.compile(
    r"NoCredentialsError|Unable to locate credentials|NoCredentialProviders|no EC2 IMDS role found"
    r"|failed to refresh cached credentials|CredentialRetrievalError|Error when retrieving credentials"
)
_DENIED = re.compile(r"AccessDenied(Exception)?\b")
_MODEL_GONE = re.compile(
    r"provided model identifier is invalid|reached the end of its life|model is not supported"
    r"|Could not resolve the foundation model|on-demand throughput isn.t supported",
    re.IGNORECASE,
)
_THROTTLED = re.compile(r"ThrottlingException|Too many (requests|tokens)|ServiceQuotaExceededException", re.IGNORECASE)
_BEDROCK = re.compile(r"bedrock|model", re.IGNORECASE)


def _unwell_logs(facts: Facts) -> t.Iterator[tuple[Container, str]]:
    """Containers that are not what they should be, with what they said. Failed tries of a finished Job do not count."""
    finished = {full_name(job) for job in facts.of("Job") if (job.get("status") or {}).get("succeeded")}
    for container in containers(facts):
        if container.unwell and workload(container.pod) not in finished:
            yield container, facts.log(container.pod, container.name)


def _lines(log: str, pattern: re.Pattern[str]) -> list[str]:
    return [line for line in log.splitlines() if pattern.search(line)]


def _plain(line: str) -> str:
    return one_line(re.sub(r"^\d{4}-\S+Z ", "", line))


def database_password(facts: Facts) -> _Findings:
    """The database refuses LiteLLM's password."""
    unwell = list(_unwell_logs(facts))
    found = [(container, line) for container, log in unwell for line in _lines(log, _PASSWORD)[-1:]]
    if unwell and not found:
        found = list(_recent(facts, _PASSWORD))  # what the database itself says, which is well
    for container, line in found:
        yield Finding(
            "the database refuses the password",
            (f"pod {_pod(container)}: {_plain(line)}",),
            "DATABASE_URL and the database must agree. PostgreSQL keeps the password of its first start.",
        )


def migration_failed(facts: Facts) -> _Findings:
    """A Job has failed and none of its kind has succeeded since."""
    jobs = facts.of("Job")
    for job in jobs:
        failed = condition(job, "Failed")
        if failed.get("status") != "True" or any(_replaces(other, job) for other in jobs):
            continue
        pods = [pod for pod in facts.of("Pod") if workload(pod) == full_name(job)]
        words = [
            _plain(line)
            for pod in pods
            for each in (pod.get("status") or {}).get("containerStatuses") or ()
            for line in _lines(
                facts.log(pod, each["name"]), re.compile(r"error|exception|fatal|P3\d{3}", re.IGNORECASE)
            )[-1:]
        ]
        what = "the database migration" if "migration" in name_of(job) else f"Job {full_name(job)}"
        yield Finding(
            f"{what} failed: {failed.get('reason')}",
            (one_line(f"Job {full_name(job)}: {failed.get('message')}"), *dict.fromkeys(words)),
            "See its log in logs/. After a remedy delete the Job and run the role again.",
        )


def _replaces(other: Object, job: Object) -> bool:
    kind = "app.kubernetes.io/name"
    labels, others = job["metadata"].get("labels") or {}, other["metadata"].get("labels") or {}
    same = namespace_of(other) == namespace_of(job) and kind in labels and labels[kind] == others.get(kind)
    later = str(other["metadata"].get("creationTimestamp")) >= str(job["metadata"].get("creationTimestamp"))
    return same and later and bool((other.get("status") or {}).get("succeeded"))


def master_key_refused(facts: Facts) -> _Findings:
    """LiteLLM does not start with a master key that everybody knows."""
    for container, log in _unwell_logs(facts):
        for line in _lines(log, _MASTER_KEY)[-1:]:
            yield Finding(
                "LiteLLM refuses its master key",
                (f"pod {_pod(container)}: {_plain(line)}",),
                "Use a generated one: sk- and 32 random bytes. Role litellm makes it when none is given.",
            )


def database_unreachable(facts: Facts) -> _Findings:
    """LiteLLM does not get to its database."""
    for container, log in _unwell_logs(facts):
        for line in _lines(log, _UNREACHABLE)[-1:]:
            yield Finding(
                "the database cannot be reached",
                (f"pod {_pod(container)}: {_plain(line)}",),
                "See whether the database runs, and whether a security group or NetworkPolicy stands in between.",
            )


def credentials_missing(facts: Facts) -> _Findings:
    """A pod finds no AWS credentials: Pod Identity does not reach it."""
    for container, line in _recent(facts, _NO_CREDENTIALS, timedelta(minutes=15)):
        evidence = [f"pod {_pod(container)}: {_plain(line)}", *_identity_of(facts, container)]
        yield Finding(
            f"{workload(container.pod)} has no AWS credentials",
            tuple(evidence),
            "Make the Pod Identity association and the addon eks-pod-identity-agent, then restart the pods.",
        )


def _identity_of(facts: Facts, container: Container) -> t.Iterator[str]:
    spec = container.pod.get("spec") or {}
    names = {v.get("name") for c in spec.get("containers") or () for v in c.get("env") or ()}
    if not names & {"AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_WEB_IDENTITY_TOKEN_FILE"}:
        yield "the pod was started without an identity (no AWS_CONTAINER_CREDENTIALS_FULL_URI)"
    account = spec.get("serviceAccountName", "default")
    if facts.aws.associations is not None:
        known = [
            each
            for each in facts.aws.associations
            if (each.get("namespace"), each.get("service_account")) == (namespace_of(container.pod), account)
        ]
        which = f"service account {namespace_of(container.pod)}/{account}"
        yield f"{which}: association {known[0].get('association_id')}" if known else f"{which}: no association"
    if facts.aws.cluster and "eks-pod-identity-agent" not in {addon["name"] for addon in facts.aws.addons}:
        yield "the addon eks-pod-identity-agent is not installed"


def model_denied(facts: Facts) -> _Findings:
    """Bedrock refuses a model to LiteLLM."""
    for container, line in _recent(facts, _DENIED):
        if not _BEDROCK.search(line):
            continue
        evidence = (f"pod {_pod(container)}: {_plain(line)}",)
        resource = re.search(r"on resource: (\S+?)(?= |\"|'|$)", line)
        if resource:
            yield Finding(
                f"the gateway's IAM role may not use {resource[1].rstrip('.,')}",
                evidence,
                "Name the model in gateway_models and run the playbook models: the policy is made from that list.",
            )
        else:
            yield Finding(
                "the AWS account has no access to a model",
                evidence,
                "Grant access to the model in the console of Bedrock, in every region of its inference profile.",
            )


def model_unknown(facts: Facts) -> _Findings:
    """Bedrock does not know a model, or not in this form."""
    for container, line in _recent(facts, _MODEL_GONE):
        yield Finding(
            "Bedrock does not serve a model under the name that is configured",
            (f"pod {_pod(container)}: {_plain(line)}",),
            "Correct bedrock_model in gateway_models: many need an inference profile (us., eu., global.).",
        )


def throttled(facts: Facts) -> _Findings:
    """Bedrock turns requests away because there are too many."""
    for container, line in _recent(facts, _THROTTLED):
        yield Finding(
            "Bedrock throttles the gateway",
            (f"pod {_pod(container)}: {_plain(line)}",),
            "Ask for a higher quota, use a cross-region inference profile, or buy provisioned throughput.",
        )


def _recent(
    facts: Facts, pattern: re.Pattern[str], within: timedelta = timedelta(hours=1)
) -> t.Iterator[tuple[Container, str]]:
    """The last recent line of each container that matches: what happens now, in pods that may well be Ready.

    What one that is well said before its last restart is over.
    """
    for container in containers(facts):
        log = facts.log(container.pod, container.name, before_restart=container.unwell)
        lines = [line for line in _lines(log, pattern) if facts.recent(line, within)]
        for line in lines[-1:]:
            yield container, line


def _pod(container: Container) -> str:
    return full_name(container.pod)
