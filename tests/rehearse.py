"""The main job on this machine: start the lab, run playbooks/site.yml on inventories/rehearsal, show what came of it.

usage: python -m tests.rehearse [--teardown] [argument of ansible-playbook ...]
    --teardown   the way back: playbooks/teardown.yml, confirmed, on the lab that runs
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

from tests.lab.settings import STATE

CHECKOUT = Path(__file__).resolve().parent.parent
SITE = ("-i", "inventories/rehearsal", "playbooks/site.yml")
TEARDOWN = ("-i", "inventories/rehearsal", "playbooks/teardown.yml", "-e", "teardown_confirm=litellm")


def lab_environment() -> dict[str, str]:
    """The environment that `python -m tests.lab env` exports, for a running lab."""
    exports = subprocess.run(
        [sys.executable, "-m", "tests.lab", "env"], cwd=CHECKOUT, check=True, capture_output=True, text=True
    ).stdout
    script = f"{exports}\nenv -0"
    environment = subprocess.run(["bash", "-c", script], check=True, capture_output=True, text=True).stdout
    return dict(entry.split("=", 1) for entry in environment.split("\0") if "=" in entry)


def playbook(*arguments: str) -> list[str]:
    """The command line of ansible-playbook out of the development environment."""
    return [str(Path(sysconfig.get_path("scripts")) / "ansible-playbook"), *arguments]


def main(arguments: list[str]) -> int:
    teardown = "--teardown" in arguments
    arguments = [argument for argument in arguments if argument != "--teardown"]
    if teardown and not STATE.exists():
        print("There is no lab, so there is nothing to take back. Start one: make rehearse", file=sys.stderr)
        return 1
    started = time.monotonic()
    lab = subprocess.run([sys.executable, "-m", "tests.lab", "up"], check=False, cwd=CHECKOUT)
    if lab.returncode:
        return lab.returncode
    lab_ready = time.monotonic()
    environment = {"ANSIBLE_CALLBACKS_ENABLED": "ansible.posix.profile_roles", **os.environ, **lab_environment()}
    play = playbook(*(TEARDOWN if teardown else SITE), *arguments)
    done = subprocess.run(play, check=False, cwd=CHECKOUT, env=environment)
    ended = time.monotonic()
    summary = Path(environment["KUBECONFIG"]).parent / "summary.txt"
    if done.returncode == 0 and not teardown and summary.is_file():
        print(summary.read_text())
    what = "teardown" if teardown else "walkthrough"
    print(f"lab: {minutes(lab_ready - started)}, {what}: {minutes(ended - lab_ready)}", flush=True)
    return done.returncode


def minutes(seconds: float) -> str:
    """Seconds as people read them: 75 -> "1 min 15 s"."""
    whole = round(seconds)
    return f"{whole // 60} min {whole % 60} s" if whole >= 60 else f"{whole} s"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
