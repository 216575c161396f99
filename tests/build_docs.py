"""Build or check the documentation of the collection's modules, plugins and roles with antsibull-docs.

usage: python -m tests.build_docs FOLDER     write HTML below FOLDER
       python -m tests.build_docs --lint     check all documentation and its references; write nothing
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

from tests import collection_tree

ANTSIBULL = str(Path(sysconfig.get_path("scripts")) / "antsibull-docs")


def main(arguments: list[str]) -> int:
    if arguments == ["--lint"]:
        lint = ["lint-collection-docs", "--plugin-docs", "--validate-collection-refs=all", "--skip-rstcheck", "."]
        return subprocess.run([ANTSIBULL, *lint], check=False, cwd=collection_tree.CHECKOUT).returncode
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    build = ["collection", "--use-current", "--output-format", "ansible-docsite", "--dest-dir", str(folder)]
    return subprocess.run([ANTSIBULL, *build, "llmops.bedrock"], check=False, cwd=collection_tree.CHECKOUT).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
