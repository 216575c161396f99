"""IAM: OIDC providers named as AWS names them, and the choice among a policy's versions, which ministack lacks."""

from __future__ import annotations

import re
from typing import Any

from tests.lab.aws import emulator
from tests.lab.aws.emulator import Answer


def without_port(value: Any) -> Any:
    """https://host:443/path -> https://host/path."""
    if isinstance(value, list):
        return [without_port(each) for each in value]
    return re.sub(r":443(?=/|$)", "", value)


def install() -> None:
    """Fill the gaps of IAM."""
    iam = emulator.service("iam")

    @emulator.override(iam, "_create_oidc_provider")
    def create(original: Any, parameters: dict[str, Any]) -> Answer:
        # AWS drops the port from the provider's ARN; eksctl sends it.
        result: Answer = original({**parameters, "Url": without_port(parameters.get("Url", ""))})
        return result

    def set_default(parameters: dict[str, Any]) -> Answer:
        policy = iam._policies.get(iam._p(parameters, "PolicyArn"))
        chosen = iam._p(parameters, "VersionId")
        if not policy or chosen not in policy["Versions"]:
            missing: Answer = iam._error(404, "NoSuchEntity", "Policy or version not found.", ns="iam")
            return missing
        for version in policy["Versions"].values():
            version["IsDefaultVersion"] = version["VersionId"] == chosen
        policy["DefaultVersionId"] = chosen
        done: Answer = iam._xml(200, "SetDefaultPolicyVersionResponse", "", ns="iam")
        return done

    iam._IAM_HANDLERS["SetDefaultPolicyVersion"] = set_default
