#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: eks_addon
version_added: 0.1.0
short_description: Create, change and delete an EKS addon
description:
  - Creates, changes and deletes addons of an EKS cluster, with the roles that their service accounts get.
  - What is not set is left alone on an addon that exists.
author: Contributors to llmops.bedrock (@llmops)
options:
  state:
    description: Whether the addon exists.
    type: str
    choices: [present, absent]
    default: present
  cluster_name:
    description: Name of the EKS cluster.
    type: str
    required: true
  name:
    description: Name of the addon, C(aws-ebs-csi-driver) for example.
    type: str
    required: true
  version:
    description: Version of the addon. EKS takes its default for the cluster when this is not set.
    type: str
  configuration_values:
    description:
      - Values of the addon, compared as data and not as text.
      - The whole of the values is replaced. An empty dictionary removes them.
    type: dict
  service_account_role_arn:
    description: ARN of a role that the addon uses through the cluster's OIDC provider.
    type: str
  pod_identity_associations:
    description:
      - Roles that the addon's service accounts get by EKS Pod Identity, all of them. An empty list removes them.
      - The cluster needs the addon C(eks-pod-identity-agent).
    type: list
    elements: dict
    suboptions:
      service_account:
        description: Name of the addon's service account.
        type: str
        required: true
      role_arn:
        description: ARN of the role.
        type: str
        required: true
  resolve_conflicts:
    description:
      - What EKS does with fields that somebody else changed in the cluster.
      - V(preserve) counts as V(overwrite) when the addon is created.
    type: str
    choices: [none, overwrite, preserve]
  preserve:
    description: Whether what the addon runs in the cluster stays when O(state=absent).
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until the addon is active or gone.
      - An addon that EKS is still changing is waited for in any case before it is changed again.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait. An addon usually takes 1 to 3 minutes.
    type: int
    default: 900
  tags:
    description: Tags of the addon. Tags are left alone when this is not set.
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
    description: Shows the addon before and after.
    support: full
notes:
  - "Rights: C(eks:DescribeAddon), C(eks:CreateAddon), C(eks:UpdateAddon), C(eks:DeleteAddon), C(eks:TagResource),
    C(eks:UntagResource). With associations also C(eks:DescribePodIdentityAssociation),
    C(eks:CreatePodIdentityAssociation), C(eks:UpdatePodIdentityAssociation), C(eks:DeletePodIdentityAssociation)
    and C(iam:PassRole) and C(iam:GetRole) on the roles."
seealso:
  - module: llmops.bedrock.eks_addon_info
  - module: llmops.bedrock.eks_pod_identity_association
"""

EXAMPLES = r"""
- name: The cluster can make EBS volumes
  llmops.bedrock.eks_addon:
    cluster_name: litellm
    name: aws-ebs-csi-driver
    pod_identity_associations:
      - service_account: ebs-csi-controller-sa
        role_arn: arn:aws:iam::123456789012:role/litellm/litellm/litellm-ebs-csi
    region: us-west-2

- name: Two replicas of CoreDNS, whatever was changed by hand
  llmops.bedrock.eks_addon:
    cluster_name: litellm
    name: coredns
    configuration_values:
      replicaCount: 2
    resolve_conflicts: overwrite
    region: us-west-2
"""

RETURN = r"""
addon:
  description: The addon as it stands, or as it would stand in check mode. Empty when it is absent.
  returned: success
  type: dict
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
calls:
  description: Names of the calls that were made, or would be made in check mode.
  returned: success
  type: list
  elements: str
  sample: ["create addon"]
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.llmops.bedrock.plugins.module_utils._eks import addon, api
from ansible_collections.llmops.bedrock.plugins.module_utils._eks.waiters import wait_for_addon
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import carry_out

_OPTIONS = (
    "cluster_name",
    "name",
    "version",
    "configuration_values",
    "service_account_role_arn",
    "pod_identity_associations",
    "resolve_conflicts",
    "tags",
    "purge_tags",
)
_SPEC = {
    "state": {"choices": ["present", "absent"], "default": "present"},
    "cluster_name": {"required": True},
    "name": {"required": True},
    "version": {},
    "configuration_values": {"type": "dict"},
    "service_account_role_arn": {},
    "pod_identity_associations": {
        "type": "list",
        "elements": "dict",
        "options": {"service_account": {"required": True}, "role_arn": {"required": True}},
    },
    "resolve_conflicts": {"choices": ["none", "overwrite", "preserve"]},
    "preserve": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 900},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
}


_WAITERS = {"create addon": "addon_ready", "update addon": "addon_ready", "delete addon": "addon_gone"}


class Addon:
    """The addon that the options name: how to read it, change it and wait for it."""

    def __init__(self, module: AnsibleAWSModule) -> None:
        self.client = module.client("eks")
        self.key = {key: module.params[key] for key in ("cluster_name", "name")}
        self.state, self.wants_wait = module.params["state"], module.params["wait"]
        self.timeout = module.params["wait_timeout"]

    def read(self):
        return api.find_addon(self.client, **self.key)

    def wait(self, waiter):
        wait_for_addon(self.client, waiter, timeout=self.timeout, **self.key)

    def settled(self):
        """The addon once EKS is done with it: it takes no change before."""
        found = self.read()
        if waiter := addon.busy(found):
            self.wait(waiter)
            found = self.read()
        return found

    def execute(self, call):
        api.execute(self.client, call)
        made_anew = call.name == "delete addon" and self.state == "present"
        if call.name in _WAITERS and (self.wants_wait or made_anew):
            self.wait(_WAITERS[call.name])


def main() -> None:
    module = AnsibleAWSModule(argument_spec=_SPEC, supports_check_mode=True)
    desired = {key: module.params[key] for key in _OPTIONS if module.params[key] is not None}
    if "resolve_conflicts" in desired:
        desired["resolve_conflicts"] = desired["resolve_conflicts"].upper()
    try:
        it = Addon(module)
        found = it.read() if module.check_mode else it.settled()
        if module.params["state"] == "present":
            plan = addon.plan_present(desired, found)
        else:
            plan = addon.plan_absent(found, preserve=module.params["preserve"])
        result = carry_out(plan, check_mode=module.check_mode, execute=it.execute, read=it.read)
    except api.AWSCallError as error:
        module.fail_json_aws_error(error)
    module.exit_json(addon=result.pop("resource"), **result)


if __name__ == "__main__":
    main()
