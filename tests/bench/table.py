"""A table of figures in Markdown, with goals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """The most that a ratio may be; the least, if least is set."""

    bound: float
    least: bool = False

    def met(self, ratio: float) -> bool:
        return ratio >= self.bound if self.least else ratio <= self.bound

    def __str__(self) -> str:
        return f"{'at least' if self.least else 'at most'} {self.bound:g}"


@dataclass(frozen=True)
class Line:
    """A figure, and where it is compared, its ratio to another, with a goal or without."""

    what: str
    figure: str
    ratio: float | None = None
    to: str = ""
    goal: Goal | None = None

    @property
    def met(self) -> bool:
        return self.goal is None or self.ratio is None or self.goal.met(self.ratio)

    def __str__(self) -> str:
        ratio = "" if self.ratio is None else f"{self.ratio:.3g} x {self.to}"
        goal = "" if self.goal is None else f"{self.goal}: {'met' if self.met else 'missed'}"
        return f"| {self.what} | {self.figure} | {ratio} | {goal} |"


def table(lines: Iterable[Line]) -> str:
    """The lines, under a head."""
    return "\n".join(["| | median | ratio | goal |", "|---|---|---|---|", *map(str, lines)])


def time(seconds: float) -> str:
    """Seconds with two digits that count: 0.21 s, 61 s."""
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.2f} s"
