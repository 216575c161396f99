#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: eks_pod_identity_association
version_added: 0.1.0
short_description: Give the pods of a Kubernetes service account an IAM role
description:
  - Creates, changes and deletes EKS Pod Identity associations.
  - The cluster needs the addon C(eks-pod-identity-agent).
  - Pods that already run keep what they started with. Make the association before the pods, or restart them.
author: Contributors to llmops.bedrock (@llmops)
options:
  state:
    description: Whether the association exists.
    type: str
    choices: [present, absent]
    default: present
  cluster_name:
    description: Name of the EKS cluster.
    type: str
    required: true
  namespace:
    description: Kubernetes namespace of the service account.
    type: str
    required: true
  service_account:
    description: Name of the service account. It need not exist yet.
    type: str
    required: true
  role_arn:
    description: ARN of the role that the pods get. Required when O(state=present).
    type: str
  target_role_arn:
    description: ARN of a role that is assumed through O(role_arn), in another account for example.
    type: str
  disable_session_tags:
    description: Leave out the session tags that name cluster, namespace and service account.
    type: bool
  tags:
    description: Tags of the association. Tags are left alone when this is not set.
    type: dict
    aliases: [resource_tags]
  purge_tags:
    description: Whether tags that O(tags) does not name are removed.
    type: bool
    default: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Predicts the result without a write.
    support: full
  diff_mode:
    description: Shows the association before and after.
    support: full
notes:
  - An association that belongs to an addon is refused. Change it through M(llmops.bedrock.eks_addon).
  - "Rights: C(eks:ListPodIdentityAssociations), C(eks:DescribePodIdentityAssociation),
    C(eks:CreatePodIdentityAssociation), C(eks:UpdatePodIdentityAssociation), C(eks:DeletePodIdentityAssociation),
    C(eks:TagResource), C(eks:UntagResource) and C(iam:PassRole) and C(iam:GetRole) on the role."
"""

EXAMPLES = r"""
- name: LiteLLM's pods may call Bedrock
  llmops.bedrock.eks_pod_identity_association:
    cluster_name: litellm
    namespace: litellm
    service_account: litellm
    role_arn: arn:aws:iam::123456789012:role/litellm/litellm/bedrock
    region: us-west-2

- name: They may no longer
  llmops.bedrock.eks_pod_identity_association:
    cluster_name: litellm
    namespace: litellm
    service_account: litellm
    state: absent
    region: us-west-2
"""

RETURN = r"""
association:
  description: The association as it stands, or as it would stand in check mode. Empty when it is absent.
  returned: success
  type: dict
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
calls:
  description: Names of the calls that were made, or would be made in check mode.
  returned: success
  type: list
  elements: str
  sample: ["create association"]
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.llmops.bedrock.plugins.module_utils._eks import api
from ansible_collections.llmops.bedrock.plugins.module_utils._eks.pod_identity import plan_absent, plan_present
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused, carry_out

_IDENTITY = ("cluster_name", "namespace", "service_account")


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "state": {"choices": ["present", "absent"], "default": "present"},
            "cluster_name": {"required": True},
            "namespace": {"required": True},
            "service_account": {"required": True},
            "role_arn": {},
            "target_role_arn": {},
            "disable_session_tags": {"type": "bool"},
            "tags": {"type": "dict", "aliases": ["resource_tags"]},
            "purge_tags": {"type": "bool", "default": True},
        },
        required_if=[("state", "present", ["role_arn"])],
        supports_check_mode=True,
    )
    options = (*_IDENTITY, "role_arn", "target_role_arn", "disable_session_tags", "tags", "purge_tags")
    desired = {key: module.params[key] for key in options if module.params[key] is not None}
    client = module.client("eks")

    def read():
        return api.find_association(client, **{key: desired[key] for key in _IDENTITY})

    try:
        found = read()
        plan = plan_present(desired, found) if module.params["state"] == "present" else plan_absent(found)
        result = carry_out(
            plan,
            check_mode=module.check_mode,
            execute=lambda call: api.execute(client, call),
            read=read,
        )
    except Refused as refusal:
        module.fail_json(msg=str(refusal))
    except api.AWSCallError as error:
        module.fail_json_aws_error(error)
    module.exit_json(association=result.pop("resource"), **result)


if __name__ == "__main__":
    main()
