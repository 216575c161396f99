"""The test runner must not call a failure a success."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests import run


@pytest.mark.parametrize(
    "text, code, counted",
    [
        ("==== 3 passed in 0.10s ====", 0, (3, 0)),
        ("3 passed, 1 warning in 12.34s", 0, (3, 0)),
        ("==== 1 failed, 2 passed in 1.00s ====", 1, (2, 1)),
        ("==== 2 passed, 1 error in 1.00s ====", 1, (2, 1)),
        ("=== 903 passed in 75.12s (0:01:15) ===", 0, (903, 0)),
        ("==== 2 passed in 1.00s ====", 1, (2, 1)),
        ("no tests ran in 0.01s", 5, (0, 1)),
        ("All checks passed!", 0, (1, 0)),
        ("Segmentation fault", 139, (0, 1)),
    ],
)
def test_count(text: str, code: int, counted: tuple[int, int]) -> None:
    assert run.count(text, code) == counted


def test_an_unknown_stage_is_refused() -> None:
    with pytest.raises(SystemExit, match="no such stage"):
        run.selected(["nosuch"])


def test_groups_and_stages_can_be_named() -> None:
    assert [stage.name for stage in run.selected(["ruff", "unit"])] == ["ruff", "unit"]
    assert len(run.selected([])) > len(run.selected(["lint"])) > 3


def test_lanes_run_side_by_side_and_a_lane_in_its_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "OUTPUT", tmp_path)
    wait = (
        "import pathlib, sys, time\nend = time.monotonic() + 10\n"
        "while not pathlib.Path(sys.argv[1]).exists() and time.monotonic() < end: time.sleep(0.01)\n"
        "sys.exit(not pathlib.Path(sys.argv[1]).exists())"
    )
    make = "import pathlib, sys\npathlib.Path(sys.argv[1]).touch()"

    def stage(lane: str, name: str, code: str) -> run.Stage:
        argv = (sys.executable, "-c", code, str(tmp_path / f"{name}.made"))
        return run.Stage("group", f"{lane}-{name}", argv, 1, lane=lane)

    # Each lane waits for what the other one makes.
    chosen = [stage("a", "x", make), stage("a", "y", wait), stage("b", "x", wait), stage("b", "y", make)]
    outcomes = run.run_lanes(chosen, {})
    assert [(outcome.stage.name, outcome.passed) for outcome in outcomes] == [
        ("a-x", 1),
        ("a-y", 1),
        ("b-x", 1),
        ("b-y", 1),
    ]


def test_targets_of_a_lane_are_neighbours() -> None:
    lanes = [stage.lane for stage in run.integration_stages()]
    assert lanes == sorted(lanes) and {"", "aws", "gateway"} == set(lanes)
