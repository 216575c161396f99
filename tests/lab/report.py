"""Tell the user what is going on: each step with its time, and the long ones before they start."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_LOCK = threading.Lock()
_BEGIN = time.monotonic()


def say(text: str) -> None:
    """One line for the user, with the time since the command began."""
    with _LOCK:
        print(f"[{time.monotonic() - _BEGIN:6.1f} s] {text}", flush=True)


@contextmanager
def step(what: str, usual: str = "") -> Iterator[None]:
    """Report a step when it is done, and before it when it usually takes long."""
    if usual:
        say(f"{what}: usually {usual} ...")
    begin = time.monotonic()
    yield
    say(f"{what}: {time.monotonic() - begin:.1f} s")


def warn(text: str) -> None:
    """Something the user should know although the lab goes on."""
    with _LOCK:
        print(f"warning: {text}", file=sys.stderr, flush=True)
