"""The checks of role verify against a small gateway behind TLS that is well, and ill in every way that they know."""

from __future__ import annotations

import io
import json
import sys
import time
import typing as t
from pathlib import Path

import pytest

from tests.unit.roles.gateway_server import KEY, PASSWORD, TOKEN, Authority, Gateway, Proxy, Server

FILES = Path(__file__).resolve().parents[3] / "roles/verify/files"
HOST, PAGE = "gateway.invalid", "chat.invalid"  # names that no DNS has
REQUEST = {"model": "claude", "max_tokens": 20, "messages": [{"role": "user", "content": "Hello"}]}
MODELS = {"needed": ["claude", "gpt-4o", "titan"], "allowed": [], "others": False}


@pytest.fixture(scope="module")
def programs() -> t.Iterator[t.Any]:
    """Both programs, imported as they import each other."""
    sys.path.insert(0, str(FILES))
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    import public

    yield public
    sys.dont_write_bytecode = before
    sys.path.remove(str(FILES))
    for name in ("public", "checks"):
        del sys.modules[name]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def serve() -> t.Iterator[t.Callable[..., int]]:
    servers: list[Server] = []

    def start(*arguments: t.Any, **more: t.Any) -> int:
        servers.append(Server(*arguments, **more))
        return servers[-1].port

    yield start
    for server in servers:
        server.close()


class Asker:
    """The program for the public names, run in this process."""

    def __init__(self, programs: t.Any, authority: Authority, capsys: t.Any, monkeypatch: t.Any) -> None:
        self.programs, self._capsys, self._monkeypatch = programs, capsys, monkeypatch
        self.task: dict[str, t.Any] = {
            "load_balancer": "localhost",
            "ca_path": str(authority.file),
            "timeout": 5,
            "give_up": 0,
            "key": KEY,
            "request": REQUEST,
            "models": MODELS,
            "page": None,
        }
        self.code = -1
        monkeypatch.setattr(sys.modules["checks"], "LIST_WAIT", 0)
        monkeypatch.setattr(programs, "SIGN_IN_PAUSE", 0)

    def at(self, https: int, http: int, *, page: bool = True) -> Asker:
        """Where the servers are."""
        self.task["http_port"] = http
        self.task["gateway"] = {"url": f"https://{HOST}:{https}", "health": "/health/liveliness", "log": "logs litellm"}
        if page:
            self.task["page"] = {
                "url": f"https://{PAGE}:{https}",
                "health": "/health",
                "log": "logs open-webui",
                "email": "admin@example.com",
                "password": PASSWORD,
                "models": MODELS,
                "request": REQUEST,
                "signup": False,
            }
        return self

    def ask(self) -> dict[str, t.Any]:
        """The report."""
        self._monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(self.task)))
        self.code = self.programs.main()
        self.printed = self._capsys.readouterr().out
        return t.cast("dict[str, t.Any]", json.loads(self.printed))


@pytest.fixture
def asker(programs: t.Any, authority: Authority, capsys: t.Any, monkeypatch: t.Any) -> Asker:
    return Asker(programs, authority, capsys, monkeypatch)


@pytest.fixture
def well(asker: Asker, authority: Authority, gateway: Gateway, serve: t.Callable[..., int]) -> Asker:
    """A gateway behind a good certificate."""
    return asker.at(serve(gateway, authority.context(HOST, PAGE)), serve(gateway, plain=True))


def found(report: dict[str, t.Any], name: str, where: str = HOST) -> dict[str, t.Any]:
    """The result of one check."""
    return next(entry for entry in report["checks"] if (entry["where"], entry["name"]) == (where, name))


def failures(report: dict[str, t.Any]) -> list[tuple[str, str]]:
    return [(entry["where"], entry["name"]) for entry in report["checks"] if entry["result"] == "fail"]


