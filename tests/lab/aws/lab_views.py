"""What the lab's other processes ask of the emulated AWS, many times a minute and outside its request log."""

from __future__ import annotations

from typing import Any

from tests.lab.aws import emulator
from tests.lab.aws.emulator import Answer, answer

NAMES = "/_lab/names"
CLUSTER = "/_lab/cluster"


def names() -> dict[str, Any]:
    """Load balancers with their ports, alias and address records, and hosts of listener rules."""
    alb, route53 = emulator.service("alb"), emulator.service("route53")
    ports: dict[str, set[int]] = {}
    for _key, listener in alb._listeners.all_items():
        ports.setdefault(listener["LoadBalancerArn"], set()).add(int(listener["Port"]))
    balancers = {
        lb["DNSName"].lower(): {
            "name": lb["LoadBalancerName"],
            "ports": sorted(ports.get(lb["LoadBalancerArn"], ())),
        }
        for _key, lb in alb._lbs.all_items()
    }
    return {
        "balancers": balancers,
        "records": {
            str(record["Name"]).rstrip(".").lower(): target_of(record)
            for _zone, records in route53._records._data.items()
            for record in records
            if record.get("Type") == "A"
        },
        "rules": rule_hosts(alb),
    }


def target_of(record: dict[str, Any]) -> str:
    """DNS name that an alias record points at; empty for a plain address."""
    alias = record.get("AliasTarget") or {}
    name = str(alias.get("DNSName", "")).rstrip(".").lower()
    return name.removeprefix("dualstack.")


def rule_hosts(alb: Any) -> dict[str, str]:
    """Hosts of rules and the DNS name of their load balancer."""
    listeners = dict(alb._listeners._data)
    by_arn = {listener["ListenerArn"]: listener["LoadBalancerArn"] for listener in listeners.values()}
    dns = {lb["LoadBalancerArn"]: lb["DNSName"].lower() for _key, lb in alb._lbs.all_items()}
    found = {}
    for _key, rule in alb._rules.all_items():
        for condition in rule.get("Conditions", []):
            if condition.get("Field") == "host-header":
                for host in condition.get("Values", []):
                    found[str(host).lower()] = dns.get(by_arn.get(rule["ListenerArn"], ""), "")
    return found


def cluster() -> dict[str, Any]:
    """The ACTIVE cluster and its ACTIVE addons; empty when there is none."""
    eks = emulator.service("eks")
    for (_account, region, name), record in eks._clusters.all_items():
        if record["status"] == "ACTIVE":
            addons = [
                addon["addonName"]
                for (_a, _r, key), addon in eks._addons.all_items()
                if key.startswith(f"{name}/") and addon["status"] == "ACTIVE"
            ]
            return {"name": name, "region": region, "addons": sorted(addons)}
    return {}


def show_names(method: str, headers: dict[str, str], body: bytes) -> Answer:
    """GET /_lab/names."""
    return answer(200, names())


def show_cluster(method: str, headers: dict[str, str], body: bytes) -> Answer:
    """GET /_lab/cluster."""
    return answer(200, cluster())
