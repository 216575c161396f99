"""The whole way from commands to the archive, with a program in the place of kubectl."""

from __future__ import annotations

import base64
import gzip
import json
import stat
import sys
import tarfile

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._support import aws, client, collect, helm
from ansible_collections.llmops.bedrock.plugins.module_utils._support.facts import Aws, Facts
from ansible_collections.llmops.bedrock.plugins.module_utils._support.run import Order, make

from .build import event, listing, node, pod, thing, waiting

TOKEN = "k8s-aws-v1.dG9rZW4tb2YtdGhlLXRlc3Q"
PASSWORD = "hunter2-but-longer"

# Writes down what it was called with and what its kubeconfig held, and answers from files named after the question.
FAKE = """#!/usr/bin/env python3
import json, os, pathlib, stat, sys
here = pathlib.Path(__file__).parent
arguments = sys.argv[1:]
config = next((a.split("=", 1)[1] for a in arguments if a.startswith("--kubeconfig=")), None)
seen = {"argv": arguments, "environment": [k for k, v in os.environ.items() if "dG9rZW4" in v]}
if config:
    seen |= {"config": pathlib.Path(config).read_text(), "mode": stat.S_IMODE(os.stat(config).st_mode), "path": config}
with open(here / "calls.jsonl", "a") as calls:
    calls.write(json.dumps(seen) + "\\n")
words = [a for a in arguments if not a.startswith("-")]
where = words[words.index("litellm")] if "litellm" in words else "cluster"
name = "previous" if "--previous" in arguments else f"{words[0]}-{where}"
answer = here / name
complaint = here / f"{name}.err"
sys.stdout.write(answer.read_text() if answer.exists() else "")
if complaint.exists():
    sys.stderr.write(complaint.read_text())
    sys.exit(1)
"""


def b64(text):
    return base64.b64encode(text.encode()).decode()


def release(status="deployed", revision=1, **values):
    document = {
        "name": "open-webui",
        "namespace": "litellm",
        "version": revision,
        "info": {"status": status, "description": "said"},
        "chart": {"metadata": {"name": "open-webui", "version": "1.0.0"}},
        "config": values,
    }
    packed = base64.b64encode(base64.b64encode(gzip.compress(json.dumps(document).encode()))).decode()
    name = f"sh.helm.release.v1.open-webui.v{revision}"
    return thing("Secret", name, type="helm.sh/release.v1", data={"release": packed})


@pytest.fixture
def cluster(tmp_path):
    """A fake kubectl and what it answers: a pod whose image cannot be pulled, and a crashing one that tells secrets."""
    program = tmp_path / "kubectl"
    program.write_text(FAKE.replace("/usr/bin/env python3", sys.executable))
    program.chmod(0o755)
    unpulled = pod("web-1", waiting("ErrImagePull", "not found"), phase="Pending")
    talking = pod(
        "talks-1", {"running": {}}, ready=True, restarts=1, container={"env": [{"name": "X", "value": PASSWORD}]}
    )
    keys = {"PASSWORD": b64(PASSWORD), "POSTGRES_USER": b64("litellm")}
    secret = thing("Secret", "litellm-keys", type="Opaque", data=keys)
    (tmp_path / "get-cluster").write_text(listing(node(), thing("Namespace", "litellm", None)))
    objects = (unpulled, talking, secret, release(adminPassword="x1y2", image="i"), event(unpulled, "Failed", "no"))
    (tmp_path / "get-litellm").write_text(listing(*objects))
    (tmp_path / "describe-litellm").write_text(f"Name: talks-1\n  X: {PASSWORD}\n")
    (tmp_path / "describe-cluster").write_text("Name: node-1\n")
    said = f"2026-11-22T11:59:00Z connecting with {PASSWORD}, {b64('u:' + PASSWORD)}"
    waits = 'error: container "litellm" in pod "web-1" is waiting to start: image can\'t be pulled'
    (tmp_path / "logs-litellm").write_text(f"{waits}\n[pod/talks-1/litellm] {said}\n")
    (tmp_path / "previous").write_text("[pod/talks-1/litellm] 2026-11-22T11:58:00Z key sk-abcdefgh\n")
    return tmp_path


