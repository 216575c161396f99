"""The lab's marked block in the hosts file."""

from __future__ import annotations

from tests.lab.settings import HOSTS_BEGIN, HOSTS_END, HOSTS_FILE


def without_block(text: str) -> str:
    """The text without the lab's block. A block whose end is missing is one line that was cut off: only marks go."""
    lines = text.splitlines(keepends=True)
    begin = next((i for i, line in enumerate(lines) if line.strip() == HOSTS_BEGIN), None)
    if begin is None:
        return text
    end = next((i for i, line in enumerate(lines) if i > begin and line.strip() == HOSTS_END), begin)
    return "".join(lines[:begin] + lines[end + 1 :])


def remove_block() -> bool:
    """Take the block out of the hosts file; True when there was one.

    Written in place: in some environments the file is a mount and cannot be replaced."""
    text = HOSTS_FILE.read_text()
    rest = without_block(text)
    if rest == text:
        return False
    HOSTS_FILE.write_text(rest)
    return True
