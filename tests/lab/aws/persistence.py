"""State on disk while the emulated AWS runs: ministack itself writes only at a clean end, and a SIGKILL loses all."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.lab.aws import emulator

log = logging.getLogger("lab.persistence")
DEBOUNCE = 0.3
"""Seconds between a write and its save."""

AFTERMATH = 60.0
"""Seconds after a write in which stacks and other background work may still change the account."""

Snapshot = Callable[[], Any]


class Saver:
    """Writes each service's state when its content changed, one file a service, atomically."""

    def __init__(self, folder: Path, snapshots: Callable[[], dict[str, Snapshot]]) -> None:
        self.folder = folder
        self.snapshots = snapshots
        self.written: dict[str, bytes] = {}
        self.wake = threading.Event()
        self.last_change = 0.0

    def changed(self) -> None:
        """A call may have changed the account."""
        self.last_change = time.monotonic()
        self.wake.set()

    def save(self) -> list[str]:
        """Write what differs from the last time; returns the services."""
        done = []
        for name, snapshot in self.snapshots().items():
            content = self.content(name, snapshot)
            if content is None:
                continue
            digest = hashlib.sha256(content).digest()
            if self.written.get(name) != digest:
                write(self.folder / f"{name}.json", content)
                self.written[name] = digest
                done.append(name)
        return done

    def content(self, name: str, snapshot: Snapshot) -> bytes | None:
        """A service's state in ministack's own file format; None when it has none or it keeps changing under us."""
        persistence = emulator.module("core.persistence")
        for _attempt in range(5):
            try:
                state = snapshot()
                if state is None:
                    return None
                document = {"__ministack_format__": persistence._state_format_version(name), "payload": state}
                return json.dumps(document, default=persistence._json_default).encode()
            except RuntimeError:  # a dictionary changed its size while it was copied
                time.sleep(0.01)
            except Exception as error:
                log.warning("state of %s not saved: %s", name, error)
                return None
        return None

    def run(self) -> None:
        """Save after writes, and for a while after them; never ends."""
        while True:
            busy = time.monotonic() - self.last_change < AFTERMATH
            self.wake.wait(1.0 if busy else None)
            self.wake.clear()
            time.sleep(DEBOUNCE)
            self.save()

    def start(self) -> None:
        """Start the thread."""
        threading.Thread(target=self.run, daemon=True, name="lab-persistence").start()


def write(path: Path, content: bytes) -> None:
    """Replace a file whole, readable by its owner only: the state holds secrets of the rehearsal."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_suffix(".tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def saver(folder: Path) -> Saver:
    """The saver of this process's services."""
    app = emulator.module("app")
    return Saver(folder, lambda: dict(app._build_persistence_save_dict()))
