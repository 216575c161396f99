#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: eks_pod_identity_association_info
version_added: 0.1.0
short_description: List EKS Pod Identity associations
description:
  - Lists the EKS Pod Identity associations of a cluster, with those that belong to addons.
author: Contributors to llmops.bedrock (@llmops)
options:
  cluster_name:
    description: Name of the EKS cluster. A cluster that does not exist has no associations.
    type: str
    required: true
  namespace:
    description: Only associations in this Kubernetes namespace.
    type: str
  service_account:
    description: Only associations of this service account.
    type: str
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
  - "Rights: C(eks:ListPodIdentityAssociations), C(eks:DescribePodIdentityAssociation)."
seealso:
  - module: llmops.bedrock.eks_pod_identity_association
"""

EXAMPLES = r"""
- name: Which roles do the pods of namespace litellm get?
  llmops.bedrock.eks_pod_identity_association_info:
    cluster_name: litellm
    namespace: litellm
    region: us-west-2
"""

RETURN = r"""
associations:
  description: The associations. An empty list when there is none.
  returned: success
  type: list
  elements: dict
  contains:
    cluster_name:
      description: Name of the cluster.
      returned: when present
      type: str
      sample: litellm
    namespace:
      description: Kubernetes namespace of the service account.
      returned: when present
      type: str
      sample: litellm
    service_account:
      description: Name of the service account.
      returned: when present
      type: str
      sample: litellm
    role_arn:
      description: ARN of the role that the pods get.
      returned: when present
      type: str
      sample: arn:aws:iam::123456789012:role/litellm/litellm/bedrock
    target_role_arn:
      description: ARN of the role that is assumed through the first one.
      returned: when set
      type: str
      sample: arn:aws:iam::210987654321:role/bedrock
    disable_session_tags:
      description: Whether the session tags are left out.
      returned: when present, in check mode when it was set
      type: bool
      sample: false
    association_id:
      description: ID of the association.
      returned: when it exists already
      type: str
      sample: a-1b2c3d4e5f6a7b8c9
    association_arn:
      description: ARN of the association.
      returned: when it exists already
      type: str
      sample: arn:aws:eks:us-west-2:123456789012:podidentityassociation/litellm/a-1b2c3d4e5f6a7b8c9
    owner_arn:
      description: ARN of the addon that owns the association.
      returned: when an addon owns it
      type: str
      sample: arn:aws:eks:us-west-2:123456789012:addon/litellm/aws-ebs-csi-driver/aac30b1f
    tags:
      description: Tags of the association.
      returned: when present, in check mode when they were set
      type: dict
      sample: {"team": "ml"}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.llmops.bedrock.plugins.module_utils._eks import api


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={"cluster_name": {"required": True}, "namespace": {}, "service_account": {}},
        supports_check_mode=True,
    )
    filters = {key: module.params[key] for key in ("cluster_name", "namespace", "service_account")}
    try:
        found = api.list_associations(module.client("eks"), **filters)
    except api.AWSCallError as error:
        module.fail_json_aws_error(error)
    module.exit_json(changed=False, associations=found or [])


if __name__ == "__main__":
    main()
