"""A copy of the checkout at .cache/tree/ansible_collections/llmops/bedrock, with what it depends on linked beside it.

ansible-test and galaxy-importer accept a collection only where its real path ends so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
TREE = CHECKOUT / ".cache" / "tree" / "ansible_collections"


def tracked_files() -> list[str]:
    """The checkout's files: tracked, or new and not ignored."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout.split("\0")
    return [name for name in names if name and (CHECKOUT / name).is_file()]


def make() -> Path:
    """Make the copy anew and return its path."""
    copy = TREE / "llmops" / "bedrock"
    shutil.rmtree(copy, ignore_errors=True)
    for name in tracked_files():
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(CHECKOUT / name, target, follow_symlinks=False)
    installed = Path(sysconfig.get_path("purelib")) / "ansible_collections"
    for namespace in installed.iterdir():
        link = TREE / namespace.name
        if namespace.name != "llmops" and not link.exists():
            link.symlink_to(namespace)
    subprocess.run(["git", "init", "--quiet"], cwd=copy, check=True)
    return copy


def ansible_test_home() -> Path:
    """A home for ansible-test: it keeps its virtual environments there, and looks there for get-pip.

    It would download get-pip; a few lines that call ensurepip serve it as well, and need no download.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = cache / "llmops-bedrock-ansible-test"
    bootstrap = home / ".ansible" / "test" / "cache" / "get_pip_24_2.py"
    bootstrap.parent.mkdir(parents=True, exist_ok=True)
    bootstrap.write_text(
        "import subprocess, sys\n"
        'sys.exit(subprocess.call([sys.executable, "-m", "ensurepip", "--upgrade", "--default-pip"]))\n'
    )
    return home
