"""The collection as Galaxy delivers it, in a project of its own: how AWX and other people's plays use it.

Wants a gateway on the lab, as test_walkthrough.py leaves it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import typing as t
from pathlib import Path

import pytest

from tests import collection_tree, rehearse
from tests.walkthrough.conftest import recap

SCRIPTS = Path(sysconfig.get_path("scripts"))
NEEDED = ("meta", "playbooks", "plugins", "roles", "galaxy.yml", "README.md")
"""What a user may rely on; everything else of the checkout is for those who work on it."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with nothing but a play of two lines, and the installed collection."""
    folder = tmp_path_factory.mktemp("project")
    source = folder / "source"
    for name in collection_tree.tracked_files():
        if name.split("/")[0] in NEEDED:
            target = source / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(rehearse.CHECKOUT / name, target)
    galaxy = [str(SCRIPTS / "ansible-galaxy"), "collection"]
    subprocess.run([*galaxy, "build", "--output-path", str(folder)], cwd=source, check=True)
    shutil.rmtree(source)
    (artefact,) = folder.glob("*.tar.gz")
    installed = str(folder / "collections")
    subprocess.run(
        [*galaxy, "install", "--force", "--no-deps", "--offline", "-p", installed, str(artefact)], check=True
    )
    return folder


def play(project: Path, playbook: str, lab_env: t.Mapping[str, str]) -> str:
    """Run a playbook of the installed collection as a job template does: settings as extra variables, no inventory."""
    gateway = project / f"{playbook}.yml"
    gateway.write_text(f"- name: Gateway\n  ansible.builtin.import_playbook: llmops.bedrock.{playbook}\n")
    settings = rehearse.CHECKOUT / "inventories/rehearsal/group_vars/all/main.yml"
    command = [str(SCRIPTS / "ansible-playbook"), gateway.name, "-e", f"@{settings}", "-v"]
    # The development environment has the checkout linked into it; the installed collection comes before it.
    environment = {**lab_env, "ANSIBLE_COLLECTIONS_PATH": str(project / "collections"), "ANSIBLE_FORCE_COLOR": "0"}
    environment["PATH"] += f"{os.pathsep}{SCRIPTS}"
    done = subprocess.run(
        command, check=False, cwd=project, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.mark.parametrize("playbook", ["models", "verify"])
def test_a_playbook_of_the_installed_collection(project: Path, playbook: str, lab_env: dict[str, str]) -> None:
    assert recap(play(project, playbook, lab_env))["changed"] == 0


def test_all_of_it_comes_from_there(project: Path, lab_env: dict[str, str]) -> None:
    environment = {**lab_env, "ANSIBLE_COLLECTIONS_PATH": str(project / "collections")}
    command = [str(SCRIPTS / "ansible-playbook"), "llmops.bedrock.site", "--list-tasks"]
    listed = subprocess.run(command, check=True, cwd=project, env=environment, capture_output=True, text=True).stdout
    assert f"playbook: {project}/collections/ansible_collections/llmops/bedrock/playbooks/site.yml" in listed