def test_a_gateway_that_is_well(well: Asker, gateway: Gateway) -> None:
    report = well.ask()
    assert (failures(report), well.code) == ([], 0)
    assert [(entry["where"], entry["name"]) for entry in report["checks"]] == [
        *((HOST, name) for name in ("name", "certificate", "HTTP to HTTPS", "targets")),
        *((PAGE, name) for name in ("name", "certificate", "HTTP to HTTPS", "targets")),
        *((HOST, name) for name in ("chat", "streamed chat", "list of models")),
        *((PAGE, name) for name in ("sign-up", "sign-in", "chat", "list of models")),
    ]
    assert report["calls"] == 3
    assert (report["answer"], report["model"]) == ("Bedrock is a service of AWS.", "claude")
    assert "4 pieces" in found(report, "streamed chat")["detail"]
    assert found(report, "certificate")["detail"].endswith("(90 days), TLSv1.3")
    assert not [asked for asked in gateway.asked if "signup" in asked[2]], "a stranger's sign-up must not be tried"


def test_no_secret_is_printed(well: Asker, gateway: Gateway) -> None:
    gateway.answers["/v1/chat/completions"] = [(500, "text/plain", f"{KEY} {PASSWORD}")]
    well.ask()
    assert not [secret for secret in (KEY, PASSWORD, TOKEN) if secret in well.printed]


# --- The way ----------------------------------------------------------------------------------------------------------


def test_dns_that_has_not_spread_is_no_obstacle(well: Asker) -> None:
    name = found(well.ask(), "name")
    assert name["result"] == "pass" and "DNS does not have it yet; checked straight at localhost" in name["detail"]
    assert "DNS has not spread" in name["remedy"]


def test_a_name_that_leads_elsewhere(well: Asker, authority: Authority, gateway: Gateway, serve: t.Any) -> None:
    well.at(serve(gateway, authority.context("localhost")), serve(gateway, plain=True), page=False)
    well.task["gateway"]["url"] = well.task["gateway"]["url"].replace(HOST, "localhost")
    well.task["load_balancer"], well.task["page"] = "127.0.0.2", None
    name = found(well.ask(), "name", "localhost")
    assert "127.0.0.1" in name["detail"] and "checked straight at 127.0.0.2" in name["detail"]
    well.task["load_balancer"] = "127.0.0.1"
    name = found(well.ask(), "name", "localhost")
    assert name["detail"].startswith("leads to") and not name["remedy"]


def test_neither_name_nor_load_balancer_is_waited_for(well: Asker, gateway: Gateway) -> None:
    well.task.update(load_balancer="balancer.invalid", give_up=time.time() + 60)
    waiting = well.ask()
    assert waiting["waiting"][0] == f"{HOST}: DNS does not have it" and waiting["calls"] == 0
    well.task["give_up"] = 0
    last = well.ask()
    assert last["waiting"] == [] and (HOST, "name") in failures(last) and well.code == 1
    assert gateway.asked == []


def test_targets_that_are_not_healthy_are_waited_for(well: Asker, gateway: Gateway) -> None:
    gateway.answers["/health"] = [(503, "text/html", "<html>unavailable</html>"), (200, "application/json", "{}")]
    well.task["give_up"] = time.time() + 60
    assert well.ask()["waiting"] == [f"{PAGE}: HTTP 503"]
    assert well.ask()["calls"] == 3


def test_what_is_final_is_not_waited_for(well: Asker, gateway: Gateway) -> None:
    gateway.answers["/health"] = [(503, "text/html", "<html>unavailable</html>")]
    gateway.redirect = "https://elsewhere.example{path}"
    well.task["give_up"] = time.time() + 60
    report = well.ask()
    assert report["waiting"] == []
    assert failures(report) == [(HOST, "HTTP to HTTPS"), (PAGE, "HTTP to HTTPS"), (PAGE, "targets")]
    assert found(report, "chat")["result"] == "pass", "what can be asked is asked"
    assert found(report, "questions", PAGE)["result"] == "skipped"


