# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import textwrap

from .kubernetes import CONNECTION

_OPTIONS = r"""
options:
  url:
    description:
      - Address of @SERVICE@@ABOUT_URL@.
      - Exactly one of O(url) and O(kubernetes) is needed.@ENVIRONMENT@
    type: str
  kubernetes:
    description:
      - Reach @SERVICE@ through the port-forward of the Kubernetes API, where it has no address outside of the cluster.
        Neither kubectl nor a local port is used.
      - The connection options are those of the modules of C(kubernetes.core). Without O(kubernetes.host) the
        kubeconfig counts, and inside a pod its service account.
      - Needs the permission to C(list) pods, and to C(get) and C(create) C(pods/portforward), in the namespace.
    type: dict
    suboptions:
      namespace:
        description: Namespace of @SERVICE@'s pods.
        type: str
        default: @NAMESPACE@
      label_selector:
        description: Labels of @SERVICE@'s pods. The first pod that is Ready is asked.
        type: str
        default: @LABEL_SELECTOR@
      port:
        description: Port of the pod.
        type: int
        default: @PORT@
@CONNECTION@
  validate_certs:
    description: Whether the certificate of O(url) is checked.
    type: bool
    default: true
  ca_path:
    description: File with the CA that signed the certificate of O(url).
    type: path
"""


def options(
    service: str, *, namespace: str, label_selector: str, port: int, about_url: str = "", environment: str = ""
) -> str:
    """Documentation of the options of _rest.way_in, to which a fragment adds those of its service."""
    words = {
        "SERVICE": service,
        "NAMESPACE": namespace,
        "LABEL_SELECTOR": label_selector,
        "PORT": str(port),
        "ABOUT_URL": about_url,
        "ENVIRONMENT": f"\n      - The environment variable E({environment}) is used where neither is set."
        * bool(environment),
        "CONNECTION": textwrap.indent(CONNECTION.strip(), "      "),
    }
    text = _OPTIONS
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text
