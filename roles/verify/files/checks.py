"""The checks of role verify that are the same in the cluster and by the public names. No library but Python's own.

In the cluster it is the whole program, started by python3 -c; public.py beside it imports it. It reads what to check
as JSON from the variable TASK and leaves what it found, as JSON, where Kubernetes reads a container's last words.
A check returns its finding in words, or a pair of finding and advice, or raises Failed.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import ssl
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

STARTED = time.monotonic()
LAST_WORDS = Path("/dev/termination-log")
LAST_WORDS_BYTES = 4096  # Kubernetes cuts off what is more
LIST_WAIT = 40  # each of LiteLLM's replicas reads the list of models anew every 30 s
NOT_YET = (404, 502, 503, 504)  # a load balancer that does not know the host yet, or has no healthy target
MALFORMED = (ValueError, KeyError, IndexError, TypeError, AttributeError)
AT_ONCE = 0.01

Finding = str | tuple[str, str]


class Failed(Exception):
    """A check failed. passing: whether time may mend it."""

    def __init__(self, detail: str, remedy: str = "", *, passing: bool = False) -> None:
        super().__init__(detail)
        self.detail, self.remedy, self.passing = detail, remedy, passing


class Report:
    """What was found: one entry a check, and facts for the reader."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self.checks: list[dict[str, Any]] = []
        self.waiting: list[str] = []
        self.final = False
        self.facts: dict[str, Any] = {"calls": 0}
        self._secrets = [secret for secret in secrets if secret]

    def run(self, where: str, name: str, check: Callable[..., Finding], *arguments: Any) -> bool:
        """Make a check, and say whether it passed."""
        started = time.monotonic()
        try:
            found = check(*arguments)
        except (Failed, OSError, http.client.HTTPException, *MALFORMED) as error:
            failure = as_failed(error)
            self.final |= not failure.passing
            if failure.passing:
                self.waiting.append(f"{where}: {failure.detail}")
            result, detail, remedy = "fail", failure.detail, failure.remedy
        else:
            result, (detail, remedy) = "pass", (found, "") if isinstance(found, str) else found
        self.note(where, name, result, detail, remedy=remedy, seconds=time.monotonic() - started)
        return result == "pass"

    def note(self, where: str, name: str, result: str, detail: str, *, remedy: str = "", seconds: float = 0) -> None:
        """Write a result down."""
        for secret in self._secrets:
            detail = detail.replace(secret, "***")
        detail = " ".join(detail.split())
        entry = {"where": where, "name": name, "result": result, "seconds": round(seconds, 2)}
        self.checks.append({**entry, "detail": detail, "remedy": remedy})

    def text(self, limit: int) -> str:
        """All of it as JSON of so many bytes or fewer: long words are cut."""
        for length in (1000, 400, 200, 80):
            facts = {name: cut(value, length) for name, value in self.facts.items()}
            checks = [{name: cut(value, min(length, 400)) for name, value in entry.items()} for entry in self.checks]
            text = json.dumps({"checks": checks, **facts}, ensure_ascii=False)
            if len(text.encode()) <= limit:
                break
        return text

    @property
    def failed(self) -> bool:
        """Whether any check failed."""
        return any(entry["result"] == "fail" for entry in self.checks)


def cut(value: Any, length: int) -> Any:
    """A text without what is too long."""
    return f"{value[: length - 4]} ..." if isinstance(value, str) and len(value) > length else value


def as_failed(error: BaseException) -> Failed:
    """What an exception means to the reader."""
    if isinstance(error, Failed):
        return error
    if isinstance(error, ssl.SSLCertVerificationError):
        return Failed(
            f"the certificate is refused: {error.verify_message}",
            "The load balancer's certificate (gateway_certificate_arn) has to be valid and to cover the host; "
            "the file of an authority that the system does not know belongs in verify_ca_path.",
        )
    if isinstance(error, TimeoutError):
        remedy = "Do the pods run? By a public name: do gateway_inbound_cidrs let this machine in?"
        return Failed("no answer in time", remedy, passing=True)
    if isinstance(error, (OSError, http.client.HTTPException)):
        return Failed(f"no connection: {error!r}", "Do the pods run? Is the load balancer there?", passing=True)
    words = f"{type(error).__name__}: {error}"
    return Failed(f"the answer is not what the API promises ({words})", "Does something else answer in its place?")


