"""What the tests of the walkthrough share: the lab's environment, and plays that can be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import boto3
import pytest

from tests import rehearse

OUTPUT = rehearse.CHECKOUT / "tests" / "output"


def lab(*arguments: str, timeout: float = 1800) -> str:
    """Run `python -m tests.lab ...` and return what it printed. Fails the test when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.lab", *arguments],
        check=False,
        cwd=rehearse.CHECKOUT,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Play:
    """One run of ansible-playbook on the rehearsal inventory, its output in tests/output/NAME.log."""

    def __init__(self, name: str, *arguments: str, env: t.Mapping[str, str]) -> None:
        self.log = OUTPUT / f"{name}.log"
        OUTPUT.mkdir(parents=True, exist_ok=True)
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                rehearse.playbook("-i", "inventories/rehearsal", *arguments),
                cwd=rehearse.CHECKOUT,
                env={**env, "ANSIBLE_FORCE_COLOR": "0"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def text(self) -> str:
        return self.log.read_text(errors="replace")

    def finish(self, timeout: float = 1500) -> str:
        """Wait for the end, demand success, return the output."""
        code = self.process.wait(timeout)
        assert code == 0, f"exit {code}; see {self.log}\n" + "\n".join(self.text.splitlines()[-40:])
        return self.text

    def stop(self, timeout: float = 600) -> str:
        """Wait for the end, demand failure, return the output."""
        assert self.process.wait(timeout) != 0, f"it succeeded; see {self.log}"
        return self.text

    def kill_when(self, condition: t.Callable[[], bool], *, timeout: float = 600) -> None:
        """Await the condition, then SIGKILL ansible-playbook and its workers, but not what they started elsewhere."""
        deadline = time.monotonic() + timeout
        while not condition():
            assert self.process.poll() is None, f"the play ended by itself; see {self.log}\n{self.text[-3000:]}"
            assert time.monotonic() < deadline, f"the condition did not come; see {self.log}"
            time.sleep(0.5)
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture(scope="session")
def lab_env() -> dict[str, str]:
    """The environment of a running lab; starts it when it does not run."""
    lab("up")
    return rehearse.lab_environment()


@pytest.fixture(scope="session")
def aws(lab_env: dict[str, str]) -> t.Callable[[str], t.Any]:
    """A boto3 client of the lab's AWS by service name."""
    session = boto3.Session(
        aws_access_key_id=lab_env["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=lab_env["AWS_SECRET_ACCESS_KEY"],
        region_name=lab_env["AWS_REGION"],
    )
    return lambda service: session.client(service, endpoint_url=lab_env["AWS_ENDPOINT_URL"])


@pytest.fixture(scope="session")
def kubectl(lab_env: dict[str, str]) -> t.Callable[..., str]:
    """kubectl with the lab's admin certificate; returns its output, or "" when it fails."""

    def run(*arguments: str) -> str:
        command = ["kubectl", "--kubeconfig", lab_env["LAB_ADMIN_KUBECONFIG"], *arguments]
        return subprocess.run(command, check=False, env=lab_env, capture_output=True, text=True).stdout

    return run


def recap(text: str) -> dict[str, int]:
    """The numbers of a play's recap line: ok, changed, failed, ..."""
    line = next(line for line in reversed(text.splitlines()) if "changed=" in line and "failed=" in line)
    return {key: int(value) for key, value in (word.split("=") for word in line.split() if "=" in word)}


def secrets(aws: t.Callable[[str], t.Any]) -> dict[str, str]:
    """The gateway's generated secrets out of Secrets Manager, by name."""
    import json

    text = aws("secretsmanager").get_secret_value(SecretId="litellm/litellm/keys")["SecretString"]
    return t.cast("dict[str, str]", json.loads(text))


def path_of(env: t.Mapping[str, str], name: str) -> Path:
    return Path(env[name])
