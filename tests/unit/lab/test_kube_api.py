"""The small Kubernetes client, against a server of its own, and the paths that a wipe uses."""

from __future__ import annotations

import datetime
import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.lab.aws.kube_wipe import path_of
from tests.lab.stand_ins.alb_controller import kube_api
from tests.lab.stand_ins.alb_controller.leader import expired


class Server(http.server.ThreadingHTTPServer):
    """Answers from a table and remembers what was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[tuple[str, str], tuple[int, Any]] = {}
        self.asked: list[tuple[str, str, Any]] = []


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        server.asked.append((self.command, self.path, json.loads(body) if body else None))
        status, content = server.answers.get((self.command, self.path), (404, {"message": "not there"}))
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PATCH = do_DELETE = answer

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture
def api(server: Server, monkeypatch: pytest.MonkeyPatch) -> kube_api.KubeApi:
    """The client without TLS."""

    def plain(host: str, port: int, context: Any = None, timeout: float = 15) -> Any:
        return kube_api.http.client.HTTPConnection(host, port, timeout=timeout)

    monkeypatch.setattr(kube_api.http.client, "HTTPSConnection", plain)
    context: Any = None
    return kube_api.KubeApi(f"https://127.0.0.1:{server.server_address[1]}", context)


def test_what_is_not_there_is_none_or_empty(api: kube_api.KubeApi):
    assert api.get("/api/v1/nodes/x") is None
    assert api.items("/apis/unknown/v1/things") == []
    api.delete("/api/v1/nodes/x")


def test_a_refusal_is_an_error_with_its_status(api: kube_api.KubeApi, server: Server):
    server.answers["GET", "/api/v1/nodes"] = (403, {"message": "forbidden"})
    with pytest.raises(kube_api.KubeError, match="forbidden") as caught:
        api.items("/api/v1/nodes")
    assert caught.value.status == 403


def test_ensure_creates_or_merges(api: kube_api.KubeApi, server: Server):
    body = {"metadata": {"name": "a"}}
    server.answers["POST", "/api/v1/nodes"] = (409, {"message": "exists"})
    server.answers["PATCH", "/api/v1/nodes/a"] = (200, body)
    assert api.ensure("/api/v1/nodes", body) == body
    assert [method for method, _path, _body in server.asked] == ["POST", "PATCH"]


def test_a_watch_gives_events_line_by_line(api: kube_api.KubeApi, server: Server):
    events = b'{"type":"ADDED"}\n{"type":"DELETED"}\n'
    server.answers["GET", "/api/v1/pods?watch=1&timeoutSeconds=5"] = (200, events)
    assert [event["type"] for event in api.watch("/api/v1/pods", 5)] == ["ADDED", "DELETED"]


@pytest.mark.parametrize(
    ("collection", "metadata", "path"),
    [
        ("/api/v1/persistentvolumes", {"name": "v"}, "/api/v1/persistentvolumes/v"),
        ("/api/v1/services", {"name": "s", "namespace": "n"}, "/api/v1/namespaces/n/services/s"),
        (
            "/apis/networking.k8s.io/v1/ingresses",
            {"name": "i", "namespace": "n"},
            "/apis/networking.k8s.io/v1/namespaces/n/ingresses/i",
        ),
    ],
)
def test_paths_of_members(collection: str, metadata: dict[str, str], path: str):
    assert path_of(collection, {"metadata": metadata}) == path


@pytest.mark.parametrize(
    ("spec", "answer"),
    [
        ({"holderIdentity": "a", "renewTime": "2026-11-22T12:00:00.000000Z"}, False),
        ({"holderIdentity": "a", "renewTime": "2026-11-22T11:59:00.000000Z"}, True),
        ({"holderIdentity": "", "renewTime": "2026-11-22T12:00:00.000000Z"}, True),
        ({}, True),
    ],
)
def test_a_lease_runs_out(spec: dict[str, object], answer: bool):
    now = datetime.datetime(2026, 11, 22, 12, 0, 5, tzinfo=datetime.UTC)
    assert expired(spec, now) is answer
