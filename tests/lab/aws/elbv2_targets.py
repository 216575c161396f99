"""Targets of a target group: AWS tells them apart by id and port, ministack by id alone."""

from __future__ import annotations

from typing import Any

from tests.lab.aws import emulator
from tests.lab.aws.emulator import Answer

Parameters = dict[str, Any]
Target = dict[str, Any]


def key(target: Target, default: int) -> tuple[str, int]:
    """What makes two targets the same."""
    return str(target["Id"]), int(target.get("Port") or default)


def added(present: list[Target], new: list[Target], default: int) -> list[Target]:
    """The targets with the new ones, each once."""
    known = {key(target, default) for target in present}
    return present + [target for target in new if key(target, default) not in known]


def without(present: list[Target], gone: list[Target], default: int) -> list[Target]:
    """The targets without those named; one that is named without a port goes with all its ports."""
    whole = {str(target["Id"]) for target in gone if not target.get("Port")}
    exact = {key(target, default) for target in gone if target.get("Port")}
    return [t for t in present if str(t["Id"]) not in whole and key(t, default) not in exact]


def install() -> None:
    """Replace the two operations that change targets."""
    alb = emulator.service("alb")

    @emulator.override(alb, "_register_targets")
    def register(original: Any, parameters: Parameters) -> Answer:
        return change(original, parameters, added)

    @emulator.override(alb, "_deregister_targets")
    def deregister(original: Any, parameters: Parameters) -> Answer:
        return change(original, parameters, without)


def change(original: Any, parameters: Parameters, rule: Any) -> Answer:
    """Let ministack check and answer, then set the targets by the rule."""
    alb = emulator.service("alb")
    arn = alb._p(parameters, "TargetGroupArn")
    before = list(alb._targets.get(arn, []))
    result: Answer = original(parameters)
    if arn in alb._tgs:
        alb._targets[arn] = rule(before, alb._parse_targets_param(parameters), int(alb._tgs[arn].get("Port", 80)))
    return result
