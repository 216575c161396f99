"""The test matrix of litellm_model: every case is run once, or the reason is written down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

TARGET = Path(__file__).parents[3] / "tests/integration/targets/litellm_model"
NUMBERS = list(range(1, 61))


def topics() -> dict[str, list[dict[str, Any]]]:
    return {path.stem: yaml.safe_load(path.read_text())["cases"] for path in (TARGET / "vars/cases").glob("*.yml")}


def files() -> list[str]:
    return [path.stem for path in (TARGET / "tasks/cases").glob("*.yml")]


def test_every_case_is_run_once_or_has_a_reason() -> None:
    told = [case["case"] for cases in topics().values() for case in cases if "case" in case]
    told += [int(name.split("_")[0]) for name in files()]
    not_run = yaml.safe_load((TARGET / "vars/not_run.yml").read_text())["not_run"]
    assert sorted([*told, *not_run]) == NUMBERS
    assert all(not_run.values())


def test_the_target_runs_every_file() -> None:
    tasks = yaml.safe_load((TARGET / "tasks/main.yml").read_text())[0]["block"]
    named = {name for task in tasks for name in task.get("loop", [])}
    named |= {task["vars"]["litellm_matrix_topic"] for task in tasks if "litellm_matrix_topic" in task.get("vars", {})}
    assert {*topics(), *files()} <= named


def test_each_case_has_a_name_and_an_outcome() -> None:
    for case in (case for cases in topics().values() for case in cases):
        assert case["title"]
        assert "case" in case or "name" in case
        assert all(len({"action", "actions", "fails"} & set(step)) == 1 for step in case["steps"]), case["title"]
