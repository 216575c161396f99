"""What the benches share: commands, playbooks, and the times of both."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests import rehearse

HERE = Path(__file__).resolve().parent
REHEARSAL = ("-i", "inventories/rehearsal")

Task = Mapping[str, object]


@dataclass(frozen=True)
class Timed:
    """A task of a play: how long it took, and whether it changed something. command: the seconds of what it ran."""

    seconds: float
    changed: bool
    command: float | None


def seconds(argv: Sequence[str], env: Mapping[str, str], stdin: str | None = None) -> float:
    """How long a command takes, as a whole process. It must succeed."""
    started = time.monotonic()
    output(argv, env, stdin)
    return time.monotonic() - started


def output(argv: Sequence[str], env: Mapping[str, str], stdin: str | None = None) -> str:
    """What a command prints. It must succeed; what it said is shown when it does not."""
    done = subprocess.run(
        argv, env=dict(env), cwd=rehearse.CHECKOUT, input=stdin, check=False, capture_output=True, text=True
    )
    if done.returncode:
        said = f"{done.stdout[-3000:]}{done.stderr[-3000:]}"
        raise SystemExit(f"{' '.join(argv[:6])} failed ({done.returncode}):\n{said}")
    return done.stdout


def play(folder: Path, name: str, tasks: Sequence[Task], variables: Path | None = None) -> list[str]:
    """A playbook of these tasks, as a command line."""
    path = folder / f"{name}.yml"
    files = [] if variables is None else [str(variables)]
    path.write_text(
        json.dumps([{"hosts": "localhost", "gather_facts": False, "vars_files": files, "tasks": list(tasks)}])
    )
    return rehearse.playbook(*REHEARSAL, str(path))


def task_seconds(folder: Path, playbook: Sequence[str], env: Mapping[str, str]) -> dict[str, list[Timed]]:
    """Runs a playbook, and says for each name of a task how long those of that name took, in their order."""
    times = folder / "task-times.jsonl"
    times.unlink(missing_ok=True)
    plugins = os.pathsep.join(filter(None, [str(HERE / "callbacks"), env.get("ANSIBLE_CALLBACK_PLUGINS")]))
    callback = {
        "ANSIBLE_CALLBACK_PLUGINS": plugins,
        "ANSIBLE_CALLBACKS_ENABLED": "task_times",
        "BENCH_TASK_TIMES": str(times),
        "ANSIBLE_LIBRARY": str(HERE / "library"),
    }
    output(playbook, {**env, **callback})
    found: dict[str, list[Timed]] = {}
    for line in map(json.loads, times.read_text().splitlines()):
        found.setdefault(line["task"], []).append(Timed(line["seconds"], line["changed"], line["command_seconds"]))
    return found
