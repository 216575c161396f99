"""What the playbooks show at the end: site.yml's summary, and the reports of role verify."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import typing as t
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
CHECK = {
    "where": "in the cluster",
    "name": "chat",
    "result": "pass",
    "seconds": 0.4,
    "detail": "it | answered",
    "remedy": "",
}
BAD = {**CHECK, "name": "list of models", "result": "fail", "detail": "missing: x", "remedy": "Make it true."}
FACTS: dict[str, t.Any] = {
    "ansible_python_interpreter": sys.executable,
    "gateway_name": "litellm",
    "gateway_models": [{"name": "claude", "aliases": ["gpt-4o"]}, {"name": "titan"}],
    "gateway_timeline": [
        {"name": "start", "seconds": 0},
        {"name": "cluster", "seconds": 156},
        {"name": "LiteLLM", "seconds": 39},
    ],
    "litellm_region": "us-west-2",
    "litellm_secret_name": "litellm/litellm/keys",
    "litellm_namespace": "litellm",
    "verify_public": True,
    "verify_host": "litellm.example.com",
    "verify_ca_path": "",
    "verify_model": "claude",
    "verify_report": {
        "question": "Q",
        "answer": "a\nb",
        "model": "claude",
        "seconds": 2,
        "checks": [CHECK],
        "calls": 6,
    },
    "open_webui_service": {"name": "open-webui", "namespace": "chats"},
    "open_webui_report": {
        "url": "https://chat.example.com",
        "admin_email": "admin@example.com",
        "secret_name": "litellm/litellm/open-webui",
    },
}


def play(folder: Path, tasks: list[dict[str, t.Any]], facts: dict[str, t.Any]) -> subprocess.CompletedProcess[str]:
    """Run tasks on this machine."""
    playbook, variables = folder / "play.yml", folder / "facts.json"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    variables.write_text(json.dumps({"gateway_state_dir": str(folder), **facts}))
    ansible = Path(sysconfig.get_path("scripts")) / "ansible-playbook"
    return subprocess.run(
        [ansible, "-i", "localhost,", "-c", "local", "-e", f"@{variables}", playbook],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "ANSIBLE_FORCE_COLOR": "0"},
    )


def summary(folder: Path, **facts: t.Any) -> str:
    """The summary that site.yml would leave."""
    (folder / "templates").symlink_to(CHECKOUT / "playbooks/templates")
    tasks = [{"ansible.builtin.import_tasks": str(CHECKOUT / "playbooks/tasks/summary.yml")}]
    done = play(folder, tasks, {**FACTS, **facts})
    assert done.returncode == 0, done.stdout + done.stderr
    file = folder / "summary.txt"
    assert file.stat().st_mode & 0o777 == 0o600
    return file.read_text()


def block(text: str) -> str:
    """What stands under "Try it:", as the walkthrough's test takes it."""
    found = re.search(r"^Try it:\n(.+?)\n\n", text, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def test_the_summary_says_everything_that_one_needs(tmp_path: Path) -> None:
    text = summary(tmp_path, gateway_notes=["A note."])
    assert "base_url https://litellm.example.com/v1" in text
    assert re.search(r"^Models: +claude, titan\nAliases: +gpt-4o$", text, re.MULTILINE)
    assert re.search(r"^For people: +https://chat.example.com\nAdministrator: +admin@example.com,", text, re.MULTILINE)
    assert "--secret-id litellm/litellm/open-webui" in text and "OPEN_WEBUI_ADMIN_PASSWORD" in text
    assert re.search(r"^Took: +3 min 15 s: cluster 2 min 36 s, LiteLLM 39 s$", text, re.MULTILINE)
    assert f"{tmp_path}/verify.md" in text
    for name in ("models.yml", "verify.yml", "diagnose.yml", "teardown.yml -e teardown_confirm=litellm"):
        assert f"playbooks/{name}" in text
    assert "curl https://litellm.example.com/v1/chat/completions" in block(text)
    assert text.endswith("\nA note.\n")


def test_the_summary_of_a_gateway_that_only_the_cluster_reaches(tmp_path: Path) -> None:
    nowhere = {**FACTS["open_webui_report"], "url": ""}
    text = summary(tmp_path, gateway_expose="none", verify_public=False, open_webui_report=nowhere, gateway_timeline=[])
    assert "base_url http://litellm.litellm.svc:4000/v1" in text and "from inside the cluster" in text
    assert "--namespace chats port-forward service/open-webui 8080:80" in text
    assert "port-forward service/litellm 4000 &" in block(text) and "curl http://127.0.0.1:4000/v1" in block(text)
    assert "Took:" not in text


@pytest.mark.parametrize("checks, code", [([CHECK], 0), ([CHECK, BAD], 2)])
def test_the_reports_are_written_and_the_exit_code_tells_the_truth(
    tmp_path: Path, checks: list[dict[str, t.Any]], code: int
) -> None:
    answer = {"checks": checks, "calls": 3, "answer": "a\nb", "model": "claude", "seconds": 2}
    facts = {
        **{name: FACTS[name] for name in ("ansible_python_interpreter", "gateway_name", "gateway_models")},
        **{"gateway_region": "us-west-2", "gateway_litellm_host": "litellm.example.com", "verify_kubernetes": {}},
        **{"verify_public": False, "verify_state_dir": str(tmp_path / "new"), "__verify_in_cluster": answer},
    }
    role = {"name": "llmops.bedrock.verify", "tasks_from": "report.yml"}
    done = play(tmp_path, [{"ansible.builtin.include_role": role}], facts)
    assert done.returncode == code, done.stdout + done.stderr
    report = json.loads((tmp_path / "new/verify.json").read_text())
    assert (report["checks"], report["calls"], report["answer"]) == (checks, 3, "a\nb")
    assert report["in_cluster"]["answer"] == "a\nb"
    lines = (tmp_path / "new/verify.md").read_text().splitlines()
    assert r"| pass | in the cluster | chat | 0.4 | it \| answered |  |" in lines
    assert lines[-1] == "Answer of claude: a b"
    assert "changed=0" in done.stdout or "changed=1" in done.stdout  # the folder
    if code:
        assert "1 of 2 checks failed." in done.stdout
        assert "in the cluster, list of models: missing: x. Make it true." in done.stdout
