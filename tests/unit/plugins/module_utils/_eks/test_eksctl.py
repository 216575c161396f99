"""The runner, with a small script in the place of eksctl."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._eks.eksctl import Eksctl, EksctlError, environment_for

SCHEMA = {
    "type": "object",
    "properties": {
        "metadata": {"type": "object", "required": ["name"], "properties": {"version": {"type": "string"}}},
        "addons": {"type": "array", "items": {"required": ["name"]}},
    },
    "additionalProperties": False,
}


@pytest.fixture
def make(tmp_path):
    def made(body="", version="0.230.0", timeout=10):
        path = tmp_path / "eksctl"
        script = f"""\
            #!{sys.executable}
            import json, os, sys, time
            if sys.argv[1:] == ["version"]:
                print({version!r}); sys.exit()
            if sys.argv[1:] == ["utils", "schema"]:
                print({json.dumps(SCHEMA)!r}); sys.exit()
        """
        path.write_text(textwrap.dedent(script) + textwrap.dedent(body))
        path.chmod(0o755)
        return Eksctl(
            str(path), {"PATH": os.environ["PATH"], "MARK": "set"}, tmp_path / "state" / "eksctl.log", timeout
        )

    return made


@pytest.mark.parametrize("version", ["0.230.0", "0.231.0-dev+abc.2026", "1.0.0"])
def test_versions_that_do(make, version):
    make(version=version).require_version()


@pytest.mark.parametrize(
    "version, told", [("0.229.3", "eksctl 0.229.3. Version 0.230.0"), ("dev", "not tell its version")]
)
def test_versions_that_do_not(make, version, told):
    with pytest.raises(EksctlError, match=told):
        make(version=version).require_version()


def test_a_program_that_does_not_run_is_named(make, tmp_path):
    with pytest.raises(EksctlError, match="missing version failed"):
        Eksctl(str(tmp_path / "missing"), {}, tmp_path / "log", 1).require_version()


def test_every_problem_of_a_config_is_told_with_its_place(make):
    config = {"metadata": {"name": "c", "version": 1.35}, "addons": [{"name": "a"}, {}], "typo": 1}
    problems = make().problems(config)
    assert len(problems) == 3
    assert any(problem.startswith("addons[1]: ") for problem in problems)
    assert any(problem.startswith("metadata.version: 1.35 is not of type 'string'") for problem in problems)
    assert any(problem.startswith("at the top: ") and "typo" in problem for problem in problems)
    assert make().problems({"metadata": {"name": "c"}}) == []


def test_the_config_is_standard_input_and_the_output_is_kept(make):
    eksctl = make("print(sys.argv[1:], json.load(sys.stdin), os.environ['MARK'])")
    with eksctl.alone() as lock:
        eksctl.run(["create", "cluster", "-f", "-"], {"a": 1}, lock)
        eksctl.run(["create", "cluster", "-f", "-"], {"a": 2}, lock)
    text = eksctl.log_path.read_text()
    assert text.count(" eksctl create cluster -f -\n") == 2
    assert "'--color=false'] {'a': 1} set" in text
    assert eksctl.log_path.stat().st_mode & 0o077 == 0


def test_a_failure_shows_the_last_lines_of_this_command_only(make):
    eksctl = make("print('line\\n' * 40, 'the reason' + sys.argv[1]); sys.exit(3)")
    with eksctl.alone() as lock:
        with pytest.raises(EksctlError):
            eksctl.run(["first", "run"], None, lock)
        with pytest.raises(EksctlError, match=r"eksctl second run ended with code 3") as error:
            eksctl.run(["second", "run"], None, lock)
    assert "the reasonsecond" in str(error.value)
    assert "the reasonfirst" not in str(error.value)
    assert str(eksctl.log_path) in str(error.value)
    assert len(str(error.value).splitlines()) < 20


def test_a_command_that_takes_too_long_is_ended(make):
    eksctl = make("time.sleep(60)", timeout=1)
    with eksctl.alone() as lock, pytest.raises(EksctlError, match="was ended after 1 s"):
        eksctl.run(["create", "cluster"], None, lock)


def test_only_one_at_a_time(make):
    eksctl = make(timeout=1)
    with eksctl.alone(), pytest.raises(EksctlError, match="Another eksctl works on this cluster"), eksctl.alone():
        pass
    with eksctl.alone():
        pass


HOLDER = """
import sys
from pathlib import Path
from ansible_collections.llmops.bedrock.plugins.module_utils._eks.eksctl import Eksctl
eksctl = Eksctl(sys.argv[1], {}, Path(sys.argv[2]), 60)
with eksctl.alone() as lock:
    eksctl.run(["create", "cluster"], None, lock)
"""


def test_an_eksctl_whose_play_was_killed_still_holds_the_lock(make, tmp_path):
    running, go = tmp_path / "running", tmp_path / "go"
    eksctl = make(f"""\
        open({str(running)!r}, "w").close()
        while not os.path.exists({str(go)!r}):
            time.sleep(0.05)
    """)
    play = subprocess.Popen([sys.executable, "-c", HOLDER, eksctl.path, str(eksctl.log_path)])
    deadline = time.monotonic() + 30
    while not running.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    play.send_signal(signal.SIGKILL)
    play.wait()
    impatient = make(timeout=1)
    with pytest.raises(EksctlError, match="Another eksctl"), impatient.alone():
        pass
    go.touch()
    with make(timeout=30).alone():
        pass


def test_the_environment_takes_the_options_that_are_set():
    base = {"PATH": "/bin", "AWS_ACCESS_KEY_ID": "old", "AWS_SECRET_ACCESS_KEY": "old"}
    assert environment_for({"region": "us-west-2", "profile": None}, base) == {**base, "AWS_REGION": "us-west-2"}
    assert environment_for({"profile": "p"}, base) == {"PATH": "/bin", "AWS_PROFILE": "p"}
    assert environment_for({"access_key": "k", "secret_key": "s"}, {}) == {
        "AWS_ACCESS_KEY_ID": "k",
        "AWS_SECRET_ACCESS_KEY": "s",
    }
