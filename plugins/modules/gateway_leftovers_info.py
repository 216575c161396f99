#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: gateway_leftovers_info
version_added: 0.1.0
short_description: List what a gateway's cluster has left in the AWS account
description:
  - Looks for everything that the playbooks of this collection made for a cluster, and for everything that the cluster's
    controllers made, and lists what still stands. Meant to be run after a teardown, and useful at any time.
  - Reads the complete listings of each service and decides by tags, names, paths and dependencies. The tagging API is
    not used, because it is late and knows neither IAM nor what has lost its tags.
  - A service that cannot be read is listed in RV(unknown). It never counts as empty.
  - Never fails because of leftovers. The caller decides what to do about them.
  - A thing that names another cluster is not listed, even where that cluster's name begins with the same letters.
author: Contributors to llmops.bedrock (@llmops)
options:
  cluster_name:
    description: Name of the EKS cluster, whether it still exists or not.
    type: str
    required: true
  oidc_issuer:
    description:
      - Issuer of the cluster's OIDC provider, as URL or as the identifier at its end.
      - Read from the cluster while that exists. Afterwards nothing but a tag leads from the cluster to its provider.
    type: str
  load_balancer_hosts:
    description:
      - DNS names of load balancers that the cluster had. Records that lead to them are leftovers.
      - Those of load balancers that still exist are found without it.
    type: list
    elements: str
    default: []
  hosts:
    description:
      - The gateway's public host names. A record of theirs that leads to a load balancer of the cluster, or to one that
        is gone, is a leftover.
      - A host with the owner's mark is found without it, which is a TXT record with the value
        C(llmops.bedrock/cluster=CLUSTER) at the host's name, or at that name with a label before it that begins with an
        underscore.
    type: list
    elements: str
    default: []
  hosted_zones:
    description: Names of the Route 53 zones to look into. All zones of the account when empty.
    type: list
    elements: str
    default: []
  provisioned_throughputs:
    description:
      - Names of provisioned throughputs of Bedrock that belong to the gateway.
      - Those that carry the tag C(llmops.bedrock/cluster) are found without it.
    type: list
    elements: str
    default: []
  kinds:
    version_added: 0.2.0
    description:
      - What to look for, as RV(leftovers[].kind) names it. Everything when empty.
      - What one kind teaches about another, such as a cluster's issuer or a load balancer's address, is known only
        where both are looked for.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - llmops.bedrock.attributes.info
notes:
  - Looks into one region, and into the global services IAM and Route 53.
  - "Needs leave to list in all of: EC2, Elastic Load Balancing, Auto Scaling, EKS, CloudFormation, RDS, IAM, Route 53,
    Secrets Manager, CloudWatch Logs, ACM and Bedrock."
"""

EXAMPLES = r"""
- name: Look for what is left of the gateway
  llmops.bedrock.gateway_leftovers_info:
    cluster_name: litellm
    region: us-west-2
  register: left

- name: Nothing that costs money may be left, and nothing may be unknown
  ansible.builtin.assert:
    that: left.complete and not left.billable
    fail_msg: "{{ left.leftovers | selectattr('billable') | map(attribute='how_to_remove') | join('\n') }}"

- name: The same, long after the cluster has gone
  llmops.bedrock.gateway_leftovers_info:
    cluster_name: litellm
    oidc_issuer: https://oidc.eks.us-west-2.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE
    hosts: [litellm.example.com, chat.example.com]
    region: us-west-2

- name: Nothing but volumes and snapshots, whose data may still be wanted
  llmops.bedrock.gateway_leftovers_info:
    cluster_name: litellm
    kinds: [volume, snapshot]
    region: us-west-2
