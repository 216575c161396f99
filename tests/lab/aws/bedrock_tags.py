"""Tags of what the account has in Bedrock, in ministack's own store, on ARNs that ministack does not know too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.lab.aws import bedrock_store, emulator
from tests.lab.aws.bedrock_wire import Body, Handler, Refused, missing

MOST = 200


def put(arn: str, tags: Iterable[Body] | None) -> None:
    """Add tags."""
    store = emulator.service("bedrock")._tags
    new = {**store.get(arn, {}), **{tag["key"]: tag["value"] for tag in tags or []}}
    if len(new) > MOST:
        raise Refused("TooManyTagsException", f"A resource has at most {MOST} tags.")
    store[arn] = new


def drop(arn: str) -> None:
    """Tags go with what they are on."""
    emulator.service("bedrock")._tags.pop(arn, None)


def known(original: Any, arn: str) -> None:
    """Refuse an ARN of nothing; ministack knows the kinds that the lab leaves to it."""
    if any(arn in store for store in bedrock_store.STORES.values()):
        return
    if original(arn) is not None:
        raise missing(f"The specified resource {arn} does not exist.")


def tag(asked: Body) -> Body:
    """TagResource."""
    known(emulator.service("bedrock")._validate_resource_arn_for_tags, asked["resourceARN"])
    put(asked["resourceARN"], asked["tags"])
    return {}


def untag(asked: Body) -> Body:
    """UntagResource."""
    service = emulator.service("bedrock")
    known(service._validate_resource_arn_for_tags, asked["resourceARN"])
    left = service._tags.get(asked["resourceARN"], {})
    service._tags[asked["resourceARN"]] = {key: left[key] for key in left if key not in asked["tagKeys"]}
    return {}


def listed(asked: Body) -> Body:
    """ListTagsForResource."""
    service = emulator.service("bedrock")
    known(service._validate_resource_arn_for_tags, asked["resourceARN"])
    tags = service._tags.get(asked["resourceARN"], {})
    return {"tags": [{"key": key, "value": value} for key, value in tags.items()]}


HANDLERS: dict[str, Handler] = {"TagResource": tag, "UntagResource": untag, "ListTagsForResource": listed}
