# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From facts to causes: every rule in the order of causality. Pure. Private to this collection."""

from __future__ import annotations

from . import rules_cluster, rules_logs, rules_network, rules_page, rules_pods
from .facts import Facts
from .findings import Finding, Rule, merged

NOTHING = "nothing wrong found"

# What stands above can be the reason for what stands below, not the other way round: no node, so no pod, so no
# endpoint, so no healthy target. A rule starts from something that is wrong now; logs and old events only explain it.
RULES: tuple[Rule, ...] = (
    rules_cluster.stack_failed,
    rules_cluster.cluster_not_active,
    rules_cluster.api_unreachable,
    rules_cluster.nodes_missing,
    rules_cluster.namespaces_ending,
    rules_cluster.parts_degraded,
    rules_pods.config_missing,
    rules_pods.image_not_pulled,
    rules_cluster.volumes_unbound,
    rules_pods.pod_unschedulable,
    rules_cluster.volumes_not_mounted,
    rules_pods.pods_not_created,
    rules_pods.pod_not_started,
    rules_logs.database_password,
    rules_logs.master_key_refused,
    rules_logs.database_unreachable,
    rules_logs.migration_failed,
    rules_pods.out_of_memory,
    rules_logs.credentials_missing,
    rules_pods.crash,
    rules_logs.model_denied,
    rules_logs.model_unknown,
    rules_logs.throttled,
    rules_page.key_unknown,
    rules_page.page_key_refused,
    rules_page.page_without_gateway,
    rules_network.webhook_unanswered,
    rules_network.ingress_without_address,
    rules_network.ingress_not_changed,
    rules_pods.not_ready,
    rules_network.targets_unhealthy,
    rules_network.service_without_endpoints,
    rules_network.name_unresolved,
    rules_network.release_failed,
    rules_cluster.namespaces_missing,
)


def diagnose(facts: Facts) -> list[Finding]:
    """What is wrong, the likely cause first; empty when nothing is."""
    return merged(finding for rule in RULES for finding in rule(facts))
