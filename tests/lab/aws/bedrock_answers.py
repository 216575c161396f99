"""What the emulated models say: pure functions of the question."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import struct
import zlib
from typing import Any

QUOTED = 600
"""Characters of the question that an answer repeats."""

DIMENSIONS = {"amazon.titan-embed-text-v2:0": 1024, "cohere.embed-v4:0": 1536}


def reply(model_id: str, question: str) -> str:
    """A readable answer that nobody takes for a model's: it names its source and repeats the question."""
    shown = question.strip()
    if len(shown) > QUOTED:
        shown = f"{shown[:QUOTED]} ..."
    return (
        f"This answer comes from the lab's emulated Amazon Bedrock in the place of {model_id}; no model was asked. "
        f"You asked: '{shown}'"
    )


def last_user_text(messages: Any) -> str:
    """The text of the newest user message, in Converse's form or in Anthropic's."""
    for message in reversed(messages or []):
        if message.get("role") == "user":
            content = message.get("content")
            if isinstance(content, str):
                return content
            return "\n".join(text for part in content or [] if isinstance(part, dict) for text in texts(part))
    return ""


def texts(part: dict[str, Any]) -> list[str]:
    """The text in a part of a message, and what a tool answered."""
    if "toolResult" in part:
        answered = part["toolResult"].get("content") or []
        return [str(each["text"]) if "text" in each else json.dumps(each.get("json")) for each in answered]
    return [str(part["text"])] if "text" in part else []


def tool_call(tool_config: Any, messages: Any) -> dict[str, Any] | None:
    """The call of a tool, as a chat message in OpenAI's form: the tool that was demanded, else the only one.

    An emulated model does not choose: it calls that tool at once, and answers when it has the result. Where it has
    several tools and may answer, as on the chat page, it answers.
    """
    tools = {each["toolSpec"]["name"]: each["toolSpec"] for each in (tool_config or {}).get("tools") or []}
    last = messages[-1].get("content") if messages else None
    has_result = isinstance(last, list) and any("toolResult" in part for part in last)
    choice = (tool_config or {}).get("toolChoice") or {}
    demanded = "tool" in choice or ("any" in choice and not has_result)
    if not tools or not (demanded or (len(tools) == 1 and not has_result)):
        return None
    name = (choice.get("tool") or {}).get("name") or next(iter(tools))
    arguments = made_up(tools[name].get("inputSchema", {}).get("json") or {})
    call = {"id": "tooluse_lab", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
    return {"role": "assistant", "content": None, "tool_calls": [call]}


def made_up(schema: dict[str, Any]) -> Any:
    """A value that a JSON schema admits; strings say where they come from."""
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type") or ("object" if "properties" in schema else "string")
    if kind == "object":
        return {name: made_up(each) for name, each in (schema.get("properties") or {}).items()}
    if kind == "array":
        return [made_up(schema.get("items") or {})]
    return {"integer": 1, "number": 1.5, "boolean": True, "null": None}.get(kind, "made up by the lab")


def embedding(text: str, dimensions: int) -> list[float]:
    """A unit vector made from the text: the same text gives the same vector, similar texts do not."""
    seed = hashlib.shake_256(text.encode()).digest(dimensions * 2)
    values = [number / 32768.0 for (number,) in struct.iter_unpack(">h", seed)]
    length = math.sqrt(sum(value * value for value in values)) or 1.0
    return [value / length for value in values]


def picture(prompt: str, side: int = 64) -> str:
    """A small PNG of one colour, base64; the colour follows from the prompt."""
    colour = hashlib.sha256(prompt.encode()).digest()[:3]
    rows = b"".join(b"\0" + colour * side for _row in range(side))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return base64.b64encode(png).decode()


def embedding_body(model_id: str, request: dict[str, Any]) -> dict[str, Any]:
    """InvokeModel's answer of an embedding model, in its family's form."""
    base = model_id.rsplit("/", maxsplit=1)[-1]
    if "cohere." in base:
        texts = [str(text) for text in request.get("texts") or []]
        size = int(request.get("output_dimension") or DIMENSIONS["cohere.embed-v4:0"])
        vectors = [embedding(text, size) for text in texts]
        return {
            "id": hashlib.sha256(repr(texts).encode()).hexdigest()[:32],
            "texts": texts,
            "embeddings": {"float": vectors} if request.get("embedding_types") else vectors,
            "response_type": "embeddings_by_type" if request.get("embedding_types") else "embeddings_floats",
        }
    if "nova" in base:
        single = request.get("singleEmbeddingParams") or {}
        text = str((single.get("text") or {}).get("value", ""))
        size = int(single.get("embeddingDimension") or 3072)
        return {"embeddings": [{"embeddingType": "TEXT", "embedding": embedding(text, size)}]}
    text = str(request.get("inputText", ""))
    size = int(request.get("dimensions") or DIMENSIONS["amazon.titan-embed-text-v2:0"])
    vector = embedding(text, size)
    return {
        "embedding": vector,
        "embeddingsByType": {"float": vector},
        "inputTextTokenCount": max(1, len(text) // 4),
    }


def image_body(request: dict[str, Any]) -> dict[str, Any]:
    """InvokeModel's answer of an image model: Stability's and Amazon's have the list of pictures in common."""
    prompt = str(request.get("prompt") or (request.get("textToImageParams") or {}).get("text", ""))
    count = int((request.get("imageGenerationConfig") or {}).get("numberOfImages", 1))
    pictures = [picture(f"{prompt}{number}") for number in range(count)]
    return {"images": pictures, "seeds": [0] * count, "finish_reasons": [None] * count}
