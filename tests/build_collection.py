"""Build the collection's artefact and let galaxy-importer judge it, as Galaxy would on upload.

usage: python -m tests.build_collection
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests import collection_tree

OUTPUT = collection_tree.CHECKOUT / "tests" / "output" / "build"
# The importer's own ansible-lint and ansible-test runs are left out: both are stages of their own in tests/run.py.
SETTINGS = """[galaxy-importer]
RUN_ANSIBLE_TEST = False
RUN_ANSIBLE_LINT = False
ANSIBLE_LOCAL_TMP = {tmp}
CHECK_REQUIRED_TAGS = True
REQUIRE_V1_OR_GREATER = False
OFFLINE_ANSIBLE_LINT = True
"""


def main() -> int:
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for old in OUTPUT.glob("*.tar.gz"):
        old.unlink()
    copy = collection_tree.make()
    galaxy = str(Path(sysconfig.get_path("scripts")) / "ansible-galaxy")
    subprocess.run([galaxy, "collection", "build", "--force", "--output-path", str(OUTPUT)], cwd=copy, check=True)
    (artefact,) = OUTPUT.glob("*.tar.gz")
    settings = OUTPUT / "galaxy-importer.cfg"
    settings.write_text(SETTINGS.format(tmp=OUTPUT / "tmp"))
    environment = {**os.environ, "GALAXY_IMPORTER_CONFIG": str(settings)}
    importer = [sys.executable, "-m", "galaxy_importer.main", str(artefact)]
    return subprocess.run(importer, check=False, cwd=OUTPUT, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
