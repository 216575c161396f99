"""The way back on the lab: refusals, an interrupted teardown, nothing left, again, and the same names once more.

The tests build on each other. They want an installed gateway, and the listing of the lab before that; both are from
test_walkthrough.py. They leave an installed gateway.
"""

from __future__ import annotations

import json
import os
import typing as t
from pathlib import Path

import openai
import pytest

from tests.walkthrough import listing
from tests.walkthrough.conftest import OUTPUT, Play, recap, secrets
from tests.walkthrough.listing import Listing

TEARDOWN = "playbooks/teardown.yml"
CONFIRMED = (TEARDOWN, "-e", "teardown_confirm=litellm")
HOST = "litellm.rehearsal.example"
TRUST = '{"Version": "2012-10-17", "Statement": []}'
BEFORE = OUTPUT / "listing-before.json"
Aws = t.Callable[[str], t.Any]
Kubectl = t.Callable[..., str]


@pytest.fixture(scope="module")
def look(aws: Aws, kubectl: Kubectl) -> t.Callable[[], Listing]:
    """The complete listings as they are now."""
    assert BEFORE.exists(), f"{BEFORE} is missing: run test_walkthrough.py on a fresh lab first"
    return lambda: listing.everything(aws, kubectl)


@pytest.fixture(scope="module")
def brought(aws: Aws, look: t.Callable[[], Listing]) -> t.Iterator[Listing]:
    """Things of the user's own beside the gateway; what they add to the listings."""
    without = look()
    iam, secretsmanager, route53 = aws("iam"), aws("secretsmanager"), aws("route53")
    iam.create_role(RoleName="litellm-reports", AssumeRolePolicyDocument=TRUST)
    iam.create_role(RoleName="litellm-other", Path="/litellm/other/", AssumeRolePolicyDocument=TRUST)
    for name in ("litellm/other/keys", "litellm/litellm/brought"):
        secretsmanager.create_secret(Name=name, SecretString="{}")
    zone = route53.list_hosted_zones()["HostedZones"][0]["Id"]
    record = {
        "Name": "www.rehearsal.example",
        "Type": "A",
        "TTL": 60,
        "ResourceRecords": [{"Value": "192.0.2.1"}],
    }
    change(route53, zone, "CREATE", record)
    yield {kind: rows["new"] for kind, rows in listing.difference(without, look()).items()}
    change(route53, zone, "DELETE", record)
    for name in ("litellm/other/keys", "litellm/litellm/brought"):
        secretsmanager.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    for name in ("litellm-reports", "litellm-other"):
        iam.delete_role(RoleName=name)


def change(route53: t.Any, zone: str, action: str, record: dict[str, t.Any]) -> None:
    changes = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=changes)


@pytest.fixture(scope="module")
def keys(aws: Aws) -> dict[str, str]:
    """The gateway's secrets, read as long as they are there."""
    client, found = aws("secretsmanager"), {}
    for secret in client.list_secrets()["SecretList"]:
        if secret["Name"].startswith("litellm/litellm/"):
            values = json.loads(client.get_secret_value(SecretId=secret["Name"])["SecretString"])
            found.update({name: value for name, value in values.items() if not name.endswith("_EMAIL")})
    assert len(found) >= 3
    return found


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    "name, arguments, told",
    [
        ("unconfirmed", (), "teardown_confirm is not set"),
        ("other-cluster", ("-e", "teardown_confirm=production"), "teardown_confirm is production"),
        ("other-account", ("-e", "teardown_confirm=litellm teardown_account_id=999988887777"), "999988887777"),
        ("other-region", ("-e", "teardown_confirm=litellm gateway_region=eu-west-1"), "gateway_region is eu-west-1"),
    ],
)
def test_a_teardown_that_is_not_meant_deletes_nothing(
    lab_env: dict[str, str], look: t.Callable[[], Listing], name: str, arguments: tuple[str, ...], told: str
) -> None:
    installed = look()
    output = Play(f"teardown-{name}", TEARDOWN, *arguments, env=lab_env).stop()
    assert told in output and "Nothing was deleted" in output
    assert listing.difference(installed, look()) == {}


def test_another_machine_and_another_region(
    lab_env: dict[str, str], look: t.Callable[[], Listing], tmp_path: Path
) -> None:
    """Without notes of its own: IAM roles and records are seen from every region."""
    installed = look()
    env = {**lab_env, "LAB_GATEWAY_STATE": str(tmp_path)}
    output = Play("teardown-elsewhere", *CONFIRMED, "-e", "gateway_region=eu-west-1", env=env).stop()
    assert "litellm-litellm" in output and "gateway_region is eu-west-1" in output
    assert listing.difference(installed, look()) == {}


@pytest.mark.parametrize("arguments", [(), ("-e", "teardown_confirm=litellm")])
def test_check_mode_shows_what_would_go(
    lab_env: dict[str, str], look: t.Callable[[], Listing], arguments: tuple[str, ...]
) -> None:
    installed = look()
    output = Play("teardown-check", TEARDOWN, "--check", *arguments, env=lab_env).finish()
    assert "eksctl-litellm-cluster" in output and "litellm-lb-controller" in output
    assert listing.difference(installed, look()) == {}


@pytest.fixture(scope="module")
def shop(kubectl: Kubectl, lab_env: dict[str, str]) -> None:
    """Somebody else's application in the cluster, behind a load balancer of its own. It goes with the cluster."""
    kubectl("create", "namespace", "shop")
    kubectl("--namespace=shop", "create", "deployment", "web", "--image=registry.k8s.io/pause:3.10.1")
    kubectl("--namespace=shop", "expose", "deployment", "web", "--port=80")
    kubectl("--namespace=shop", "create", "ingress", "web", "--class=alb", "--rule=shop.rehearsal.example/*=web:80")
    balancer = "--for=jsonpath={.status.loadBalancer.ingress}"
    assert kubectl("--namespace=shop", "wait", balancer, "ingress/web", "--timeout=120s")


