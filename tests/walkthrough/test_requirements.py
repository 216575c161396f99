"""The commands of docs/guides.yml show what the table says, on a gateway as test_walkthrough.py leaves it.

Commands that are tests of the project run in their own stage.
"""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sysconfig
import typing as t

import pytest

from tests import docs_tables, rehearse
from tests.walkthrough.conftest import secrets

Shell = t.Callable[[str], str]
ITEMS = [item for item in docs_tables.read() if item.command and not item.is_test]


@pytest.fixture(scope="module")
def shell(lab_env: dict[str, str], aws: t.Callable[[str], t.Any]) -> Shell:
    """Runs a command as a reader of the table would, and returns what it printed. The same command runs once."""
    environment = {
        **lab_env,
        "PATH": f"{lab_env['PATH']}{os.pathsep}{sysconfig.get_path('scripts')}",
        "URL": "https://litellm.rehearsal.example",
        "CHAT": "https://chat.rehearsal.example",
        "KEY": secrets(aws)["LITELLM_MASTER_KEY"],
    }

    @functools.cache
    def run(command: str) -> str:
        argv = ["bash", "-c", command]
        done = subprocess.run(
            argv, check=False, cwd=rehearse.CHECKOUT, env=environment, capture_output=True, text=True, timeout=300
        )
        return done.stdout + done.stderr

    return run


@pytest.mark.parametrize("item", ITEMS, ids=[str(item.number) for item in ITEMS])
def test_the_command_shows_it(item: docs_tables.Item, shell: Shell) -> None:
    output = shell(item.command)
    assert re.search(item.shows, output, re.MULTILINE), f"{item.item}: {item.command}\n{output[-3000:]}"
