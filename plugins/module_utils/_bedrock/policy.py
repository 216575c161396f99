# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The IAM policy that lets LiteLLM call exactly the models of a list. Private to this collection."""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass, field

from .arns import parse
from .expansion import Member, expand_all
from .targets import (
    APPLICATION_PROFILE,
    FOUNDATION_MODEL,
    PROMPT_ROUTERS,
    SYSTEM_PROFILE,
    InvalidModelError,
    Target,
    target_of,
)

# A managed policy may hold so many characters, white space apart.
LIMIT = 6144

_INVOKE = "bedrock:InvokeModel"
_STREAM = "bedrock:InvokeModelWithResponseStream"
_PROFILE_KEY = "bedrock:InferenceProfileArn"
_ROUTER_KEY = "bedrock:PromptRouterArn"
_THROUGH = {_PROFILE_KEY: "ThroughProfiles", _ROUTER_KEY: "ThroughRouters"}
_PROFILES = (SYSTEM_PROFILE, APPLICATION_PROFILE)
_GUARDRAIL_ID = re.compile(r"[a-z0-9]+")
_NAMES_SHOWN = 3


@dataclass(frozen=True)
class Place:
    """Whose ARNs they are. known: profile or router -> what it routes to, where that was asked."""

    partition: str
    account: str
    region: str
    known: t.Mapping[str, t.Sequence[str]]

    def arn(self, region: str, kind: str, name: str) -> str:
        account = "" if kind == FOUNDATION_MODEL else self.account
        return f"arn:{self.partition}:bedrock:{region}:{account}:{kind}/{name}"

    def behind_profile(self, arn: str, model: str | None = None) -> set[str]:
        """The models of a profile. Unknown ones are any region's, or even any: the condition admits no others.

        The star also stands for the empty region in the ARN of a global profile's model.
        """
        return set(self.known.get(arn) or [self.arn("*", FOUNDATION_MODEL, model or "*")])

    def behind_router(self, arn: str) -> set[str]:
        """The models and profiles of a router, and the models of these profiles."""
        ways = set(self.known.get(arn) or [self.arn("*", kind, "*") for kind in (FOUNDATION_MODEL, SYSTEM_PROFILE)])
        for way in sorted(ways):
            profile = parse(way)
            if profile and profile.kind in _PROFILES and profile.id != "*":
                ways |= self.behind_profile(way, profile.id.split(".", 1)[-1] if "." in profile.id else None)
        return ways


@dataclass
class _Rights:
    """What may be called directly, and what only through a profile or router: condition key -> its ARN -> models."""

    direct: set[str] = field(default_factory=set)
    through: dict[str, dict[str, set[str]]] = field(default_factory=lambda: {key: {} for key in _THROUGH})

    def without(self, other: _Rights) -> _Rights:
        """What the other does not allow already."""
        through: dict[str, dict[str, set[str]]] = {}
        for key, callers in self.through.items():
            left = {arn: models - other.direct - other.through[key].get(arn, set()) for arn, models in callers.items()}
            through[key] = {arn: models for arn, models in left.items() if models}
        return _Rights(self.direct - other.direct, through)

    def statements(self, sid: str, actions: list[str]) -> t.Iterator[dict[str, t.Any]]:
        allow: dict[str, t.Any] = {"Effect": "Allow", "Action": actions}
        if self.direct:
            yield {"Sid": sid, **allow, "Resource": sorted(self.direct)}
        for key, callers in self.without(_Rights(self.direct)).through.items():
            if callers:
                models = sorted(set[str]().union(*callers.values()))
                condition = {"ArnEquals": {key: sorted(callers)}}
                yield {"Sid": f"{sid}{_THROUGH[key]}", **allow, "Resource": models, "Condition": condition}


