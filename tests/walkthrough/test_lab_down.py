"""Ending the lab leaves nothing on the machine but the cache. Runs last: it needs test_lab.py's note of how it was."""

from __future__ import annotations

from tests.lab import footprint
from tests.walkthrough.conftest import OUTPUT, lab


def test_down_leaves_nothing() -> None:
    lab("down")
    before = footprint.load(OUTPUT / "footprint-before.json")
    assert footprint.difference(before, footprint.take()) == {}


def test_down_twice() -> None:
    lab("down")
