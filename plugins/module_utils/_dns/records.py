# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which records of a Route 53 zone have to change so that host names lead to a load balancer, or no longer do: pure.

A record is ours when a TXT record beside it carries the cluster's mark and it is an alias of a load balancer; nothing
else is made here. Everything else at a host is somebody else's. Private to this collection.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from .._leftovers.things import DNS_MARKER, plain_host

Record: t.TypeAlias = "t.Mapping[str, t.Any]"
"""A record set as amazon.aws.route53_info gives it."""

MARK_LABEL = "_llmops-bedrock"
MARK_TTL = 300
_ADDRESSES = ("A", "AAAA", "CNAME")
_LOAD_BALANCER = re.compile(r"\.elb\.")
_POLICIES = ("weight", "region", "failover", "geo_location", "geo_proximity_location", "cidr_routing_config")


@dataclass(frozen=True)
class Target:
    """A load balancer as an alias record names it."""

    dns_name: str
    zone_id: str
    dualstack: bool = False

    @property
    def types(self) -> tuple[str, ...]:
        return ("A", "AAAA") if self.dualstack else ("A",)


@dataclass
class Plan:
    """changes: arguments of amazon.aws.route53, in order, none with problems. notes: what is left alone."""

    changes: list[dict[str, t.Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def plan(
    records: t.Iterable[Record], hosts: t.Iterable[str], cluster: str, target: Target | None, *, overwrite: bool = False
) -> Plan:
    """What leads all hosts to the target, or with None away from where our records lead them."""
    made = Plan()
    records = list(records)
    for host in dict.fromkeys(map(plain_name, hosts)):
        found = _Host.of(host, records, cluster)
        if target is None:
            _remove(found, made)
        else:
            _lead(found, target, made, overwrite=overwrite)
    return Plan([], made.problems, made.notes) if made.problems else made


@dataclass(frozen=True)
class _Host:
    name: str
    cluster: str
    addresses: tuple[Record, ...]
    marks: tuple[Record, ...]
    delegations: tuple[str, ...]

    @classmethod
    def of(cls, host: str, records: list[Record], cluster: str) -> _Host:
        def at(name: str, *types: str) -> tuple[Record, ...]:
            return tuple(x for x in records if x["type"] in types and name_of(x) == name)

        # Names below a delegation are asked for elsewhere. A zone's own NS records stand beside its SOA.
        apexes = {name_of(x) for x in records if x["type"] == "SOA"}
        delegated = {name_of(x) for x in records if x["type"] == "NS"} - apexes
        below = tuple(sorted(name for name in delegated if f".{host}".endswith(f".{name}")))
        return cls(host, cluster, at(host, *_ADDRESSES), at(f"{MARK_LABEL}.{host}", "TXT"), below)

    @property
    def marked(self) -> bool:
        return [values(mark) for mark in self.marks] == [[f"{DNS_MARKER}{self.cluster}"]]

    @property
    def ours(self) -> tuple[Record, ...]:
        return tuple(x for x in self.addresses if is_alias(x) and not policy(x)) if self.marked else ()

    @property
    def foreign(self) -> tuple[Record, ...]:
        return tuple(x for x in self.addresses if x not in self.ours) + (() if self.marked else self.marks)

    def leads_to(self, target: Target) -> bool:
        """Whether the host already leads there alone, by whomever that was made."""
        there = [x for x in self.addresses if values(x) == [plain_host(target.dns_name)] and not policy(x)]
        return len(there) == len(self.addresses) and any(x["type"] != "AAAA" for x in there)


def _lead(host: _Host, target: Target, made: Plan, *, overwrite: bool) -> None:
    if host.delegations:
        made.problems.append(
            f"{host.name} is below {host.delegations[0]}, which this zone delegates to other name servers: nobody "
            "would ask for a record here. Name the zone that holds it (gateway_hosted_zone), or leave it empty."
        )
    elif not host.marks and host.leads_to(target) and not overwrite:
        made.notes.append(
            f"{host.name} already leads to the load balancer, by a record without our mark. It is left alone."
        )
    elif host.foreign and (not overwrite or any(map(policy, host.foreign))):
        made.problems.append(_refusal(host))
    else:
        _write(host, target, made)


def _refusal(host: _Host) -> str:
    remedy = ", or set dns_overwrite to true to have it replaced."
    if any(map(policy, host.foreign)):
        remedy = ". dns_overwrite replaces no record of a routing policy."
    return (
        f"{host.name} has {', '.join(map(described, host.foreign))}, which is not a record of cluster {host.cluster}. "
        f"Remove it, choose another host (gateway_litellm_host, gateway_open_webui_host){remedy}"
    )


def _write(host: _Host, target: Target, made: Plan) -> None:
    """The mark first: a record of ours never stands without it, and a mark alone is finished by the next run."""
    if not host.marked:
        mark = {"record": f"{MARK_LABEL}.{host.name}", "type": "TXT", "value": [f'"{DNS_MARKER}{host.cluster}"']}
        made.changes.append({"state": "present", **mark, "ttl": MARK_TTL, "overwrite": bool(host.marks)})
    made.changes += [_removal(x) for x in host.addresses if x["type"] not in target.types]
    there = {x["type"]: x for x in host.addresses}
    # In lower case and with the dot at its end, as Route 53 answers it.
    alias = {"alias": True, "alias_hosted_zone_id": target.zone_id, "value": [f"{plain_host(target.dns_name)}."]}
    for kind in target.types:
        if kind not in there or not is_alias(there[kind]) or values(there[kind]) != [plain_host(target.dns_name)]:
            record = {"record": host.name, "type": kind, "overwrite": kind in there}
            made.changes.append({"state": "present", **record, **alias})


def _remove(host: _Host, made: Plan) -> None:
    """The mark last: until it is gone the next run knows what is ours."""
    made.changes += [_removal(x) for x in host.ours]
    if host.marked:
        made.changes += [_removal(x) for x in host.marks]
    if host.foreign:
        kept = ", ".join(map(described, host.foreign))
        made.notes.append(f"{host.name} keeps {kept}, which is not a record of cluster {host.cluster}.")


def _removal(record: Record) -> dict[str, t.Any]:
    change = {"state": "absent", "record": name_of(record), "type": record["type"]}
    alias = record.get("alias_target")
    if not alias:
        return {**change, "value": [x["value"] for x in record["resource_records"]], "ttl": record["ttl"]}
    return {
        **change,
        "value": [alias["dns_name"]],
        "alias": True,
        "alias_hosted_zone_id": alias["hosted_zone_id"],
        "alias_evaluate_target_health": alias.get("evaluate_target_health", False),
    }


def is_alias(record: Record) -> bool:
    """Whether it is an alias of a load balancer."""
    return bool(record.get("alias_target")) and any(_LOAD_BALANCER.search(x) for x in values(record))


def policy(record: Record) -> str:
    """The routing policy that the record belongs to; empty for a simple record."""
    if not record.get("set_identifier"):
        return ""
    return next((x for x in _POLICIES if record.get(x) is not None), "multi_value_answer").replace("_", " ")


def name_of(record: Record) -> str:
    """The record's name as hosts are compared."""
    return plain_name(record["name"])


def plain_name(name: str) -> str:
    """A host name without the trailing dot and capitals."""
    return name.lower().rstrip(".")


def values(record: Record) -> list[str]:
    """What the record says, in the form in which it is compared."""
    if record.get("alias_target"):
        return [plain_host(record["alias_target"]["dns_name"])]
    return [x["value"].strip('"') for x in record.get("resource_records") or ()]


def described(record: Record) -> str:
    """The record for a message."""
    routed = f" (routing policy {policy(record)}, {record['set_identifier']})" if policy(record) else ""
    return f"{record['type']} {' '.join(values(record)) or '(no value)'}{routed}"
