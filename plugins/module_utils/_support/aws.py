# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWS' side of the cluster. Private to this collection."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from .._eks import api as eks
from .._eks import stacks
from .._leftovers import read_ec2
from .._leftovers.api import ReadError, get, listing, of_cluster
from .._leftovers.things import Scope, by_tag, plain_host
from .facts import Aws

ClientOf = t.Callable[[str], t.Any]
Note = t.Callable[[str], None]
T = t.TypeVar("T")


def look_at_cluster(client_of: ClientOf, cluster: str, note: Note) -> Aws:
    """What AWS says about the cluster and what belongs to it. What cannot be read is noted, not fatal."""
    read = _reader(note)
    none: tuple[dict[str, t.Any], ...] = ()
    client = client_of("eks")
    return Aws(
        cluster=read(lambda: (get(client, "describe_cluster", name=cluster) or {}).get("cluster", {}), None),
        stacks=read(lambda: _stacks(client_of("cloudformation"), cluster), none),
        nodegroups=read(lambda: _nodegroups(client, cluster), none),
        addons=read(lambda: _addons(client, cluster), none),
        associations=read(lambda: tuple(eks.list_associations(client, cluster, None, None) or ()), None),
    )


def look_at_balancers(
    client_of: ClientOf, cluster: str | None, hosts: t.Collection[str], known: Aws, note: Note
) -> Aws:
    """What is known, and what AWS says about load balancers with the cluster's tag or an address of an Ingress."""
    read = _reader(note)
    none: tuple[dict[str, t.Any], ...] = ()
    balancers = read(lambda: _load_balancers(client_of("elbv2"), cluster, hosts), none)
    return replace(known, load_balancers=balancers, targets=read(lambda: _targets(client_of("elbv2"), balancers), none))


def _reader(note: Note) -> t.Callable[[t.Callable[[], T], T], T]:
    def read(function: t.Callable[[], T], otherwise: T) -> T:
        try:
            return function()
        except ReadError as error:
            note(f"AWS: {error.message}: {error.exception}")
            return otherwise

    return read


def _stacks(client: t.Any, cluster: str) -> tuple[dict[str, t.Any], ...]:
    found = []
    for name in stacks.stacks_of(client, cluster) or ():
        status = stacks.stack_status_of(client, name)
        failures = stacks.failures_of(client, name) if stacks.is_bad(status) else []
        found.append({"name": name, "status": status, "failures": failures})
    return tuple(found)


def _nodegroups(client: t.Any, cluster: str) -> tuple[dict[str, t.Any], ...]:
    found = []
    for name in of_cluster(client, "list_nodegroups", "nodegroups", cluster):
        answer = get(client, "describe_nodegroup", clusterName=cluster, nodegroupName=name)
        if answer:
            group = answer["nodegroup"]
            issues = (group.get("health") or {}).get("issues", [])
            found.append({"name": name, "status": group.get("status"), "issues": issues})
    return tuple(found)


def _addons(client: t.Any, cluster: str) -> tuple[dict[str, t.Any], ...]:
    found = []
    for name in of_cluster(client, "list_addons", "addons", cluster):
        answer = get(client, "describe_addon", clusterName=cluster, addonName=name)
        if answer:
            addon = answer["addon"]
            issues = (addon.get("health") or {}).get("issues", [])
            version = addon.get("addonVersion")
            found.append({"name": name, "status": addon.get("status"), "version": version, "issues": issues})
    return tuple(found)


def _load_balancers(client: t.Any, cluster: str | None, hosts: t.Collection[str]) -> tuple[dict[str, t.Any], ...]:
    scope = Scope(cluster or "")
    things = read_ec2.load_balancers(client, scope)
    wanted = [
        thing.id
        for thing in things
        if (cluster and by_tag(thing, scope)) or plain_host(thing.details.get("dns_name") or "") in hosts
    ]
    if not wanted:
        return ()
    return tuple(
        {"arn": x["LoadBalancerArn"], "name": x["LoadBalancerName"], "dns_name": x["DNSName"], "state": x["State"]}
        for x in listing(client, "describe_load_balancers", "LoadBalancers", LoadBalancerArns=wanted)
    )


def _targets(client: t.Any, balancers: t.Iterable[t.Mapping[str, t.Any]]) -> tuple[dict[str, t.Any], ...]:
    found = []
    for balancer in balancers:
        for group in listing(client, "describe_target_groups", "TargetGroups", LoadBalancerArn=balancer["arn"]):
            answer = get(client, "describe_target_health", TargetGroupArn=group["TargetGroupArn"]) or {}
            health = [
                {
                    "target": f"{each['Target']['Id']}:{each['Target'].get('Port')}",
                    "state": each["TargetHealth"].get("State"),
                    "reason": each["TargetHealth"].get("Reason"),
                    "description": each["TargetHealth"].get("Description"),
                }
                for each in answer.get("TargetHealthDescriptions", [])
            ]
            found.append({"name": group["TargetGroupName"], "load_balancer": balancer["name"], "health": health})
    return tuple(found)