"""

RETURN = r"""
leftovers:
  description: What is left.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description:
        - What it is.
        - One of C(eks_cluster), C(eks_nodegroup), C(eks_addon), C(eks_pod_identity_association),
          C(cloudformation_stack), C(vpc), C(load_balancer), C(target_group), C(classic_load_balancer), C(instance),
          C(autoscaling_group), C(launch_template), C(nat_gateway), C(elastic_ip), C(vpc_endpoint),
          C(network_interface), C(security_group), C(volume), C(snapshot), C(database), C(iam_role), C(iam_policy),
          C(iam_oidc_provider), C(dns_record), C(secret), C(log_group), C(certificate), C(provisioned_throughput),
          C(model_customization_job), C(model_import_job), C(custom_model_deployment), C(custom_model),
          C(imported_model).
      returned: success
      type: str
      sample: volume
    id:
      description: What AWS calls it, an ARN where the service works with ARNs.
      returned: success
      type: str
      sample: vol-0123456789abcdef0
    name:
      description: Its name for people. A secret that waits for its deletion says so.
      returned: success
      type: str
      sample: pvc-5f0d
    billable:
      description:
        - Whether it costs money by itself.
        - Custom and imported models of Bedrock do, for each month that they are stored. An on-demand deployment of a
          custom model does not, as it is billed by the token, but AWS deletes no model that it serves.
        - A job that trains or imports a model does while it runs, and leaves such a model.
      returned: success
      type: bool
      sample: true
    why:
      description: How it is known to belong to the cluster.
      returned: success
      type: str
      sample: tag kubernetes.io/cluster/litellm=owned
    how_to_remove:
      description: A command that removes it, provided that nothing depends on it any more.
      returned: success
      type: str
      sample: aws ec2 delete-volume --volume-id vol-0123456789abcdef0 --region us-west-2
counts:
  description: How many there are of each kind that was found.
  returned: success
  type: dict
  sample: {volume: 2, log_group: 1}
billable:
  description: Whether anything is left that costs money.
  returned: success
  type: bool
  sample: true
unknown:
  description: What could not be looked at.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: The kind of thing, as in RV(leftovers[].kind).
      returned: success
      type: str
      sample: certificate
    reason:
      description: The error.
      returned: success
      type: str
      sample: "Failed to list_certificates: An error occurred (AccessDeniedException)"
complete:
  description: Whether everything could be looked at, which is the same as an empty RV(unknown).
  returned: success
  type: bool
  sample: true
known:
  description:
    - What was learned about the cluster, under the names of the options that take it.
    - Keep it before a teardown, and give it to a search afterwards.
  returned: success
  type: dict
  contains:
    oidc_issuer:
      description: Issuer of the cluster's OIDC provider. Empty when it is not known.
      returned: success
      type: str
      sample: https://oidc.eks.us-west-2.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE
    load_balancer_hosts:
      description: DNS names of the cluster's load balancers.
      returned: success
      type: list
      elements: str
      sample: [k8s-litellm-0123456789-1234567890.us-west-2.elb.amazonaws.com]
"""

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.llmops.bedrock.plugins.module_utils._leftovers.finders import FINDERS
from ansible_collections.llmops.bedrock.plugins.module_utils._leftovers.survey import survey
from ansible_collections.llmops.bedrock.plugins.module_utils._leftovers.things import Scope, plain_host


def _scope(params: t.Mapping[str, t.Any], region: str) -> Scope:
    return Scope(
        cluster=params["cluster_name"],
        region=region,
        issuers=tuple(filter(None, [params["oidc_issuer"]])),
        load_balancer_hosts=frozenset(map(plain_host, params["load_balancer_hosts"])),
        hosts=frozenset(map(plain_host, params["hosts"])),
        hosted_zones=frozenset(map(plain_host, params["hosted_zones"])),
        throughputs=frozenset(params["provisioned_throughputs"]),
    )


def main() -> None:
    names = {"type": "list", "elements": "str", "default": []}
    module = AnsibleAWSModule(
        argument_spec={
            "cluster_name": {"required": True},
            "oidc_issuer": {},
            "load_balancer_hosts": names,
            "hosts": names,
            "hosted_zones": names,
            "provisioned_throughputs": names,
            "kinds": names,
        },
        supports_check_mode=True,
    )
    kinds = module.params["kinds"]
    wrong = sorted(set(kinds) - {finder.kind for finder in FINDERS})
    if wrong:
        module.fail_json(msg=f"kinds: there is no {', '.join(wrong)}.")
    finders = [finder for finder in FINDERS if not kinds or finder.kind in kinds]
    found = survey(module.client, _scope(module.params, module.region), finders)
    module.exit_json(changed=False, **found.result())


if __name__ == "__main__":
    main()
