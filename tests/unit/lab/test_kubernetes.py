"""Command lines and configuration keep to the lab's own folders, addresses and group."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.lab import network, packages
from tests.lab.kubernetes import cluster, config
from tests.lab.kubernetes import processes as kubernetes
from tests.lab.processes import Process
from tests.lab.settings import ADDRESS, BRIDGE, CGROUP, STATE
from tests.lab.toolchain import build

PROCESSES = [kubernetes.containerd(), *kubernetes.of_the_cluster()]


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_nothing_listens_everywhere(process: Process) -> None:
    assert not any("0.0.0.0" in word for word in process.argv)
    assert process.fingerprint() == process.fingerprint()


def test_the_api_server_has_tokens_checked_by_aws() -> None:
    words = kubernetes.apiserver().argv
    assert f"--authentication-token-webhook-config-file={STATE}/config/token-webhook.kubeconfig" in words
    assert "--authentication-token-webhook-version=v1" in words
    server = config.token_webhook()["clusters"][0]["cluster"]["server"]
    assert server == "http://10.213.0.1:4566/_lab/token-review"


def test_the_kubelet_is_an_instance_of_the_emulated_aws() -> None:
    assert any(word.startswith("--provider-id=aws:///us-west-2a/i-") for word in kubernetes.kubelet().argv)
    assert f"--node-ip={ADDRESS}" in kubernetes.kubelet().argv


def test_the_kubelet_leaves_the_machine_alone() -> None:
    found = config.kubelet()
    assert found["makeIPTablesUtilChains"] is False
    assert found["cgroupRoot"] == f"/{CGROUP}"
    assert Path(found["podLogsDir"]).is_relative_to(STATE)
    assert Path(found["volumePluginDir"]).is_relative_to(STATE)


def test_containerd_is_the_lab_s_own() -> None:
    found = tomllib.loads(config.containerd())
    assert Path(found["root"]).is_relative_to(STATE)
    assert Path(found["grpc"]["address"]).is_relative_to(STATE)
    cri = found["plugins"]["io.containerd.grpc.v1.cri"]
    assert cri["netns_mounts_under_state_dir"] is True
    assert cri["restrict_oom_score_adj"] is True


def test_pods_are_plugged_into_the_one_bridge() -> None:
    (plugin,) = config.cni()["plugins"]
    assert plugin["bridge"] == BRIDGE
    assert Path(plugin["ipam"]["dataDir"]).is_relative_to(STATE)


def test_every_file_can_be_read_back() -> None:
    for path, text in config.files().items():
        if path.suffix == ".toml":
            tomllib.loads(text)
        else:
            json.loads(text)


def test_coredns_has_its_values() -> None:
    text = cluster.coredns_manifest()
    assert "@" not in text
    kinds = [item["kind"] for item in yaml.safe_load(text)["items"]]
    assert kinds[-2:] == ["Deployment", "Service"]


def test_the_servers_call_themselves_by_the_version_that_they_are() -> None:
    flags = build.CONTROL_PLANE.ldflags
    assert "-X k8s.io/component-base/version.gitVersion=v1.35.4" in flags
    assert "gitMajor=1" in flags and "gitMinor=35" in flags
    assert build.version_of(build.CONTROL_PLANE, "k8s.io/kubernetes") == "v1.35.4"
    assert build.version_of(build.EKSCTL, "github.com/weaveworks/eksctl") == "v0.230.0"


@pytest.mark.parametrize("module", [build.CONTROL_PLANE, build.EKSCTL], ids=lambda module: module.name)
def test_what_is_built_is_named_in_go_mod(module: build.Module) -> None:
    text = (module.folder / "go.mod").read_text()
    assert (module.folder / "go.sum").exists()
    assert all(binary.package in text for binary in module.binaries)


def test_the_table_of_rules_is_replaced_as_a_whole() -> None:
    text = network.ruleset()
    assert text.index("delete table") < text.index("masquerade")


def test_packages_are_asked_for_once() -> None:
    assert packages.missing(packages.NEEDED, lambda name: True) == []
    assert packages.missing(packages.NEEDED, lambda name: name not in ("containerd", "ctr")) == ["containerd"]
