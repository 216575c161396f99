# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filter plugin: what has to change in a Route 53 zone."""

from __future__ import annotations

import typing as t
from dataclasses import asdict

from ansible_collections.llmops.bedrock.plugins.module_utils._dns.records import Target, plan

DOCUMENTATION = r"""
name: dns_changes
version_added: 0.2.0
short_description: What has to change in a Route 53 zone so that hosts lead to a load balancer
description:
  - Compares the records of a zone with what is wanted, and gives the changes in their order.
  - A TXT record C(_llmops-bedrock.HOST) with the value C(llmops.bedrock/cluster=CLUSTER) marks the alias records of a
    host as the cluster's own. Records without the mark are somebody else's.
author: Contributors to llmops.bedrock (@llmops)
options:
  _input:
    description: All records of the zone, as C(resource_record_sets) of M(amazon.aws.route53_info).
    type: list
    elements: dict
    required: true
  hosts:
    description: Host names.
    type: list
    elements: str
    required: true
  cluster:
    description: Name of the cluster in the mark.
    type: str
    required: true
  load_balancer:
    description:
      - The load balancer, with C(dns_name), C(canonical_hosted_zone_id) and C(ip_address_type).
      - Empty when the cluster's records are to be removed.
    type: dict
    default: {}
  overwrite:
    description: Whether somebody else's simple records are replaced. Records of a routing policy never are.
    type: bool
    default: false
positional: hosts, cluster
seealso:
  - plugin: amazon.aws.route53
    plugin_type: module
"""

EXAMPLES = r"""
# what removes the records of a cluster
changes: "{{ zone.resource_record_sets | llmops.bedrock.dns_changes(['litellm.example.com'], 'litellm') }}"
"""

RETURN = r"""
_value:
  description:
    - C(changes) are arguments of M(amazon.aws.route53), in their order.
    - C(problems) say why nothing may be changed; then there are no changes. C(notes) say what is left alone.
  type: dict
"""


def dns_changes(
    records: t.Iterable[t.Mapping[str, t.Any]],
    hosts: t.Iterable[str],
    cluster: str,
    *,
    load_balancer: t.Mapping[str, t.Any] | None = None,
    overwrite: bool = False,
) -> dict[str, t.Any]:
    """The plan as data."""
    target = None
    if load_balancer:
        dualstack = str(load_balancer.get("ip_address_type", "")).startswith("dualstack")
        target = Target(load_balancer["dns_name"], load_balancer["canonical_hosted_zone_id"], dualstack)
    return asdict(plan(records, hosts, cluster, target, overwrite=overwrite))


class FilterModule:
    """Ansible's way to find the filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"dns_changes": dns_changes}
