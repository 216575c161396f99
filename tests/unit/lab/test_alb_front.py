"""Choice of the load balancer and the request that reaches it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lab.stand_ins.alb_front import choose, forwarded, parse_head, refusal

VIEW: dict[str, Any] = {
    "balancers": {
        "one.elb.amazonaws.com": {"name": "one", "ports": [80, 443]},
        "two.elb.amazonaws.com": {"name": "two", "ports": [443]},
    },
    "records": {"litellm.example": "one.elb.amazonaws.com", "old.example": "gone.elb.amazonaws.com"},
    "rules": {"chat.example": "two.elb.amazonaws.com"},
}


@pytest.mark.parametrize(
    ("host", "name"),
    [("one.elb.amazonaws.com", "one"), ("litellm.example", "one"), ("chat.example", "two")],
)
def test_by_own_name_record_or_rule(host: str, name: str):
    assert choose(host, 443, VIEW) == name


def test_a_record_wins_over_a_rule():
    view = {**VIEW, "rules": {"litellm.example": "two.elb.amazonaws.com"}}
    assert choose("litellm.example", 443, view) == "one"


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        ("unknown.example", 443, "no load balancer answers for unknown.example"),
        ("old.example", 443, "no load balancer answers for old.example"),
        ("chat.example", 80, "no listener on port 80"),
    ],
)
def test_refusals_say_why(host: str, port: int, words: str):
    with pytest.raises(ValueError, match=words):
        choose(host, port, VIEW)


def test_head_is_parsed_and_rewritten():
    head = parse_head(
        b"POST /v1/chat?x=%2F HTTP/1.1\r\nHost: LiteLLM.example:8443\r\nConnection: keep-alive\r\n"
        b"Authorization: Bearer k\r\nContent-Length: 3"
    )
    assert (head.method, head.path, head.host) == ("POST", "/v1/chat?x=%2F", "litellm.example")
    lines = forwarded(head, "one", 443).decode().split("\r\n")
    assert lines[0] == "POST /_alb/one/v1/chat?x=%2F HTTP/1.1"
    assert "Host: litellm.example:443" in lines
    assert "Connection: close" in lines
    assert "Connection: keep-alive" not in lines
    assert {"Authorization: Bearer k", "Content-Length: 3"} <= set(lines)


def test_an_absolute_path_loses_its_host():
    assert parse_head(b"GET http://litellm.example/a?b=1 HTTP/1.1\r\nHost: litellm.example").path == "/a?b=1"


@pytest.mark.parametrize("data", [b"nonsense", b"GET / SPDY/3", b"\x16\x03\x01"])
def test_what_is_not_http_is_refused(data: bytes):
    with pytest.raises(ValueError):
        parse_head(data)


def test_refusal_is_a_whole_answer():
    head, body = refusal("why").split(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503 ")
    assert f"Content-Length: {len(body)}".encode() in head