class Site:
    """One address of the gateway."""

    def __init__(self, url: str, *, timeout: float, log: str) -> None:
        """log: the command that shows its log."""
        parts = urlsplit(url)
        self.scheme, self.netloc, self.host = parts.scheme, parts.netloc, parts.hostname or ""
        self.port = parts.port or (443 if parts.scheme == "https" else 80)
        self.timeout, self.see_log = timeout, f"Look at its log: {log}"

    def connect(self) -> http.client.HTTPConnection:
        """A new connection."""
        return http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)

    def send(self, method: str, path: str, body: Any = None, token: str = "") -> http.client.HTTPResponse:
        """The answer to a request."""
        connection = self.connect()
        headers = {"Host": self.netloc, "Connection": "close", "Accept": "application/json, text/event-stream"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        return connection.getresponse()

    def json(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """The decoded answer to a request."""
        with self.send(method, path, body, token) as response:
            self.expect_ok(response)
            return json.load(response)

    def expect_ok(self, response: http.client.HTTPResponse) -> None:
        """Raise Failed for a status other than 200."""
        if response.status == 200:
            return
        unknown = f"Is the model in gateway_models (after an edit: playbooks/models.yml)? {self.see_log}"
        remedy = {
            400: unknown,
            401: "The key or token is not accepted: was it changed since it was stored?",
            404: unknown,
            429: "A quota of Bedrock or a budget is used up: wait, or raise it.",
        }.get(response.status, self.see_log)
        raise Failed(f"HTTP {response.status}: {message_in(response.read(20000))}", remedy)


def message_in(body: bytes) -> str:
    """The readable part of an error."""
    text = body.decode(errors="replace")
    try:
        found = json.loads(text)
        error = found.get("error") or found.get("detail") or found
        return str(error.get("message", error) if isinstance(error, dict) else error)
    except (ValueError, AttributeError):
        return re.sub(r"<[^>]*>", " ", text)


# --- The API of OpenAI, which LiteLLM and, below /api, Open WebUI speak -----------------------------------------------


def chat(site: Site, path: str, request: Mapping[str, Any], token: str, facts: dict[str, Any]) -> Finding:
    """One question, one answer."""
    facts["calls"] += 1
    started = time.monotonic()
    answer = site.json("POST", path, request, token)
    text = answer["choices"][0]["message"]["content"]
    if not text:
        raise Failed("the answer is empty", "A model that thinks before it answers needs a higher verify_max_tokens.")
    facts.update(answer=text, model=answer.get("model"), seconds=round(time.monotonic() - started, 1))
    return f"{request['model']} answered with {len(text)} characters"


def streamed_chat(site: Site, path: str, request: Mapping[str, Any], token: str, facts: dict[str, Any]) -> Finding:
    """One question, its answer in pieces, each as soon as it is there."""
    first, spread = 0.0, 0.0
    for _attempt in range(2):  # a machine that is very busy can be late to read, but hardly twice
        facts["calls"] += 1
        started = time.monotonic()
        with site.send("POST", path, {**request, "stream": True}, token) as response:
            site.expect_ok(response)
            kind = response.headers.get_content_type()
            if kind != "text/event-stream":
                raise Failed(f"the answer is no stream but {kind}", site.see_log)
            arrivals = [moment - started for moment in pieces(site, response)]
        if len(arrivals) < 2:
            raise Failed(f"{len(arrivals)} pieces", "Ask for a longer answer: verify_question, verify_max_tokens.")
        first, spread = arrivals[0], arrivals[-1] - arrivals[0]
        if first < 1 or spread > AT_ONCE:
            return f"{len(arrivals)} pieces, the first after {first:.2f} s, the rest in the {spread:.2f} s after it"
    remedy = "Something on the way holds the answer back until it is whole: a proxy, or what scans traffic."
    raise Failed(f"{len(arrivals)} pieces, all at once after {first:.1f} s, twice", remedy)


def pieces(site: Site, response: http.client.HTTPResponse) -> Iterable[float]:
    """When each piece of text came. Raises Failed unless the stream comes to its proper end."""
    while line := response.readline():
        if line.strip() == b"data: [DONE]":
            return
        if line.startswith(b"data:"):
            piece = json.loads(line[5:])
            if "error" in piece:
                raise Failed(f"the stream holds an error: {message_in(line[5:])}", site.see_log)
            if piece["choices"] and piece["choices"][0]["delta"].get("content"):
                yield time.monotonic()
    raise Failed("the stream broke off before [DONE]", site.see_log)


def embedding(site: Site, model: str, token: str, facts: dict[str, Any]) -> Finding:
    """A vector."""
    facts["calls"] += 1
    answer = site.json("POST", "/v1/embeddings", {"model": model, "input": ["Amazon Bedrock"]}, token)
    return f"{model} answered with {len(answer['data'][0]['embedding'])} numbers"


def model_list(site: Site, path: str, token: str, models: Mapping[str, Any]) -> Finding:
    """The list holds every model that it must, and none that it may not. models: needed, allowed, others."""
    while True:
        listed = {str(model["id"]) for model in site.json("GET", path, token=token)["data"] if not model.get("arena")}
        missing = sorted(set(models["needed"]) - listed)
        more = [] if models["others"] else sorted(listed - set(models["needed"]) - set(models["allowed"]))
        if not missing and not more:
            return f"{len(listed)} models: {', '.join(sorted(listed))}"
        if time.monotonic() > STARTED + LIST_WAIT:
            break
        time.sleep(2)
    wrong = [f"{words}: {', '.join(names)}" for words, names in (("missing", missing), ("too many", more)) if names]
    raise Failed(
        "; ".join(wrong),
        "playbooks/models.yml makes LiteLLM's list that of gateway_models. Models of others stay, and are let pass by "
        "verify_other_models: true.",
    )


def wrong_key(site: Site, path: str, request: Mapping[str, Any]) -> Finding:
    """A key that nobody made opens nothing."""
    with site.send("POST", path, {**request, "max_tokens": 1}, "sk-nobody-made-this-key") as response:
        body = response.read(20000)
    # Without a database LiteLLM knows its master key only, and says so in its own way.
    if response.status in (401, 403) or (response.status == 400 and b"No connected db" in body):
        return f"refused with HTTP {response.status}"
    raise Failed(f"HTTP {response.status}: {message_in(body)}", "LiteLLM has to have a master key: run role litellm.")


def healthy(site: Site) -> Finding:
    """Open WebUI says that it is well."""
    if site.json("GET", "/health")["status"] is not True:
        raise Failed("it says that it is not healthy", site.see_log)
    return "healthy"


def main() -> int:
    """The checks in the cluster."""
    task, key = json.loads(os.environ["TASK"]), os.environ["LITELLM_MASTER_KEY"]
    report, where, path = Report([key]), "in the cluster", "/v1/chat/completions"
    site = Site(task["url"], timeout=task["timeout"], log=task["log"])
    report.run(where, "chat", chat, site, path, task["request"], key, report.facts)
    report.run(where, "streamed chat", streamed_chat, site, path, task["request"], key, report.facts)
    if task["embedding_model"]:
        report.run(where, "embedding", embedding, site, task["embedding_model"], key, report.facts)
    report.run(where, "wrong key is refused", wrong_key, site, path, task["request"])
    report.run(where, "list of models", model_list, site, "/v1/models", key, task["models"])
    if task["page"]:
        page = Site(task["page"]["url"], timeout=task["timeout"], log=task["page"]["log"])
        report.run(where, "chat page", healthy, page)
    text = report.text(LAST_WORDS_BYTES)
    LAST_WORDS.write_text(text)
    print(text)
    return int(report.failed)


if __name__ == "__main__":
    sys.exit(main())
