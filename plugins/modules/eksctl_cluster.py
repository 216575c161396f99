#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: eksctl_cluster
version_added: 0.1.0
short_description: Create an EKS cluster with eksctl and keep it as its ClusterConfig says
description:
  - Creates an EKS cluster from a ClusterConfig, and adds later what is missing of it, by running the program eksctl.
  - What is run depends on the state that is found in AWS. An interrupted creation is taken up where it stopped. Of a
    cluster that exists, a missing OIDC provider, missing addons, nodegroups and access entries are created, and
    nodegroups are scaled.
  - The rest of the ClusterConfig has an effect when the cluster is created, and none later. A nodegroup or an addon
    that it does not name is left alone.
  - One eksctl runs at a time for a cluster on a machine. One that still runs for a play that was killed is waited for.
author: Contributors to llmops.bedrock (@llmops)
requirements:
  - eksctl 0.230.0 or later
  - jsonschema
options:
  state:
    description: Whether the cluster exists.
    type: str
    choices: [present, absent]
    default: present
  config:
    description:
      - The ClusterConfig. It is checked against the schema that eksctl itself prints.
      - C(apiVersion), C(kind) and C(metadata.region) may be left out.
      - O(state=absent) needs its C(metadata.name) only.
      - Nodegroups are named in C(managedNodeGroups). C(nodeGroups), which EKS does not manage, are refused.
      - A size that a nodegroup does not name is left alone. Leave out C(desiredCapacity) when an autoscaler changes it.
    type: dict
    required: true
  adopt:
    description: Whether to work on a cluster that eksctl did not make.
    type: bool
    default: false
  recreate_failed:
    description:
      - Whether to delete what is left of a cluster or nodegroup that failed, and to create it again.
      - Without it the module stops and says what failed.
    type: bool
    default: false
  upgrade:
    description:
      - Whether a higher Kubernetes version in O(config) upgrades the control plane, by one minor version at a time.
      - Without it the module stops. A lower version is never taken.
    type: bool
    default: false
  force:
    version_added: 0.2.0
    description:
      - Whether O(state=absent) goes on where the Kubernetes API refuses or does not answer.
      - What Kubernetes objects have made in AWS, load balancers and volumes, is then left behind.
    type: bool
    default: false
  timeout:
    description: How many seconds one command or one wait may take.
    type: int
    default: 3600
  log_path:
    description:
      - File that gets the output of eksctl. Nothing is removed from it.
      - The file beside it, with C(.lock) at its end, is the lock of this cluster.
      - The default is C(llmops.bedrock/NAME/eksctl.log) in C($XDG_STATE_HOME) or in C(~/.local/state).
    type: path
  eksctl_path:
    description: The program.
    type: path
    default: eksctl
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Predicts the result without a write.
    support: full
  diff_mode:
    description: Shows what is missing or changed.
    support: full
notes:
  - The creation usually takes 15 to 20 minutes. Run the task with C(async) and look at O(log_path) meanwhile.
  - O(endpoint_url) is for this module's own calls. eksctl reads the environment variables of AWS's SDK.
  - No kubeconfig is written.
  - "Rights of this module itself: C(cloudformation:DescribeStacks), C(cloudformation:DescribeStackEvents),
    C(eks:DescribeCluster), C(eks:ListNodegroups), C(eks:DescribeNodegroup), C(eks:ListAddons), C(eks:DescribeAddon),
    C(eks:ListAccessEntries), C(iam:GetOpenIDConnectProvider). eksctl needs many more: see its documentation."
  - "The stacks of a cluster whose control plane does not exist are deleted by the module, as eksctl ends in a panic
    then. Rights: C(cloudformation:UpdateTerminationProtection), C(cloudformation:DeleteStack)."
seealso:
  - module: llmops.bedrock.eksctl_cluster_info
  - name: ClusterConfig
    description: The schema of the configuration.
    link: https://docs.aws.amazon.com/eks/latest/eksctl/schema.html
"""

EXAMPLES = r"""
- name: A cluster with two nodes
  llmops.bedrock.eksctl_cluster:
    region: us-west-2
    config:
      metadata:
        name: litellm
        version: "1.35"
      iam:
        withOIDC: true
      managedNodeGroups:
        - name: general
          instanceType: m7i.large
          minSize: 2
          maxSize: 4
  async: 3600
  poll: 30

- name: The cluster is gone
  llmops.bedrock.eksctl_cluster:
    region: us-west-2
    state: absent
    config:
      metadata:
        name: litellm
"""

RETURN = r"""
cluster:
  description: The cluster as it stands, or as it would stand in check mode. Empty when it is absent.
  returned: success
  type: dict
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
calls:
  description: What eksctl was run for, or would be run for in check mode.
  returned: success
  type: list
  elements: str
  sample: ["create cluster"]
