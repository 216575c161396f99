# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the program eksctl: one at a time for a cluster, its output kept in a log. Private to this collection."""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import json
import os
import re
import signal
import subprocess
import tempfile
import typing as t
from dataclasses import dataclass
from pathlib import Path

try:
    import jsonschema
except ImportError:
    HAS_JSONSCHEMA = False
else:
    HAS_JSONSCHEMA = True

# The first version whose commands behave as the planner expects.
MINIMUM = (0, 230, 0)

_SHOWN_PROBLEMS = 10
_SHOWN_LINES = 15
_QUICK = 60


class EksctlError(Exception):
    """eksctl failed or cannot be used. The message says what to do or where to look."""


@dataclass(frozen=True)
class Eksctl:
    """The program, the environment it gets, and the log; timeout: seconds for one command."""

    path: str
    environment: t.Mapping[str, str]
    log_path: Path
    timeout: int

    def require_version(self) -> None:
        """Raises EksctlError for a version that is too old."""
        answer = self._ask("version")
        match = re.search(r"(\d+)\.(\d+)\.(\d+)", answer)
        if not match:
            raise EksctlError(f"{self.path} does not tell its version, but {answer.strip()[:200]!r}.")
        version = tuple(int(part) for part in match.groups())
        if version < MINIMUM:
            needed = ".".join(str(part) for part in MINIMUM)
            raise EksctlError(f"{self.path} is eksctl {match[0]}. Version {needed} or later is needed.")

    def problems(self, config: t.Mapping[str, t.Any]) -> list[str]:
        """What is wrong with a ClusterConfig by eksctl's own schema; an empty list when nothing is."""
        schema = json.loads(self._ask("utils", "schema"))
        errors = jsonschema.Draft7Validator(schema).iter_errors(config)
        told = [_explained(error) for error in sorted(errors, key=lambda error: [str(part) for part in error.path])]
        return told[:_SHOWN_PROBLEMS]

    @contextlib.contextmanager
    def alone(self) -> t.Iterator[int]:
        """Hold the cluster's lock; ``run`` hands it on to eksctl.

        So an eksctl whose play was killed still holds it, and is waited for instead of raced. Whoever gets the lock
        has to look at the cluster again.
        """
        self.log_path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(f"{self.log_path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            with _alarm(self.timeout, f"Another eksctl works on this cluster for more than {self.timeout} s."):
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield lock
        finally:
            os.close(lock)

    def run(self, argv: list[str], config: t.Mapping[str, t.Any] | None, lock: int) -> None:
        """Run one command; config is its standard input. Raises EksctlError with the last lines of its output."""
        with self._log() as log, tempfile.TemporaryFile() as source:  # mode 0600, and gone with the process
            source.write(json.dumps(config).encode() if config else b"")
            source.seek(0)
            now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
            log.write(f"=== {now} eksctl {' '.join(argv)}\n".encode())
            start = log.tell()
            process = subprocess.Popen(
                [self.path, *argv, "--color=false"],
                stdin=source,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self.environment),
                pass_fds=(lock,),
            )
            code = self._wait(process)
        if code != 0:
            shown = " ".join(argv[:2])
            how = f"ended with code {code}" if code is not None else f"was ended after {self.timeout} s"
            raise EksctlError(f"eksctl {shown} {how}. Its last lines (all: {self.log_path}):\n{self._tail(start)}")

    def _wait(self, process: subprocess.Popen[bytes]) -> int | None:
        try:
            return process.wait(self.timeout)
        except subprocess.TimeoutExpired:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.wait()
            return None

    def _log(self) -> t.BinaryIO:
        descriptor = os.open(self.log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        log = os.fdopen(descriptor, "ab", buffering=0)
        log.seek(0, os.SEEK_END)
        return t.cast("t.BinaryIO", log)

    def _tail(self, start: int) -> str:
        with self.log_path.open("rb") as log:
            log.seek(start)
            lines = log.read().decode(errors="replace").splitlines()
        return "\n".join([line for line in lines if line.strip()][-_SHOWN_LINES:])

    def _ask(self, *argv: str) -> str:
        try:
            answer = subprocess.run(
                [self.path, *argv],
                capture_output=True,
                text=True,
                timeout=_QUICK,
                env=dict(self.environment),
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise EksctlError(f"{self.path} {' '.join(argv)} failed: {error}") from error
        return answer.stdout


def _explained(error: t.Any) -> str:
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path).lstrip(".")
    return f"{where or 'at the top'}: {str(error.message)[:300]}"


@contextlib.contextmanager
def _alarm(seconds: int, message: str) -> t.Iterator[None]:
    def ring(_number: int, _frame: t.Any) -> t.NoReturn:
        raise EksctlError(message)

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def default_log_path(name: str, environment: t.Mapping[str, str]) -> Path:
    """Where the log of a cluster is unless the user says otherwise."""
    state = environment.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(state).expanduser() / "llmops.bedrock" / name / "eksctl.log"


def environment_for(params: t.Mapping[str, t.Any], base: t.Mapping[str, str]) -> dict[str, str]:
    """The environment for eksctl out of a module's AWS options. What is not set stays as it is."""
    named = {
        "AWS_ACCESS_KEY_ID": "access_key",
        "AWS_SECRET_ACCESS_KEY": "secret_key",
        "AWS_SESSION_TOKEN": "session_token",
        "AWS_PROFILE": "profile",
        "AWS_REGION": "region",
        "AWS_CA_BUNDLE": "aws_ca_bundle",
    }
    given = {variable: str(params[option]) for variable, option in named.items() if params.get(option)}
    kept = dict(base)
    if "AWS_PROFILE" in given:
        # Keys in the environment would come before the profile.
        for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            kept.pop(variable, None)
    return {**kept, **given}
