"""Start, watch and end the lab's processes, and only those."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tests.lab.settings import HOME, LOGS, ROOT, RUN, STATE
from tests.lab.system import LabError

MARKER = "LLMOPS_BEDROCK_LAB"
"""Variable that each process of the lab carries, with the state folder as value.

It finds a process whose pid file was not yet written when `up` was cut off, and containerd's shims."""

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
Kind = Literal["real", "emulated", "stand-in"]


class ProcessFailed(LabError):
    """A process ended or did not become ready in time."""


@dataclass(frozen=True)
class Process:
    """One long-running part of the lab."""

    name: str
    argv: Sequence[str]
    ready: Callable[[], bool]
    """Quick (under a second) and without side effects; exceptions of type OSError count as not ready."""
    env: Mapping[str, str] = field(default_factory=dict)
    """Added to a small fixed environment: the user's own variables (AWS keys, proxies) never reach the lab."""
    kind: Kind = "real"
    version: str = ""
    address: str = ""
    timeout: float = 60.0
    inputs: tuple[Path, ...] = ()
    """Files and folders of code or configuration: when one changed, `up` restarts the process."""
    grace: float = 8.0
    """Seconds between the polite signal and the final one."""

    def environment(self) -> dict[str, str]:
        """The whole environment of the process."""
        base = {"PATH": SYSTEM_PATH, "HOME": str(HOME), "LANG": "C.UTF-8", "LAB_STATE": str(STATE), MARKER: str(STATE)}
        return {**base, **self.env}

    def fingerprint(self) -> str:
        """Digest of all that decides how the process runs."""
        digest = hashlib.sha256(json.dumps([list(self.argv), sorted(self.environment().items())]).encode())
        for path in files_of(self.inputs):
            digest.update(str(path).encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()

    @property
    def log(self) -> Path:
        """Where output and errors go."""
        return LOGS / f"{self.name}.log"

    @property
    def pid_file(self) -> Path:
        """Pid, start time and fingerprint of the running process."""
        return RUN / f"{self.name}.pid"


@dataclass(frozen=True)
class Record:
    """What the pid file says. Pid and start time together name a process for good, within one boot."""

    pid: int
    started: str
    boot: str
    fingerprint: str

    def text(self) -> str:
        """The line that the pid file holds: the pid first, as pid files have it."""
        return f"{self.pid} {self.started} {self.boot} {self.fingerprint}\n"


def files_of(inputs: Iterable[Path]) -> list[Path]:
    """The files in and below the given paths, sorted, without compiled Python."""
    found: set[Path] = set()
    for path in inputs:
        members = path.rglob("*") if path.is_dir() else [path]
        found.update(member for member in members if member.is_file() and member.suffix != ".pyc")
    return sorted(found)


def boot_id() -> str:
    """Identity of this boot of the machine."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def start_time(pid: int) -> str | None:
    """Start time of a living process in clock ticks since boot; None when there is none or it is a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in ("Z", "X") else fields[19]


def read_record(pid_file: Path) -> Record | None:
    """What a pid file says, or None when there is none or it was cut off."""
    try:
        pid, started, boot, fingerprint = pid_file.read_text().split()
        return Record(int(pid), started, boot, fingerprint)
    except (FileNotFoundError, ValueError):
        return None


def is_alive(record: Record | None) -> bool:
    """Whether the process that the pid file meant still runs; a reused pid does not count."""
    return record is not None and record.boot == boot_id() and start_time(record.pid) == record.started


def is_ready(process: Process) -> bool:
    """Whether the process runs and answers."""
    if not is_alive(read_record(process.pid_file)):
        return False
    try:
        return process.ready()
    except OSError:
        return False


def start(process: Process) -> bool:
    """Start the process unless it runs as it should; True when something was done. Does not wait for readiness."""
    record = read_record(process.pid_file)
    fingerprint = process.fingerprint()
    if is_alive(record):
        if record is not None and record.fingerprint == fingerprint:
            return False
        stop(process.pid_file, process.grace)
    for stray in strays(process):
        end(stray, process.grace)
    for folder in (LOGS, RUN, HOME):
        folder.mkdir(parents=True, exist_ok=True)
    with process.log.open("ab") as log:
        child = subprocess.Popen(
            list(process.argv),
            env=process.environment(),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    started = start_time(child.pid)
    if started is None:
        raise ProcessFailed(f"{process.name} ended at once; see {process.log}")
    record = Record(child.pid, started, boot_id(), fingerprint)
    temporary = process.pid_file.with_suffix(".tmp")
    temporary.write_text(record.text())
    temporary.replace(process.pid_file)
    return True


def wait_ready(process: Process) -> None:
    """Return once the process answers; raise with the end of its log when it ended or took too long."""
    deadline = time.monotonic() + process.timeout
    while not is_ready(process):
        if not is_alive(read_record(process.pid_file)):
            raise ProcessFailed(f"{process.name} ended. Its last words ({process.log}):\n{tail(process.log)}")
        if time.monotonic() > deadline:
            raise ProcessFailed(
                f"{process.name} was not ready within {process.timeout:.0f} s. Its log ({process.log}) ends:\n"
                f"{tail(process.log)}"
            )
        time.sleep(0.05)


def stop(pid_file: Path, grace: float) -> bool:
    """End the process of a pid file if it still is that one; True when something was done."""
    record = read_record(pid_file)
    alive = is_alive(record)
    if record is not None and alive:
        end(record.pid, grace)
    pid_file.unlink(missing_ok=True)
    return alive


def end(pid: int, grace: float) -> None:
    """Ask a process to end, then make it; return once it is gone."""
    started = start_time(pid)
    for signal_number, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, 10.0)):
        if started is None or start_time(pid) != started:
            return
        try:
            os.kill(pid, signal_number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            reap(pid)
            if start_time(pid) != started:
                return
            time.sleep(0.02)


def reap(pid: int) -> None:
    """Collect the exit status when the process is a child of this one."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def marked(state: Path | None = None) -> list[int]:
    """Pids of every process that carries the lab's marker for this state folder."""
    wanted = f"{MARKER}={state or STATE}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            variables = (entry / "environ").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if wanted in variables and start_time(int(entry.name)) is not None:
            found.append(int(entry.name))
    return found


def strays(process: Process) -> list[int]:
    """The lab's processes of the same command line: started by an `up` that was cut off before it noted them."""
    wanted = [word.encode() for word in process.argv]
    found = []
    for pid in marked():
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[:-1] == wanted:
                found.append(pid)
    return found


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a log."""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return "(no log)"