def test_what_others_have_in_the_cluster_is_named(
    lab_env: dict[str, str], kubectl: Kubectl, look: t.Callable[[], Listing], shop: None
) -> None:
    installed = look()
    output = Play("teardown-others", *CONFIRMED, env=lab_env).stop()
    assert "Ingress shop web" in output and "teardown_foreign=true" in output
    assert listing.difference(installed, look()) == {}


def test_a_play_killed_while_the_namespace_goes(
    lab_env: dict[str, str], kubectl: Kubectl, brought: Listing, shop: None
) -> None:
    play = Play("teardown-killed-in-namespace", *CONFIRMED, "-e", "teardown_foreign=true", env=lab_env)
    play.kill_when(lambda: "Terminating" in kubectl("get", "namespace", "litellm", "--no-headers"))


def test_a_play_killed_while_the_cluster_goes(lab_env: dict[str, str], aws: Aws) -> None:
    def deleting() -> bool:
        stacks = aws("cloudformation").list_stacks()["StackSummaries"]
        return any(stack["StackStatus"].startswith("DELETE_IN_PROGRESS") for stack in stacks)

    play = Play("teardown-killed-in-cluster", *CONFIRMED, env=lab_env)
    play.kill_when(lambda: deleting() or "Wait for eksctl" in play.text)


def test_the_next_run_leaves_nothing_but_what_was_there(
    lab_env: dict[str, str], aws: Aws, look: t.Callable[[], Listing], brought: Listing, keys: dict[str, str]
) -> None:
    output = Play("teardown-converges", *CONFIRMED, "-vvv", env=lab_env).finish()
    assert recap(output)["failed"] == 0
    assert aws("eks").list_clusters()["clusters"] == []
    left = listing.difference(listing.load(BEFORE), look())
    assert left == {kind: {"new": rows, "missing": []} for kind, rows in brought.items()}
    for log in OUTPUT.glob("teardown*.log"):
        text = log.read_text(errors="replace")
        assert not [name for name, value in keys.items() if value in text], f"{log.name} holds a secret"


def test_a_second_run_changes_nothing(lab_env: dict[str, str]) -> None:
    numbers = recap(Play("teardown-again", *CONFIRMED, env=lab_env).finish())
    assert (numbers["changed"], numbers["failed"]) == (0, 0)


def test_another_machine_says_what_it_cannot_know(lab_env: dict[str, str], tmp_path: Path) -> None:
    env = {**lab_env, "LAB_GATEWAY_STATE": str(tmp_path)}
    output = Play("teardown-again-elsewhere", *CONFIRMED, env=env).finish()
    assert recap(output)["changed"] == 0
    assert "its OIDC issuer is not known on this machine" in output


def test_a_cluster_that_somebody_deleted(
    lab_env: dict[str, str], aws: Aws, look: t.Callable[[], Listing], tmp_path: Path
) -> None:
    """What has no region is left alone until the region is confirmed: its cluster could be in another one."""
    before = look()
    aws("iam").create_role(Path="/litellm/litellm/", RoleName="litellm-litellm", AssumeRolePolicyDocument=TRUST)
    zone = aws("route53").list_hosted_zones()["HostedZones"][0]["Id"]
    mark = {"Name": f"_llmops-bedrock.{HOST}", "Type": "TXT", "TTL": 300}
    change(aws("route53"), zone, "CREATE", {**mark, "ResourceRecords": [{"Value": '"llmops.bedrock/cluster=litellm"'}]})
    env, left = {**lab_env, "LAB_GATEWAY_STATE": str(tmp_path)}, look()
    output = Play("teardown-cluster-gone", *CONFIRMED, env=env).stop()
    assert "-e teardown_region_confirm=us-west-2" in output
    assert listing.difference(left, look()) == {}
    Play("teardown-cluster-gone-confirmed", *CONFIRMED, "-e", "teardown_region_confirm=us-west-2", env=env).finish()
    assert listing.difference(before, look()) == {}


def test_what_costs_money_and_is_left_is_named(lab_env: dict[str, str], aws: Aws) -> None:
    tags = [{"Key": "kubernetes.io/cluster/litellm", "Value": "owned"}]
    ec2 = aws("ec2")
    specification = [{"ResourceType": "volume", "Tags": tags}]
    volume = ec2.create_volume(AvailabilityZone="us-west-2a", Size=1, TagSpecifications=specification)["VolumeId"]
    output = Play("teardown-volume", *CONFIRMED, env=lab_env).stop()
    ec2.delete_volume(VolumeId=volume)  # the play left it: it could hold data
    assert f"delete-volume --volume-id {volume}" in output and f"Still there and billed: {volume}" in output


def test_the_same_names_once_more(lab_env: dict[str, str], aws: Aws, look: t.Callable[[], Listing]) -> None:
    assert recap(Play("site-after-teardown", "playbooks/site.yml", env=lab_env).finish())["failed"] == 0
    os.environ["SSL_CERT_FILE"] = lab_env["SSL_CERT_FILE"]
    client = openai.OpenAI(base_url=f"https://{HOST}/v1", api_key=secrets(aws)["LITELLM_MASTER_KEY"])
    question: t.Any = [{"role": "user", "content": "What is the capital of France?"}]
    assert client.chat.completions.create(model="claude-sonnet", messages=question).choices[0].message.content
