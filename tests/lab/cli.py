"""The commands of the lab."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Sequence

from tests.lab import environment, preflight, status
from tests.lab.cache import exclusive
from tests.lab.down import down
from tests.lab.images import catalog
from tests.lab.own_cluster import choice
from tests.lab.preflight import Machine
from tests.lab.settings import STATE
from tests.lab.system import LabError
from tests.lab.up import provide, up


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


def run_image(program: str, version: str) -> int:
    """Give the cluster the image of another version: it stays until the lab ends, in the cache for longer."""
    require_root_on_linux()
    image = catalog.on_request(program, version)
    if not STATE.exists():
        raise LabError("there is no lab; start it with: python -m tests.lab up")
    if choice.KUBECONFIG.exists():
        raise LabError(f"a cluster of your own pulls its images itself: {image.name}")
    with exclusive():
        provide([image])
    print(image.name)
    return 0


COMMANDS: dict[str, tuple[Callable[..., int], str]] = {
    "up": (run_up, "start the lab, or repair it; changes nothing when all is well"),
    "down": (run_down, "end the lab and remove everything but its cache"),
    "status": (run_status, "list the parts: real or emulated, version, address, health"),
    "env": (run_env, 'print exports for a shell: eval "$(python -m tests.lab env)"'),
    "image": (run_image, "make and load the image of another version, such as: image litellm 1.84.0"),
}


def main(words: Sequence[str] | None = None) -> int:
    """Run one command."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (dummy, text) in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        if name == "image":
            command.add_argument("program", choices=sorted(catalog.ON_REQUEST))
            command.add_argument("version")
    options = vars(parser.parse_args(words))
    try:
        return COMMANDS[options.pop("command")][0](**options)
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; `up` goes on from here, `down` removes what is there", file=sys.stderr)
        return 130
