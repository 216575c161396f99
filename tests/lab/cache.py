"""What is downloaded or built once: each entry under a name and the digest of its inputs.

An entry is made beside its final place and renamed, so that one which was cut off is never taken for whole."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.lab.processes import files_of
from tests.lab.settings import CACHE

KEY_LENGTH = 16


def digest(*parts: str, files: Iterable[Path] = ()) -> str:
    """Short digest of texts and of the names and contents of files."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part.encode())
    for root in files:
        for path in files_of([root]):
            name = path.relative_to(root).as_posix() if root.is_dir() else path.name
            executable = "x" if path.stat().st_mode & 0o100 else "-"
            content = path.read_bytes()
            whole.update(f"{name}\0{executable}{len(content)}\0".encode() + content)
    return whole.hexdigest()[:KEY_LENGTH]


def entry(name: str, key: str) -> Path:
    """Where the entry lies or will lie."""
    return CACHE / f"{name}-{key}"


def ensure(name: str, key: str, make: Callable[[Path], None]) -> Path:
    """The entry, made by `make(path)` when it is not there; entries of the same name with other keys are dropped."""
    path = entry(name, key)
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    remove(unfinished)
    try:
        make(unfinished)
        unfinished.rename(path)
    finally:
        remove(unfinished)
    drop_others(path, name)
    return path


def drop_others(path: Path, name: str) -> None:
    """Remove entries that this one replaces, and what a cut-off run left of them."""
    leaf = Path(name).name
    for other in path.parent.iterdir():
        stem, dummy, key = other.name.removeprefix(".").split(".")[0].rpartition("-")
        if other != path and stem == leaf and len(key) == KEY_LENGTH:
            remove(other)


def remove(path: Path) -> None:
    """Remove a file or folder if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def exclusive() -> Iterator[None]:
    """Hold the lab's lock: only one `up` or `down` at a time. The lock ends with the process that holds it."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
