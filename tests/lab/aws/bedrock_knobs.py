"""How the emulated Bedrock behaves: `PUT /_lab/faults` sets these, `DELETE` puts the defaults back.

{"bedrock_provisioning_seconds": 2}                 how long a purchase, job, import or deployment is being made
{"bedrock_provisioning_failure": "No capacity"}    the next one ends Failed with this message (ERROR, an agreement)
{"bedrock_term_seconds": 5}                         length of a commitment, to let one end; 0 means AWS's
{"bedrock_agreement_needed": ["model-id"]}          models that nobody of the account agreed to yet
{"bedrock_agreement_offers": 2}                     offers for each model that is not Amazon's
{"bedrock_use_case_needed": true}                   no agreement with Anthropic without the use-case form
{"bedrock_region_unavailable": ["model-id"]}        models that the region does not have
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PREFIX = "bedrock_"


@dataclass
class Knobs:
    """Each knob with its default; its name in a request begins with `bedrock_`."""

    provisioning_seconds: float = 2.0
    provisioning_failure: str = ""
    term_seconds: float = 0.0
    agreement_needed: list[str] = field(default_factory=list)
    agreement_offers: int = 1
    use_case_needed: bool = False
    region_unavailable: list[str] = field(default_factory=list)

    def change(self, wanted: dict[str, Any]) -> None:
        """Take the knobs out of a request; raises TypeError or ValueError for nonsense, before any is turned."""
        new = {
            name: as_type(default, wanted.pop(PREFIX + name))
            for name, default in vars(type(self)()).items()
            if PREFIX + name in wanted
        }
        vars(self).update(new)

    def clear(self) -> None:
        """All defaults."""
        vars(self).update(vars(type(self)()))

    def take_failure(self) -> str:
        """The message that the next thing made fails with, once; empty for success."""
        message, self.provisioning_failure = self.provisioning_failure, ""
        return message

    def as_json(self) -> dict[str, Any]:
        """What is set."""
        return {PREFIX + name: value for name, value in vars(self).items()}


def as_type(default: Any, value: Any) -> Any:
    """A value of a knob; only numbers and texts are taken from one another."""
    if isinstance(default, list | bool) and not isinstance(value, type(default)):
        raise TypeError(f"{value!r} is not a {type(default).__name__}")
    return type(default)(value)


KNOBS = Knobs()
"""The knobs of this process."""
