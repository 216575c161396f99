"""Bedrock's control plane: the operations that the lab answers itself, in the place of ministack's."""

from __future__ import annotations

from typing import Any

from tests.lab.aws import (
    bedrock_access,
    bedrock_custom_models,
    bedrock_customization,
    bedrock_deployments,
    bedrock_foundation_models,
    bedrock_imports,
    bedrock_profiles,
    bedrock_store,
    bedrock_tags,
    bedrock_throughput,
    bedrock_wire,
    emulator,
)
from tests.lab.aws.bedrock_catalog import models
from tests.lab.aws.emulator import Answer

HANDLERS = {
    **bedrock_foundation_models.HANDLERS,
    **bedrock_profiles.HANDLERS,
    **bedrock_access.HANDLERS,
    **bedrock_throughput.HANDLERS,
    **bedrock_customization.HANDLERS,
    **bedrock_custom_models.HANDLERS,
    **bedrock_deployments.HANDLERS,
    **bedrock_imports.HANDLERS,
    **bedrock_tags.HANDLERS,
}


def install() -> None:
    """Put the lab's operations before ministack's, and today's models in the place of its old catalogue."""
    service = emulator.service("bedrock")
    bedrock_store.install()
    service._CATALOG[:] = [(m.id, m.name, m.provider, m.inputs, m.outputs, m.mode == "chat") for m in models()]

    @emulator.override(service, "handle_request")
    async def handle(original: Any, method: str, path: str, *rest: Any) -> Answer:
        _headers, body, query = rest
        own = bedrock_wire.call(HANDLERS, (method, path, body, query))
        result: Answer = own if own is not None else await original(method, path, *rest)
        return result
