"""The table that `status` prints, and the command line around it."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.lab import cgroups, cli, status
from tests.lab.status import Row
from tests.lab.system import LabError

ROWS = [Row("etcd", "real", "v3", "http://x", "ok"), Row("aws", "emulated", "", "", "not running")]


def test_the_table_has_columns_and_dashes_for_what_is_empty() -> None:
    lines = status.table(ROWS).splitlines()
    assert lines[0].split() == ["PART", "KIND", "VERSION", "ADDRESS", "HEALTH"]
    assert lines[2].split() == ["aws", "emulated", "-", "-", "not", "running"]
    assert len({line.index(word) for line, word in zip(lines, ("KIND", "real", "emulated"), strict=True)}) == 1


def test_one_part_that_is_not_well_is_enough() -> None:
    assert status.healthy(ROWS[:1])
    assert not status.healthy(ROWS)


def test_a_question_that_fails_is_an_answer() -> None:
    def fails() -> bool:
        raise LabError("first\nlast words")

    assert status.answer(fails) == "unknown: last words"
    assert status.answer(lambda: True) == "ok"
    assert status.answer(lambda: False) == "not ready"


def test_errors_are_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> int:
        raise LabError("no room\nremedy: make some")

    monkeypatch.setitem(cli.COMMANDS, "up", (fails, ""))
    assert cli.main(["up"]) == 1
    assert capsys.readouterr().err == "error: no room\nremedy: make some\n"


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["sideways"])
    assert "up" in capsys.readouterr().err


def test_control_groups_of_either_version_are_found() -> None:
    mounts = "tmpfs /sys/fs/cgroup tmpfs rw 0 0\ncgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0\n"
    assert [str(path) for path in cgroups.hierarchies(mounts)] == ["/sys/fs/cgroup/cpu"]
    assert [str(path) for path in cgroups.hierarchies("none /sys/fs/cgroup cgroup2 rw 0 0\n")] == ["/sys/fs/cgroup"]


@pytest.mark.parametrize("command", ["up", "down", "image litellm 1.84.0"])
def test_without_root_nothing_is_touched(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(cli, "exclusive", lambda: pytest.fail("went on"))
    assert cli.main(command.split()) == 1
    assert "sudo" in capsys.readouterr().err


def test_an_image_of_another_version_is_made_and_loaded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    provided: list[str] = []
    monkeypatch.setattr(cli, "require_root_on_linux", lambda: None)
    monkeypatch.setattr(cli, "STATE", tmp_path)
    monkeypatch.setattr(cli.choice, "KUBECONFIG", tmp_path / "own-cluster")
    monkeypatch.setattr(cli, "exclusive", nullcontext)
    monkeypatch.setattr(cli, "provide", lambda images: provided.extend(image.name for image in images))
    assert cli.main(["image", "litellm", "1.84.0"]) == 0
    assert provided == ["ghcr.io/berriai/litellm-non_root:v1.84.0"]
    assert capsys.readouterr().out.split() == provided

    (tmp_path / "own-cluster").touch()
    assert cli.main(["image", "litellm", "1.84.0"]) == 1
    assert "pulls its images itself" in capsys.readouterr().err

    monkeypatch.setattr(cli, "STATE", tmp_path / "none")
    assert cli.main(["image", "litellm", "1.84.0"]) == 1
    assert "tests.lab up" in capsys.readouterr().err
    assert len(provided) == 1
