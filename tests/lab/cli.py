"""The commands of the lab."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Sequence

from tests.lab import environment, preflight, status
from tests.lab.cache import exclusive
from tests.lab.down import down
from tests.lab.preflight import Machine
from tests.lab.settings import STATE
from tests.lab.system import LabError
from tests.lab.up import up


def require_root_on_linux() -> None:
    """Before anything is touched, the lock in root's cache among it."""
    preflight.report(preflight.judge(Machine(platform.system(), os.geteuid())))


def run_up() -> int:
    """Bring the lab up."""
    require_root_on_linux()
    with exclusive():
        up()
    return 0


def run_down() -> int:
    """End the lab."""
    require_root_on_linux()
    with exclusive():
        down()
    return 0


def run_status() -> int:
    """Print the table; 0 when every part is well."""
    if not STATE.exists():
        print("there is no lab; start it with: python -m tests.lab up")
        return 1
    rows = status.rows()
    print(status.table(rows))
    return 0 if status.healthy(rows) else 1


def run_env() -> int:
    """Print exports for a shell."""
    print(environment.exports(environment.variables()))
    return 0


COMMANDS = {
    "up": (run_up, "start the lab, or repair it; changes nothing when all is well"),
    "down": (run_down, "end the lab and remove everything but its cache"),
    "status": (run_status, "list the parts: real or emulated, version, address, health"),
    "env": (run_env, 'print exports for a shell: eval "$(python -m tests.lab env)"'),
}


def main(words: Sequence[str] | None = None) -> int:
    """Run one command."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (dummy, text) in COMMANDS.items():
        commands.add_parser(name, help=text, description=text)
    command = COMMANDS[parser.parse_args(words).command][0]
    try:
        return command()
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; `up` goes on from here, `down` removes what is there", file=sys.stderr)
        return 130
