"""The tables of the documentation out of docs/guides.yml: the map of the guides, and the state of each item.

They stand below a marker in docs/docsite/rst/walkthrough.rst and requirements.rst, so that they can be read without a
build. `python -m tests.build_docs --tables` writes them, `--lint` compares them and checks every name in the file.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.collection_tree import CHECKOUT

DATA = CHECKOUT / "docs" / "guides.yml"
PAGES = CHECKOUT / "docs" / "docsite" / "rst"
MARKER = ".. The tables below are made from docs/guides.yml: python -m tests.build_docs --tables"
NUMBERS = range(1, 98)
FIELDS = {"number", "lines", "item", "wrong", "by", "status", "command", "shows", "reason"}
STATES = ("done", "later", "not wanted")
PATHS = {
    "role": "roles/{}/tasks",
    "module": "plugins/modules/{}.py",
    "filter": "plugins/filter/{}.py",
    "playbook": "playbooks/{}",
    "file": "{}",
}


@dataclass(frozen=True)
class Item:
    """One item. by: what of the collection does it; command: what shows it; shows: a pattern of its output."""

    guide: str
    part: str
    number: int
    lines: str
    item: str
    wrong: str
    status: str
    by: tuple[str, ...] = ()
    command: str = ""
    shows: str = ""
    reason: str = ""

    @property
    def is_test(self) -> bool:
        """Whether the command is a test of the project's, which `make test` runs."""
        return self.command.startswith((".venv/bin/python -m pytest ", ".venv/bin/python -m tests.run "))


def read(path: Path = DATA) -> list[Item]:
    """All items, in the guides' order."""
    items = []
    for guide in yaml.safe_load(path.read_text())["guides"]:
        for part in guide["parts"]:
            for row in part["items"]:
                if unknown := set(row) - FIELDS:
                    raise ValueError(f"item {row.get('number')}: {', '.join(sorted(unknown))}?")
                values: dict[str, Any] = {**row, "lines": str(row["lines"]), "by": tuple(row.get("by", ()))}
                items.append(Item(guide=guide["title"], part=part["title"], **values))
    return items


def problems(items: list[Item]) -> list[str]:
    """What is wrong with the file: missing numbers, states without what they need, names that are not there."""
    found = [f"number {number} is missing" for number in NUMBERS if number not in {item.number for item in items}]
    numbers = [item.number for item in items]
    found += [f"number {number} is there twice" for number in sorted(set(numbers)) if numbers.count(number) > 1]
    for item in items:
        found += [f"item {item.number}: {problem}" for problem in problems_of(item)]
    return found


def problems_of(item: Item) -> Iterable[str]:
    """What is wrong with one item."""
    if item.status not in STATES:
        yield f"status is {item.status!r}, not one of {', '.join(STATES)}"
    if item.status == "done" and not (item.command and item.by):
        yield "done needs what does it (by) and the command that shows it"
    if item.status != "done" and not item.reason:
        yield f"{item.status} needs a reason"
    if item.command and not item.is_test and not item.shows:
        yield "a command needs what it shows"
    for name in item.by:
        if not exists(name):
            yield f"there is no {name}"
    if item.is_test:
        yield from missing_tests(item.command)


def exists(name: str) -> bool:
    """Whether a name of `by` ("role litellm", "make rehearse", ...) is in this checkout."""
    kind, word = name.split(" ", 1)
    if kind == "make":
        return bool(re.search(rf"^{re.escape(word)}:", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))
    if kind == "input":
        return word in inputs()
    return kind in PATHS and (CHECKOUT / PATHS[kind].format(word)).exists()


def inputs() -> set[str]:
    """The inputs of all roles, and the shared settings of the example inventory."""
    files = [*CHECKOUT.glob("roles/*/defaults/main.yml"), *CHECKOUT.glob("inventories/example/group_vars/all/*.yml")]
    return {name for file in files for name in yaml.safe_load(file.read_text()) or {}}


