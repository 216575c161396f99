"""playbooks/diagnose.yml on an account without a cluster, and who names it.

Faults of a cluster are planted by the integration target gateway_support_bundle.
"""

from __future__ import annotations

import os
import stat
import subprocess
import sysconfig
import tarfile
from pathlib import Path

from tests.unit.lab.aws_process import REGION, Aws

CHECKOUT = Path(__file__).resolve().parents[3]


def play(aws: Aws, *words: str) -> str:
    """What a playbook says. No kubectl is needed: there is nothing to ask."""
    env = {
        **os.environ,
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        # Ansible masks it wherever it occurs: "test" is also in the name of pytest's folder.
        "AWS_SECRET_ACCESS_KEY": "of-the-emulated-account",
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "LAB_GATEWAY_STATE": str(aws.state / "gateway"),
        # Were it asked, this would be the wrong cluster.
        "KUBECONFIG": str(aws.state / "kubeconfig-of-another-cluster"),
        "ANSIBLE_NOCOLOR": "1",
    }
    program = Path(sysconfig.get_path("scripts")) / "ansible-playbook"
    argv = [program, "-i", "inventories/rehearsal", *words]
    return subprocess.run(argv, cwd=CHECKOUT, env=env, check=False, capture_output=True, text=True).stdout


def test_a_missing_cluster_is_named_and_nothing_but_the_archive_is_made(aws: Aws) -> None:
    folder = aws.state / "gateway" / "support"
    said = play(aws, "playbooks/diagnose.yml", "--check")
    assert "Check mode: nothing was collected" in said and "failed=0" in said
    assert not folder.exists()
    for number in (1, 2):
        said = play(aws, "playbooks/diagnose.yml")
        assert "Likely cause: the EKS cluster does not exist" in said and "failed=0" in said
        assert f"ansible-playbook -i {CHECKOUT}/inventories/rehearsal playbooks/site.yml" in said
        archives = sorted(folder.iterdir())
        assert len(archives) == number
        assert str(archives[-1]) in said
        # The folder once, an archive each time.
        assert f"changed={3 - number}" in said
    assert stat.S_IMODE(archives[0].stat().st_mode) == 0o600
    with tarfile.open(archives[0]) as archive:
        index = archive.extractfile("support-bundle/index.md")
        assert index and index.read().startswith(b"# Likely cause: the EKS cluster does not exist\n")


def test_what_stops_a_play_names_the_command(aws: Aws, tmp_path: Path) -> None:
    (tmp_path / "stops.yml").write_text(
        f"""
- hosts: localhost
  gather_facts: false
  tasks:
    - block:
        - name: Something
          ansible.builtin.fail: {{msg: the reason}}
      rescue:
        - ansible.builtin.import_tasks: {CHECKOUT}/playbooks/tasks/stopped.yml
"""
    )
    said = play(aws, str(tmp_path / "stops.yml"))
    assert "Stopped at: Something" in said and "the reason" in said
    assert f"ansible-playbook -i {CHECKOUT}/inventories/rehearsal playbooks/diagnose.yml" in said
