"""Faults on demand: `PUT /_lab/faults` with JSON, `DELETE /_lab/faults` to end them all.

{"bedrock_stream_pause_seconds": 0.5}                                     a pause before each further chunk of a stream
{"bedrock_error": {"code": "ThrottlingException", "count": 2}}           the next calls of bedrock-runtime fail
{"service": "eks", "operation": "CreateCluster", "error": "...", "count": 1}     any call of AWS fails; also as a list
                                                                          under "aws_errors"; count 0 means for ever
{"service": "bedrock", "operation": "*", "reset": "before", "count": 1}   the connection is closed without an answer,
                                                                          "before" or "after" the call is carried out
                                                                          with "resource": only calls with this text in
                                                                          their path, an ARN or the id of a model
Those of `bedrock_knobs.py` are taken here too.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

from tests.lab.aws.bedrock_knobs import KNOBS
from tests.lab.aws.emulator import Answer
from tests.lab.aws.operations import Operation

PATH = "/_lab/faults"
DEFAULT_PAUSE = 0.02
STATUS = {"ThrottlingException": 429, "AccessDeniedException": 403, "InternalServerException": 500}


@dataclass
class Fault:
    """One error to be answered in place of a call, or a connection to be closed."""

    service: str
    operation: str
    error: str
    reset: str = ""
    """Closes the connection `before` or `after` the call is carried out."""
    resource: str = ""
    """Text in the path of the calls that are meant, decoded; empty means any."""
    message: str = "injected by the lab"
    status: int = 0
    left: int = 1
    for_ever: bool = False

    def fits(self, operation: Operation, path: str) -> bool:
        """Whether the call is meant; empty or * means any."""
        return (
            self.service in ("", "*", operation.service)
            and self.operation in ("", "*", operation.name)
            and self.resource in unquote(path)
        )


@dataclass
class Faults:
    """All faults that are on."""

    pause: float = DEFAULT_PAUSE
    errors: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def change(self, wanted: Mapping[str, Any]) -> None:
        """Add what a request asks for; raises KeyError, TypeError or ValueError for nonsense."""
        wanted = dict(wanted)
        requests = list(wanted.pop("aws_errors", []))
        if "bedrock_error" in wanted:
            asked = wanted.pop("bedrock_error")
            requests.append({"service": "bedrock-runtime", "operation": "*", "error": asked["code"], **asked})
        if "error" in wanted or "reset" in wanted:
            requests.append(wanted)
            wanted = {}
        pause = float(wanted.pop("bedrock_stream_pause_seconds", self.pause))
        new = [fault_of(request) for request in requests]
        unknown = sorted(set(wanted) - set(KNOBS.as_json()))
        if unknown:
            raise ValueError(f"unknown: {', '.join(unknown)}")
        KNOBS.change(wanted)
        with self.lock:
            self.pause = pause
            self.errors.extend(new)

    def clear(self) -> None:
        """End them all."""
        with self.lock:
            self.pause = DEFAULT_PAUSE
            self.errors.clear()
        KNOBS.clear()

    def take(self, operation: Operation, path: str = "") -> Fault | None:
        """The fault that this call meets, counted down."""
        with self.lock:
            fault = next((each for each in self.errors if each.fits(operation, path)), None)
            if fault and not fault.for_ever:
                fault.left -= 1
                if fault.left < 1:
                    self.errors.remove(fault)
            return fault

    def as_json(self) -> dict[str, Any]:
        """What is on."""
        with self.lock:
            listed = [
                {
                    "service": each.service,
                    "operation": each.operation,
                    **({"reset": each.reset} if each.reset else {"error": each.error}),
                    **({"resource": each.resource} if each.resource else {}),
                    "count": 0 if each.for_ever else each.left,
                }
                for each in self.errors
            ]
            return {"bedrock_stream_pause_seconds": self.pause, **KNOBS.as_json(), "aws_errors": listed}


def fault_of(request: Mapping[str, Any]) -> Fault:
    """One request for an error."""
    count = int(request.get("count", 1))
    reset = str(request.get("reset", ""))
    if reset not in ("", "before", "after"):
        raise ValueError("reset is before or after")
    return Fault(
        service=str(request.get("service", "*")),
        operation=str(request.get("operation", "*")),
        error="" if reset else str(request["error"]),
        reset=reset,
        resource=str(request.get("resource", "")),
        message=str(request.get("message", "injected by the lab")),
        status=int(request.get("status", 0)),
        left=count,
        for_ever=count == 0,
    )


def status_of(fault: Fault) -> int:
    """HTTP status of the error."""
    return fault.status or STATUS.get(fault.error, 400)


def render(fault: Fault, operation: Operation) -> Answer:
    """The error in the words of the service's protocol."""
    status = status_of(fault)
    if "json" in operation.protocol:
        body = json.dumps({"__type": fault.error, "message": fault.message}).encode()
        return status, {"Content-Type": "application/json", "x-amzn-errortype": fault.error}, body
    error = f"<Error><Code>{escape(fault.error)}</Code><Message>{escape(fault.message)}</Message></Error>"
    if operation.protocol == "ec2":
        xml = f"<Response><Errors>{error}</Errors><RequestID>lab</RequestID></Response>"
    else:
        xml = f"<ErrorResponse>{error}<RequestId>lab</RequestId></ErrorResponse>"
    return status, {"Content-Type": "text/xml"}, xml.encode()


FAULTS = Faults()
"""The faults of this process."""
