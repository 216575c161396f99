# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways to a service: to a URL, or through Kubernetes to a pod. Options and what they lead to. Private."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import env_fallback  # type: ignore[import-untyped]

from .._kubernetes.connection import CONNECTION_SPEC
from .transport import Transport, UrlTransport

# What a module with these options passes on to AnsibleModule.
ONE_WAY = [["url", "kubernetes"]]


def options(
    *, namespace: str, label_selector: str, port: int, environment: str | None = None
) -> dict[str, dict[str, t.Any]]:
    """The options that lead to a service, with its usual namespace, labels and port in Kubernetes.

    environment: variable that the URL is taken from where neither way is set.
    """
    fallback = {"fallback": (env_fallback, [environment])} if environment else {}
    return {
        "url": {"type": "str", **fallback},
        "kubernetes": {
            "type": "dict",
            "options": {
                "namespace": {"type": "str", "default": namespace},
                "label_selector": {"type": "str", "default": label_selector},
                "port": {"type": "int", "default": port},
                **CONNECTION_SPEC,
            },
        },
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "timeout": {"type": "int", "default": 60},
    }


def transport(params: t.Mapping[str, t.Any]) -> Transport:
    """The way that the options lead to. Raises KubernetesError, and ValueError for what is no URL."""
    if params["kubernetes"]:
        # Not above: Ansible compiles what is imported each time that a module runs.
        from .._kubernetes.port_forward import PodFinder  # noqa: PLC0415
        from .pod_transport import PodTransport  # noqa: PLC0415

        return PodTransport(PodFinder(params["kubernetes"]))
    return UrlTransport(params["url"], validate_certs=params["validate_certs"], ca_path=params["ca_path"])
