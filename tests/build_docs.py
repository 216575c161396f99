"""Build or check the documentation of the collection's modules, plugins and roles with antsibull-docs.

usage: python -m tests.build_docs FOLDER     write it as reStructuredText below FOLDER
       python -m tests.build_docs --lint     check all documentation and its references; write nothing
       python -m tests.build_docs --tables   make the tables of docs/docsite/rst anew from docs/guides.yml
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests import collection_tree, docs_tables

SCRIPTS = sysconfig.get_path("scripts")


def antsibull_docs(*arguments: str) -> int:
    """Run antsibull-docs, which calls ansible by name. Returns its exit code."""
    environment = {**os.environ, "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"}
    command = [str(Path(SCRIPTS) / "antsibull-docs"), *arguments]
    return subprocess.run(command, check=False, cwd=collection_tree.CHECKOUT, env=environment).returncode


def main(arguments: list[str]) -> int:
    if arguments == ["--tables"]:
        docs_tables.write()
        return 0
    if arguments == ["--lint"]:
        wrong = docs_tables.lint()
        print(*wrong, sep="\n", file=sys.stderr)
        lint = ("--plugin-docs", "--validate-collection-refs=all", "--skip-rstcheck", ".")
        return antsibull_docs("lint-collection-docs", *lint) or bool(wrong)
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    build = ("--use-current", "--output-format", "ansible-docsite", "--dest-dir", str(folder))
    return antsibull_docs("collection", *build, "llmops.bedrock")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
