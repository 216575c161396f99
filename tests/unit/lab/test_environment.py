"""What `env` prints, and the wrappers it puts first in PATH."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.lab import environment
from tests.lab.settings import BIN, STATE
from tests.lab.toolchain import wrappers


def test_the_lab_s_programs_come_first_and_once() -> None:
    path = environment.variables(f"/usr/bin:{BIN}:/bin")["PATH"]
    assert path == f"{BIN}:/usr/bin:/bin"


def test_exports_are_for_a_shell() -> None:
    text = environment.exports({"A": "1 2", "B": "it's"})
    done = subprocess.run(
        ["sh", "-euc", f'{text}\nprintf "%s|%s|%s" "$A" "$B" "${{AWS_PROFILE-none}}"'],
        check=False,
        env={"AWS_PROFILE": "production"},
        capture_output=True,
        text=True,
    )
    assert done.stdout == "1 2|it's|none"


def test_clients_are_sent_to_the_lab_only() -> None:
    variables = environment.variables("")
    assert variables["AWS_ENDPOINT_URL"] == "http://10.213.0.1:4566"
    assert variables["KUBECONFIG"] == str(STATE / "gateway" / "kubeconfig")
    assert variables["AWS_CONFIG_FILE"] == "/dev/null"
    assert Path(variables["LAB_CHARTS"]).is_dir()


def run_wrapper(tmp_path: Path, text: str, *words: str) -> str:
    script = tmp_path / "wrapper"
    script.write_text(text)
    script.chmod(0o755)
    env = {"AWS_ENDPOINT_URL": "http://lab", "PATH": "/usr/bin:/bin"}
    return subprocess.run([script, *words], check=True, env=env, capture_output=True, text=True).stdout


def test_aws_signs_tokens_for_the_public_host_and_asks_the_lab_otherwise(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\necho "${AWS_ENDPOINT_URL-none} $*"\n')
    program.chmod(0o755)
    text = wrappers.aws(program)
    assert run_wrapper(tmp_path, text, "eks", "get-token", "--cluster-name", "x") == (
        "none eks get-token --cluster-name x\n"
    )
    assert run_wrapper(tmp_path, text, "--region", "y", "eks", "get-token").startswith("none ")
    assert run_wrapper(tmp_path, text, "eks", "list-clusters") == "http://lab eks list-clusters\n"


def test_eksctl_never_sees_the_one_address_for_all(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\necho "${AWS_ENDPOINT_URL-none} $AWS_EKS_ENDPOINT $1"\n')
    program.chmod(0o755)
    assert run_wrapper(tmp_path, wrappers.eksctl(program), "a b") == "none http://10.213.0.1:4566 a b\n"