@pytest.mark.parametrize(
    "bad, words",
    [
        ({"names": ["other.invalid"]}, "not valid for 'gateway.invalid'"),
        ({"names": [HOST, PAGE], "days": -2}, "expired"),
    ],
)
def test_a_certificate_that_does_not_do(
    asker: Asker, authority: Authority, gateway: Gateway, serve: t.Any, *, bad: dict[str, t.Any], words: str
) -> None:
    context = authority.context(*bad.pop("names"), **bad)
    asker.at(serve(gateway, context), serve(gateway, plain=True))
    asker.task["give_up"] = time.time() + 60
    report = asker.ask()
    assert failures(report) == [(HOST, "certificate"), (PAGE, "certificate")] and report["waiting"] == []
    assert words in found(report, "certificate")["detail"]
    assert not [asked for asked in gateway.asked if not asked[2].startswith("/health")], "no key goes to a stranger"


def test_a_certificate_of_an_unknown_authority(well: Asker) -> None:
    well.task["ca_path"] = ""
    certificate = found(well.ask(), "certificate")
    assert certificate["result"] == "fail" and "verify_ca_path" in certificate["remedy"]


def test_a_certificate_that_ends_soon(asker: Asker, authority: Authority, gateway: Gateway, serve: t.Any) -> None:
    report = asker.at(serve(gateway, authority.context(HOST, PAGE, days=20)), serve(gateway, plain=True)).ask()
    certificate = found(report, "certificate")
    assert certificate["result"] == "pass" and "It ends in 20 days" in certificate["remedy"]


def test_http_that_is_not_redirected(well: Asker, authority: Authority, gateway: Gateway, serve: t.Any) -> None:
    well.task["http_port"] = serve(gateway)
    report = well.ask()
    assert failures(report) == [(HOST, "HTTP to HTTPS"), (PAGE, "HTTP to HTTPS")]
    assert "not redirected: HTTP 200" in found(report, "HTTP to HTTPS")["detail"]


@pytest.mark.parametrize("location", ["https://gateway.invalid.evil.example/", "http://gateway.invalid/", ""])
def test_http_that_is_redirected_elsewhere(well: Asker, gateway: Gateway, location: str) -> None:
    gateway.redirect = location
    assert (HOST, "HTTP to HTTPS") in failures(well.ask())


def test_a_proxy_of_this_machine_is_used(
    well: Asker, gateway: Gateway, serve: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = f"http://me:p%40ss@localhost:{serve(gateway, handler=Proxy)}"
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, proxy)
    report = well.ask()
    assert failures(report) == []
    assert found(report, "name")["detail"] == "looked up by the proxy of this machine"
    port = well.task["gateway"]["url"].rpartition(":")[2]
    assert ("CONNECT", "Basic bWU6cEBzcw==", f"{HOST}:{port}") in gateway.asked
    assert ("GET", PAGE, f"http://{PAGE}/health") in gateway.asked


def test_nothing_listens(well: Asker, serve: t.Any, gateway: Gateway) -> None:
    well.at(1, well.task["http_port"], page=False)
    well.task.update(page=None, give_up=time.time() + 60)
    report = well.ask()
    assert failures(report) == [(HOST, "certificate")] and "no connection" in report["waiting"][0]


