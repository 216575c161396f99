"""The script of role preflight that looks at this machine."""

from __future__ import annotations

import importlib.util
import sys
import typing as t
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "roles/preflight/files/controller.py"


def load() -> t.Any:
    spec = importlib.util.spec_from_file_location("preflight_controller", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


controller = load()


def report(code: str = "", *, needed: bool = True, **limits: str) -> dict[str, list[str]]:
    one = {"argv": [sys.executable, "-c", code], "minimum": "3.19", "needed": needed, "remedy": "Install it.", **limits}
    found = controller.main({"programs": [one], "libraries": {}})
    return t.cast("dict[str, list[str]]", found)


@pytest.mark.parametrize("text", ["v3.19.0+g123", "version 3.20", "4.1.2"])
def test_a_program_that_does(text: str) -> None:
    assert report(f"print('{text}')", below="5") == {"problems": [], "warnings": []}


@pytest.mark.parametrize(
    "code, message",
    [
        ("print('v3.18.9')", "is version 3.18.9, and 3.19 or later is needed. Install it."),
        ("print('v5.0.0')", "and one below 5 is needed"),
        ("print('hello')", "does not tell a version"),
        ("raise SystemExit(3)", "failed"),
    ],
)
def test_a_program_that_does_not(code: str, message: str) -> None:
    (problem,) = report(code, below="5")["problems"]
    assert message in problem


def test_a_program_that_is_only_useful_is_a_warning() -> None:
    found = controller.main(
        {
            "programs": [{"argv": ["no-such-program"], "minimum": "1", "needed": False, "remedy": "Get it."}],
            "libraries": {},
        }
    )
    assert found == {"problems": [], "warnings": ["no-such-program is not found. Get it."]}


def test_libraries() -> None:
    found = controller.main({"programs": [], "libraries": {"pytest": "1.0", "PyYAML": "999", "no-such-library": "1"}})
    old, missing = found["problems"]
    assert "PyYAML is version" in old and "999 or later" in old
    assert "no-such-library is not found" in missing and "-m pip install 'no-such-library>=1'" in missing
