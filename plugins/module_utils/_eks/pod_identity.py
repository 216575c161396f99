# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for EKS Pod Identity associations: pure, no I/O. Private to this collection."""

from __future__ import annotations

from .._aws.tags import plan_tags
from .._resource import Call, Plan, Refused, Resource

# What UpdatePodIdentityAssociation can change (EKS API, 2017-11-01).
_UPDATABLE = ("role_arn", "target_role_arn", "disable_session_tags")


def plan_present(desired: Resource, found: Resource | None) -> Plan:
    """Plan for an association that is to exist.

    desired: keys that the user set, of cluster_name, namespace, service_account, role_arn, target_role_arn,
        disable_session_tags, tags (dict) and purge_tags (bool). A key left out is left alone on AWS.
    found: the association as read, or None.
    Raises Refused for an association that an addon owns.
    """
    wanted = {key: value for key, value in desired.items() if key != "purge_tags"}
    if found is None:
        return Plan(None, wanted, (Call("create association", wanted),))
    _refuse_if_owned(found)

    which = {key: found[key] for key in ("cluster_name", "association_id")}
    changes = {key: wanted[key] for key in _UPDATABLE if key in wanted and wanted[key] != found.get(key)}
    update = Call("update association", {**which, **changes})
    tag_calls, tags = plan_tags(found, desired, arn="association_arn")
    return Plan(found, {**found, **changes, "tags": tags}, (*([update] if changes else []), *tag_calls))


def plan_absent(found: Resource | None) -> Plan:
    """Plan for an association that is not to exist. Raises Refused for one that an addon owns."""
    if found is None:
        return Plan(None, None)
    _refuse_if_owned(found)
    which = {key: found[key] for key in ("cluster_name", "association_id")}
    return Plan(found, None, (Call("delete association", which),))


def _refuse_if_owned(found: Resource) -> None:
    if found.get("owner_arn"):
        raise Refused(
            f"Association {found['association_id']} belongs to {found['owner_arn']}. "
            "Change it through that addon (module eks_addon, option pod_identity_associations)."
        )