# --- Answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "status, kind, text, words, remedy",
    [
        (401, "application/json", '{"error": {"message": "Invalid proxy server token"}}', "HTTP 401: Invalid", "key"),
        (400, "application/json", '{"detail": "no such model"}', "HTTP 400: no such model", "logs litellm"),
        (404, "application/json", '{"error": "nothing"}', "HTTP 404: nothing", "playbooks/models.yml"),
        (429, "application/json", '{"error": {"message": "throttled"}}', "HTTP 429: throttled", "quota"),
        (500, "text/html", "<html><b>broken</b></html>", "HTTP 500: broken", "logs litellm"),
        (503, "text/plain", "later", "HTTP 503: later", "logs litellm"),
        (200, "application/json", "{half", "not what the API promises", "something else"),
        (200, "application/json", '["a list"]', "not what the API promises", "something else"),
        (200, "application/json", '{"choices": []}', "not what the API promises", "something else"),
        (200, "application/json", '{"choices": [{"message": {"content": null}}]}', "empty", "verify_max_tokens"),
        (200, "text/html", "<html>a page</html>", "not what the API promises", "something else"),
    ],
)
def test_a_chat_that_fails(
    well: Asker, gateway: Gateway, *, status: int, kind: str, text: str, words: str, remedy: str
) -> None:
    gateway.answers["/v1/chat/completions"] = [(status, kind, text)]
    report = well.ask()
    assert failures(report) == [(HOST, "chat"), (HOST, "streamed chat")] and well.code == 1
    assert words in found(report, "chat")["detail"]
    assert remedy in found(report, "chat")["remedy"]


def test_an_answer_in_one_piece_is_no_stream(well: Asker, gateway: Gateway) -> None:
    gateway.first, gateway.buffered = 1.1, True
    report = well.ask()
    streamed = found(report, "streamed chat")
    assert streamed["result"] == "fail" and "4 pieces, all at once after 1." in streamed["detail"]
    assert report["calls"] == 4, "it was asked twice before that was said"


def test_a_stream_after_a_long_thought_is_one(well: Asker, gateway: Gateway) -> None:
    gateway.first, gateway.pause = 1.1, 0.1
    assert found(well.ask(), "streamed chat")["result"] == "pass"


@pytest.mark.parametrize(
    "end, words",
    [
        (b"", "broke off before [DONE]"),
        (b'data: {"error": {"message": "the model left"}}\n\n', "the model left"),
        (b"data: {half\n\n", "not what the API promises"),
    ],
)
def test_a_stream_that_does_not_end_well(well: Asker, gateway: Gateway, end: bytes, words: str) -> None:
    gateway.stream_end = end
    streamed = found(well.ask(), "streamed chat")
    assert streamed["result"] == "fail" and words in streamed["detail"]


def test_lists_that_differ(well: Asker, gateway: Gateway) -> None:
    gateway.models = ["claude", "gpt-4o", "by-hand"]
    report = well.ask()
    assert failures(report) == [(HOST, "list of models"), (PAGE, "list of models")]
    assert found(report, "list of models")["detail"] == "missing: titan; too many: by-hand"


def test_models_of_others_may_be_let_pass(well: Asker, gateway: Gateway) -> None:
    gateway.models.append("by-hand")
    well.task["models"] = well.task["page"]["models"] = {**MODELS, "others": True}
    assert failures(well.ask()) == []


def test_a_list_that_comes_late(well: Asker, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["checks"], "LIST_WAIT", time.monotonic() - sys.modules["checks"].STARTED + 5)
    late = [json.dumps({"data": [{"id": name} for name in names]}) for names in (["claude"], MODELS["needed"])]
    gateway.answers["/v1/models"] = [(200, "application/json", text) for text in late]
    assert failures(well.ask()) == []


# --- The page ---------------------------------------------------------------------------------------------------------


def test_the_page_may_leave_embeddings_out_and_has_its_own_arena(well: Asker, gateway: Gateway) -> None:
    well.task["page"]["models"] = {"needed": ["claude", "gpt-4o"], "allowed": ["titan"], "others": False}
    gateway.page_models = [{"id": "claude"}, {"id": "gpt-4o"}, {"id": "arena-model", "arena": True}]
    assert failures(well.ask()) == []


@pytest.mark.parametrize(
    "config, words",
    [
        ({"features": {"enable_signup": True}}, "anybody can make an account"),
        ({"features": {"enable_signup": False}, "onboarding": True}, "whoever comes first"),
        ({"features": {}}, "not what the API promises"),
    ],
)
def test_a_page_that_is_open(well: Asker, gateway: Gateway, config: dict[str, t.Any], words: str) -> None:
    gateway.config = config
    closed = found(well.ask(), "sign-up", PAGE)
    assert closed["result"] == "fail" and words in closed["detail"]


