# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of the Kubernetes API from connection options named as in kubernetes.core. Private to this collection."""

from __future__ import annotations

import importlib
import typing as t

from ansible.module_utils.basic import env_fallback, missing_required_lib  # type: ignore[import-untyped]

# As in kubernetes.core, so that one set of variables serves both.
CONNECTION_SPEC: dict[str, dict[str, t.Any]] = {
    "host": {"type": "str", "fallback": (env_fallback, ["K8S_AUTH_HOST"])},
    "api_key": {"type": "str", "no_log": True, "fallback": (env_fallback, ["K8S_AUTH_API_KEY"])},
    "ca_cert": {"type": "path", "aliases": ["ssl_ca_cert"], "fallback": (env_fallback, ["K8S_AUTH_SSL_CA_CERT"])},
    "validate_certs": {"type": "bool", "aliases": ["verify_ssl"], "fallback": (env_fallback, ["K8S_AUTH_VERIFY_SSL"])},
    "kubeconfig": {"type": "path", "fallback": (env_fallback, ["K8S_AUTH_KUBECONFIG"])},
    "context": {"type": "str", "fallback": (env_fallback, ["K8S_AUTH_CONTEXT"])},
}


class KubernetesError(Exception):
    """The cluster cannot be used as asked. The message names the remedy. passing: another try may succeed."""

    def __init__(self, message: str, *, passing: bool = False) -> None:
        super().__init__(message)
        self.passing = passing


def library(part: str) -> t.Any:
    """A part of the Python client of Kubernetes: client, config or stream.

    Imported only when it is needed, because that takes half a second of each module run.
    Raises KubernetesError, with Ansible's usual advice, where the client is missing.
    """
    try:
        return importlib.import_module(f"kubernetes.{part}")
    except ImportError as error:
        raise KubernetesError(missing_required_lib("kubernetes")) from error


def api_client(options: t.Mapping[str, t.Any]) -> t.Any:
    """An ApiClient of its own: forwarding patches the client while it connects.

    With ``host`` the options are all there is; else the kubeconfig counts, and inside a pod its service account.
    """
    client = library("client")
    configuration = client.Configuration()
    if options.get("host"):
        configuration.host = options["host"]
    else:
        _load_kubeconfig(options, configuration)
    if options.get("api_key"):
        # Both names: the generated client changed from one to the other.
        configuration.api_key = dict.fromkeys(("BearerToken", "authorization"), f"Bearer {options['api_key']}")
    if options.get("ca_cert"):
        configuration.ssl_ca_cert = options["ca_cert"]
    if options.get("validate_certs") is not None:
        configuration.verify_ssl = options["validate_certs"]
    configuration.retries = 2
    return client.ApiClient(configuration)


def _load_kubeconfig(options: t.Mapping[str, t.Any], configuration: t.Any) -> None:
    chosen = {"config_file": options.get("kubeconfig"), "context": options.get("context")}
    config = library("config")
    try:
        config.load_kube_config(client_configuration=configuration, **chosen)
    except (config.ConfigException, OSError) as error:
        if any(chosen.values()):
            raise KubernetesError(f"The kubeconfig cannot be used: {error}") from error
        _load_service_account(configuration, error)


def _load_service_account(configuration: t.Any, error: Exception) -> None:
    config = library("config")
    try:
        config.load_incluster_config(client_configuration=configuration)
    except config.ConfigException:
        raise KubernetesError(
            f"No way into the cluster: give host and api_key, or kubeconfig. (The default kubeconfig: {error})"
        ) from error
