"""A module run as a whole against an AWS whose answers a test writes down.

For what no emulator does on demand: an answer that gets lost, a page that comes third, an error of one's choice. The
requests are those that boto3 really sends, told apart by operation through botocore's own service models.
"""

from __future__ import annotations

import datetime
import importlib
import json
import re
import threading
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias

import botocore.session
import pytest
from ansible.module_utils.testing import patch_module_args


@dataclass(frozen=True)
class Request:
    """One request: its operation, and its parameters from path, query and body in the API's names."""

    operation: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Error:
    """An error of AWS for an answer."""

    code: str
    message: str = "scripted"
    status: int = 400


@dataclass(frozen=True)
class Lost:
    """The request is read, and the connection closed without an answer."""


Answer: TypeAlias = "Mapping[str, Any] | Error | Lost"


@dataclass
class ScriptedAws:
    """Answers by operation, and all requests in order.

    A list is used up one answer a request, and its last one stays. A function is asked. What is not scripted is
    answered with the error Unscripted, which no module retries.
    """

    services: tuple[str, ...] = ("bedrock",)
    script: dict[str, Answer | list[Answer] | Callable[[Request], Answer]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    endpoint: str = ""

    def __post_init__(self) -> None:
        session = botocore.session.Session()
        self.routes = []
        for service in self.services:
            model = session.get_service_model(service)
            for name in model.operation_names:
                http = model.operation_model(name).http
                pattern = re.sub(r"\\{(\w+)(?:\\\+)?\\}", r"(?P<\1>.+)", re.escape(http["requestUri"].split("?")[0]))
                self.routes.append((http["method"], re.compile(pattern), name))
        # The longest address first: /jobs/{id}/stop is not the job with the id "x/stop".
        self.routes.sort(key=lambda route: -len(route[1].pattern))

    def calls(self, *operations: str) -> list[Request]:
        """The requests of these operations, or all."""
        return [one for one in self.requests if not operations or one.operation in operations]

    def count(self, operation: str) -> int:
        return len(self.calls(operation))

    @property
    def writes(self) -> list[str]:
        """Operations that were called and change something."""
        return [one.operation for one in self.requests if not one.operation.startswith(("Get", "List", "Describe"))]

    def answer(self, method: str, address: str, body: bytes) -> Answer:
        request = self._request(method, address, body)
        self.requests.append(request)
        script = self.script.get(request.operation, Error("Unscripted", f"{request.operation} is not in the script"))
        if callable(script):
            return script(request)
        if isinstance(script, list):
            return script.pop(0) if len(script) > 1 else script[0]
        return script

    def _request(self, method: str, address: str, body: bytes) -> Request:
        parts = urllib.parse.urlsplit(address)
        given: dict[str, Any] = dict(urllib.parse.parse_qsl(parts.query))
        given.update(json.loads(body) if body else {})
        for verb, pattern, operation in self.routes:
            match = pattern.fullmatch(parts.path)
            if verb == method and match:
                given.update({name: urllib.parse.unquote(value) for name, value in match.groupdict().items()})
                return Request(operation, given)
        return Request(f"{method} {parts.path}", given)


def _handler(aws: ScriptedAws) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = aws.answer(self.command, self.path, body)
            if isinstance(answer, Lost):
                self.close_connection = True
                return
            status, headers = 200, {}
            if isinstance(answer, Error):
                status, headers = answer.status, {"x-amzn-errortype": answer.code}
                answer = {"message": answer.message}
            text = json.dumps(answer, default=_time).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Type": "application/json", "Content-Length": len(text)}.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = respond

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


def _time(value: datetime.datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


@pytest.fixture
def scripted_aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedAws]:
    """Bedrock, scripted. No time passes in its retries and waits."""
    yield from serve(ScriptedAws(), monkeypatch)


def serve(aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedAws]:
    """Run it for the length of a test."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    for name in ("HTTP_PROXY", "http_proxy", "AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_URL", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(aws))
    server.daemon_threads = True
    aws.endpoint = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield aws
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Runner:
    """Runs a module's main() as Ansible would, in this process."""

    aws: ScriptedAws
    capsys: pytest.CaptureFixture[str]

    def __call__(self, module: str, *, check: bool = False, **options: Any) -> dict[str, Any]:
        """The module's result. module: its name in the collection."""
        where = {"endpoint_url": self.aws.endpoint, "region": "us-west-2", "access_key": "test", "secret_key": "test"}
        code = importlib.import_module(f"ansible_collections.llmops.bedrock.plugins.modules.{module}")
        self.capsys.readouterr()
        arguments = {**where, **options, "_ansible_check_mode": check, "_ansible_diff": True}
        with patch_module_args(arguments), pytest.raises(SystemExit):
            code.main()
        result: dict[str, Any] = json.loads(self.capsys.readouterr().out)
        return result


@pytest.fixture
def run_module(scripted_aws: ScriptedAws, capsys: pytest.CaptureFixture[str]) -> Runner:
    """Runs a module against the scripted Bedrock."""
    return Runner(scripted_aws, capsys)
