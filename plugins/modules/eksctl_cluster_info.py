#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: eksctl_cluster_info
version_added: 0.1.0
short_description: Read an EKS cluster with its stack, nodegroups and addons
description:
  - Reads in one go what is known of an EKS cluster that eksctl makes, also while it is made, deleted or has failed.
author: Contributors to llmops.bedrock (@llmops)
options:
  name:
    description: Name of the cluster.
    type: str
    required: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Reads only, so that it does the same in check mode.
    support: full
  diff_mode:
    description: Changes nothing.
    support: none
notes:
  - "Rights: C(cloudformation:DescribeStacks), C(cloudformation:DescribeStackEvents), C(eks:DescribeCluster),
    C(eks:ListNodegroups), C(eks:DescribeNodegroup), C(eks:ListAddons), C(eks:DescribeAddon),
    C(iam:GetOpenIDConnectProvider)."
  - The program eksctl is not needed.
seealso:
  - module: llmops.bedrock.eksctl_cluster
"""

EXAMPLES = r"""
- name: Where is the Kubernetes API?
  llmops.bedrock.eksctl_cluster_info:
    name: litellm
    region: us-west-2
  register: found

- name: Tell
  ansible.builtin.debug:
    msg: "{{ found.clusters | map(attribute='endpoint') | first | default('there is no cluster') }}"
"""

RETURN = r"""
clusters:
  description: The cluster. An empty list when there is neither a cluster nor a stack of eksctl.
  returned: success
  type: list
  elements: dict
  contains:
    state:
      description: >-
        The state in one word: C(absent), C(creating), C(ready), C(unowned) (not made by eksctl), C(deleting) or
        C(failed).
      returned: when present
      type: str
      sample: ready
    name:
      description: Name of the cluster.
      returned: when present
      type: str
      sample: litellm
    region:
      description: AWS region.
      returned: when present
      type: str
      sample: us-west-2
    stack_status:
      description: Status of the stack that eksctl made. Null when there is none.
      returned: when present
      type: str
      sample: CREATE_COMPLETE
    status:
      description: Status of the cluster. Null when the stack is there, but not the cluster.
      returned: when present
      type: str
      sample: ACTIVE
    version:
      description: Kubernetes version.
      returned: when known
      type: str
      sample: "1.35"
    arn:
      description: ARN of the cluster.
      returned: when the cluster exists already
      type: str
      sample: arn:aws:eks:us-west-2:123456789012:cluster/litellm
    endpoint:
      description: URL of the Kubernetes API.
      returned: when the cluster exists already
      type: str
      sample: https://0123456789ABCDEF.gr7.us-west-2.eks.amazonaws.com
    certificate_authority:
      description: Certificate of the API's authority, in base64 as a kubeconfig has it.
      returned: when the cluster exists already
      type: str
      sample: LS0tLS1CRUdJTi...
    issuer:
      description: URL of the OIDC issuer.
      returned: when the cluster exists already
      type: str
      sample: https://oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF
    oidc_provider:
      description: Whether IAM has an OIDC provider for the issuer.
      returned: when present
      type: bool
      sample: true
    vpc_id:
      description: ID of the VPC.
      returned: when the cluster exists already
      type: str
      sample: vpc-0123456789abcdef0
    deletion_protection:
      description: Whether EKS refuses to delete the cluster, because somebody asked it to.
      returned: when the cluster exists already
      type: bool
      sample: false
    nodegroups:
      description: The managed nodegroups by name, with C(status), C(min_size), C(desired_size), C(max_size) and
        C(instance_types).
      returned: when present
      type: dict
      sample: {"general": {"status": "ACTIVE", "min_size": 2, "desired_size": 2, "max_size": 4,
        "instance_types": ["m7i.large"]}}
    addons:
      description: The addons by name, with C(status) and C(version).
      returned: when present
      type: dict
      sample: {"coredns": {"status": "ACTIVE", "version": "v1.12.4-eksbuild.1"}}
    access_entries:
      description: ARNs of the principals that have an access entry.
      returned: when the access entries were looked at
      type: list
      elements: str
      sample: ["arn:aws:iam::123456789012:role/platform"]
    failures:
      description: What failed in the stack, the first failure first.
      returned: when the cluster or its stack exists already
      type: list
      elements: str
      sample: []
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.calls import AWSCallError
from ansible_collections.llmops.bedrock.plugins.module_utils._eks.cluster import state_of
from ansible_collections.llmops.bedrock.plugins.module_utils._eks.cluster_api import Reader


def main() -> None:
    module = AnsibleAWSModule(argument_spec={"name": {"required": True}}, supports_check_mode=True)
    clients = (module.client(service) for service in ("eks", "cloudformation", "iam"))
    try:
        found = Reader(*clients, module.params["name"], module.region).read()
    except AWSCallError as error:
        module.fail_json_aws_error(error)
    module.exit_json(changed=False, clusters=[{**found, "state": state_of(found)}] if found else [])


if __name__ == "__main__":
    main()
