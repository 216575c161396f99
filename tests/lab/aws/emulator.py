"""The one door to ministack, which carries no type hints: everything behind it is `Any`."""

from __future__ import annotations

import functools
import importlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.lab import settings
from tests.lab.aws.config import ACCESS_KEY, ACCOUNT, SECRET_KEY, Config

Answer = tuple[int, dict[str, str], Any]
"""Status, headers and body, as ministack's handlers return them."""

Function = Callable[..., Any]


def prepare(config: Config) -> None:
    """Set what ministack reads when it is imported; call before anything else of this module."""
    os.environ.update(
        {
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            # Requests without a signature (the ALB's data plane) are looked up in this region.
            "MINISTACK_REGION": settings.REGION,
            "MINISTACK_HOST": config.bind.rpartition(":")[0],
            "GATEWAY_PORT": config.port,
            "PERSIST_STATE": "1",
            "STATE_DIR": str(config.state),
            "LOG_LEVEL": os.environ.get("LAB_AWS_LOG_LEVEL", "WARNING"),
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            # ministack would start and reap containers of a Docker daemon that it finds; the lab must not.
            "DOCKER_HOST": "unix:///nonexistent/llmops-bedrock-lab.sock",
        }
    )


def module(name: str) -> Any:
    """A module below ministack."""
    return importlib.import_module(f"ministack.{name}")


def service(name: str) -> Any:
    """The module of an AWS service."""
    return module(f"services.{name}")


def override(target: Any, name: str) -> Callable[[Function], Function]:
    """Replace a function of ministack by the decorated one, which gets the original as its first argument."""

    def install(function: Function) -> Function:
        original = getattr(target, name)
        replacement = functools.partial(function, original)
        setattr(target, name, replacement)
        for table in [value for value in vars(target).values() if value.__class__ is dict]:
            for key in [key for key, value in table.items() if value is original]:
                table[key] = replacement
        return function

    return install


@contextmanager
def tenant(region: str = settings.REGION) -> Iterator[None]:
    """Work on the lab's account outside a request: seeds and background threads."""
    responses = module("core.responses")
    before = responses.get_account_id(), responses.get_region()
    responses.set_request_account_id(ACCOUNT)
    responses.set_request_region(region)
    try:
        yield
    finally:
        responses.set_request_account_id(before[0])
        responses.set_request_region(before[1])


def answer(status: int, body: Any) -> Answer:
    """A JSON answer."""
    return status, {"Content-Type": "application/json"}, json.dumps(body).encode()


def failure(status: int, code: str, message: str) -> Answer:
    """An error of a JSON service."""
    return (
        status,
        {"Content-Type": "application/json", "x-amzn-errortype": code},
        json.dumps({"__type": code, "message": message}).encode(),
    )


def parsed(response: Answer) -> Any:
    """The JSON body of an answer of ministack."""
    return json.loads(response[2] or b"{}")


def hypercorn() -> tuple[Any, Any]:
    """The server module and a fresh configuration of it."""
    configuration = importlib.import_module("hypercorn.config").Config()
    return importlib.import_module("hypercorn.asyncio"), configuration