def order(cluster, **rest):
    options = {
        "program": str(cluster / "kubectl"),
        "connection": {"host": "https://api.example:6443", "api_key": TOKEN, "ca_cert": "/ca.crt"},
        "namespaces": ("litellm",),
        "path": str(cluster / "bundle.tar.gz"),
        "since": "1h",
        "max_log_lines": 10,
        "timeout": 30,
        "cluster_name": None,
        "client_of": None,
    }
    return Order(**{**options, **rest})


def unpacked(path):
    with tarfile.open(path) as archive:
        return {m.name.removeprefix("support-bundle/"): archive.extractfile(m).read().decode() for m in archive}


def test_the_index_names_the_cause_and_nothing_holds_a_secret(cluster):
    result = make(order(cluster))
    files = unpacked(result["path"])
    assert next(iter(files)) == "index.md"
    assert files["index.md"].startswith("# Likely cause: image ghcr.io/berriai/litellm-non_root:v9 cannot be pulled")
    assert result["likely_cause"] in files["index.md"].splitlines()[0]
    everything = json.dumps(result) + "".join(files.values())
    for hidden in (PASSWORD, b64(PASSWORD)[:20], b64("u:" + PASSWORD)[6:20], "sk-abcdefgh", TOKEN, "x1y2"):
        assert hidden not in everything
    assert result["masked"] >= 6 and result["problems"] == []
    assert "litellm-keys  Opaque  PASSWORD, POSTGRES_USER" in files["secrets.txt"]
    assert "litellm/logs/talks-1/litellm.previous.log" in files
    assert stat.S_IMODE((cluster / "bundle.tar.gz").stat().st_mode) == 0o600


def test_the_token_is_in_a_file_of_its_owner_and_nowhere_else(cluster):
    make(order(cluster))
    calls = [json.loads(line) for line in (cluster / "calls.jsonl").read_text().splitlines()]
    assert all(TOKEN not in word for call in calls for word in call["argv"])
    assert all(call["environment"] == [] for call in calls)
    assert {call["mode"] for call in calls} == {0o600}
    assert json.loads(calls[0]["config"])["users"][0]["user"] == {"token": TOKEN}
    assert not any((cluster / call["path"]).exists() for call in calls)


def test_the_limits_of_logs_reach_the_client(cluster):
    make(order(cluster))
    calls = [json.loads(line)["argv"] for line in (cluster / "calls.jsonl").read_text().splitlines()]
    logs = [call for call in calls if call[0] == "logs"]
    assert len(logs) == 2  # all of the namespace, and the life before of the one that had one
    assert all({"--tail=10", "--since=1h", "--timestamps"} <= set(call) for call in logs)
    assert len(calls) == 6  # and the cluster and the namespace, listed and described


def test_a_context_keeps_its_capitals(cluster):
    make(order(cluster, connection={"kubeconfig": "/dev/null", "context": "Admin@Cluster"}))
    calls = [json.loads(line)["argv"] for line in (cluster / "calls.jsonl").read_text().splitlines()]
    assert all("--context=Admin@Cluster" in call and "--kubeconfig=/dev/null" in call for call in calls)


def test_a_cluster_that_does_not_answer_gives_a_bundle_that_says_so(cluster):
    (cluster / "get-cluster").unlink()
    (cluster / "get-cluster.err").write_text(
        "E1122 18:47:40.7 memcache.go:265] noise\nUnable to connect: i/o timeout\n"
    )
    result = make(order(cluster))
    files = unpacked(result["path"])
    assert files["index.md"].splitlines()[0] == "# Likely cause: the Kubernetes API cannot be reached"
    assert result["diagnosis"][0]["evidence"] == ["Unable to connect: i/o timeout"]
    assert set(files) == {"index.md"}


