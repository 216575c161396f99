# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EKS calls for associations and addons, one decorated function each. Private to this collection."""

from __future__ import annotations

import json
import typing as t

from .._aws.calls import AWSCallError, deletes, reads, writes
from .._resource import Call, Resource

# --- Pod Identity associations ---


@reads("find the association of {namespace}/{service_account} on cluster {cluster_name}")
def find_association(client: t.Any, cluster_name: str, namespace: str, service_account: str) -> Resource | None:
    """The association in Ansible form (snake_case, tags as a dict), or None."""
    found = _list(client, clusterName=cluster_name, namespace=namespace, serviceAccount=service_account)
    return _association(client, cluster_name, found[0]["associationId"]) if found else None


@reads("list the associations of cluster {cluster_name}")
def list_associations(
    client: t.Any, cluster_name: str, namespace: str | None, service_account: str | None
) -> list[Resource]:
    """All associations that match, each as find_association returns it. A missing cluster gives None."""
    filters = {"clusterName": cluster_name, "namespace": namespace, "serviceAccount": service_account}
    found = _list(client, **{key: value for key, value in filters.items() if value is not None})
    return [_association(client, cluster_name, summary["associationId"]) for summary in found]


def _list(client: t.Any, **filters: str) -> list[dict[str, t.Any]]:
    pages = client.get_paginator("list_pod_identity_associations").paginate(**filters)
    return t.cast("list[dict[str, t.Any]]", pages.build_full_result().get("associations", []))


def _association(client: t.Any, cluster_name: str, association_id: str) -> Resource:
    answer = client.describe_pod_identity_association(clusterName=cluster_name, associationId=association_id)
    found = answer["association"]
    return {
        "cluster_name": found["clusterName"],
        "namespace": found["namespace"],
        "service_account": found["serviceAccount"],
        "role_arn": found["roleArn"],
        "target_role_arn": found.get("targetRoleArn"),
        "disable_session_tags": found.get("disableSessionTags", False),
        "association_id": found["associationId"],
        "association_arn": found["associationArn"],
        "owner_arn": found.get("ownerArn"),
        "tags": dict(found.get("tags", {})),
    }


@writes("create the association of {namespace}/{service_account} on cluster {cluster_name}")
def _create_association(
    client: t.Any, cluster_name: str, namespace: str, service_account: str, role_arn: str, **rest: t.Any
) -> None:
    client.create_pod_identity_association(
        clusterName=cluster_name,
        namespace=namespace,
        serviceAccount=service_account,
        roleArn=role_arn,
        tags=rest.get("tags") or {},
        **_association_names(rest),
    )


@writes("update association {association_id} on cluster {cluster_name}")
def _update_association(client: t.Any, cluster_name: str, association_id: str, **changes: t.Any) -> None:
    client.update_pod_identity_association(
        clusterName=cluster_name, associationId=association_id, **_association_names(changes)
    )


@deletes("delete association {association_id} on cluster {cluster_name}")
def _delete_association(client: t.Any, cluster_name: str, association_id: str) -> None:
    client.delete_pod_identity_association(clusterName=cluster_name, associationId=association_id)


_ASSOCIATION_NAMES = {
    "role_arn": "roleArn",
    "target_role_arn": "targetRoleArn",
    "disable_session_tags": "disableSessionTags",
}


def _association_names(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {_ASSOCIATION_NAMES[key]: value for key, value in options.items() if key in _ASSOCIATION_NAMES}


# --- Addons ---


@reads("list the addons of cluster {cluster_name}")
def list_addons(client: t.Any, cluster_name: str) -> list[str]:
    """The names of all addons. A missing cluster gives None."""
    pages = client.get_paginator("list_addons").paginate(clusterName=cluster_name)
    return sorted(pages.build_full_result().get("addons", []))


@reads("describe addon {name} of cluster {cluster_name}")
def find_addon(client: t.Any, cluster_name: str, name: str) -> Resource | None:
    """The addon in Ansible form with its associations as service account and role, or None."""
    found = client.describe_addon(clusterName=cluster_name, addonName=name)["addon"]
    issues = found.get("health", {}).get("issues", [])
    associations = [
        _association(client, cluster_name, arn.rsplit("/", 1)[1]) for arn in found.get("podIdentityAssociations", [])
    ]
    return {
        "cluster_name": cluster_name,
        "name": found["addonName"],
        "arn": found["addonArn"],
        "status": found["status"],
        "version": found.get("addonVersion"),
        "configuration_values": _data(found.get("configurationValues")),
        "service_account_role_arn": found.get("serviceAccountRoleArn"),
        "pod_identity_associations": sorted(
            ({"service_account": one["service_account"], "role_arn": one["role_arn"]} for one in associations),
            key=lambda one: one["service_account"],
        ),
        "issues": [f"{issue.get('code', '')}: {issue.get('message', '')}" for issue in issues],
        "tags": dict(found.get("tags", {})),
    }


def _data(text: str | None) -> t.Any:
    """An addon's values as data. YAML that is not JSON stays text: then it differs, and is replaced."""
    if not text:
        return {}
    try:
        return json.loads(text)
    except ValueError:
        return text


@writes("create addon {name} on cluster {cluster_name}")
def _create_addon(client: t.Any, cluster_name: str, name: str, **options: t.Any) -> None:
    client.create_addon(
        clusterName=cluster_name, addonName=name, tags=options.get("tags") or {}, **_addon_names(options)
    )


@writes("update addon {name} on cluster {cluster_name}")
def _update_addon(client: t.Any, cluster_name: str, name: str, **changes: t.Any) -> None:
    client.update_addon(clusterName=cluster_name, addonName=name, **_addon_names(changes))


@deletes("delete addon {name} of cluster {cluster_name}")
def _delete_addon(client: t.Any, cluster_name: str, name: str, preserve: bool = False) -> None:
    client.delete_addon(clusterName=cluster_name, addonName=name, preserve=preserve)


_ADDON_NAMES = {
    "version": "addonVersion",
    "service_account_role_arn": "serviceAccountRoleArn",
    "resolve_conflicts": "resolveConflicts",
}


def _addon_names(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    named = {_ADDON_NAMES[key]: value for key, value in options.items() if key in _ADDON_NAMES}
    if "configuration_values" in options:
        named["configurationValues"] = json.dumps(options["configuration_values"], sort_keys=True)
    if "pod_identity_associations" in options:
        named["podIdentityAssociations"] = [
            {"serviceAccount": one["service_account"], "roleArn": one["role_arn"]}
            for one in options["pod_identity_associations"]
        ]
    return named


# --- Tags, and the way from a planned call to the function that makes it ---


@writes("tag {arn}")
def _set_tags(client: t.Any, arn: str, tags: t.Mapping[str, str]) -> None:
    client.tag_resource(resourceArn=arn, tags=dict(tags))


@writes("remove tags of {arn}")
def _remove_tags(client: t.Any, arn: str, keys: list[str]) -> None:
    client.untag_resource(resourceArn=arn, tagKeys=keys)


_EXECUTORS: dict[str, t.Callable[..., None]] = {
    "create association": _create_association,
    "update association": _update_association,
    "delete association": _delete_association,
    "create addon": _create_addon,
    "update addon": _update_addon,
    "delete addon": _delete_addon,
    "set tags": _set_tags,
    "remove tags": _remove_tags,
}


def execute(client: t.Any, call: Call) -> None:
    """Make one planned call. Raises AWSCallError."""
    _EXECUTORS[call.name](client, **call.arguments)


__all__ = ["AWSCallError", "execute", "find_addon", "find_association", "list_addons", "list_associations"]
