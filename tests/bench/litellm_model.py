"""How fast litellm_model is with a list of models, against single tasks and a bare client. Needs the lab, installed.

usage: python -m tests.bench.litellm_model [--models N] [--rounds N] [--creations N] [--keep]

It makes a LiteLLM with a database of its own and prints a table in Markdown; about 10 minutes. What is compared runs in
turn, and a ratio is the median of the rounds' ratios: it holds when the machine's speed drifts. On a machine that does
other work meanwhile the figures are of little worth: the load is printed. Exit code 1: a goal was missed.

Times of tasks are those in a playbook that runs already, from the start of the task, before its arguments are
templated, until its result was shown. Other times are those of a whole process, Python's start included.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.desired import from_options
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.models.plan import plan_present

from tests.bench.measure import HERE, Task, Timed, output, play, seconds, task_seconds
from tests.bench.own_gateway import Gateway, own_gateway
from tests.bench.table import Goal, Line, table, time
from tests.rehearse import CHECKOUT

SINGLE = 50
BARE = [sys.executable, str(HERE / "bare_client.py")]
MODULE = [sys.executable, str(CHECKOUT / "plugins" / "modules" / "litellm_model.py")]
LIST: Task = {"name": "list", "llmops.bedrock.litellm_model": {"models": "{{ models }}"}}
TAKES: Task = {"name": "takes", "takes_models": {"models": "{{ models }}"}}
# As a command of the play, whose own time counts: so it starts on a machine that has just done the same as for a task.
FLOOR: Task = {"name": "floor", "ansible.builtin.command": {"argv": [*BARE, "list"]}, "changed_when": False}
# The first of each packs the module for the play, and does not count.
IN_TURN = [TAKES, FLOOR, LIST] * 5

Round = Mapping[str, float]


def deployment(number: int) -> dict[str, object]:
    """A member of `models`, as a team that serves Bedrock has it."""
    return {
        "model_name": f"bench-{number:04d}",
        "litellm_params": {
            "model": "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "aws_region_name": "us-west-2",
            "rpm": 1000 + number,
            "timeout": 600,
            "weight": 1,
        },
        "model_info": {"mode": "chat"},
    }


class Bench:
    """Measurements with a list of models on one LiteLLM."""

    def __init__(self, gateway: Gateway, folder: Path, count: int) -> None:
        self.gateway, self.folder, self.count = gateway, folder, count
        self.models = [deployment(number) for number in range(count)]
        self.variables = folder / "models.json"
        self.variables.write_text(json.dumps({"models": self.models}))
        plans = [plan_present(from_options(model), None) for model in self.models]
        self.bodies = "".join(f"{json.dumps(plan.calls[0].arguments['body'])}\n" for plan in plans)

    def creation(self, *, bare_first: bool) -> Round:
        """Seconds for all models on an empty database, by one task and by the same POSTs of a bare client."""
        ways = {"bare POSTs": self._bare_posts, "new": self._new}
        found = {}
        for name in sorted(ways, reverse=not bare_first):
            self._bare("delete")
            found[name] = ways[name]()
            stored = int(output([*BARE, "list"], self.gateway.env))
            if stored != self.count:
                raise SystemExit(f"{name}: {stored} models are stored, not {self.count}")
        return found

    def unchanged(self) -> Round:
        """Seconds with all models stored as they are wanted. The ways run in turn."""
        arguments = json.dumps({"ANSIBLE_MODULE_ARGS": {"models": self.models}})
        module = [seconds(MODULE, self.gateway.env, arguments) for dummy in range(3)]
        single: Task = {
            "name": "single",
            "llmops.bedrock.litellm_model": {
                name: f"{{{{ model.{name} }}}}" for name in ("model_name", "litellm_params", "model_info")
            },
            "loop": f"{{{{ models[:{SINGLE}] }}}}",
            "loop_control": {"loop_var": "model", "label": "{{ model.model_name }}"},
        }
        tasks = self._play([*IN_TURN, single])
        if any(task.changed for timed in tasks.values() for task in timed):
            raise SystemExit("something changed where nothing was to change")
        return {
            "floor": statistics.median(task.command or 0 for task in tasks["floor"][1:]),
            "module": statistics.median(module),
            "takes": statistics.median(task.seconds for task in tasks["takes"][1:]),
            "list": statistics.median(task.seconds for task in tasks["list"][1:]),
            "single": tasks["single"][0].seconds * self.count / min(SINGLE, self.count),
        }

    def asked(self) -> Counter[str]:
        """What LiteLLM is asked by one task, nothing having changed."""
        before = self.gateway.requests()
        self._play([LIST])
        return self.gateway.requests() - before

    def _play(self, tasks: Sequence[Task]) -> dict[str, list[Timed]]:
        return task_seconds(self.folder, play(self.folder, "play", tasks, self.variables), self.gateway.env)

    def _bare(self, what: str) -> float:
        return seconds([*BARE, what], self.gateway.env)

    def _bare_posts(self) -> float:
        return seconds([*BARE, "create"], self.gateway.env, self.bodies)

    def _new(self) -> float:
        return self._play([LIST])["list"][0].seconds


def lines(count: int, created: Sequence[Round], rounds: Sequence[Round], asked: Counter[str]) -> list[Line]:
    """The table's lines. Goals are for 500 models."""

    def goal(bound: float, *, least: bool = False) -> Goal | None:
        return Goal(bound, least) if count >= 500 else None

    def line(what: str, name: str, to: str = "", other: str = "", reached: Goal | None = None) -> Line:
        among = [each for each in (*created, *rounds) if name in each]
        figure = time(statistics.median(each[name] for each in among))
        ratio = statistics.median(each[name] / each[other] for each in among) if other else None
        return Line(what, figure, ratio, to, reached)

    said = ", ".join(f"{number} x {request}" for request, number in sorted(asked.items()))
    return [
        line("(c) the floor: one listing by a bare HTTP client in a fresh Python process", "floor"),
        line(f"(a) one task with `models:`, {count} of them unchanged", "list", "(c)", "floor", goal(2.5)),
        line("the module of (a) as a process alone, without Ansible's part", "module", "(c)", "floor"),
        line("a task of a module that takes the same list and does nothing", "takes", "(c)", "floor"),
        line(
            f"(b) a loop of single tasks, {min(SINGLE, count)} scaled to {count}",
            "single",
            "(a)",
            "list",
            goal(40, least=True),
        ),
        Line("requests of (a)", said, sum(asked.values()), "a listing", Goal(1)),
        line(f"{count} new models, POSTed by a bare HTTP client on one connection", "bare POSTs"),
        line(f"(d) one task with `models:`, {count} of them new", "new", "these", "bare POSTs", goal(1.15)),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--models", type=int, default=500, help="length of the list (500)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds with nothing to change (5)")
    parser.add_argument("--creations", type=int, default=2, help="rounds with all models new, about 2 min each (2)")
    parser.add_argument("--keep", action="store_true", help="leave the LiteLLM for the next run")
    options = parser.parse_args(arguments)
    # Ended from outside, it takes its LiteLLM along all the same.
    signal.signal(signal.SIGTERM, lambda *dummy: sys.exit(1))
    load = os.getloadavg()[0]
    with own_gateway(keep=options.keep) as gateway, tempfile.TemporaryDirectory() as folder:
        bench = Bench(gateway, Path(folder), options.models)
        created = [bench.creation(bare_first=bool(number % 2)) for number in range(max(1, options.creations))]
        rounds = [bench.unchanged() for dummy in range(options.rounds)]
        found = lines(options.models, created, rounds, bench.asked())
        versions = {"ansible-core": version("ansible-core"), "Python": platform.python_version(), **gateway.versions()}
    print(table(found))
    of = ", ".join(f"{name} {number}" for name, number in versions.items())
    machine = f"{os.cpu_count()} processors, load before the start {load:.1f}"
    print(f"\n{of}; {machine}; {len(rounds)} rounds, {len(created)} of (d)", flush=True)
    return 0 if all(line.met for line in found) else 1


if __name__ == "__main__":
    sys.exit(main())
