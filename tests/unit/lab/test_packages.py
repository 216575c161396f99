"""Debian packages: only what is missing is installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.lab import packages


def test_a_program_or_a_file_says_whether_its_package_is_there(tmp_path: Path) -> None:
    needed = {
        sys.executable: "here",
        str(tmp_path / "none"): "file",
        "no-such-program": "program",
        "neither": "program",
    }
    assert packages.missing(needed) == ["file", "program"]


def test_what_one_test_needs_is_installed_when_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[list[str]] = []
    monkeypatch.setattr(packages, "install", installed.append)
    packages.ensure({sys.executable: "here"})
    assert installed == []
    packages.ensure({"no-such-program": "program"})
    assert installed == [["program"]]


def test_the_lab_does_without_the_browser() -> None:
    assert set(packages.FOR_BROWSER.values()).isdisjoint(packages.NEEDED.values())