def test_a_page_that_is_open_on_purpose(well: Asker, gateway: Gateway) -> None:
    gateway.config = {"features": {"enable_signup": True}}
    well.task["page"]["signup"] = True
    assert failures(well.ask()) == []


def test_nobody_is_known_who_could_sign_in(well: Asker) -> None:
    well.task["page"]["password"] = ""
    assert "role open_webui" in found(well.ask(), "sign-in", PAGE)["remedy"]


def test_a_password_that_does_not_fit(well: Asker) -> None:
    well.task["page"]["password"] = "another"
    report = well.ask()
    assert failures(report) == [(PAGE, "sign-in")]
    assert "changed in the page" in found(report, "sign-in", PAGE)["remedy"]
    assert found(report, "chat, list of models", PAGE)["result"] == "skipped"


def test_an_account_with_a_second_factor(well: Asker, gateway: Gateway) -> None:
    gateway.account = {"next_step": "verify"}
    assert "second factor" in found(well.ask(), "sign-in", PAGE)["detail"]


def test_the_limit_of_sign_ins_is_waited_for(well: Asker, gateway: Gateway) -> None:
    gateway.answers["/api/v1/auths/signin"] = [
        (429, "application/json", '{"detail": "too many"}'),
        (200, "application/json", json.dumps(gateway.account)),
    ]
    assert failures(well.ask()) == []


# --- In the cluster ---------------------------------------------------------------------------------------------------


@pytest.fixture
def job(programs: t.Any, gateway: Gateway, serve: t.Any, tmp_path: Path, monkeypatch: t.Any) -> t.Callable[[], t.Any]:
    """The program of the Job, and what it leaves to Kubernetes."""
    checks, words = sys.modules["checks"], tmp_path / "termination-log"
    url = f"http://localhost:{serve(gateway)}"
    page = {"url": url, "log": "logs open-webui"}
    task = {
        **{"url": url, "timeout": 5, "log": "logs litellm", "request": REQUEST, "embedding_model": "titan"},
        **{"models": MODELS, "page": page},
    }
    for name, value in (("TASK", json.dumps(task)), ("LITELLM_MASTER_KEY", KEY)):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(checks, "LAST_WORDS", words)
    monkeypatch.setattr(checks, "LIST_WAIT", 0)

    def run() -> tuple[int, dict[str, t.Any]]:
        code = checks.main()
        assert len(words.read_bytes()) <= 4096
        return code, json.loads(words.read_text())

    return run


def test_in_the_cluster(job: t.Any) -> None:
    code, report = job()
    assert (code, failures(report), report["calls"]) == (0, [], 3)
    names = ["chat", "streamed chat", "embedding", "wrong key is refused", "list of models", "chat page"]
    assert [entry["name"] for entry in report["checks"]] == names


def test_a_wrong_key_that_opens(job: t.Any, gateway: Gateway) -> None:
    answer = (200, "application/json", '{"model": "claude", "choices": [{"message": {"content": "Hello"}}]}')
    gateway.answers["/v1/chat/completions"] = [answer]
    code, report = job()
    assert code == 1 and "wrong key is refused" in [name for _where, name in failures(report)]


def test_a_wrong_key_without_a_database(job: t.Any, gateway: Gateway) -> None:
    gateway.answers["/v1/chat/completions"] = [(400, "application/json", '{"error": {"message": "No connected db."}}')]
    refused = found(job()[1], "wrong key is refused", "in the cluster")
    assert refused["result"] == "pass"


def test_long_errors_fit_into_the_last_words(job: t.Any, gateway: Gateway) -> None:
    for path in ("/v1/chat/completions", "/v1/embeddings", "/v1/models", "/health"):
        gateway.answers[path] = [(500, "text/plain", "\u00fc" * 9000)]
    code, report = job()
    assert code == 1 and len(failures(report)) == 6
