"""The walkthrough on the lab, in the order of a user's life: check mode, interruptions, success, again, and use.

The tests build on each other; the first wants a lab on which nothing was installed (test_lab.py leaves one).
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
import typing as t
from pathlib import Path

import openai
import pytest
import requests

from tests import rehearse
from tests.walkthrough import listing
from tests.walkthrough.conftest import OUTPUT, Play, recap, secrets

SITE = "playbooks/site.yml"
STACK = "eksctl-litellm-cluster"
HOST = "litellm.rehearsal.example"
Aws = t.Callable[[str], t.Any]
Kubectl = t.Callable[..., str]


def stacks(aws: Aws) -> set[str]:
    listed = aws("cloudformation").list_stacks()["StackSummaries"]
    return {stack["StackName"] for stack in listed if stack["StackStatus"] != "DELETE_COMPLETE"}


def eksctl_processes() -> list[int]:
    found = subprocess.run(["pgrep", "-f", "eksctl create"], check=False, capture_output=True, text=True).stdout
    return [int(pid) for pid in found.split()]


def installed(aws: Aws, kubectl: Kubectl) -> dict[str, object]:
    """What the walkthrough would make, as far as it is there."""
    iam = aws("iam")
    return {
        "clusters": aws("eks").list_clusters()["clusters"],
        "stacks": stacks(aws),
        "roles": [role["Arn"] for role in iam.list_roles(PathPrefix="/litellm/")["Roles"]],
        "policies": [policy["Arn"] for policy in iam.list_policies(Scope="Local", PathPrefix="/litellm/")["Policies"]],
        "secrets": [secret["Name"] for secret in aws("secretsmanager").list_secrets()["SecretList"]],
        "load balancers": aws("elbv2").describe_load_balancers()["LoadBalancers"],
        "namespaces": set(kubectl("get", "namespaces", "--output=name").split()),
        "storage classes": kubectl("get", "storageclasses", "--output=name"),
    }


def test_check_mode_on_an_empty_account_changes_nothing(lab_env: dict[str, str], aws: Aws, kubectl: Kubectl) -> None:
    before = installed(aws, kubectl)
    assert before["clusters"] == [], "this test wants a fresh lab: python -m tests.lab down"
    # What test_teardown.py wants to find again at the end.
    listing.save(OUTPUT / "listing-before.json", listing.everything(aws, kubectl))
    output = Play("check-mode", SITE, "--check", "--diff", env=lab_env).finish()
    assert recap(output)["failed"] == 0
    assert installed(aws, kubectl) == before


def test_a_play_killed_while_the_cluster_is_made(lab_env: dict[str, str], aws: Aws) -> None:
    Play("killed-in-cluster", SITE, env=lab_env).kill_when(lambda: STACK in stacks(aws))
    assert eksctl_processes(), "eksctl goes on without its play; the next run has to wait for it"


def test_a_run_beside_an_orphan_eksctl_that_dies_too(lab_env: dict[str, str], aws: Aws) -> None:
    play = Play("killed-beside-orphan", SITE, env=lab_env)
    play.kill_when(lambda: "ACTIVE" in cluster_status(aws) and "Wait for eksctl" in play.text)
    for pid in eksctl_processes():
        os.kill(pid, signal.SIGKILL)


def cluster_status(aws: Aws) -> str:
    clusters = aws("eks").list_clusters()["clusters"]
    return aws("eks").describe_cluster(name=clusters[0])["cluster"]["status"] if clusters else ""


def test_a_play_killed_in_the_rollout(lab_env: dict[str, str], kubectl: Kubectl) -> None:
    play = Play("killed-in-rollout", SITE, env=lab_env)
    play.kill_when(lambda: "litellm" in kubectl("--namespace=litellm", "get", "deployments", "--output=name"))


@pytest.fixture(scope="module")
def full_run(lab_env: dict[str, str]) -> str:
    """The run that converges, at -vvv, so that its log can be searched for secrets."""
    return Play("site-vvv", SITE, "-vvv", "--diff", env=lab_env).finish()


def test_the_next_run_converges_and_shows_the_answer(full_run: str) -> None:
    assert recap(full_run)["failed"] == 0
    assert "emulated" in full_run


def test_a_second_run_changes_nothing(lab_env: dict[str, str]) -> None:
    started = time.monotonic()
    numbers = recap(Play("site-again", SITE, env=lab_env).finish())
    print(f"second run: {time.monotonic() - started:.0f} s")
    assert (numbers["changed"], numbers["failed"]) == (0, 0)


def test_check_mode_on_an_installed_gateway_predicts_no_change(lab_env: dict[str, str]) -> None:
    assert recap(Play("check-again", SITE, "--check", "--diff", env=lab_env).finish())["changed"] == 0


def test_no_log_holds_a_secret(full_run: str, aws: Aws) -> None:
    values = secrets(aws)
    assert len(values) >= 3 and all(len(value) >= 20 for value in values.values())
    for log in OUTPUT.glob("*.log"):
        text = log.read_text(errors="replace")
        leaked = [name for name, value in values.items() if value in text]
        assert not leaked, f"{log.name} holds {leaked}"
        assert not re.search(r"k8s-aws-v1\.[A-Za-z0-9_-]{40}", text), f"{log.name} holds an EKS token"


def test_the_kubeconfig_for_people_works_by_access_entry(lab_env: dict[str, str], full_run: str) -> None:
    nodes = subprocess.run(["kubectl", "get", "nodes"], check=False, env=lab_env, capture_output=True, text=True)
    assert nodes.returncode == 0 and " Ready " in nodes.stdout, nodes.stderr
    stranger = {**lab_env, "AWS_ACCESS_KEY_ID": "AKIASTRANGER00000000", "AWS_SECRET_ACCESS_KEY": "not-the-owner"}
    assert subprocess.run(["kubectl", "get", "nodes"], check=False, env=stranger, capture_output=True).returncode != 0


@pytest.fixture(scope="module")
def client(lab_env: dict[str, str], full_run: str, aws: Aws) -> openai.OpenAI:
    """An application's client: only base_url and api_key are set. The lab's CA is trusted as a system's CA would be."""
    os.environ["SSL_CERT_FILE"] = lab_env["SSL_CERT_FILE"]
    return openai.OpenAI(base_url=f"https://{HOST}/v1", api_key=secrets(aws)["LITELLM_MASTER_KEY"])


