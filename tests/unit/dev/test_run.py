"""The test runner must not call a failure a success."""

from __future__ import annotations

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
