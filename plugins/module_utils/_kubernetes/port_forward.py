# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP to a pod through the port-forward of the Kubernetes API: no kubectl and no local port. Private.

A forward goes to one pod, not to a Service, and serves one connection: each request makes its own, about 30 ms.
The caller may ``list`` pods and ``get`` and ``create`` ``pods/portforward`` in the namespace.
"""

from __future__ import annotations

import http.client
import importlib
import typing as t

from .connection import KubernetesError, api_client, library

_API_TIMEOUT = 30


class PodHTTPConnection(http.client.HTTPConnection):
    """A connection to a port of one pod. Use it for one request, with the header ``Connection: close``."""

    def __init__(self, core: t.Any, namespace: str, pod: str, port: int, timeout: float) -> None:
        super().__init__(pod, port, timeout=timeout)
        self._core, self._namespace, self._pod = core, namespace, pod
        self._forward: t.Any = None

    def connect(self) -> None:
        """Open the forward. Raises KubernetesError."""
        try:
            self._forward = library("stream").portforward(
                self._core.connect_get_namespaced_pod_portforward, self._pod, self._namespace, ports=str(self.port)
            )
        except library("client").ApiException as error:
            refused = _forward_refused(self._namespace, self._pod, str(error.reason))
            raise KubernetesError(refused, passing=" 403 " not in str(error.reason)) from error
        self.sock = self._forward.socket(self.port)
        self.sock.settimeout(self.timeout)

    def close(self) -> None:
        """End the forward with the connection."""
        super().close()
        if self._forward is not None:
            self._forward.close()

    def reason_of_end(self) -> str:
        """What the kubelet said when it closed the forward, "" if nothing: that nothing listens, for example."""
        return str(self._forward.error(self.port) or "").strip() if self._forward is not None else ""


class PodFinder:
    """Ready pods of a label selector, with the client to reach them."""

    def __init__(self, options: t.Mapping[str, t.Any]) -> None:
        """options: connection options (see connection), namespace, label_selector and port."""
        self._core = library("client").CoreV1Api(api_client(options))
        self._namespace: str = options["namespace"]
        self._selector: str = options["label_selector"]
        self._port: int = options["port"]
        self._pod: str | None = None

    def __str__(self) -> str:
        return f"port {self._port} of a pod with {self._selector} in namespace {self._namespace}"

    def connection(self, timeout: float) -> PodHTTPConnection:
        """A new connection, to the same pod as before unless ``forget`` was called. Raises KubernetesError."""
        self._pod = self._pod or self._ready_pod()
        return PodHTTPConnection(self._core, self._namespace, self._pod, self._port, timeout)

    def forget(self) -> None:
        """Look for a Ready pod again next time: the one in use may be gone."""
        self._pod = None

    def _ready_pod(self) -> str:
        try:
            pods = self._core.list_namespaced_pod(
                self._namespace, label_selector=self._selector, _request_timeout=_API_TIMEOUT
            ).items
        except library("client").ApiException as error:
            raise KubernetesError(_list_refused(self._namespace, error)) from error
        except importlib.import_module("urllib3.exceptions").HTTPError as error:  # which the client lets through
            raise KubernetesError(f"The Kubernetes API does not answer: {error}", passing=True) from error
        return pick_ready(pods, self._namespace, self._selector)


def pick_ready(pods: t.Sequence[t.Any], namespace: str, selector: str) -> str:
    """The name of the first pod that is Ready and not on its way out. Raises KubernetesError, saying what there is."""
    if not pods:
        raise KubernetesError(
            f"No pod has the labels {selector} in namespace {namespace}: check namespace and label_selector, and "
            "whether the Deployment is scaled to zero."
        )
    ready = sorted(pod.metadata.name for pod in pods if _is_ready(pod))
    if not ready:
        states = ", ".join(sorted(f"{pod.metadata.name} ({_state(pod)})" for pod in pods))
        raise KubernetesError(
            f"None of the pods with {selector} in namespace {namespace} is Ready: {states}.", passing=True
        )
    return str(ready[0])


def _is_ready(pod: t.Any) -> bool:
    conditions = pod.status.conditions or []
    return not pod.metadata.deletion_timestamp and any(c.type == "Ready" and c.status == "True" for c in conditions)


def _state(pod: t.Any) -> str:
    if pod.metadata.deletion_timestamp:
        return "terminating"
    for status in pod.status.container_statuses or []:
        if status.state and status.state.waiting and status.state.waiting.reason:
            return str(status.state.waiting.reason)
    return str(pod.status.phase or "unknown")


def _list_refused(namespace: str, error: t.Any) -> str:
    if error.status == 401:
        return "The Kubernetes API does not know this token or certificate (401): it may have run out."
    if error.status == 403:
        return f"Kubernetes forbids to list pods in namespace {namespace} (403): the user needs `list` on pods there."
    return f"The pods of namespace {namespace} cannot be listed: {error.status} {error.reason}."


def _forward_refused(namespace: str, pod: str, reason: str) -> str:
    if " 403 " in reason:
        return (
            f"Kubernetes forbids to forward a port of pod {namespace}/{pod} (403): the user needs `get` and `create` "
            "on pods/portforward there."
        )
    if " 404 " in reason:
        return f"Pod {namespace}/{pod} is gone (404)."
    # The reason goes on with the headers of the answer.
    return f"No port of pod {namespace}/{pod} can be forwarded: {reason.split(' -+-+- ', maxsplit=1)[0]}."