def missing_tests(command: str) -> Iterable[str]:
    """The tests and stages of a command that do not exist."""
    from tests.run import stages

    known = {name for stage in stages() for name in (stage.name, stage.group)}
    words = shlex.split(command)
    for word in words[3:]:
        if words[2] == "tests.run":
            if word not in known:
                yield f"there is no stage {word}"
            continue
        file, dummy, test = word.partition("::")
        path = CHECKOUT / file
        if not path.is_file() or (test and f"def {test}(" not in path.read_text()):
            yield f"there is no test {word}"


def literal(text: str) -> str:
    """Text with its `code` as reStructuredText writes it."""
    return re.sub(r"`([^`]+)`", r"``\1``", " ".join(text.split()))


def table(widths: str, rows: Iterable[tuple[str, ...]]) -> list[str]:
    """A list-table; the first row is its head."""
    lines = [".. list-table::", "   :header-rows: 1", f"   :widths: {widths}", ""]
    for row in rows:
        lines += [f"   {'* -' if number == 0 else '  -'} {cell}".rstrip() for number, cell in enumerate(row)]
    return [*lines, ""]


def heading(text: str, underline: str) -> list[str]:
    return [text, underline * len(text), ""]


def walkthrough(items: list[Item]) -> list[str]:
    """The map of the guides: each item beside what does it, and what was wrong with it."""
    lines: list[str] = []
    head = ("No.", "Step (lines)", "Here", "What was wrong with the step")
    for guide in dict.fromkeys(item.guide for item in items):
        lines += heading(guide, "-")
        for part in dict.fromkeys(item.part for item in items if item.guide == guide):
            rows = [
                (str(item.number), f"{literal(item.item)} ({item.lines})", here(item), literal(item.wrong))
                for item in items
                if (item.guide, item.part) == (guide, part)
            ]
            lines += [*heading(part, "~"), *table("5 27 26 42", [head, *rows])]
    return lines


def here(item: Item) -> str:
    """What does the item, or its state."""
    named = ", ".join(f"{kind} ``{word}``" for kind, word in (name.split(" ", 1) for name in item.by))
    return named or item.status


def requirements(items: list[Item]) -> list[str]:
    """The state of every item."""
    counts = ", ".join(f"{sum(item.status == state for item in items)} {state}" for state in STATES)
    rows = [(str(item.number), literal(item.item), item.status, shown(item)) for item in items]
    return [f"{counts}.", "", *table("5 27 10 58", [("No.", "Item", "State", "Shown by, or why not"), *rows])]


def shown(item: Item) -> str:
    """The command and what it shows; the reason."""
    command = f"``{' '.join(item.command.split())}``" if item.command else ""
    if item.shows:
        command += f" shows ``{item.shows}``"
    return " ".join(part for part in (literal(item.reason), command) if part)


def pages(items: list[Item]) -> dict[Path, str]:
    """Each page as it has to be: what people wrote above the marker, and the tables."""
    made = {PAGES / "walkthrough.rst": walkthrough(items), PAGES / "requirements.rst": requirements(items)}
    return {page: page_text(page, lines) for page, lines in made.items()}


def page_text(page: Path, lines: list[str]) -> str:
    above, marker, _below = page.read_text().partition(MARKER)
    if not marker:
        raise ValueError(f"{page.name} has no line: {MARKER}")
    return "\n".join([f"{above}{MARKER}", "", *lines]).rstrip() + "\n"


def write() -> None:
    """Bring the pages up to date."""
    for page, text in pages(read()).items():
        page.write_text(text)


def lint() -> list[str]:
    """What is wrong with the file, and pages that are not up to date."""
    items = read()
    stale = [page.name for page, text in pages(items).items() if page.read_text() != text]
    return problems(items) + [f"{name} is not up to date: python -m tests.build_docs --tables" for name in stale]
