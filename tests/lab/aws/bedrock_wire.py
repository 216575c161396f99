"""Bedrock's control plane on the wire: botocore's service model routes, checks and shapes what a handler deals with.

A handler takes the input by the names of the service model and returns the output; what is not in the output's shape
stays inside. AWS checks lengths, patterns and enumerations; botocore leaves them to AWS, and ministack to nobody.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import unquote

from tests.lab.aws.emulator import Answer, answer, failure
from tests.lab.aws.operations import model

Body = dict[str, Any]
Handler = Callable[[Body], Body]
SERVICE = "bedrock"


class Refused(Exception):
    """AWS's refusal; its status is the service model's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def invalid(message: str) -> Refused:
    """A ValidationException."""
    return Refused("ValidationException", message)


def missing(message: str) -> Refused:
    """A ResourceNotFoundException."""
    return Refused("ResourceNotFoundException", message)


def shape(name: str) -> Body:
    """A shape of the service model."""
    found: Body = model(SERVICE)["shapes"][name]
    return found


@cache
def routes() -> list[tuple[str, re.Pattern[str], str]]:
    """Method, pattern of the decoded path and operation, the most particular first; an ARN holds slashes."""
    rows = []
    for name, operation in model(SERVICE)["operations"].items():
        uri = operation["http"]["requestUri"].split("?")[0].rstrip("/")
        pattern = re.sub(r"\\\{(\w+)(?:\\\+)?\\\}", r"(?P<\1>.+)", re.escape(uri))
        literal = len(re.sub(r"\{.*?\}", "", uri))
        rows.append((operation["http"]["method"], re.compile(pattern + "/?"), name, ("{" in uri, -literal)))
    rows.sort(key=lambda row: row[3])
    return [row[:3] for row in rows]


def find(method: str, path: str) -> tuple[str, dict[str, str]]:
    """Operation and the values in the path; empty when there is none."""
    for verb, pattern, name in routes():
        if verb == method and (match := pattern.fullmatch(path)):
            return name, match.groupdict()
    return "", {}


def call(handlers: dict[str, Handler], request: tuple[str, str, bytes, Any]) -> Answer | None:
    """Answer one of the handlers' operations; None for the others."""
    method, path, body, query = request
    name, in_path = find(method, path)
    if name not in handlers:
        return None
    operation = model(SERVICE)["operations"][name]
    try:
        told = handlers[name](read(operation["input"]["shape"], in_path, query, body))
    except Refused as refused:
        return failure(status_of(refused.code), refused.code, refused.message)
    output = operation.get("output", {}).get("shape")
    return answer(int(operation["http"].get("responseCode", 200)), only(output, told) if output else {})


def status_of(code: str) -> int:
    """HTTP status of an error: ConflictException is a 400 in this service."""
    found = model(SERVICE)["shapes"].get(code, {}).get("error", {}).get("httpStatusCode", 400)
    return int(found)


def only(name: str, told: Body) -> Body:
    """The members of a structure that the service model has, under their names on the wire."""
    members = shape(name)["members"]
    return {
        each.get("locationName", member): told[member]
        for member, each in members.items()
        if told.get(member) is not None
    }


def read(name: str, in_path: dict[str, str], query: Any, body: bytes) -> Body:
    """The input of a call, checked."""
    try:
        sent = json.loads(body or b"{}")
    except ValueError as error:
        raise invalid("Malformed input request") from error
    structure = shape(name)
    found: Body = {}
    for member, each in structure["members"].items():
        key = each.get("locationName", member)
        if each.get("location") == "uri":
            found[member] = unquote(in_path[key])
        elif each.get("location") == "querystring":
            values = query.get(key) or []
            values = values if isinstance(values, list) else [values]
            if values:
                found[member] = from_text(each["shape"], values[0])
        elif sent.get(key) is not None:
            found[member] = sent[key]
    check(name, found, "")
    return found


def from_text(name: str, text: str) -> Any:
    """A query parameter as its type."""
    kind = shape(name)["type"]
    if kind == "integer":
        if not re.fullmatch(r"-?\d+", text):
            raise invalid(f"{text} is not a number")
        return int(text)
    return text.lower() == "true" if kind == "boolean" else text


def check(name: str, value: Any, where: str) -> None:
    """Refuse what the shape does not admit, in the words that AWS's services have for it."""
    rule = shape(name)
    checked = CHECKS.get(rule["type"])
    if checked and (problem := checked(rule, value, where)):
        raise invalid(f"1 validation error detected: Value at '{where}' failed to satisfy constraint: {problem}")


def check_structure(rule: Body, value: Any, where: str) -> str:
    """Each member."""
    if not isinstance(value, dict):
        return "Member must be a structure"
    for member in rule.get("required", []):
        if value.get(member) is None:
            return f"Member '{member}' must not be null"
    for member, each in rule["members"].items():
        if value.get(member) is not None:
            check(each["shape"], value[member], f"{where}.{member}".strip("."))
    return ""


def check_list(rule: Body, value: Any, where: str) -> str:
    """Length and each entry."""
    if not isinstance(value, list):
        return "Member must be a list"
    for number, entry in enumerate(value, 1):
        check(rule["member"]["shape"], entry, f"{where}.{number}.member")
    return check_size(rule, len(value), "length")


def check_map(rule: Body, value: Any, where: str) -> str:
    """Each value; hyperparameters are strings."""
    if not isinstance(value, dict):
        return "Member must be a map"
    for key, entry in value.items():
        check(rule["value"]["shape"], entry, f"{where}.{key}")
    return ""


def check_string(rule: Body, value: Any, where: str) -> str:
    """Length, pattern, enumeration."""
    if not isinstance(value, str):
        return "Member must be a string"
    if value not in rule.get("enum", [value]):
        return f"Member must satisfy enum value set: [{', '.join(rule['enum'])}]"
    too = check_size(rule, len(value), "length")
    if not too and "pattern" in rule and not re.fullmatch(rule["pattern"], value):
        return f"Member must satisfy regular expression pattern: {rule['pattern']}"
    return too


def check_number(rule: Body, value: Any, where: str) -> str:
    """Range."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "Member must be a number"
    return check_size(rule, value, "value")


def check_size(rule: Body, size: float, what: str) -> str:
    """Least and greatest."""
    if size < rule.get("min", size):
        return f"Member must have {what} greater than or equal to {rule['min']}"
    if size > rule.get("max", size):
        return f"Member must have {what} less than or equal to {rule['max']}"
    return ""


CHECKS: dict[str, Callable[[Body, Any, str], str]] = {
    "structure": check_structure,
    "list": check_list,
    "map": check_map,
    "string": check_string,
    "integer": check_number,
    "float": check_number,
}
