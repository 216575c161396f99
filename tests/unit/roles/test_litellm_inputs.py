"""What role litellm refuses before its first change, through Ansible itself."""

from __future__ import annotations

import json
import subprocess
import sysconfig
import typing as t
from pathlib import Path

PLAYBOOK = Path(sysconfig.get_path("scripts")) / "ansible-playbook"
BASE: dict[str, t.Any] = {
    "litellm_kubernetes": {"host": "https://cluster.example"},
    "gateway_name": "litellm",
    "gateway_region": "us-west-2",
    "litellm_expose": "none",
    "litellm_gateway_models": [{"name": "nova", "bedrock_model": "amazon.nova-pro-v1:0"}],
}
REFUSED: list[tuple[dict[str, t.Any], str]] = [
    (
        {"litellm_router_settings": {"model_group_alias": {"nova": ["nova-a", "nova-b"], "fine": "nova-a"}}},
        "gives nova a list",
    ),
    ({"litellm_master_key": "sk-short"}, "litellm_master_key has to start with sk-"),
    (
        {"litellm_database": "external", "litellm_database_url": "mysql://x"},
        "give litellm_database_url as postgresql://",
    ),
]
MESSAGES = (
    "{{ ansible_failed_result.results | default([ansible_failed_result]) | selectattr('failed', 'true')"
    " | map(attribute='msg') | join(' ') }}"
)
ACCEPTED = {"model_group_alias": {"fine": "nova-a", "hidden": {"model": "nova-a", "hidden": True}}}


def test_inputs_that_do_not_fit_are_named_with_the_remedy(tmp_path: Path) -> None:
    cases = [{"inputs": inputs, "said": said} for inputs, said in REFUSED]
    cases.append({"inputs": {"litellm_router_settings": ACCEPTED}, "said": ""})
    tasks = []
    for number, case in enumerate(cases):
        role = {"name": "llmops.bedrock.litellm", "tasks_from": "preflight.yml"}
        include = {"ansible.builtin.include_role": role, "vars": {**BASE, **t.cast("dict[str, t.Any]", case["inputs"])}}
        note = {"ansible.builtin.debug": {"msg": f"case {number} said {MESSAGES}"}}
        tasks.append({"block": [include], "rescue": [note]})
    play = tmp_path / "play.yml"
    play.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    output = subprocess.run([PLAYBOOK, play], capture_output=True, text=True, check=False).stdout
    for number, (dummy, said) in enumerate(REFUSED):
        assert said in output.split(f"case {number} said ")[1].split("\n")[0]
    assert "rescued=3" in output, "the last one is accepted"
