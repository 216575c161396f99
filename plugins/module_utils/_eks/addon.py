# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for EKS addons: pure, no I/O. Private to this collection."""

from __future__ import annotations

import typing as t

from .._aws.tags import plan_tags
from .._resource import Call, Plan, Resource

# What UpdateAddon can change (EKS API, 2017-11-01).
_UPDATABLE = ("version", "configuration_values", "service_account_role_arn", "pod_identity_associations")
# How to write, not what is to be: never compared.
_MANNERS = ("purge_tags", "resolve_conflicts")
# EKS refuses to update an addon that never came up.
_NEVER_CAME_UP = "CREATE_FAILED"
_ON_ITS_WAY = {"CREATING": "addon_ready", "UPDATING": "addon_ready", "DELETING": "addon_gone"}


def busy(found: Resource | None) -> str | None:
    """The waiter for an addon that EKS is working on, which accepts no change until then; None = go on."""
    return _ON_ITS_WAY.get(found["status"]) if found else None


def plan_present(desired: Resource, found: Resource | None) -> Plan:
    """Plan for an addon that is to exist.

    desired: keys that the user set, of cluster_name, name, version, configuration_values (dict),
        service_account_role_arn, pod_identity_associations (list of service_account and role_arn), resolve_conflicts,
        tags (dict) and purge_tags (bool). A key left out is left alone on AWS.
    found: the addon as read, or None. One that EKS is deleting counts as absent; one that never came up is made anew.
    """
    wanted = _normalised(desired)
    manners = _only(desired, "resolve_conflicts")
    if found is None or found["status"] == "DELETING":
        return Plan(None, _made(wanted), (_create(wanted, manners),))
    if found["status"] == _NEVER_CAME_UP:
        return Plan(found, _made(wanted), (_delete(found, preserve=True), _create(wanted, manners)))

    changes = {key: wanted[key] for key in _UPDATABLE if key in wanted and wanted[key] != found.get(key)}
    update = Call("update addon", {**_only(found, "cluster_name", "name"), **changes, **manners})
    tag_calls, tags = plan_tags(found, desired)
    return Plan(found, {**found, **changes, "tags": tags}, (*([update] if changes else []), *tag_calls))


def plan_absent(found: Resource | None, *, preserve: bool) -> Plan:
    """Plan for an addon that is not to exist. preserve: what it runs in the cluster stays."""
    if found is None or found["status"] == "DELETING":
        return Plan(None, None)
    return Plan(found, None, (_delete(found, preserve=preserve),))


def _normalised(desired: Resource) -> dict[str, t.Any]:
    wanted = {key: value for key, value in desired.items() if key not in _MANNERS}
    if "pod_identity_associations" in wanted:
        wanted["pod_identity_associations"] = sorted(
            (_only(one, "service_account", "role_arn") for one in wanted["pod_identity_associations"]),
            key=lambda one: one["service_account"],
        )
    return wanted


def _made(wanted: Resource) -> dict[str, t.Any]:
    return {"configuration_values": {}, "pod_identity_associations": [], "tags": {}, **wanted, "status": "ACTIVE"}


def _create(wanted: Resource, manners: Resource) -> Call:
    # CreateAddon knows no PRESERVE: there is nothing of the addon's yet that could be kept.
    how = {key: "OVERWRITE" if value == "PRESERVE" else value for key, value in manners.items()}
    return Call("create addon", {**wanted, **how})


def _delete(found: Resource, *, preserve: bool) -> Call:
    return Call("delete addon", {**_only(found, "cluster_name", "name"), "preserve": preserve})


def _only(source: Resource, *keys: str) -> dict[str, t.Any]:
    return {key: source[key] for key in keys if key in source}
