"""IAM in small: what a policy of Allow statements lets through, for calls as AWS sees them."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field, replace

INVOKE, STREAM = "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"
PROFILE_KEY, ROUTER_KEY = "bedrock:InferenceProfileArn", "bedrock:PromptRouterArn"


@dataclass(frozen=True)
class Call:
    """One thing that AWS asks a policy about. A call through a profile is several of them."""

    action: str
    resource: str
    context: t.Mapping[str, str] = field(default_factory=dict, hash=False)

    def but(self, **changes: t.Any) -> Call:
        return replace(self, **changes)


def allows(policy: t.Mapping[str, t.Any], call: Call) -> bool:
    """Whether one of the statements allows it."""
    assert policy["Version"] == "2012-10-17"
    return any(_applies(statement, call) for statement in policy["Statement"])


def _applies(statement: t.Mapping[str, t.Any], call: Call) -> bool:
    assert statement["Effect"] == "Allow"
    assert not set(statement) - {"Sid", "Effect", "Action", "Resource", "Condition"}
    return (
        any(_like(pattern.lower(), call.action.lower()) for pattern in statement["Action"])
        and any(_like(pattern, call.resource) for pattern in statement["Resource"])
        and all(
            _met(operator, wanted, call.context.get(key))
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def _met(operator: str, wanted: t.Sequence[str], value: str | None) -> bool:
    compare = {"ArnEquals": _arn_like, "ArnLike": _arn_like, "StringEquals": str.__eq__}[operator]
    return value is not None and any(compare(pattern, value) for pattern in wanted)


def _arn_like(pattern: str, value: str) -> bool:
    """Part by part: in an ARN condition a star does not reach over a colon."""
    ours, theirs = pattern.split(":", 5), value.split(":", 5)
    return len(ours) == len(theirs) and all(_like(one, other) for one, other in zip(ours, theirs, strict=True))


def _like(pattern: str, text: str) -> bool:
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None
