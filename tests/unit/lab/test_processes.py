"""The supervisor ends what it started and nothing that only has the same pid."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.lab import processes
from tests.lab.processes import Process, Record

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("LOGS", "RUN", "HOME"):
        monkeypatch.setattr(processes, name, tmp_path / name.lower())
    monkeypatch.setattr(processes, "STATE", tmp_path)
    yield
    for pid in processes.marked(tmp_path):
        processes.end(pid, 1)


def sleeper(name: str = "sleeper") -> Process:
    return Process(name, SLEEP, ready=lambda: True, timeout=10)


def pid_of(process: Process) -> int:
    record = processes.read_record(process.pid_file)
    assert record is not None
    return record.pid


def test_start_is_idempotent_and_stop_ends_it() -> None:
    process = sleeper()
    assert processes.start(process)
    processes.wait_ready(process)
    pid = pid_of(process)
    assert not processes.start(process)
    assert pid_of(process) == pid
    assert processes.stop(process.pid_file, 1)
    assert processes.start_time(pid) is None
    assert not process.pid_file.exists()
    assert not processes.stop(process.pid_file, 1)


def test_a_changed_command_restarts() -> None:
    process = sleeper()
    processes.start(process)
    pid = pid_of(process)
    assert processes.start(replace(process, env={"X": "1"}))
    assert pid_of(process) != pid
    assert processes.start_time(pid) is None


def test_a_changed_input_changes_the_fingerprint(tmp_path: Path) -> None:
    code = tmp_path / "code.py"
    code.write_text("1")
    process = replace(sleeper(), inputs=(code,))
    before = process.fingerprint()
    code.write_text("2")
    assert process.fingerprint() != before


def test_a_reused_pid_is_left_alone() -> None:
    process = sleeper()
    with subprocess.Popen(SLEEP) as innocent:
        record = Record(innocent.pid, "1", processes.boot_id(), "f")
        process.pid_file.parent.mkdir(parents=True)
        process.pid_file.write_text(record.text())
        assert not processes.is_alive(record)
        assert not processes.stop(process.pid_file, 1)
        assert innocent.poll() is None
        innocent.kill()


def test_another_boot_is_not_alive() -> None:
    started = processes.start_time(os.getpid())
    assert started is not None
    assert processes.is_alive(Record(os.getpid(), started, processes.boot_id(), "f"))
    assert not processes.is_alive(Record(os.getpid(), started, "another boot", "f"))


def test_a_process_without_pid_file_is_found_and_replaced(tmp_path: Path) -> None:
    process = sleeper()
    processes.start(process)
    pid = pid_of(process)
    process.pid_file.unlink()
    # A process that was just started shows its environment a moment later.
    deadline = time.monotonic() + 10
    while pid not in processes.marked(tmp_path):
        assert time.monotonic() < deadline
    assert processes.start(process)
    assert processes.start_time(pid) is None


def test_one_that_ends_at_once_is_told_with_its_last_words() -> None:
    process = Process("broken", [sys.executable, "-c", "print('no such luck')"], ready=lambda: False, timeout=10)
    with pytest.raises(processes.ProcessFailed, match=r"no such luck|ended at once"):
        processes.start(process)
        processes.wait_ready(process)


def test_one_that_is_never_ready_is_told() -> None:
    process = replace(sleeper(), ready=lambda: False, timeout=0.2)
    processes.start(process)
    with pytest.raises(processes.ProcessFailed, match="not ready within"):
        processes.wait_ready(process)


def test_a_pid_file_that_was_cut_off_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "x.pid").write_text("12")
    assert processes.read_record(tmp_path / "x.pid") is None
    assert processes.read_record(tmp_path / "absent.pid") is None


def test_the_users_variables_do_not_reach_the_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    assert "AWS_PROFILE" not in sleeper().environment()