def policy_for(
    models: t.Iterable[Member],
    *,
    account: str,
    region: str,
    partition: str = "aws",
    profiles: t.Mapping[str, t.Sequence[str]] | None = None,
    streaming: bool = True,
    throughputs: t.Mapping[str, str] | None = None,
    guardrails: t.Iterable[str] = (),
) -> dict[str, t.Any]:
    """The policy document. Same models in any order, same document.

    profiles: ARN of an inference profile or prompt router -> ARNs of what it routes to, where they are known.
    throughputs: name -> ARN of the provisioned throughputs that are in service.
    guardrails: ids or ARNs of guardrails that LiteLLM applies beside those of the models' own parameters.
    Raises InvalidModelError.
    """
    place = Place(partition, account, region, profiles or {})
    members = expand_all(models, region, throughputs)
    further = {_guardrail(place, region, "guardrails", guardrail) for guardrail in guardrails}

    def document(some: t.Iterable[Member]) -> dict[str, t.Any]:
        return {"Version": "2012-10-17", "Statement": _statements(some, place, streaming, further)}

    whole = document(members)
    if not whole["Statement"]:
        raise InvalidModelError("No model is called with the role's own rights at Bedrock: no policy to make.")
    if _size(whole) > LIMIT:
        raise InvalidModelError(_too_long(_size(whole), members, document))
    return whole


def _statements(
    models: t.Iterable[Member], place: Place, streaming: bool, guardrails: t.Iterable[str]
) -> list[dict[str, t.Any]]:
    plain, streamed = _Rights(), _Rights()
    roles: set[str] = set()
    guarding = set(guardrails)
    for model in models:
        target = target_of(model, place.region)
        params = model.get("litellm_params") or {}
        if target is None or params.get("aws_access_key_id"):
            continue
        if params.get("aws_role_name"):
            # Then that role needs the rights, and LiteLLM's only the one to take it on.
            roles.add(str(params["aws_role_name"]))
            continue
        _allow(streamed if streaming and target.streams else plain, target, place)
        own = (params.get("guardrailConfig") or {}).get("guardrailIdentifier")
        if own:
            guarding.add(_guardrail(place, target.region, str(model["name"]), own))
    statements = [
        *streamed.statements("InvokeAndStream", [_INVOKE, _STREAM]),
        *plain.without(streamed).statements("Invoke", [_INVOKE]),
    ]
    if guarding:
        apply = {"Sid": "ApplyGuardrails", "Effect": "Allow", "Action": ["bedrock:ApplyGuardrail"]}
        statements.append({**apply, "Resource": sorted(guarding)})
    if roles:
        assume = {"Sid": "AssumeRoles", "Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"]}
        statements.append({**assume, "Resource": sorted(roles)})
    return statements


def _allow(rights: _Rights, target: Target, place: Place) -> None:
    arn = target.arn or place.arn(target.region, target.kind, target.id)
    rights.direct.add(arn)
    if target.kind in _PROFILES:
        rights.through[_PROFILE_KEY].setdefault(arn, set()).update(place.behind_profile(arn, target.foundation_model))
    elif target.kind in PROMPT_ROUTERS:
        rights.through[_ROUTER_KEY].setdefault(arn, set()).update(place.behind_router(arn))


def _guardrail(place: Place, region: str, owner: str, guardrail: str) -> str:
    text = str(guardrail)
    arn = parse(text)
    if arn and arn.kind in ("guardrail", "guardrail-profile"):
        return text
    if not _GUARDRAIL_ID.fullmatch(text):
        raise InvalidModelError(f"{owner}: {text!r} is no guardrail. Give its id (letters and digits) or its ARN.")
    return place.arn(region, "guardrail", text)


def _size(document: t.Mapping[str, t.Any]) -> int:
    return len("".join(json.dumps(document).split()))


def _too_long(size: int, members: t.Iterable[Member], document: t.Callable[[list[Member]], dict[str, t.Any]]) -> str:
    """Which parts of the list fit in a policy each, in the list's order."""
    parts: list[list[Member]] = [[]]
    for member in members:
        if parts[-1] and _size(document([*parts[-1], member])) > LIMIT:
            parts.append([])
        parts[-1].append(member)
    too_long = [str(part[0]["name"]) for part in parts if _size(document(part)) > LIMIT]
    told = f"The policy for these models has {size} characters, and IAM takes {LIMIT} in a managed policy. "
    if too_long:
        return f"{told}{', '.join(too_long)} alone has too many: leave out what its profile routes to (profiles)."
    return f"{told}Split the list, with a policy for each part: {'; '.join(_names(part) for part in parts)}."


def _names(part: t.Sequence[Member]) -> str:
    names = list(dict.fromkeys(str(member["name"]) for member in part))
    return ", ".join(names) if len(names) <= _NAMES_SHOWN else f"{names[0]} to {names[-1]} ({len(names)} models)"
