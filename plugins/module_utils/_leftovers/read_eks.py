# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listings of EKS as things. Private to this collection."""

from __future__ import annotations

import typing as t

from .api import get, of_cluster
from .things import Scope, Thing


def clusters(client: t.Any, scope: Scope) -> list[Thing]:
    """The cluster of that name. Names are unique in an account and region."""
    answer = get(client, "describe_cluster", name=scope.cluster)
    if answer is None:
        return []
    found = answer["cluster"]
    issuer = ((found.get("identity") or {}).get("oidc") or {}).get("issuer")
    details = {"cluster": found["name"], "issuer": issuer}
    return [Thing("eks_cluster", found["name"], found["name"], found.get("tags") or {}, details)]


def nodegroups(client: t.Any, scope: Scope) -> list[Thing]:
    """Managed node groups of the cluster."""
    names = of_cluster(client, "list_nodegroups", "nodegroups", scope.cluster)
    return [Thing("eks_nodegroup", name, name, details={"cluster": scope.cluster}) for name in names]


def addons(client: t.Any, scope: Scope) -> list[Thing]:
    """Addons of the cluster."""
    names = of_cluster(client, "list_addons", "addons", scope.cluster)
    return [Thing("eks_addon", name, name, details={"cluster": scope.cluster}) for name in names]


def associations(client: t.Any, scope: Scope) -> list[Thing]:
    """Pod Identity associations of the cluster."""
    found = of_cluster(client, "list_pod_identity_associations", "associations", scope.cluster)
    return [
        Thing(
            "eks_pod_identity_association",
            item["associationId"],
            f"{item['namespace']}/{item['serviceAccount']}",
            details={"cluster": item["clusterName"]},
        )
        for item in found
    ]
