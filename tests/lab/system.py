"""Run commands of this machine and say clearly when one fails."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class LabError(Exception):
    """Something that stops the lab, with what to do about it in the message."""


def run(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: str | None = None,
    check: bool = True,
    remedy: str = "",
) -> str:
    """Run a command and return its output; with `check`, a failure is a LabError that ends with its last words."""
    words = [str(word) for word in argv]
    done = subprocess.run(
        words,
        check=False,
        env={**os.environ, **(env or {})},
        cwd=cwd,
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if check and done.returncode:
        words_at_the_end = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        message = f"`{shlex.join(words)}` ended with {done.returncode}:\n{words_at_the_end}"
        raise LabError(f"{message}\n{remedy}" if remedy else message)
    return done.stdout


def succeeds(argv: Sequence[str | Path]) -> bool:
    """Whether a command ends with 0; its output is of no interest."""
    words = [str(word) for word in argv]
    return subprocess.run(words, check=False, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0
