#!/usr/bin/python
# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: gateway_support_bundle
version_added: 0.1.0
short_description: Find out what is wrong with a gateway, and pack what shows it
description:
  - Collects events, descriptions, objects, logs (of the present and the previous life of each container), Helm's values
    and, where a region is known, the state of cluster, load balancers and targets in AWS.
  - Judges them by rules in the order of causality, and writes one archive whose C(index.md) names the likely cause in
    its first line.
  - "Secrets are masked everywhere: the values of all Secrets of the namespaces, also in base64 and in URLs, and
    whatever looks like a key, a password or a token."
  - Reads only. A cluster that does not answer gives a bundle that says so.
author: Contributors to llmops.bedrock (@llmops)
options:
  path:
    description:
      - The archive to write, a C(.tar.gz). A folder gets a new file with the time in its name.
      - Only its owner can read it.
    type: path
    required: true
  namespaces:
    description: Namespaces to look into. One that does not exist is named as the least likely cause.
    type: list
    elements: str
    default: [litellm, open-webui, kube-system]
  kubernetes:
    description:
      - The way into the cluster, with options as in the modules of the collection kubernetes.core.
      - Without O(kubernetes.host) the kubeconfig counts, and inside a pod its service account.
    default: {}
  client:
    description: Path of C(oc) or C(kubectl). The first of them in the search path when not set.
    type: path
  since:
    description:
      - How far back logs are read, as a number with a unit, V(90m) for example.
      - From their beginning when not set.
    type: str
  max_log_lines:
    description: How many lines of each log are read, the last ones.
    type: int
    default: 2000
  timeout:
    description: Seconds that one command may take.
    type: int
    default: 60
  cluster_name:
    description:
      - Name of the EKS cluster. Without it AWS is asked about the load balancers of the Ingresses only.
      - Where EKS knows no endpoint of it, Kubernetes is not asked, and the bundle says so.
    type: str
extends_documentation_fragment:
  - llmops.bedrock.kubernetes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Says what it would collect, collects nothing and writes nothing.
    support: full
  diff_mode:
    description: There is nothing to compare.
    support: none
requirements:
  - openshift-client (Python)
  - oc or kubectl
notes:
  - AWS is asked when a region is known, by O(region) or from the environment.
  - "The rights that it needs in Kubernetes: C(get) and C(list) of what it collects, Secrets included. Without leave to
    read Secrets their values are not known, and only what looks like a secret is masked."
  - A token goes into a temporary kubeconfig that only its owner can read, never onto a command line.
  - Look into the archive before you give it away. Masking knows secrets, not what else your users wrote.
"""

EXAMPLES = r"""
- name: What is wrong?
  llmops.bedrock.gateway_support_bundle:
    path: /tmp/gateway.tar.gz
    cluster_name: litellm
    region: us-west-2
    kubernetes:
      host: "{{ eks_cluster_connection.host }}"
      ca_cert: "{{ eks_cluster_connection.ca_cert }}"
      api_key: "{{ lookup('llmops.bedrock.eks_token', 'litellm', region='us-west-2') }}"
  register: bundle

- name: Say it
  ansible.builtin.debug:
    msg: "{{ bundle.likely_cause }}. More in {{ bundle.path }}"

- name: The last hour of another cluster, through OpenShift's client
  llmops.bedrock.gateway_support_bundle:
    path: /var/tmp
    namespaces: [litellm]
    since: 1h
    client: /usr/local/bin/oc
    kubernetes:
      kubeconfig: ~/.kube/rosa
"""

RETURN = r"""
path:
  description: The archive.
  returned: success
  type: str
  sample: /tmp/gateway.tar.gz
likely_cause:
  description: The first line of the index, in words. V(nothing wrong found) when no rule applies.
  returned: success, but not in check mode
  type: str
  sample: "image ghcr.io/berriai/litellm-non_root:v9 cannot be pulled: there is no such image or tag"
diagnosis:
  description: All that was found to be wrong, the likely cause first.
  returned: success, but not in check mode
  type: list
  elements: dict
  contains:
    cause:
      description: What is wrong.
      returned: success
      type: str
      sample: the database refuses the password
    evidence:
      description: What shows it, masked.
      returned: success
      type: list
      elements: str
      sample: ['pod litellm/litellm-7d4f: FATAL: password authentication failed for user "litellm"']
    remedy:
      description: What to do.
      returned: success
      type: str
      sample: DATABASE_URL and the database must agree. PostgreSQL keeps the password of its first start.
masked:
  description: How often a secret was replaced.
  returned: success, but not in check mode
  type: int
  sample: 12
problems:
  description: What could not be collected, and why.
  returned: success, but not in check mode
  type: list
  elements: str
  sample: []
size:
  description: Size of the archive in bytes.
  returned: success, but not in check mode
  type: int
  sample: 48211
steps:
  description: What would be done.
  returned: in check mode
  type: list
  elements: str
  sample: [write /tmp/gateway.tar.gz]
"""

import time
from pathlib import Path

from ansible.module_utils.basic import missing_required_lib
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.llmops.bedrock.plugins.module_utils._kubernetes.connection import CONNECTION_SPEC
from ansible_collections.llmops.bedrock.plugins.module_utils._support import client
from ansible_collections.llmops.bedrock.plugins.module_utils._support.run import Order, make


def _order(module: AnsibleAWSModule) -> Order:
    params = module.params
    path = Path(params["path"])
    if path.is_dir():
        path = path / f"support-bundle-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}.tar.gz"
    program = params["client"] or module.get_bin_path("oc") or module.get_bin_path("kubectl", required=True)
    return Order(
        program=program,
        connection=params["kubernetes"],
        namespaces=tuple(dict.fromkeys(params["namespaces"])),
        path=str(path),
        since=params["since"],
        max_log_lines=params["max_log_lines"],
        timeout=params["timeout"],
        cluster_name=params["cluster_name"],
        client_of=module.client if module.region else None,
    )


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "path": {"type": "path", "required": True},
            "namespaces": {"type": "list", "elements": "str", "default": ["litellm", "open-webui", "kube-system"]},
            "kubernetes": {"type": "dict", "default": {}, "options": CONNECTION_SPEC},
            "client": {"type": "path"},
            "since": {},
            "max_log_lines": {"type": "int", "default": 2000},
            "timeout": {"type": "int", "default": 60},
            "cluster_name": {},
        },
        supports_check_mode=True,
    )
    if client.IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("openshift-client"), exception=client.IMPORT_ERROR)
    kubeconfig = module.params["kubernetes"]["kubeconfig"]
    if kubeconfig and not Path(kubeconfig).is_file():
        module.fail_json(msg=f"There is no kubeconfig {kubeconfig}.")
    order = _order(module)
    if module.check_mode:
        module.exit_json(changed=True, path=order.path, steps=order.steps())
    try:
        result = make(order)
    except OSError as error:
        module.fail_json(msg=f"The bundle cannot be written or the client cannot be run: {error}")
    module.exit_json(changed=True, **result)


if __name__ == "__main__":
    main()
