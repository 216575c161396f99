"""The programs of examples/ as they stand, before and after: only OPENAI_BASE_URL and OPENAI_API_KEY differ.

Wants a gateway on the lab, as test_walkthrough.py leaves it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
import time
import typing as t
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import openai
import pytest

from tests import rehearse
from tests.walkthrough.conftest import Play, recap

Aws = t.Callable[[str], t.Any]
EXAMPLES = rehearse.CHECKOUT / "examples"
PLAYBOOK = "examples/application_key.yml"
APPLICATION = "examples-test"
PROGRAMS = {
    "translate.py": r".*Hello, how are you\?.*\n",
    "chat.py": r".+France.+\n\(\d+ \+ \d+ tokens\)\n.+rivers of France.+\n",
    "tools.py": r'stock: \{"article": ".+", "pieces": 7\}\n.*"pieces": 7.*\n',
    "extract.py": r"\d+ x .+ for .+\n",
    "search.py": r"([+-]\d\.\d{3}  .+\.\n){3}",
}
"""What each program prints. Both services repeat the question, or what the tool said, in their answer."""
NO_PROSE = ("search.py", "extract.py")


class Service(t.NamedTuple):
    """What a program talks to, as its environment says."""

    url: str
    key: str

    def environment(self) -> dict[str, str]:
        return {"OPENAI_BASE_URL": self.url, "OPENAI_API_KEY": self.key}


class OpenAI(BaseHTTPRequestHandler):
    """OpenAI's part before the move: the three calls of the programs, by models that only OpenAI has."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != "Bearer sk-before":
            self.answer({"error": {"message": "Incorrect API key provided"}}, status=401)
        elif self.path == "/v1/completions" and request["model"] == "text-davinci-003":
            choice = {"index": 0, "text": request["prompt"], "finish_reason": "stop", "logprobs": None}
            self.answer({**self.head("text_completion", request), "choices": [choice]})
        elif self.path == "/v1/chat/completions" and request["model"].startswith("gpt-"):
            self.chat(request)
        elif self.path == "/v1/embeddings" and request["model"].startswith("text-embedding-"):
            vector = [float(len(request["input"])), 1.0]
            self.answer({"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": vector}]})
        else:
            self.answer({"error": {"message": f"{self.path} {request['model']}"}}, status=404)

    def chat(self, request: dict[str, t.Any]) -> None:
        said = request["messages"][-1]["content"]
        if request.get("stream"):
            parts = [{"index": 0, "delta": {"content": word + " "}, "finish_reason": None} for word in said.split(" ")]
            head = self.head("chat.completion.chunk", request)
            events = [f"data: {json.dumps({**head, 'choices': [part]})}\n\n" for part in parts]
            self.send("".join([*events, "data: [DONE]\n\n"]), "text/event-stream")
            return
        message: dict[str, t.Any] = {"role": "assistant", "content": said}
        if "response_format" in request:
            message["content"] = json.dumps({"pieces": 3, "article": "blue lamps", "customer": "Ms Weber"})
        elif "tools" in request and request["messages"][-1]["role"] == "user":
            function = {"name": request["tools"][0]["function"]["name"], "arguments": '{"article": "blue lamps"}'}
            message["tool_calls"] = [{"id": "call_1", "type": "function", "function": function}]
        choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if "tool_calls" in message else "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        self.answer({**self.head("chat.completion", request), "choices": [choice], "usage": usage})

    def head(self, kind: str, request: dict[str, t.Any]) -> dict[str, t.Any]:
        return {"id": "1", "object": kind, "created": 1, "model": request["model"]}

    def answer(self, body: dict[str, t.Any], status: int = 200) -> None:
        self.send(json.dumps(body), "application/json", status)

    def send(self, text: str, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def before() -> t.Iterator[Service]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), OpenAI)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Service(f"http://127.0.0.1:{server.server_port}/v1", "sk-before")
    server.shutdown()
    server.server_close()


def key_play(application: str, lab_env: dict[str, str], *more: str) -> dict[str, int]:
    arguments = (PLAYBOOK, "-e", f"application={application}", *more)
    return recap(Play(application, *arguments, env=lab_env).finish(timeout=120))


