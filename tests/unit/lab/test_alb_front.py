"""Choice of the load balancer and the request that reaches it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.lab.stand_ins import alb_front
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


WANTS_WEBSOCKET = b"\r\n".join(
    [
        b"GET /ws/?a=1 HTTP/1.1",
        b"Host: chat.example",
        b"Connection: Upgrade",
        b"Upgrade: websocket",
        b"X-Lab-WebSocket: forged",
    ]
)


def test_a_websocket_is_asked_for_by_a_mark_that_no_client_can_set():
    lines = forwarded(parse_head(WANTS_WEBSOCKET), "two", 443).decode().split("\r\n")
    assert "x-lab-websocket: wanted" in lines
    assert [line for line in lines if "forged" in line or line.startswith("Upgrade")] == []
    plain = forwarded(parse_head(b"GET / HTTP/1.1\r\nHost: chat.example\r\nX-Lab-WebSocket: forged"), "two", 443)
    assert b"x-lab-websocket" not in plain.lower()


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A target: accepts, sends back the head it got and then every byte."""
    head = await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + head)
    await alb_front.pump(reader, writer)
    writer.close()


@pytest.mark.parametrize("names_a_target", [True, False])
def test_a_websocket_reaches_the_target_that_the_load_balancer_names(
    monkeypatch: pytest.MonkeyPatch, names_a_target: bool
):
    async def scenario() -> bytes:
        target = await asyncio.start_server(echo, "127.0.0.1", 0)
        found = {
            "host": "127.0.0.1",
            "port": target.sockets[0].getsockname()[1],
            "headers": {"x-forwarded-port": "443"},
        }

        async def ministack(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            mark = f"x-lab-websocket: {json.dumps(found)}\r\n" if names_a_target else ""
            writer.write(f"HTTP/1.1 403 No\r\n{mark}Content-Length: 3\r\n\r\nno!".encode())
            writer.close()

        balancer = await asyncio.start_server(ministack, "127.0.0.1", 0)
        endpoint = f"http://127.0.0.1:{balancer.sockets[0].getsockname()[1]}"
        monkeypatch.setattr(alb_front.lab_aws, "ENDPOINT", endpoint)
        monkeypatch.setattr(alb_front.lab_aws, "names", lambda: VIEW)
        front = await asyncio.start_server(alb_front.guarded(443), "127.0.0.1", 0)
        async with target, balancer, front:
            reader, writer = await asyncio.open_connection(*front.sockets[0].getsockname())
            writer.write(WANTS_WEBSOCKET + b"\r\n\r\n" + b"\x81\x00")
            if names_a_target:
                said = await reader.readuntil(b"\x81\x00")
                writer.write(b"\x82\x01!")
                said += await reader.readuntil(b"!")
            else:
                said = await reader.read()
            writer.close()
            return said

    said = asyncio.run(asyncio.wait_for(scenario(), 10))
    if names_a_target:
        switched, request, frames = said.split(b"\r\n\r\n")
        assert switched.startswith(b"HTTP/1.1 101 ")
        assert request.startswith(b"GET /ws/?a=1 HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n")
        assert b"x-forwarded-port: 443" in request
        assert frames == b"\x81\x00\x82\x01!"
    else:
        assert said == b"HTTP/1.1 403 No\r\nContent-Length: 3\r\n\r\nno!"
