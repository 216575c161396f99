"""Stand-in for public name service: load balancers' names and Route 53's records, in one block of the hosts file."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from tests.lab.hosts import without_block
from tests.lab.settings import ADDRESS, HOSTS_BEGIN, HOSTS_END, HOSTS_FILE
from tests.lab.stand_ins import lab_aws

INTERVAL = 1.0


def wanted_names(view: dict[str, Any]) -> list[str]:
    """Names that resolve: a load balancer's own, and what has a record. A record whose target is gone does not."""
    balancers = set(view["balancers"])
    records = {name for name, target in view["records"].items() if not target or target in balancers}
    return sorted(name for name in balancers | records if "*" not in name)


def block(names: list[str]) -> str:
    """The lab's lines; nothing without names."""
    if not names:
        return ""
    return "\n".join([HOSTS_BEGIN, *(f"{ADDRESS} {name}" for name in names), HOSTS_END, ""])


def with_block(text: str, names: list[str]) -> str:
    """The hosts file with the lab's block replaced, added at the end or removed; all other lines stay as they are."""
    rest = without_block(text)
    added = block(names)
    return f"{rest}\n{added}" if added and rest and not rest.endswith("\n") else rest + added


def update(names: list[str], path: Path = HOSTS_FILE) -> bool:
    """Write the block; True when the file changed. In place: the hosts file of a container cannot be replaced."""
    before = path.read_text()
    after = with_block(before, names)
    if after == before:
        return False
    with path.open("r+") as file:
        file.write(after)
        file.truncate()
    return True


def main() -> None:
    """Follow the emulated AWS until the end."""
    known: list[str] | None = None
    while True:
        try:
            names = wanted_names(lab_aws.names())
            if update(names) or names != known:
                print(f"names: {', '.join(names) or 'none'}", flush=True)
            known = names
        except (OSError, ValueError) as error:
            print(f"names: {error}", file=sys.stderr, flush=True)
            time.sleep(4 * INTERVAL)
        time.sleep(INTERVAL)


if __name__ == "__main__":
    main()
