"""A small Kubernetes client: enough for controllers, without a dependency, so that the image stays small.

Used by the ALB controller's pod (service account) and by the lab's processes on the machine (client certificate).
"""

from __future__ import annotations

import http.client
import json
import os
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

Object = dict[str, Any]
MERGE = "application/merge-patch+json"
SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")


class KubeError(Exception):
    """The API server's refusal."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"HTTP {status}: {message}")
        self.status = status


class KubeApi:
    """One API server and one identity."""

    def __init__(self, url: str, context: ssl.SSLContext, token_file: Path | None = None) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "localhost", parts.port or 443
        self.context = context
        self.token_file = token_file

    @classmethod
    def with_certificate(cls, url: str, ca: Path, certificate: Path, key: Path) -> KubeApi:
        """Speak as the owner of a client certificate."""
        context = ssl.create_default_context(cafile=str(ca))
        context.load_cert_chain(str(certificate), str(key))
        return cls(url, context)

    @classmethod
    def in_cluster(cls) -> KubeApi:
        """Speak as the pod's service account."""
        host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
        context = ssl.create_default_context(cafile=str(SERVICE_ACCOUNT / "ca.crt"))
        return cls(f"https://{host}:{port}", context, SERVICE_ACCOUNT / "token")

    def request(self, method: str, path: str, body: Object | None = None, content: str = "application/json") -> Object:
        """One call; raises KubeError for a status of 400 and above."""
        connection, response = self._send(method, path, body, content, 15)
        try:
            payload = response.read()
        finally:
            connection.close()
        document: Object = json.loads(payload) if payload else {}
        if response.status >= 400:
            raise KubeError(response.status, str(document.get("message", payload[:200])))
        return document

    def _send(
        self, method: str, path: str, body: Object | None, content: str, timeout: float
    ) -> tuple[http.client.HTTPSConnection, http.client.HTTPResponse]:
        connection = http.client.HTTPSConnection(self.host, self.port, context=self.context, timeout=timeout)
        headers = {"Content-Type": content, "Accept": "application/json"}
        if self.token_file:
            headers["Authorization"] = f"Bearer {self.token_file.read_text().strip()}"
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            return connection, connection.getresponse()
        except BaseException:
            connection.close()
            raise

    def get(self, path: str) -> Object | None:
        """The object, or None when it is not there."""
        try:
            return self.request("GET", path)
        except KubeError as error:
            if error.status == 404:
                return None
            raise

    def items(self, path: str, **query: str) -> list[Object]:
        """Members of a list; empty when the API server does not know the kind."""
        found = self.get(f"{path}?{urlencode(query)}" if query else path)
        return list(found.get("items") or []) if found else []

    def create(self, path: str, body: Object) -> Object:
        """Make an object."""
        return self.request("POST", path, body)

    def merge(self, path: str, patch: Object) -> Object:
        """Merge-patch an object."""
        return self.request("PATCH", path, patch, MERGE)

    def delete(self, path: str, **query: str) -> None:
        """Delete an object or a collection; nothing happens when it is gone."""
        try:
            self.request("DELETE", f"{path}?{urlencode(query)}" if query else path)
        except KubeError as error:
            if error.status != 404:
                raise

    def ensure(self, collection: str, body: Object) -> Object:
        """Create the object, or bring an existing one to the same content."""
        try:
            return self.create(collection, body)
        except KubeError as error:
            if error.status != 409:
                raise
        return self.merge(f"{collection}/{body['metadata']['name']}", body)

    def watch(self, path: str, seconds: int = 60, **query: str) -> Iterator[Object]:
        """Events of a collection until the time is over."""
        options = {"watch": "1", "timeoutSeconds": str(seconds), **query}
        connection, response = self._send("GET", f"{path}?{urlencode(options)}", None, "application/json", seconds + 15)
        try:
            if response.status >= 400:
                raise KubeError(response.status, response.read(300).decode(errors="replace"))
            while line := response.readline():
                yield json.loads(line)
        finally:
            connection.close()
