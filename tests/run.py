"""Run the project's tests, stage by stage: every check, then everything that needs the lab.

usage: python -m tests.run [lint | GROUP/NAME ...]
    no argument   everything but `versions`; `lint`: the checks only; otherwise the named stages or groups

Each stage's output goes to tests/output/NAME.log and is shown when the stage fails. The last line counts tests:
a pytest stage counts each of its tests, any other stage counts as one. Exit code 1 when anything failed.
"""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests import collection_tree, rehearse, versions

CHECKOUT = collection_tree.CHECKOUT
OUTPUT = CHECKOUT / "tests" / "output"
# The slowest tests are named at the end: where a run's minutes go.
PYTEST = ("-m", "pytest", "-v", "--durations=15", "--durations-min=5")
SCENARIOS = {
    "preflight": 20,
    "eks_cluster": 20,
    "eks_pod_identity": 30,
    "bedrock": 60,
    "lb_controller": 40,
    "ebs_csi": 40,
    "litellm": 40,
    "litellm_models": 40,
    "open_webui": 120,
    "dns": 40,
    "verify": 100,
}
"""Scenarios of molecule and the seconds they take, in the order in which each stands on the one before."""


@dataclass(frozen=True)
class Stage:
    """One command of the test run. group: what it belongs to; usual: seconds it takes, warm, on 2 cores.

    on_demand: it runs only when it is named. lane: stages of one lane follow each other, and neighbours of another lane
    run beside them.
    """

    group: str
    name: str
    argv: tuple[str, ...]
    usual: int
    needs_lab: bool = False
    cwd: Path = CHECKOUT
    env: dict[str, str] = field(default_factory=dict)
    on_demand: bool = False
    lane: str = ""


@dataclass(frozen=True)
class Outcome:
    stage: Stage
    passed: int
    failed: int
    seconds: float


def python(*argv: str) -> tuple[str, ...]:
    return (sys.executable, *argv)


def tool(name: str, *argv: str) -> tuple[str, ...]:
    return (str(Path(sysconfig.get_path("scripts")) / name), *argv)


def stages() -> list[Stage]:
    """Every stage, in order. Cheap and independent ones first; the lab's stages build on each other."""
    mypy_paths = (
        "plugins/module_utils",
        "tests/lab",
        "tests/run.py",
        "tests/rehearse.py",
        "tests/versions.py",
        "tests/collection_tree.py",
    )
    sanity_home = {"HOME": str(collection_tree.ansible_test_home())}
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return [
        # Lane `sources` reads them, lane `galaxy` runs what Galaxy runs: side by side, each keeps a processor busy.
        Stage("lint", "ruff", python("-m", "ruff", "check", "."), 1, lane="sources"),
        Stage("lint", "ruff-format", python("-m", "ruff", "format", "--check", "."), 1, lane="sources"),
        Stage("lint", "mypy", python("-m", "mypy", *mypy_paths), 30, lane="sources"),
        Stage("lint", "yamllint", tool("yamllint", "--strict", "."), 5, lane="sources"),
        Stage("lint", "ansible-lint", tool("ansible-lint", "--offline", "--strict"), 80, lane="sources"),
        Stage("lint", "antsibull-docs", python("-m", "tests.build_docs", "--lint"), 20, lane="sources"),
        Stage("lint", "changelog", tool("antsibull-changelog", "lint"), 2, lane="sources"),
        Stage(
            "lint",
            "sanity",
            tool("ansible-test", "sanity", "--local", "--requirements", "--python", version, "--color", "no"),
            110,
            cwd=collection_tree.TREE / "llmops" / "bedrock",
            env=sanity_home,
            lane="galaxy",
        ),
        Stage("lint", "galaxy-importer", python("-m", "tests.build_collection"), 60, lane="galaxy"),
        Stage("unit", "unit", python("-m", "pytest", "-q", "-n", "2", "tests/unit"), 60),
        Stage("lab", "lab", python(*PYTEST, "tests/walkthrough/test_lab.py"), 40),
        Stage("lab", "walkthrough", python(*PYTEST, "tests/walkthrough/test_walkthrough.py"), 300),
        # Before the stages that leave things of their own: it compares the account with that of the fresh lab.
        Stage("lab", "teardown", python(*PYTEST, "tests/walkthrough/test_teardown.py"), 480),
        Stage("lab", "diagnose", python(*PYTEST, "tests/walkthrough/test_diagnose.py"), 10),
        Stage("lab", "browser", python(*PYTEST, "tests/walkthrough/test_browser.py"), 30),
        Stage("lab", "examples", python(*PYTEST, "tests/walkthrough/test_examples.py"), 40),
        Stage("lab", "bedrock", python(*PYTEST, "tests/walkthrough/test_bedrock.py"), 600),
        Stage("lab", "installed", python(*PYTEST, "tests/walkthrough/test_installed.py"), 40),
        Stage("lab", "requirements", python(*PYTEST, "tests/walkthrough/test_requirements.py"), 120),
        *integration_stages(),
        *version_stages(),
        *(
            Stage(
                "molecule",
                f"molecule-{name}",
                tool("molecule", "test", "--scenario-name", name),
                usual,
                needs_lab=True,
            )
            for name, usual in SCENARIOS.items()
        ),
        Stage("lab", "lab-down", python(*PYTEST, "tests/walkthrough/test_lab_down.py"), 30),
    ]


def integration_stages() -> list[Stage]:
    """One stage for each integration target whose aliases do not say `disabled`; those with a lane come last."""
    folders = sorted(path for path in (CHECKOUT / "tests/integration/targets").iterdir() if path.is_dir())
    made = [
        integration(folder.name, aliases) for folder in folders if "disabled" not in (aliases := aliases_of(folder))
    ]
    return sorted(made, key=lambda stage: stage.lane)


