# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options that all modules for Open WebUI have."""

from __future__ import annotations


class ModuleDocFragment:
    """The way to Open WebUI, and its administrator."""

    DOCUMENTATION = r"""
options:
  url:
    description:
      - Address of Open WebUI.
      - Exactly one of O(url) and O(kubernetes) is needed.
    type: str
  kubernetes:
    description:
      - Reach Open WebUI through the port-forward of the Kubernetes API, where it has no address outside of the cluster.
        Neither kubectl nor a local port is used.
      - The connection options are those of the modules of C(kubernetes.core). Without O(kubernetes.host) the
        kubeconfig counts, and inside a pod its service account.
      - Needs the permission to C(list) pods, and to C(get) and C(create) C(pods/portforward), in the namespace.
    type: dict
    suboptions:
      namespace:
        description: Namespace of Open WebUI's pods.
        type: str
        default: open-webui
      label_selector:
        description: Labels of Open WebUI's pods. The first pod that is Ready is asked.
        type: str
        default: app.kubernetes.io/component=open-webui
      port:
        description: Port of the pod.
        type: int
        default: 8080
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
  admin_email:
    description:
      - E-mail address of an administrator of Open WebUI.
      - This or O(token) is needed. With both, the token is tried first.
    type: str
  admin_password:
    description: Password of O(admin_email).
    type: str
  token:
    description:
      - Token of an administrator, as M(llmops.bedrock.open_webui_session) returns it, instead of O(admin_email) and
        O(admin_password).
    type: str
  wait_timeout:
    description:
      - Seconds to wait when Open WebUI refuses a further sign-in. It allows each account 15 in 3 minutes, and those
        that succeed count.
      - With V(0) the module fails at once.
    type: int
    default: 200
  validate_certs:
    description: Whether the certificate of O(url) is checked.
    type: bool
    default: true
  ca_path:
    description: File with the CA that signed the certificate of O(url).
    type: path
  timeout:
    description: Seconds to wait for an answer, at least 15.
    type: int
    default: 60
requirements:
  - kubernetes (Python), for the option O(kubernetes) only
notes:
  - Made for Open WebUI 0.11 and 0.12.
  - Each task signs in once, or not at all with O(token).
"""

    ACTIONGROUP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/llmops.bedrock.open_webui) in C(module_defaults) to set the way to Open WebUI once.
    support: full
    membership:
      - llmops.bedrock.open_webui
"""