settled:
  description: Whether AWS has finished with the cluster and its nodegroups. V(false) is possible in check mode only,
    which does not wait.
  returned: success
  type: bool
  sample: true
log_path:
  description: The file with the output of eksctl.
  returned: success
  type: str
  sample: /home/me/.local/state/llmops.bedrock/litellm/eksctl.log
"""

import os
from pathlib import Path

from ansible.module_utils.basic import missing_required_lib
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.calls import AWSCallError
from ansible_collections.llmops.bedrock.plugins.module_utils._eks.cluster import Desired, full_config
from ansible_collections.llmops.bedrock.plugins.module_utils._eks.cluster_api import Reader
from ansible_collections.llmops.bedrock.plugins.module_utils._eks.converge import Convergence
from ansible_collections.llmops.bedrock.plugins.module_utils._eks.eksctl import (
    HAS_JSONSCHEMA,
    Eksctl,
    EksctlError,
    default_log_path,
    environment_for,
)
from ansible_collections.llmops.bedrock.plugins.module_utils._eks.nodegroups import drift
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Refused

_SPEC = {
    "state": {"choices": ["present", "absent"], "default": "present"},
    "config": {"type": "dict", "required": True},
    "adopt": {"type": "bool", "default": False},
    "recreate_failed": {"type": "bool", "default": False},
    "upgrade": {"type": "bool", "default": False},
    "force": {"type": "bool", "default": False},
    "timeout": {"type": "int", "default": 3600},
    "log_path": {"type": "path"},
    "eksctl_path": {"type": "path", "default": "eksctl"},
}


def eksctl_for(module: AnsibleAWSModule, name: str) -> Eksctl:
    """The program, checked to be there and new enough."""
    path = module.get_bin_path(module.params["eksctl_path"])
    if not path:
        raise EksctlError(
            f"The program {module.params['eksctl_path']} is not found. Install eksctl from "
            "https://github.com/eksctl-io/eksctl/releases, or name it with eksctl_path."
        )
    environment = environment_for({**module.params, "region": module.region}, os.environ)
    log_path = module.params["log_path"] or default_log_path(name, os.environ)
    eksctl = Eksctl(path, environment, Path(log_path).absolute(), module.params["timeout"])
    eksctl.require_version()
    return eksctl


def checked_config(module: AnsibleAWSModule, eksctl: Eksctl, config: dict) -> None:
    """Raises EksctlError that names everything that is wrong with the ClusterConfig."""
    problems = eksctl.problems(config)
    if config.get("nodeGroups"):
        problems.append("nodeGroups: only nodegroups that EKS manages are supported. Name them in managedNodeGroups")
    if config["metadata"]["region"] != module.region:
        problems.append(f"metadata.region: it is {config['metadata']['region']}, but option region is {module.region}")
    if problems:
        raise EksctlError("The ClusterConfig is not valid:\n" + "\n".join(f"- {problem}" for problem in problems))


def convergence_for(module: AnsibleAWSModule) -> Convergence:
    config = full_config(module.params["config"], module.region)
    allowed = {key: module.params[key] for key in ("adopt", "recreate_failed", "upgrade", "force")}
    desired = Desired(config, **allowed)
    eksctl = eksctl_for(module, desired.name)
    checked_config(module, eksctl, config)
    reader = Reader(
        module.client("eks"),
        module.client("cloudformation"),
        module.client("iam"),
        desired.name,
        desired.region,
        tuple(desired.nodegroups),
        access_entries=bool(desired.access_entries),
    )
    return Convergence(desired, reader, eksctl, module.params["state"], module.params["timeout"])


def main() -> None:
    module = AnsibleAWSModule(argument_spec=_SPEC, supports_check_mode=True)
    if not HAS_JSONSCHEMA:
        module.fail_json(msg=missing_required_lib("jsonschema"))
    if not (module.params["config"].get("metadata") or {}).get("name"):
        module.fail_json(msg="config.metadata.name is missing: give the cluster a name.")
    try:
        convergence = convergence_for(module)
        result = convergence.run(check_mode=module.check_mode)
    except (Refused, EksctlError) as error:
        module.fail_json(msg=str(error))
    except AWSCallError as error:
        module.fail_json_aws_error(error)
    cluster = result.pop("resource")
    if module.params["state"] == "present":
        for message in drift(convergence.desired.config, cluster["nodegroups"]):
            module.warn(message)
    module.exit_json(cluster=cluster, log_path=str(convergence.eksctl.log_path), **result)


if __name__ == "__main__":
    main()
