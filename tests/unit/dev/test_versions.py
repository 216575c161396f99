"""The stages of further LiteLLM versions, and what one of them runs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from tests import run, versions
from tests.lab.images import litellm

CHECKOUT = Path(__file__).resolve().parents[3]


def test_there_is_a_stage_for_each_further_version_and_one_for_all_cases_on_demand() -> None:
    stages = run.selected(["versions"])
    assert [stage.name for stage in stages] == ["litellm-matrix", *(f"litellm-{v}" for v in versions.further())]
    assert not {stage.name for stage in stages} & {stage.name for stage in run.selected([])}
    assert "litellm_matrix_only" not in str(stages[0].argv)
    (usual,) = run.selected(["integration-litellm_model"])
    assert "litellm_matrix_only" in str(usual.argv)


def test_an_older_and_a_newer_version_are_tested_beside_the_one_that_the_role_installs() -> None:
    number = [tuple(map(int, version.split("."))) for version in (*versions.further(), litellm.VERSION)]
    assert number[0] < number[-1] < number[-2]
    assert number[:-1] == sorted(number[:-1])


def test_the_image_comes_first_and_nothing_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[str] = []

    def note(argv: list[str], **dummy: object) -> subprocess.CompletedProcess[str]:
        commands.append(" ".join(argv))
        return subprocess.CompletedProcess(argv, len(codes) and codes.pop(0))

    monkeypatch.setattr(versions.rehearse, "lab_environment", lambda: {"PATH": "/lab"})
    monkeypatch.setattr(subprocess, "run", note)
    codes = [0, 0]
    assert versions.main(["1.84.0"]) == 0
    assert "tests.lab image litellm 1.84.0" in commands[0]
    assert "litellm_version=1.84.0" in commands[1]
    codes = [1]
    assert versions.main(["1.84.0"]) == 1
    assert len(commands) == 3


def test_all_targets_of_litellm_run() -> None:
    play = yaml.safe_load((CHECKOUT / "tests/integration/versions.yml").read_text())[0]
    folders = [path.name for path in (CHECKOUT / "tests/integration/targets").glob("litellm_*")]
    assert sorted(play["vars"]["targets"]) == sorted(folders)
