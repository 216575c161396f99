"""WebSockets through a load balancer. ministack carries requests and answers only, so it says where the rest is to go.

The lab's front marks a request that wants to become a WebSocket. ministack finds listener, rule and target as for any
other, and answers with the target and the headers for it in the place of asking it. The front speaks with the target.
"""

from __future__ import annotations

import json
from typing import Any

from tests.lab.aws import emulator
from tests.lab.aws.emulator import Answer

MARK = "x-lab-websocket"
"""Header of the front's question and, with the target, of ministack's answer."""


def install() -> None:
    """Replace the function that asks a target; the request is its method, path, headers, body and query."""

    @emulator.override(emulator.service("alb"), "_proxy_http_target")
    async def proxy(original: Any, target: dict[str, Any], group: dict[str, Any], *request: Any) -> Answer:
        headers = request[2]
        if MARK not in headers:
            result: Answer = await original(target, group, *request)
            return result
        port = int(target.get("Port") or group.get("Port") or 80)
        others = {name: value for name, value in headers.items() if name not in (MARK, "connection")}
        found = {"host": target["Id"], "port": port, "headers": others}
        return 200, {MARK: json.dumps(found)}, b""
