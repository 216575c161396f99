"""What the account has in Bedrock: records by ARN that change by themselves as time passes, and survive a restart.

A record holds the changes that are still to come, each with its time. Whoever looks at it applies those that are due:
nothing runs in the background, so a restart in between changes nothing.
"""

from __future__ import annotations

import copy
import datetime
import secrets
import string
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from tests.lab.aws import emulator
from tests.lab.aws.bedrock_wire import Body, Refused, invalid, missing, only
from tests.lab.aws.config import ACCOUNT

KINDS = (
    "provisioned-model",
    "model-customization-job",
    "custom-model",
    "custom-model-deployment",
    "model-import-job",
    "imported-model",
    "application-inference-profile",
    "agreement",
    "use-case",
    "client-token",
)
STEPS = "steps"
STATE = "lab"
"""Where this lies in ministack's saved state of Bedrock."""

STORES: dict[str, Any] = {}
"""Records by kind; each store keeps accounts and regions apart."""


def now() -> datetime.datetime:
    """The time."""
    return datetime.datetime.now(datetime.UTC)


def written(moment: datetime.datetime) -> str:
    """A time as Bedrock writes it; times written so sort by themselves."""
    return moment.astimezone(datetime.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def region() -> str:
    """Region of the request."""
    return str(emulator.module("core.responses").get_region())


def new_id() -> str:
    """The 12 characters at the end of an ARN."""
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _place in range(12))


def arn_of(path: str) -> str:
    """ARN of something of the account."""
    return f"arn:aws:bedrock:{region()}:{ACCOUNT}:{path}"


def later(seconds: float, change: Body) -> list[Any]:
    """A change to come; None takes a member away."""
    return [written(now() + datetime.timedelta(seconds=seconds)), change]


def settle(record: Body, moment: str) -> Body:
    """Apply what is due."""
    while record.get(STEPS) and record[STEPS][0][0] <= moment:
        _when, change = record[STEPS].pop(0)
        record.update(change)
        record["lastModifiedTime"] = _when
    return record


def records(kind: str) -> list[Body]:
    """All of a kind as of now, the oldest first; what a job will make is not there before the job's end."""
    moment = written(now())
    there = [settle(each, moment) for each in STORES[kind].values() if each["creationTime"] <= moment]
    return sorted(there, key=lambda each: str(each["creationTime"]))


def find(kind: str, identifier: str, *names: str) -> Body | None:
    """The record with the ARN, or the oldest one with the name."""
    rows = records(kind)
    return next((row for row in rows if any(row.get(name) == identifier for name in names)), None)


def get(kind: str, identifier: str, *names: str) -> Body:
    """As `find`, or refused."""
    record = find(kind, identifier, *names)
    if record is None:
        raise missing(f"The specified resource {identifier} does not exist.")
    return record


def free(kind: str, member: str, name: str) -> None:
    """Refuse a name that something has, or that a job will give."""
    if any(each[member] == name for each in STORES[kind].values()):
        raise Refused("ConflictException", f"The name {name} is in use already.")


def key_arn(identifier: str | None) -> str | None:
    """The key behind a KMS key id or alias; an alias of the lab has a key of its own."""
    if not identifier or ":key/" in identifier:
        return identifier
    name = identifier.rpartition(":")[2]
    key = uuid.uuid5(uuid.NAMESPACE_DNS, name) if name.startswith("alias/") else name
    return f"arn:aws:kms:{region()}:{ACCOUNT}:key/{key}"


def once(kind: str, asked: Body, make: Callable[[], str]) -> str:
    """Make something unless this client token made it before; then the same ARN, even if it is gone by now."""
    tokens, token = STORES["client-token"], asked.get("clientRequestToken")
    if token is None:
        return make()
    key = f"{kind} {token}"
    if key not in tokens:
        tokens[key] = make()
    return str(tokens[key])


def page(rows: Iterable[Body], asked: Body, members: tuple[str, str]) -> Body:
    """Sort and cut a listing; `members` are the output's list and the shape of its entries."""
    listed = sorted(rows, key=lambda row: str(row["creationTime"]), reverse=asked.get("sortOrder") != "Ascending")
    return cut(listed, asked, members)


def cut(listed: list[Body], asked: Body, members: tuple[str, str]) -> Body:
    """The page of a listing that is asked for."""
    token = asked.get("nextToken", "0")
    if not token.isdigit():
        raise invalid("The provided nextToken is invalid.")
    begin, size = int(token), int(asked.get("maxResults", 100))
    told: Body = {members[0]: [only(members[1], row) for row in listed[begin : begin + size]]}
    if begin + size < len(listed):
        told["nextToken"] = str(begin + size)
    return told


def created_between(row: Body, asked: Body) -> bool:
    """The time filters that all listings share."""
    made = datetime.datetime.fromisoformat(row["creationTime"])
    after, before = asked.get("creationTimeAfter"), asked.get("creationTimeBefore")
    return (not after or made > datetime.datetime.fromisoformat(after)) and (
        not before or made < datetime.datetime.fromisoformat(before)
    )


def install() -> None:
    """Make the stores, and let ministack save and restore them with its own."""
    scoped = emulator.module("core.responses").AccountRegionScopedDict
    STORES.update({kind: scoped() for kind in KINDS})
    service = emulator.service("bedrock")

    @emulator.override(service, "get_state")
    def save(original: Any) -> Any:
        return {**original(), STATE: copy.deepcopy(STORES)}

    @emulator.override(service, "load_persisted_state")
    def restore(original: Any, data: Any) -> Any:
        for kind, store in (data or {}).get(STATE, {}).items():
            STORES[kind].update(store)
        return original(data)
