# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import textwrap

# What _kubernetes.connection.CONNECTION_SPEC takes, at no depth.
CONNECTION = r"""
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
"""


class ModuleDocFragment:
    """The way into a cluster, as suboptions of the option kubernetes. The module says what else there is to say of it.

    Ansible merges fragments option by option, not below: two fragments cannot each bring suboptions of one option.
    """

    # Put together, hence annotated: a plain assignment is to be one literal, says ansible-test.
    DOCUMENTATION: str = f"""
options:
  kubernetes:
    type: dict
    suboptions:
{textwrap.indent(CONNECTION.strip(), "      ")}
"""
