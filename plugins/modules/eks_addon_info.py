#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: eks_addon_info
version_added: 0.1.0
short_description: List the addons of an EKS cluster
description:
  - Lists the addons of an EKS cluster with status, version, values and the roles that their service accounts get.
author: Contributors to llmops.bedrock (@llmops)
options:
  cluster_name:
    description: Name of the EKS cluster. A cluster that does not exist has no addons.
    type: str
    required: true
  names:
    description: Only these addons. Those that do not exist are left out.
    type: list
    elements: str
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
  - "Rights: C(eks:ListAddons), C(eks:DescribeAddon), C(eks:DescribePodIdentityAssociation)."
seealso:
  - module: llmops.bedrock.eks_addon
"""

EXAMPLES = r"""
- name: Is the EBS CSI driver healthy?
  llmops.bedrock.eks_addon_info:
    cluster_name: litellm
    names: [aws-ebs-csi-driver]
    region: us-west-2
"""

RETURN = r"""
addons:
  description: The addons. An empty list when there is none.
  returned: success
  type: list
  elements: dict
  contains:
    cluster_name:
      description: Name of the cluster.
      returned: when present
      type: str
      sample: litellm
    name:
      description: Name of the addon.
      returned: when present
      type: str
      sample: aws-ebs-csi-driver
    arn:
      description: ARN of the addon.
      returned: when it exists already
      type: str
      sample: arn:aws:eks:us-west-2:123456789012:addon/litellm/aws-ebs-csi-driver/aac30b1f
    status:
      description: Status of the addon.
      returned: when present
      type: str
      sample: ACTIVE
    version:
      description: Version of the addon.
      returned: when known
      type: str
      sample: v1.64.0-eksbuild.1
    configuration_values:
      description: Values of the addon as data.
      returned: when present
      type: raw
      sample: {"controller": {"replicaCount": 2}}
    service_account_role_arn:
      description: ARN of the role that the addon uses through the cluster's OIDC provider.
      returned: when set
      type: str
      sample: arn:aws:iam::123456789012:role/ebs-csi
    pod_identity_associations:
      description: Roles that the addon's service accounts get.
      returned: when present
      type: list
      elements: dict
      sample: [{"service_account": "ebs-csi-controller-sa", "role_arn": "arn:aws:iam::123456789012:role/ebs-csi"}]
    issues:
      description: What the addon reports about its health.
      returned: when it exists already
      type: list
      elements: str
      sample: []
    tags:
      description: Tags of the addon.
      returned: when present
      type: dict
      sample: {"team": "ml"}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.llmops.bedrock.plugins.module_utils._eks import api


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={"cluster_name": {"required": True}, "names": {"type": "list", "elements": "str"}},
        supports_check_mode=True,
    )
    cluster_name, names = module.params["cluster_name"], module.params["names"]
    try:
        client = module.client("eks")
        if names is None:
            names = api.list_addons(client, cluster_name) or []
        found = [api.find_addon(client, cluster_name, name) for name in names]
    except api.AWSCallError as error:
        module.fail_json_aws_error(error)
    module.exit_json(changed=False, addons=[addon for addon in found if addon])


if __name__ == "__main__":
    main()
