"""IAM: OIDC providers named as AWS names them, and AWS-managed policies that ministack does not list."""

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
