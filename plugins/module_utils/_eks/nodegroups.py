# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for the managed nodegroups of a cluster made by eksctl: pure, no I/O. Private to this collection."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._resource import Call, Refused, Resource

Sizes = dict[str, int]

_DECLARED = {"min_size": "minSize", "desired_size": "desiredCapacity", "max_size": "maxSize"}
_BROKEN = ("CREATE_FAILED", "DELETE_FAILED")


@dataclass(frozen=True)
class NodegroupsPlan:
    """The calls, the nodegroups after them, and whether any is created."""

    calls: tuple[Call, ...]
    after: dict[str, t.Any]
    creates: bool


def declared_sizes(group: t.Mapping[str, t.Any]) -> Sizes:
    """The sizes that a nodegroup of a ClusterConfig names. One that it does not name is left alone."""
    return {key: int(group[name]) for key, name in _DECLARED.items() if group.get(name) is not None}


def plan_nodegroups(
    config: t.Mapping[str, t.Any],
    wanted: t.Mapping[str, Sizes],
    found: t.Mapping[str, Resource],
    *,
    recreate_failed: bool,
) -> NodegroupsPlan:
    """Missing nodegroups are created, sizes are changed, nodegroups that are not declared are left alone.

    found: name -> status and sizes; one without a status has only a stack (stack_status).
    """
    broken = [name for name in wanted if name in found and _is_broken(found[name])]
    if broken and not recreate_failed:
        raise Refused(_refusal(config["metadata"]["name"], {name: found[name] for name in broken}))
    missing = [name for name in wanted if name not in found or name in broken]
    after: dict[str, t.Any] = {**found, **{name: {"status": "ACTIVE", **wanted[name]} for name in missing}}

    cluster = ["--cluster", str(config["metadata"]["name"]), "--region", str(config["metadata"]["region"])]
    calls = [
        Call(
            f"delete nodegroup {name}",
            {"argv": ["delete", "nodegroup", *cluster, "--name", name, "--wait", "--drain=false"]},
        )
        for name in broken
    ]
    if missing:
        argv = ["create", "nodegroup", "-f", "-", f"--include={','.join(missing)}"]
        calls.append(Call(f"create nodegroups {', '.join(missing)}", {"argv": argv, "config": config}))
    for name, sizes in wanted.items():
        if name in missing:
            continue
        new = _resized(found[name], sizes)
        if any(new.get(key) != found[name].get(key) for key in _DECLARED):
            calls.append(
                Call(f"scale nodegroup {name}", {"argv": ["scale", "nodegroup", *cluster, *_flags(name, new)]})
            )
            after[name] = {**found[name], **new}
    return NodegroupsPlan(tuple(calls), after, creates=bool(missing))


def drift(config: t.Mapping[str, t.Any], found: t.Mapping[str, Resource]) -> list[str]:
    """What differs from the ClusterConfig and cannot be changed on a nodegroup that exists."""
    told = []
    for group in config.get("managedNodeGroups") or []:
        want = group.get("instanceTypes") or ([group["instanceType"]] if group.get("instanceType") else None)
        have = found.get(group["name"], {}).get("instance_types")
        if want and have and sorted(want) != sorted(have):
            told.append(
                f"Nodegroup {group['name']} has the instance types {', '.join(have)}, and {', '.join(want)} are asked "
                "for. They cannot be changed: add a nodegroup with a new name, and delete this one when its pods moved."
            )
    return told


def _is_broken(group: Resource) -> bool:
    # A stack whose nodegroup is gone is as broken as one that failed: eksctl passes over both in silence.
    return group.get("status") in _BROKEN or (
        group.get("status") is None and not (group.get("stack_status") or "").endswith("_IN_PROGRESS")
    )


def _resized(group: Resource, sizes: Sizes) -> Sizes:
    """The sizes after the change. The number of nodes moves only if it is declared, or out of its bounds."""
    have = {key: group[key] for key in _DECLARED if group.get(key) is not None}
    new = {**have, **sizes}
    low, high = new.get("min_size"), new.get("max_size")
    nodes = new.get("desired_size")
    if nodes is not None and "desired_size" not in sizes:
        new["desired_size"] = max(low if low is not None else nodes, min(nodes, high if high is not None else nodes))
    return new


def _flags(name: str, sizes: Sizes) -> list[str]:
    named = {"desired_size": "--nodes", "min_size": "--nodes-min", "max_size": "--nodes-max"}
    flags = [f"{flag}={sizes[key]}" for key, flag in named.items() if key in sizes]
    return ["--name", name, *flags, "--wait"]


def _refusal(cluster: str, broken: t.Mapping[str, Resource]) -> str:
    told = "; ".join(
        f"{name} is {group.get('status') or 'missing while its stack is ' + str(group.get('stack_status'))}"
        + "".join(f" ({failure})" for failure in group.get("failures") or [])
        for name, group in broken.items()
    )
    return (
        f"Nodegroups of cluster {cluster} are broken: {told}. Mend the reason, then set recreate_failed to delete "
        "and create them again, or give them new names."
    )
