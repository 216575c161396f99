# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a request is sent, and the way to a URL. Private to this collection."""

from __future__ import annotations

import http.client
import socket
import ssl
import typing as t
import urllib.request
from urllib.error import HTTPError, URLError


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


def answer_of(status: int, headers: t.Any, body: bytes) -> Answer:
    """The answer that http.client and urllib give."""
    return Answer(status, {name.lower(): value for name, value in headers.items()}, body)


def text_of(error: Exception) -> str:
    """What an error says, or else its kind."""
    return str(error) or type(error).__name__


class Transport(t.Protocol):
    """Sends one request and returns the answer, whatever its status. Raises NoAnswer."""

    def __call__(
        self, method: str, path: str, headers: t.Mapping[str, str], body: bytes | None, timeout: float
    ) -> Answer: ...


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirection would turn a POST into a GET: it is an error here."""

    def redirect_request(self, *_arguments: t.Any, **_more: t.Any) -> None:
        """No second request."""


class UrlTransport:
    """Requests to a URL, which may have a path prefix. Proxies of the environment are used."""

    def __init__(self, url: str, *, validate_certs: bool = True, ca_path: str | None = None) -> None:
        """Raises ValueError for a URL or a CA file that cannot be used."""
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"url must begin with http:// or https://, not {url!r}")
        self._url = url.rstrip("/")
        handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
        if url.startswith("https://"):
            # One context for all requests: Ansible's open_url reads the whole CA bundle for each, 26 ms.
            handlers.append(urllib.request.HTTPSHandler(context=_context(validate_certs, ca_path)))
        self._opener = urllib.request.build_opener(*handlers)

    def __str__(self) -> str:
        return self._url

    def __call__(
        self, method: str, path: str, headers: t.Mapping[str, str], body: bytes | None, timeout: float
    ) -> Answer:
        """Send the request."""
        try:
            request = urllib.request.Request(  # noqa: S310 - the scheme was checked
                self._url + path, data=body, headers=dict(headers), method=method
            )
            response = self._opener.open(request, timeout=timeout)
        except HTTPError as error:
            response = error
        except (OSError, http.client.HTTPException) as error:
            raise _no_answer(self._url, error) from error
        try:
            with response:
                return answer_of(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(f"{self._url} broke off its answer: {text_of(error)}", sent=True) from error


def _context(validate_certs: bool, ca_path: str | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca_path)
    except OSError as error:  # ssl.SSLError is one
        raise ValueError(f"ca_path {ca_path!r} cannot be used: {text_of(error)}") from error
    if not validate_certs:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _no_answer(url: str, error: Exception) -> NoAnswer:
    cause = error.reason if isinstance(error, URLError) and isinstance(error.reason, Exception) else error
    if isinstance(cause, ssl.SSLError):
        return NoAnswer(
            f"The certificate of {url} cannot be verified ({text_of(cause)}): give its CA as ca_path",
            sent=False,
            final=True,
        )
    if isinstance(cause, socket.gaierror):
        return NoAnswer(f"The host name of {url} cannot be resolved: {text_of(cause)}", sent=False)
    if isinstance(cause, ConnectionRefusedError):
        return NoAnswer(f"Nothing listens at {url}", sent=False)
    if isinstance(cause, TimeoutError):
        return NoAnswer(f"{url} did not answer in time", sent=True)
    return NoAnswer(f"{url} did not answer: {text_of(cause)}", sent=True)
