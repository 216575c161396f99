# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options that all modules for LiteLLM have."""

from __future__ import annotations


class ModuleDocFragment:
    """The way to LiteLLM."""

    DOCUMENTATION = r"""
options:
  url:
    description:
      - Address of LiteLLM, with its path prefix if it has one.
      - Exactly one of O(url) and O(kubernetes) is needed.
    type: str
  kubernetes:
    description:
      - Reach LiteLLM through the port-forward of the Kubernetes API, where it has no address outside of the cluster.
        Neither kubectl nor a local port is used.
      - The connection options are those of the modules of C(kubernetes.core). Without O(kubernetes.host) the
        kubeconfig counts, and inside a pod its service account.
      - Needs the permission to C(list) pods, and to C(get) and C(create) C(pods/portforward), in the namespace.
    type: dict
    suboptions:
      namespace:
        description: Namespace of LiteLLM's pods.
        type: str
        default: litellm
      label_selector:
        description: Labels of LiteLLM's pods. The first pod that is Ready is asked.
        type: str
        default: app.kubernetes.io/name=litellm
      port:
        description: Port of the pod.
        type: int
        default: 4000
      host:
        description:
          - Address of the Kubernetes API.
          - E(K8S_AUTH_HOST) is its default.
        type: str
      api_key:
        description:
          - Bearer token for the Kubernetes API, for example from P(llmops.bedrock.eks_token#lookup).
          - E(K8S_AUTH_API_KEY) is its default.
        type: str
      ca_cert:
        description:
          - File with the CA of the Kubernetes API.
          - E(K8S_AUTH_SSL_CA_CERT) is its default.
        type: path
        aliases: [ssl_ca_cert]
      validate_certs:
        description:
          - Whether the certificate of the Kubernetes API is checked, which it is unless this is V(false).
          - E(K8S_AUTH_VERIFY_SSL) is its default.
        type: bool
        aliases: [verify_ssl]
      kubeconfig:
        description:
          - Kubeconfig file.
          - E(K8S_AUTH_KUBECONFIG) is its default.
        type: path
      context:
        description:
          - Context of the kubeconfig.
          - E(K8S_AUTH_CONTEXT) is its default.
        type: str
  api_key:
    description:
      - LiteLLM's master key, or a key of a proxy admin.
    type: str
    required: true
  validate_certs:
    description: Whether the certificate of O(url) is checked.
    type: bool
    default: true
  ca_path:
    description: File with the CA that signed the certificate of O(url).
    type: path
  timeout:
    description:
      - Seconds to wait for an answer. LiteLLM reads every model again with each write, so that a write takes longer the
        more models there are.
    type: int
    default: 60
requirements:
  - kubernetes (Python), for the option O(kubernetes) only
notes:
  - Reads are repeated when LiteLLM is overloaded or not to be reached. A write is repeated only after it was seen that
    it did not take effect.
"""

    ACTIONGROUP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/llmops.bedrock.litellm) in C(module_defaults) to set the way to LiteLLM once.
    support: full
    membership:
      - llmops.bedrock.litellm
"""