def version_stages() -> list[Stage]:
    """All cases of litellm_model, and a stage for each further version of LiteLLM that the lab has packages for.

    Each of these is a LiteLLM of its own with all targets of its modules: too long for every run.
    """
    matrix = replace(
        integration("litellm_model", ["time=330"]), group="versions", name="litellm-matrix", on_demand=True
    )
    return [
        matrix,
        *(
            Stage(
                "versions",
                f"litellm-{version}",
                python("-m", "tests.versions", version),
                600,
                needs_lab=True,
                on_demand=True,
            )
            for version in versions.further()
        ),
    ]


def aliases_of(folder: Path) -> list[str]:
    """The aliases of an integration target."""
    lines = (folder / "aliases").read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def integration(target: str, aliases: list[str]) -> Stage:
    usual = next((int(alias.removeprefix("time=")) for alias in aliases if alias.startswith("time=")), 30)
    playbook = ("-i", "inventories/rehearsal", "tests/integration/target.yml", "-e", f"integration_target={target}")
    roles = {"ANSIBLE_ROLES_PATH": "tests/integration/targets"}
    extra = (word for alias in aliases if alias.startswith("extra=") for word in ("-e", alias.removeprefix("extra=")))
    argv = tool("ansible-playbook", *playbook, *extra)
    lane = next((alias.removeprefix("lane=") for alias in aliases if alias.startswith("lane=")), "")
    return Stage("integration", f"integration-{target}", argv, usual, needs_lab=True, env=roles, lane=lane)


def selected(words: list[str]) -> list[Stage]:
    """The stages that the words name; all that are not on demand when there is no word."""
    every = stages()
    unknown = set(words) - {stage.name for stage in every} - {stage.group for stage in every}
    if unknown:
        sys.exit(f"no such stage or group: {', '.join(sorted(unknown))}")
    if not words:
        return [stage for stage in every if not stage.on_demand]
    return [stage for stage in every if stage.name in words or stage.group in words]


def run(stage: Stage, lab_env: dict[str, str]) -> Outcome:
    """Run one stage, keep its output and count its tests."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    log = OUTPUT / f"{stage.name}.log"
    print(f"== {stage.name} (usually about {stage.usual} s)", flush=True)
    started = time.monotonic()
    env = {**os.environ, "ANSIBLE_FORCE_COLOR": "0", **(lab_env if stage.needs_lab else {}), **stage.env}
    # Tools call each other by name. The lab's own programs, its aws above all, come before the environment's.
    scripts = sysconfig.get_path("scripts")
    env["PATH"] = f"{env['PATH']}:{scripts}" if stage.needs_lab else f"{scripts}:{env['PATH']}"
    with log.open("w") as output:
        code = subprocess.run(
            stage.argv,
            check=False,
            cwd=stage.cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ).returncode
    seconds = time.monotonic() - started
    passed, failed = count(log.read_text(errors="replace"), code)
    which = f"{stage.name} " if stage.lane else ""
    print(
        f"   {'ok' if not failed else 'FAILED'}: {which}{passed} passed, {failed} failed in {seconds:.0f} s", flush=True
    )
    if failed:
        print("\n".join(log.read_text(errors="replace").splitlines()[-80:]), flush=True)
    return Outcome(stage, passed, failed, seconds)


def count(text: str, code: int) -> tuple[int, int]:
    """(passed, failed) of a stage: pytest's closing line where there is one, else one test for the whole command.

    A command that exits with an error has failed, whatever its closing line says.
    """
    closing = re.findall(r"^=* ?((?:\d+ \w+(?:, )?)+) in [\d.]+s", text, re.MULTILINE)
    numbers = {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", closing[-1])} if closing else {}
    passed, failed = (
        numbers.get("passed", 0),
        numbers.get("failed", 0) + numbers.get("errors", 0) + numbers.get("error", 0),
    )
    if code and not failed:
        failed = 1
    if not code and not closing:
        passed = 1
    return passed, failed


def run_lanes(chosen: Iterable[Stage], lab_env: dict[str, str]) -> list[Outcome]:
    """Run stages, those of one lane one after the other, and the lanes side by side."""
    lanes: dict[str, list[Stage]] = {}
    for stage in chosen:
        lanes.setdefault(stage.lane, []).append(stage)
    with ThreadPoolExecutor(len(lanes)) as pool:
        done = pool.map(lambda lane: [run(stage, lab_env) for stage in lane], lanes.values())
        return [outcome for outcomes in done for outcome in outcomes]


def lab_environment() -> dict[str, str]:
    """Start the lab unless it runs, and return what `python -m tests.lab env` exports."""
    subprocess.run(python("-m", "tests.lab", "up"), cwd=CHECKOUT, check=True)
    return rehearse.lab_environment()


def main(words: list[str]) -> int:
    chosen = selected(words)
    # molecule and ansible-lint start other tools of the development environment by name.
    os.environ["PATH"] = f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"
    if any(stage.cwd.is_relative_to(collection_tree.TREE) for stage in chosen):
        collection_tree.make()
    lab_env: dict[str, str] = {}
    outcomes: list[Outcome] = []
    for has_lane, neighbours in itertools.groupby(chosen, lambda stage: bool(stage.lane)):
        for group in [list(neighbours)] if has_lane else ([stage] for stage in neighbours):
            if not lab_env and any(stage.needs_lab for stage in group):
                lab_env = lab_environment()
            outcomes += run_lanes(group, lab_env)
    print("\n" + "\n".join(f"{o.seconds:7.0f} s  {o.stage.name}" for o in outcomes))
    passed, failed = sum(o.passed for o in outcomes), sum(o.failed for o in outcomes)
    print(f"\n{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
