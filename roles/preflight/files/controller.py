"""Look for programs and Python libraries on this machine; print what is missing or too old as JSON.

usage: controller.py '{"programs": [{"argv": [...], "minimum": "1.2", "below": "5", "needed": true, "remedy": "..."}],
                       "libraries": {"boto3": "1.2"}}'
Prints {"problems": [...], "warnings": [...]}. Runs with the interpreter that the modules run with.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys


def numbers(version: str) -> tuple[int, ...]:
    """1.2.3 out of whatever a program says about itself; () when there is nothing like it."""
    match = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", version)
    return tuple(int(part or 0) for part in match.groups()) if match else ()


def padded(version: str) -> tuple[int, ...]:
    """A limit in the form that numbers has."""
    return tuple(int(part) for part in [*version.split("."), "0", "0"][:3])


def program(argv: list[str], minimum: str, below: str | None, remedy: str) -> str | None:
    """What is wrong with a program, or None."""
    try:
        answer = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=True)
    except OSError:
        return f"{argv[0]} is not found. {remedy}"
    except subprocess.SubprocessError as error:
        return f"{' '.join(argv)} failed ({error}). {remedy}"
    version = numbers(answer.stdout + answer.stderr)
    if not version:
        return f"{' '.join(argv)} does not tell a version. {remedy}"
    if version < padded(minimum):
        return f"{argv[0]} is version {'.'.join(map(str, version))}, and {minimum} or later is needed. {remedy}"
    if below and version >= padded(below):
        return f"{argv[0]} is version {'.'.join(map(str, version))}, and one below {below} is needed. {remedy}"
    return None


def library(name: str, minimum: str) -> str | None:
    """What is wrong with a Python library, or None."""
    remedy = f"{sys.executable} -m pip install '{name}>={minimum}'"
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return f"The Python library {name} is not found. {remedy}"
    if numbers(version) < padded(minimum):
        return f"The Python library {name} is version {version}, and {minimum} or later is needed. {remedy}"
    return None


def main(wanted: dict) -> dict[str, list[str]]:
    """The report."""
    report: dict[str, list[str]] = {"problems": [], "warnings": []}
    for one in wanted["programs"]:
        wrong = program(one["argv"], one["minimum"], one.get("below"), one["remedy"])
        if wrong:
            report["problems" if one["needed"] else "warnings"].append(wrong)
    report["problems"] += [wrong for name, minimum in wanted["libraries"].items() if (wrong := library(name, minimum))]
    return report


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