QUESTION: t.Any = [{"role": "user", "content": "What is the capital of France?"}]


@pytest.mark.parametrize("model", ["claude-sonnet", "gpt-4o"])
def test_an_openai_application_gets_a_chat_answer(client: openai.OpenAI, model: str) -> None:
    answer = client.chat.completions.create(model=model, messages=QUESTION)
    assert answer.choices[0].message.content and answer.usage


def test_the_curl_line_works_as_printed(lab_env: dict[str, str], full_run: str) -> None:
    summary = (Path(lab_env["KUBECONFIG"]).parent / "summary.txt").read_text()
    commands = re.search(r"^Try it:\n(.+?)\n\n", summary, re.MULTILINE | re.DOTALL)
    assert commands
    done = subprocess.run(
        ["bash", "-euc", commands[1]], cwd=rehearse.CHECKOUT, capture_output=True, text=True, check=False
    )
    assert '"content":' in done.stdout, done.stderr


def test_an_openai_application_gets_embeddings(client: openai.OpenAI) -> None:
    vectors = client.embeddings.create(model="text-embedding-3-small", input=["one"])
    assert len(vectors.data[0].embedding) > 100


def test_the_model_list_is_the_inventorys(client: openai.OpenAI) -> None:
    import yaml

    inventory = yaml.safe_load((rehearse.CHECKOUT / "inventories/rehearsal/group_vars/all/main.yml").read_text())
    wanted = {name for model in inventory["gateway_models"] for name in (model["name"], *model.get("aliases", []))}
    assert {model.id for model in client.models.list()} == wanted


@pytest.fixture
def slow_bedrock(lab_env: dict[str, str]) -> t.Iterator[float]:
    """Bedrock takes this many seconds between two parts of a streamed answer."""
    pause = 0.5
    faults = f"{lab_env['AWS_ENDPOINT_URL']}/_lab/faults"
    requests.put(faults, timeout=10, json={"bedrock_stream_pause_seconds": pause}).raise_for_status()
    yield pause
    requests.delete(faults, timeout=10).raise_for_status()


def test_streaming_really_streams(client: openai.OpenAI, slow_bedrock: float) -> None:
    arrivals, text = [], ""
    for chunk in client.chat.completions.create(model="claude-sonnet", messages=QUESTION, stream=True):
        part = chunk.choices[0].delta.content if chunk.choices else None
        if part:
            arrivals.append(time.monotonic())
            text += part
    print(f"{len(arrivals)} parts over {arrivals[-1] - arrivals[0]:.1f} s: {text}")
    assert len(arrivals) >= 3
    assert arrivals[-1] - arrivals[0] > slow_bedrock * (len(arrivals) - 2)


def test_a_wrong_key_is_refused(client: openai.OpenAI) -> None:
    with pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="sk-wrong").chat.completions.create(model="claude-sonnet", messages=QUESTION)


def test_http_is_redirected_to_https(full_run: str) -> None:
    answer = requests.get(f"http://{HOST}/health/liveliness", allow_redirects=False, timeout=10)
    assert (answer.status_code, answer.headers["location"].startswith(f"https://{HOST}")) == (301, True)


def test_the_pods_have_their_rights_from_pod_identity_alone(kubectl: Kubectl, full_run: str) -> None:
    pod = kubectl("--namespace=litellm", "get", "pods", "-l", "app.kubernetes.io/name=litellm", "--output=yaml")
    assert "AWS_CONTAINER_CREDENTIALS_FULL_URI" in pod
    assert "AWS_SECRET_ACCESS_KEY" not in pod
