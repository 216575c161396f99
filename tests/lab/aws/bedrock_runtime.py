"""bedrock-runtime: readable answers, embeddings, pictures, refusals as AWS words them, and streams that stream."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from contextvars import ContextVar
from typing import Any
from urllib.parse import unquote

from tests.lab.aws import bedrock_answers, bedrock_metrics, bedrock_served, emulator
from tests.lab.aws.bedrock_catalog import MODEL_CALL, Refusal
from tests.lab.aws.bedrock_served import Served
from tests.lab.aws.emulator import Answer, failure
from tests.lab.aws.faults import FAULTS

Ministack = Callable[[str], Awaitable[Answer]]
LABEL: ContextVar[str] = ContextVar("label", default="")
"""How the answer of this request names the model; the function of ministack that asks for it knows the model only."""


def frames(stream: bytes) -> Iterator[bytes]:
    """The messages of an event stream; each begins with its own length."""
    while stream:
        length = int.from_bytes(stream[:4], "big")
        yield stream[:length]
        stream = stream[length:]


def paced(stream: bytes) -> Any:
    """Send one message after the other with the pause that is set; ministack sends the stream in one piece."""

    async def run(send: Any, receive: Any) -> None:
        for number, frame in enumerate(frames(stream)):
            if number > 1:  # start and first words at once
                await asyncio.sleep(FAULTS.pause)
            await send({"type": "http.response.body", "body": frame, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return emulator.module("core.responses").StreamingResponse(run)


def refused(refusal: Refusal) -> Answer:
    """AWS's refusal as an answer."""
    return failure(refusal.status, refusal.code, refusal.message)


def special(served: Served, verb: str, body: bytes) -> Answer | None:
    """What ministack cannot answer: models that do not write text."""
    model = served.model
    if model.mode == "chat":
        return None
    if verb != "invoke":
        return refused(Refusal("ValidationException", f"The model {model.id} does not support the {verb} operation."))
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        return refused(Refusal("ValidationException", "Malformed input request, please reformat your input."))
    if model.mode == "embedding":
        told = bedrock_answers.embedding_body(model.id, request)
    else:
        told = bedrock_answers.image_body(request)
    tokens = {"x-amzn-bedrock-input-token-count": str(told.get("inputTextTokenCount", 1))}
    return 200, {"Content-Type": "application/json", **tokens}, json.dumps(told).encode()


async def ask(identifier: str, verb: str, body: bytes, ministack: Ministack) -> Answer:
    """The answer of the model behind an identifier, with its metrics."""
    found = bedrock_served.served(identifier)
    if isinstance(found, Refusal):
        bedrock_metrics.refused(identifier, found)
        return refused(found)
    LABEL.set(found.label)
    begun = time.monotonic()
    # ministack reads the family of a model in its id, which an ARN of the account does not hold.
    answer = special(found, verb, body) or await ministack(f"/model/{found.model.id}/{verb}")
    if answer[0] == 200:
        bedrock_metrics.answered(identifier, found.model, answer, time.monotonic() - begun)
    else:
        bedrock_metrics.failed(identifier, str(answer[1].get("x-amzn-errortype", "")), answer[0])
    return answer


def install() -> None:
    """Fill the gaps of the runtime."""
    service = emulator.service("bedrock_runtime")

    @emulator.override(service, "_mock_reply")
    def reply(original: Any, model_id: str, messages: Any, system: Any) -> str:
        return bedrock_answers.reply(LABEL.get() or model_id, bedrock_answers.last_user_text(messages))

    # ministack's way to a model of one's own, which may call tools; its made-up replies never do.
    @emulator.override(service, "_proxy_openai_chat_message")
    def message(original: Any, model_id: str, messages: Any, *rest: Any) -> tuple[Any, Any]:
        _system, _inference, *tool_config = rest
        return bedrock_answers.tool_call(tool_config[0] if tool_config else None, messages), None

    @emulator.override(service, "handle_request")
    async def handle(original: Any, method: str, path: str, *rest: Any) -> Answer:
        headers, body, query = rest

        async def ministack(its_path: str) -> Answer:
            answer: Answer = await original(method, its_path, headers, body, query)
            return answer

        call = MODEL_CALL.fullmatch(path) if method == "POST" else None
        status, told, content = await (ask(unquote(call[1]), call[2], body, ministack) if call else ministack(path))
        if status == 200 and told.get("Content-Type") == "application/vnd.amazon.eventstream":
            told.pop("Content-Length", None)
            return status, told, paced(content)
        return status, told, content