@contextlib.contextmanager
def application(name: str, lab_env: dict[str, str], aws: Aws, *more: str) -> t.Iterator[Service]:
    """The gateway with a key of an application's own, out of Secrets Manager; taken back at the end."""
    key_play(name, lab_env, *more)
    secret = f"litellm/litellm/applications/{name}"
    stored = json.loads(aws("secretsmanager").get_secret_value(SecretId=secret)["SecretString"])
    try:
        yield Service(stored["OPENAI_BASE_URL"], stored["OPENAI_API_KEY"])
    finally:
        key_play(name, lab_env, "-e", "application_state=absent")
    assert secret not in {each["Name"] for each in aws("secretsmanager").list_secrets()["SecretList"]}


@pytest.fixture(scope="module")
def after(lab_env: dict[str, str], aws: Aws) -> t.Iterator[Service]:
    with application(APPLICATION, lab_env, aws) as service:
        yield service


def run(program: str, service: Service, lab_env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The program in an environment that holds nothing else of the lab than the authority of its certificate."""
    environment = {"PATH": os.environ["PATH"], "SSL_CERT_FILE": lab_env["SSL_CERT_FILE"], **service.environment()}
    command = [sys.executable, str(EXAMPLES / program)]
    return subprocess.run(command, check=False, env=environment, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_works_before_and_after(
    program: str, moment: str, request: pytest.FixtureRequest, lab_env: dict[str, str]
) -> None:
    done = run(program, request.getfixturevalue(moment), lab_env)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(PROGRAMS[program], done.stdout), done.stdout
    assert ("emulated Amazon Bedrock" in done.stdout) == (moment == "after" and program not in NO_PROSE)


def test_the_environment_files_name_just_these_two_variables() -> None:
    lines = {name: (EXAMPLES / name).read_text().splitlines() for name in ("before.env", "after.env")}
    names = {name: [line.split("=")[0] for line in found] for name, found in lines.items()}
    assert names == {"before.env": ["OPENAI_API_KEY"], "after.env": ["OPENAI_BASE_URL", "OPENAI_API_KEY"]}


@pytest.fixture
def client(after: Service, lab_env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> openai.OpenAI:
    monkeypatch.setenv("SSL_CERT_FILE", lab_env["SSL_CERT_FILE"])
    return openai.OpenAI(base_url=after.url, api_key=after.key)


def test_the_key_is_made_once_and_knows_its_models(client: openai.OpenAI, lab_env: dict[str, str]) -> None:
    assert key_play(APPLICATION, lab_env)["changed"] == 0
    told = {model.id for model in client.models.list()}
    assert told == {"gpt-4o", "gpt-4o-mini", "text-davinci-003", "text-embedding-3-small"}
    with pytest.raises((openai.PermissionDeniedError, openai.AuthenticationError)):
        client.chat.completions.create(model="claude-sonnet", messages=[{"role": "user", "content": "Hello"}])


def test_answers_have_every_field_of_the_packages_types(client: openai.OpenAI) -> None:
    """The package builds its objects without a check; its own types say what an application may count on."""
    messages: t.Any = [{"role": "user", "content": "Hello"}]
    answers: list[openai.BaseModel] = [
        client.completions.create(model="text-davinci-003", prompt="Hello"),
        client.chat.completions.create(model="gpt-4o", messages=messages),
        *client.chat.completions.create(model="gpt-4o", messages=messages, stream=True),
        client.embeddings.create(model="text-embedding-3-small", input="Hello"),
    ]
    assert len(answers) >= 6
    for answer in answers:
        type(answer).model_validate(answer.to_dict(mode="json"), strict=True)


def test_completions_stream(client: openai.OpenAI) -> None:
    chunks = list(client.completions.create(model="text-davinci-003", prompt="Hello", stream=True))
    assert len(chunks) >= 3
    # The last part has None in the place of a text, as examples/README.md warns.
    assert "You asked: 'Hello'" in "".join(chunk.choices[0].text or "" for chunk in chunks if chunk.choices)


def test_a_budget_ends_the_calls(lab_env: dict[str, str], aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """LiteLLM adds up what a key spends some seconds after the call, and then refuses the next one."""
    monkeypatch.setenv("SSL_CERT_FILE", lab_env["SSL_CERT_FILE"])
    with application(f"{APPLICATION}-poor", lab_env, aws, "-e", "application_budget=0.0000001") as service:
        client = openai.OpenAI(base_url=service.url, api_key=service.key, max_retries=0)
        refusal = None
        deadline = time.monotonic() + 90
        while refusal is None and time.monotonic() < deadline:
            try:
                client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hello"}])
            except openai.APIStatusError as error:
                refusal = error
    assert refusal is not None and "budget" in str(refusal).lower(), refusal
