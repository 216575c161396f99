"""Ingresses to load balancers."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.lab.stand_ins.alb_controller import naming
from tests.lab.stand_ins.alb_controller.model import BuildError
from tests.lab.stand_ins.alb_controller.options import PREFIX, stack_of
from tests.lab.stand_ins.alb_controller.planner import World, patterns, plan
from tests.lab.stand_ins.alb_controller.reconcile import is_member, stacks

Object = dict[str, Any]
CERTIFICATE = "arn:aws:acm:us-west-2:111122223333:certificate/1"
BOTH = '[{"HTTP":80},{"HTTPS":443}]'


def ingress(name: str = "app", host: str = "litellm.example", service: str = "app", **options: str) -> Object:
    names = {key: re.sub("^group-", "group.", key.replace("_", "-")) for key in options}
    annotations = {PREFIX + names[key]: value for key, value in options.items()}
    backend = {"service": {"name": service, "port": {"number": 4000}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    return {
        "metadata": {"name": name, "namespace": "web", "annotations": {PREFIX + "target-type": "ip", **annotations}},
        "spec": {"rules": [{"host": host, "http": {"paths": [path]}}]},
    }


def service(name: str = "app") -> Object:
    return {
        "metadata": {"name": name, "namespace": "web"},
        "spec": {"ports": [{"name": "http", "port": 4000, "targetPort": 4000}]},
    }


def endpoint_slice(*addresses: str, ready: bool = True) -> Object:
    return {
        "ports": [{"name": "http", "port": 4000}],
        "endpoints": [{"addresses": [a], "conditions": {"ready": ready}} for a in addresses],
    }


def world(**changes: Any) -> World:
    told: dict[str, Any] = {
        "cluster": "litellm",
        "services": {"web/app": service(), "web/chat": service("chat")},
        "slices": {
            "web/app": [endpoint_slice("10.213.0.11", "10.213.0.12"), endpoint_slice("10.213.0.13", ready=False)]
        },
        "certificates": {CERTIFICATE: ("litellm.example", "*.wild.example")},
    }
    return World(**{**told, **changes})


def test_the_walkthroughs_ingress():
    planned = plan(
        [
            ingress(
                scheme="internet-facing",
                listen_ports=BOTH,
                ssl_redirect="443",
                ssl_policy="ELBSecurityPolicy-TLS13-1-2-2021-06",
                load_balancer_attributes="idle_timeout.timeout_seconds=600",
                target_group_attributes="deregistration_delay.timeout_seconds=60",
                healthcheck_path="/health/readiness",
                inbound_cidrs="203.0.113.0/24, 198.51.100.0/24",
                group_name="litellm",
            )
        ],
        world(),
    )
    http, https = planned.listeners
    assert (http.port, http.redirect_port, http.rules) == (80, 443, ())
    assert https.certificates == (CERTIFICATE,)
    assert https.ssl_policy == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    assert [(rule.hosts, rule.paths) for rule in https.rules] == [(("litellm.example",), ())]
    assert planned.scheme == "internet-facing"
    assert planned.inbound_cidrs == ("203.0.113.0/24", "198.51.100.0/24")
    assert planned.attributes == {"idle_timeout.timeout_seconds": "600"}
    group = next(iter(planned.target_groups.values()))
    assert len(planned.target_groups) == 1
    assert group.resource == "web/app-app:http"
    assert group.targets == {("10.213.0.11", 4000), ("10.213.0.12", 4000)}
    assert group.health["HealthCheckPath"] == "/health/readiness"
    assert group.attributes == {"deregistration_delay.timeout_seconds": "60"}
    assert group.tags[naming.STACK_TAG] == "litellm"


def test_defaults_are_internal_and_plain_http():
    planned = plan([ingress()], world())
    assert planned.scheme == "internal"
    assert [listener.port for listener in planned.listeners] == [80]
    assert planned.inbound_cidrs == ("0.0.0.0/0",)
    assert planned.stack == "web/app"


def test_a_named_certificate_alone_means_https():
    planned = plan([ingress(certificate_arn=CERTIFICATE)], world(certificates={}))
    assert [(one.port, one.protocol, one.certificates) for one in planned.listeners] == [(443, "HTTPS", (CERTIFICATE,))]


def test_a_group_shares_one_load_balancer_in_its_order():
    members = [
        ingress("chat", "chat.wild.example", "chat", group_name="g", group_order="20", listen_ports='[{"HTTPS":443}]'),
        ingress("app", group_name="g", group_order="10", listen_ports='[{"HTTPS":443}]'),
    ]
    planned = plan(members, world())
    assert [rule.hosts for rule in planned.listeners[0].rules] == [("litellm.example",), ("chat.wild.example",)]
    assert planned.listeners[0].certificates == (CERTIFICATE,)
    assert len(planned.target_groups) == 2


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ([ingress("a", scheme="internal"), ingress("b", scheme="internet-facing")], "conflicting scheme"),
        ([ingress(scheme="public")], "unknown scheme"),
        ([ingress(listen_ports="80")], "listen-ports"),
        ([ingress(listen_ports='[{"TCP":80}]')], "listen-ports"),
        ([ingress(ssl_redirect="443")], "SSL Redirect port: 443"),
        ([ingress(host="none.example", listen_ports=BOTH)], "no certificate found for host: none.example"),
        ([ingress(service="missing")], 'Service "missing" not found'),
        ([ingress(group_order="first")], "group.order"),
        ([ingress(load_balancer_attributes="idle")], "load-balancer-attributes"),
        ([ingress(target_type="instance")], "target-type"),
    ],
)
def test_what_cannot_be_built_says_why(members: list[Object], words: str):
    for member in members:
        member["metadata"]["annotations"].setdefault(PREFIX + "group.name", "g")
    with pytest.raises(BuildError, match=words):
        plan(members, world())


@pytest.mark.parametrize(
    ("path", "kind", "expected"),
    [
        ("/", "Prefix", ()),
        ("/v1", "Prefix", ("/v1", "/v1/*")),
        ("/v1/", "Prefix", ("/v1", "/v1/*")),
        ("/v1", "Exact", ("/v1",)),
        ("/*", "ImplementationSpecific", ()),
        ("/v1/*", "ImplementationSpecific", ("/v1/*",)),
    ],
)
def test_paths_become_patterns(path: str, kind: str, expected: tuple[str, ...]):
    assert patterns({"path": path, "pathType": kind}) == expected


def test_names_fit_aws_limits_and_differ_by_stack():
    names = {
        naming.load_balancer("litellm", stack, "internal")
        for stack in ("litellm", "a-very-long-group-name-that-goes-on", "namespace-long/name-long", "b/c")
    }
    assert len(names) == 4
    assert all(len(name) <= 32 for name in names)
    assert len(naming.target_group("litellm", "a-long-namespace", "a-long-service", "x")) <= 32


def test_finalizers_are_those_of_the_real_controller():
    assert naming.finalizer("web/app") == "ingress.k8s.aws/resources"
    assert naming.finalizer("litellm") == "group.ingress.k8s.aws/litellm"
    assert not naming.is_ours("kubernetes.io/pvc-protection")


def test_an_ingress_that_changed_its_group_belongs_to_both_until_the_old_one_is_clean():
    moved = ingress(group_name="new")
    moved["metadata"]["finalizers"] = ["group.ingress.k8s.aws/old"]
    found = stacks([moved])
    assert set(found) == {"old", "new"}
    assert is_member(moved, "new")
    assert not is_member(moved, "old")


def test_a_deleted_ingress_is_no_member_but_still_known():
    gone = ingress()
    gone["metadata"].update(finalizers=["ingress.k8s.aws/resources"], deletionTimestamp="2026-01-01T00:00:00Z")
    assert set(stacks([gone])) == {stack_of(gone)}
    assert not is_member(gone, "web/app")
