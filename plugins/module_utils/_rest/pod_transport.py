# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way through Kubernetes to a pod. Private to this collection."""

from __future__ import annotations

import http.client
import typing as t

from .._kubernetes.connection import KubernetesError
from .._kubernetes.port_forward import PodFinder
from .transport import Answer, NoAnswer, answer_of, text_of


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
            return answer_of(response.status, response.headers, response.read())
        except KubernetesError as error:
            self._finder.forget()
            raise NoAnswer(str(error), sent=sent, final=not error.passing) from error
        except (OSError, http.client.HTTPException) as error:
            self._finder.forget()
            ended = connection.reason_of_end() if connection is not None else ""
            raise NoAnswer(f"{self} closed the connection: {ended or text_of(error)}", sent=not ended) from error
        finally:
            if connection is not None:
                connection.close()
