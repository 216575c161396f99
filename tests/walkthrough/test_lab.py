"""The lab itself: starts from nothing, changes nothing when it runs, repairs what died. Leaves it fresh and up."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.lab import footprint
from tests.walkthrough.conftest import OUTPUT, lab


@pytest.fixture(scope="module", autouse=True)
def fresh_lab() -> None:
    """End what an earlier run left, note what the machine looks like without a lab, and start anew."""
    lab("down")
    OUTPUT.mkdir(parents=True, exist_ok=True)
    footprint.save(OUTPUT / "footprint-before.json")
    lab("up")


def process_ids() -> dict[str, int]:
    folder = Path(os.environ.get("LAB_STATE", "/var/lib/llmops-bedrock-lab")) / "run"
    return {file.stem: int(file.read_text().split()[0]) for file in folder.glob("*.pid")}


def test_a_second_up_changes_nothing() -> None:
    before = process_ids()
    started = time.monotonic()
    lab("up")
    print(f"second up: {time.monotonic() - started:.1f} s")
    assert before and process_ids() == before


def test_status_says_what_is_real_and_what_is_emulated() -> None:
    table = lab("status")
    assert "kube-apiserver" in table and "real" in table and "emulated" in table


@pytest.mark.parametrize("name", ["aws", "kube-apiserver", "kubelet"])
def test_up_repairs_what_was_killed(name: str) -> None:
    victim = process_ids()[name]
    os.kill(victim, signal.SIGKILL)
    lab("up")
    assert process_ids()[name] != victim
    assert lab("status")


def test_env_is_for_a_shell() -> None:
    script = lab("env") + '\ncommand -v kubectl helm eksctl aws && echo "$AWS_ENDPOINT_URL"'
    done = subprocess.run(["bash", "-euc", script], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith(":4566")
