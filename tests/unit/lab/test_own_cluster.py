"""A cluster of the user's own: production is refused, and requests are passed on under the right name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.lab.own_cluster import choice, requests
from tests.lab.own_cluster.requests import Caller
from tests.lab.system import LabError


def kubeconfig(context: str, server: str, cluster: str = "c") -> dict[str, Any]:
    return {
        "current-context": context,
        "contexts": [{"name": context, "context": {"cluster": cluster, "user": "u"}}],
        "clusters": [{"name": cluster, "cluster": {"server": server}}],
    }


EKS = "https://0123456789ABCDEF.gr7.us-west-2.eks.amazonaws.com"


@pytest.mark.parametrize(
    ("context", "server", "cluster"),
    [
        ("work", EKS, "c"),
        ("work", EKS + ".cn", "c"),
        ("arn:aws:eks:us-west-2:111122223333:cluster/live", "https://127.0.0.1:8443", "c"),
        ("work", "https://127.0.0.1:8443", "arn:aws-us-gov:eks:us-gov-west-1:111122223333:cluster/live"),
        ("me@live.us-west-2.eksctl.io", "https://127.0.0.1:8443", "live.us-west-2.eksctl.io"),
    ],
)
def test_what_looks_like_eks_is_refused_unless_named(context: str, server: str, cluster: str) -> None:
    target = choice.pick(kubeconfig(context, server, cluster), "")
    with pytest.raises(LabError, match="LAB_KUBECONFIG_CONTEXT="):
        choice.judge(target, "")
    choice.judge(target, context)


def test_a_throw_away_cluster_is_taken() -> None:
    target = choice.pick(kubeconfig("kind-kind", "https://127.0.0.1:41234"), "")
    choice.judge(target, "")
    assert target == choice.Target("kind-kind", "c", "https://127.0.0.1:41234")


def test_a_host_that_only_ends_alike_is_not_eks() -> None:
    choice.judge(choice.Target("x", "c", "https://eks.amazonaws.com.example"), "")


@pytest.mark.parametrize("wanted", ["", "other"])
def test_a_context_must_be_there(wanted: str) -> None:
    config = kubeconfig("one", "https://127.0.0.1")
    config["current-context"] = ""
    with pytest.raises(LabError, match="LAB_KUBECONFIG_CONTEXT to one of: one"):
        choice.pick(config, wanted)


def test_files_that_are_no_kubeconfig(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("- 1\n")
    for name in ("absent", "list"):
        with pytest.raises(LabError, match="LAB_KUBECONFIG"):
            choice.check({"LAB_KUBECONFIG": str(tmp_path / name)})
    assert choice.check({}) is None


def test_a_user_that_needs_a_program_is_refused() -> None:
    with pytest.raises(LabError, match="neither client certificate nor token"):
        choice.credentials({"users": [{"user": {"exec": {"command": "aws"}}}]})
    choice.credentials({"users": [{"user": {"token": "t"}}]})


RAW = (
    b"GET /api/v1/pods?watch=1 HTTP/1.1\r\nHost: 10.213.0.1:6443\r\nAuthorization: Bearer k8s-aws-v1.x\r\n"
    b"Connection: keep-alive\r\nImpersonate-User: root\r\nAccept: */*\r\n\r\n"
)


def test_the_callers_credentials_do_not_go_on() -> None:
    head = requests.parse(RAW)
    assert head.bearer == "k8s-aws-v1.x"
    text = requests.rewrite(head, Caller("dev", ("a", "b")), "127.0.0.1:8443", "own").decode()
    assert "k8s-aws-v1" not in text and "root" not in text and "keep-alive" not in text
    lines = text.split("\r\n")
    assert lines[0] == "GET /api/v1/pods?watch=1 HTTP/1.1"
    assert {"Host: 127.0.0.1:8443", "Authorization: Bearer own", "Impersonate-User: dev"} <= set(lines)
    assert lines.count("Connection: close") == 1
    assert [line for line in lines if "Group" in line] == ["Impersonate-Group: a", "Impersonate-Group: b"]


def test_an_upgrade_stays_one() -> None:
    head = requests.parse(b"POST /exec HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n")
    text = requests.rewrite(head, Caller(), "h", "").decode()
    assert "Connection: Upgrade" in text and "Connection: close" not in text
    assert "Impersonate" not in text and "Authorization" not in text


@pytest.mark.parametrize(
    ("path", "is_open"), [("/healthz", True), ("/livez/ping?verbose", True), ("/healthzz", False), ("/api", False)]
)
def test_only_health_and_version_are_open(path: str, is_open: bool) -> None:
    assert requests.parse(f"GET {path} HTTP/1.1\r\n\r\n".encode()).is_open is is_open


def test_a_review_names_the_caller() -> None:
    user = {"username": "dev", "groups": ["system:masters"]}
    assert requests.caller_of({"status": {"authenticated": True, "user": user}}) == Caller("dev", ("system:masters",))
    assert requests.caller_of({"status": {"authenticated": False}}) is None
    assert requests.caller_of({}) is None


def test_what_is_not_http_is_an_error() -> None:
    with pytest.raises(ValueError):
        requests.parse(b"\x16\x03\x01\r\n\r\n")
