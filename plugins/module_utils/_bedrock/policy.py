# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The IAM policy that lets LiteLLM call exactly the models of a list. Private to this collection."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass, field

from .targets import APPLICATION_PROFILE, FOUNDATION_MODEL, SYSTEM_PROFILE, InvalidModelError, Target, target_of

# A managed policy may hold so many characters, white space apart.
LIMIT = 6144

_INVOKE = "bedrock:InvokeModel"
_STREAM = "bedrock:InvokeModelWithResponseStream"


@dataclass(frozen=True)
class Place:
    """Whose ARNs they are."""

    partition: str
    account: str

    def foundation_model(self, region: str, model: str) -> str:
        return f"arn:{self.partition}:bedrock:{region}::{FOUNDATION_MODEL}/{model}"

    def profile(self, region: str, profile: str) -> str:
        return f"arn:{self.partition}:bedrock:{region}:{self.account}:{SYSTEM_PROFILE}/{profile}"


@dataclass
class _Rights:
    """What may be called directly, and what only through a profile."""

    direct: set[str] = field(default_factory=set)
    through: set[str] = field(default_factory=set)
    profiles: set[str] = field(default_factory=set)

    def statements(self, sid: str, actions: list[str]) -> list[dict[str, t.Any]]:
        made: list[dict[str, t.Any]] = []
        if self.direct:
            made.append({"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": sorted(self.direct)})
        if self.through - self.direct:
            made.append(
                {
                    "Sid": f"{sid}ThroughProfiles",
                    "Effect": "Allow",
                    "Action": actions,
                    "Resource": sorted(self.through - self.direct),
                    "Condition": {"ArnEquals": {"bedrock:InferenceProfileArn": sorted(self.profiles)}},
                }
            )
        return made


def policy_for(
    models: t.Iterable[t.Mapping[str, t.Any]],
    *,
    account: str,
    region: str,
    partition: str = "aws",
    profiles: t.Mapping[str, t.Sequence[str]] | None = None,
    streaming: bool = True,
) -> dict[str, t.Any]:
    """The policy document. Same models in any order, same document.

    profiles: ARN of an inference profile -> ARNs of the foundation models it routes to, where they are known.
    Raises InvalidModelError.
    """
    place = Place(partition, account)
    plain, streamed = _Rights(), _Rights()
    roles: set[str] = set()
    for model in models:
        target = target_of(model, region)
        params = model.get("litellm_params") or {}
        if target is None or params.get("aws_access_key_id"):
            continue
        if params.get("aws_role_name"):
            # Then that role needs the rights, and LiteLLM's only the one to take it on.
            roles.add(str(params["aws_role_name"]))
            continue
        _allow(streamed if streaming and target.streams else plain, target, place, profiles or {})
    statements = [
        *streamed.statements("InvokeAndStream", [_INVOKE, _STREAM]),
        *plain.statements("Invoke", [_INVOKE]),
    ]
    if roles:
        assume = {"Sid": "AssumeRoles", "Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"]}
        statements.append({**assume, "Resource": sorted(roles)})
    return _checked({"Version": "2012-10-17", "Statement": statements})


def _allow(rights: _Rights, target: Target, place: Place, profiles: t.Mapping[str, t.Sequence[str]]) -> None:
    if target.kind not in (SYSTEM_PROFILE, APPLICATION_PROFILE):
        rights.direct.add(target.arn or place.foundation_model(target.region, target.id))
        return
    arn = target.arn or place.profile(target.region, target.id)
    # Any region, or even any model: the condition admits only what AWS routes to through this very profile.
    # The star also stands for the empty region in the ARN of a global profile's model.
    known = profiles.get(arn) or [place.foundation_model("*", target.foundation_model or "*")]
    rights.direct.add(arn)
    rights.through.update(known)
    rights.profiles.add(arn)


def _checked(document: dict[str, t.Any]) -> dict[str, t.Any]:
    if not document["Statement"]:
        raise InvalidModelError("No model is called with the role's own rights at Bedrock: no policy to make.")
    size = len("".join(json.dumps(document).split()))
    if size > LIMIT:
        raise InvalidModelError(
            f"The policy for these models has {size} characters, and IAM takes {LIMIT} in a managed policy. "
            "Split the list of models over more than one role or policy."
        )
    return document
