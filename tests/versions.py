"""Test LiteLLM's modules, and role litellm, with other versions of LiteLLM than the one that the role installs.

usage: python -m tests.versions [VERSION ...]
    no argument   every further version that the lab has a list of packages for

Needs the lab. The image of a version is made where it is not there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig

from tests import rehearse
from tests.lab.images import litellm

PLAYBOOK = ("-i", "inventories/rehearsal", "tests/integration/versions.yml")


def further() -> list[str]:
    """The versions that are tested beside the lab's own, the oldest first."""
    versions = set(litellm.versions()) - {litellm.VERSION}
    return sorted(versions, key=lambda version: [int(part) for part in version.split(".")])


def run(version: str) -> int:
    """Run all of it on one version; the exit code of what failed, else 0."""
    env = {**os.environ, **rehearse.lab_environment(), "ANSIBLE_ROLES_PATH": "tests/integration/targets"}
    # Targets start ansible-playbook by name. The lab's own programs, its aws above all, come first.
    env["PATH"] = f"{env['PATH']}:{sysconfig.get_path('scripts')}"
    image = [sys.executable, "-m", "tests.lab", "image", "litellm", version]
    for command in (image, rehearse.playbook(*PLAYBOOK, "-e", f"litellm_version={version}")):
        code = subprocess.run(command, check=False, cwd=rehearse.CHECKOUT, env=env).returncode
        if code:
            return code
    return 0


def main(words: list[str]) -> int:
    failed = [version for version in words or further() if run(version)]
    if failed:
        print(f"failed with LiteLLM {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
