# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two ways to send a request to LiteLLM: to a URL, and through Kubernetes to a pod. Private to this collection."""

from __future__ import annotations

import http.client
import socket
import ssl
import typing as t
from urllib.error import HTTPError, URLError

from ansible.module_utils.urls import open_url  # type: ignore[import-untyped]

from .._kubernetes.connection import KubernetesError
from .._kubernetes.port_forward import PodFinder


class Answer(t.NamedTuple):
    """An HTTP answer; the names of its headers in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class NoAnswer(Exception):
    """No answer came. sent: the request may have arrived. final: another try will not help."""

    def __init__(self, message: str, *, sent: bool, final: bool = False) -> None:
        super().__init__(message)
        self.sent, self.final = sent, final


class Transport(t.Protocol):
    """Sends one request and returns the answer, whatever its status. Raises NoAnswer."""

    def __call__(
        self, method: str, path: str, headers: t.Mapping[str, str], body: bytes | None, timeout: float
    ) -> Answer: ...


class UrlTransport:
    """Requests to a URL, which may have a path prefix. Proxies of the environment are used."""

    def __init__(self, url: str, *, validate_certs: bool = True, ca_path: str | None = None) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"url must begin with http:// or https://, not {url!r}")
        self._url, self._validate_certs, self._ca_path = url.rstrip("/"), validate_certs, ca_path

    def __str__(self) -> str:
        return self._url

    def __call__(
        self, method: str, path: str, headers: t.Mapping[str, str], body: bytes | None, timeout: float
    ) -> Answer:
        """Send the request."""
        try:
            response = open_url(
                self._url + path,
                method=method,
                headers=dict(headers),
                data=body,
                timeout=timeout,
                validate_certs=self._validate_certs,
                ca_path=self._ca_path,
                follow_redirects="none",
                use_netrc=False,  # it would take the place of the key
            )
        except HTTPError as error:
            response = error
        except (OSError, http.client.HTTPException) as error:
            raise _no_answer(self._url, error) from error
        try:
            with response:
                return _answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(f"{self._url} broke off its answer: {_text(error)}", sent=True) from error


class PodTransport:
    """Requests to a pod through the port-forward of the Kubernetes API."""

    def __init__(self, finder: PodFinder) -> None:
        self._finder = finder

    def __str__(self) -> str:
        return str(self._finder)

    def __call__(
        self, method: str, path: str, headers: t.Mapping[str, str], body: bytes | None, timeout: float
    ) -> Answer:
        """Send the request."""
        sent = False
        connection = None
        try:
            connection = self._finder.connection(timeout)
            connection.connect()
            sent = True
            connection.request(method, path, body, {**headers, "Connection": "close"})
            response = connection.getresponse()
            return _answer(response.status, response.headers, response.read())
        except KubernetesError as error:
            self._finder.forget()
            raise NoAnswer(str(error), sent=sent, final=not error.passing) from error
        except (OSError, http.client.HTTPException) as error:
            self._finder.forget()
            ended = connection.reason_of_end() if connection is not None else ""
            raise NoAnswer(f"{self} closed the connection: {ended or _text(error)}", sent=not ended) from error
        finally:
            if connection is not None:
                connection.close()


def _answer(status: int, headers: t.Any, body: bytes) -> Answer:
    return Answer(status, {name.lower(): value for name, value in headers.items()}, body)


def _no_answer(url: str, error: Exception) -> NoAnswer:
    cause = error.reason if isinstance(error, URLError) and isinstance(error.reason, Exception) else error
    if isinstance(cause, ssl.SSLError):
        return NoAnswer(
            f"The certificate of {url} cannot be verified ({_text(cause)}): give its CA as ca_path",
            sent=False,
            final=True,
        )
    if isinstance(cause, socket.gaierror):
        return NoAnswer(f"The host name of {url} cannot be resolved: {_text(cause)}", sent=False)
    if isinstance(cause, ConnectionRefusedError):
        return NoAnswer(f"Nothing listens at {url}", sent=False)
    if isinstance(cause, TimeoutError):
        return NoAnswer(f"{url} did not answer in time", sent=True)
    return NoAnswer(f"{url} did not answer: {_text(cause)}", sent=True)


def _text(error: Exception) -> str:
    return str(error) or type(error).__name__