def test_a_cluster_that_does_not_exist_is_not_looked_for_elsewhere(cluster, monkeypatch):
    monkeypatch.setattr(aws, "look_at_cluster", lambda *arguments: Aws(cluster={}))
    monkeypatch.setattr(aws, "look_at_balancers", lambda client_of, name, hosts, known, note: known)
    result = make(order(cluster, cluster_name="litellm", client_of=lambda service: None))
    assert result["likely_cause"] == "the EKS cluster does not exist"
    assert result["problems"] == ["Kubernetes was not asked: EKS has no endpoint of litellm"]
    assert not (cluster / "calls.jsonl").exists()


def test_what_is_forbidden_is_told_and_the_rest_is_collected(cluster):
    (cluster / "get-litellm.err").write_text(
        'Error from server (Forbidden): secrets is forbidden: User "x" cannot list\n'
    )
    result = make(order(cluster))
    assert result["problems"] == ['Error from server (Forbidden): secrets is forbidden: User "x" cannot list']
    assert "## Not collected" in unpacked(result["path"])["index.md"]
    assert result["likely_cause"].startswith("image ")


def test_an_account_of_one_namespace_is_no_cluster_that_does_not_answer(cluster):
    (cluster / "get-cluster").unlink()
    (cluster / "get-cluster.err").write_text('nodes is forbidden: User "x"\nnamespaces is forbidden: User "x"\n')
    result = make(order(cluster))
    assert result["likely_cause"].startswith("image ")
    assert len(result["problems"]) == 2


def test_a_namespace_that_does_not_exist_is_not_asked_about(cluster):
    result = make(order(cluster, namespaces=("litellm", "open-webui")))
    assert result["diagnosis"][-1]["cause"] == "there is no namespace open-webui"
    assert not any("open-webui" in call for call in (cluster / "calls.jsonl").read_text().splitlines())


def test_check_mode_says_what_it_would_do(cluster):
    steps = order(cluster, client_of=lambda service: None, cluster_name="litellm").steps()
    assert steps[-1] == f"write {cluster / 'bundle.tar.gz'}" and "cluster litellm" in steps[-2]
    assert not (cluster / "calls.jsonl").exists()


def test_a_command_that_hangs_is_ended(tmp_path):
    program = tmp_path / "kubectl"
    program.write_text("#!/bin/sh\nexec sleep 30\n")
    program.chmod(0o755)
    with client.connected(str(program), {}, 1) as connection:
        assert "no answer within 1 s" in connection.run("get", "nodes").complaint


def test_the_last_revision_of_a_release_counts():
    found = helm.releases([release(revision=2), release("failed", revision=10), release(revision=3)])
    assert [(each["revision"], each["status"], each["chart"]) for each in found] == [(10, "failed", "open-webui-1.0.0")]


@pytest.mark.parametrize("data", [None, {}, {"release": "no"}, {"release": b64(b64("no json"))}])
def test_a_record_that_cannot_be_read_is_passed_over(data):
    assert helm.releases([{"type": "helm.sh/release.v1", "data": data}]) == []


def test_names_are_asked_for_where_there_is_a_load_balancer():
    rules = [{"host": "a.example"}, {"host": "b.example"}, {"host": "*.c.example"}, {}]
    public = thing("Ingress", "i", spec={"rules": rules}, status={"loadBalancer": {"ingress": [{"hostname": "LB.x"}]}})
    private = thing("Ingress", "j", spec={"rules": [{"host": "d.example"}]}, status={})

    def resolve(host):
        if host == "a.example":
            return ["192.0.2.1"]
        raise OSError

    found = Facts(objects=(public, private))
    assert collect.unresolved(found, resolve) == ("b.example",)
    assert collect.addresses(found) == {"lb.x"}
