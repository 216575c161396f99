"""Each refusal names what is wrong and what to do; a machine that is well gets none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.lab import machine, preflight
from tests.lab.preflight import GIB, Listener, Machine
from tests.lab.system import LabError

WELL = Machine("Linux", 0)


def test_a_machine_that_is_well_is_accepted() -> None:
    assert preflight.judge(WELL) == []
    preflight.report([])


@pytest.mark.parametrize(
    ("difference", "what", "remedy"),
    [
        ({"system": "Darwin"}, "Darwin", "Linux machine"),
        ({"user_id": 1000}, "root", "sudo"),
        ({"missing_packages": ["runc"], "has_apt": False}, "runc", "package manager"),
        ({"go_version": None}, "Go is missing", "go.dev"),
        ({"go_version": (1, 19)}, "Go is 1.19", "go.dev"),
        ({"free_disk": 11 * GIB}, "11.0 GiB of disk", "make room"),
        ({"available_memory": 3 * GIB}, "3.0 GiB of memory", "end something"),
        ({"listeners": [Listener("0.0.0.0", 6443, "nginx (process 7)")]}, "nginx (process 7)", "end it"),
        ({"listeners": [Listener("127.0.0.1", 23790, "etcd (process 8)")]}, "23790", "end it"),
        ({"routes": [("10.213.0.0/16", "wg0")]}, "wg0", "disconnect"),
        ({"routes": [("10.214.7.0/24", "tun0")]}, "tun0", "ip route del 10.214.7.0/24"),
        ({"file_systems": frozenset({"ext4"})}, "overlay", "modprobe overlay"),
        ({"controllers": frozenset({"cpu", "cpuset", "pids"})}, "memory", "command line"),
        ({"network_error": "Unknown device type"}, "Unknown device type", "modprobe -a"),
        ({"foreign_tables": ["ip kube-proxy"]}, "ip kube-proxy", "another machine"),
    ],
)
def test_what_is_refused(difference: dict[str, Any], what: str, remedy: str) -> None:
    (refusal,) = preflight.judge(replace(WELL, **difference))
    assert what in refusal.what
    assert remedy in refusal.remedy


@pytest.mark.parametrize(
    "difference",
    [
        {"missing_packages": ["runc"]},
        {"go_version": None, "everything_built": True},
        {"free_disk": 6 * GIB, "everything_built": True},
        {"free_disk": 1 * GIB, "available_memory": 1 * GIB, "lab_runs": True},
        {"listeners": [Listener("192.0.2.7", 6443, "other")]},
        {"listeners": [Listener("0.0.0.0", 8080, "other")]},
        {"routes": [("default", "eth0"), ("192.0.2.0/24", "eth0"), ("10.0.0.0/24", "br-x")]},
    ],
)
def test_what_is_no_obstacle(difference: dict[str, Any]) -> None:
    assert preflight.judge(replace(WELL, **difference)) == []


def test_all_refusals_come_at_once() -> None:
    poor = replace(WELL, free_disk=0, available_memory=0)
    with pytest.raises(LabError) as caught:
        preflight.report(preflight.judge(poor))
    assert "disk" in str(caught.value) and "memory" in str(caught.value) and "remedy:" in str(caught.value)


def test_sockets_are_read() -> None:
    text = (
        'LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=12,fd=6))\n'
        "LISTEN 0 128 [::]:443 [::]:*\n"
        'LISTEN 0 128 127.0.0.53%lo:53 0.0.0.0:* users:(("resolver",pid=3,fd=1))\n'
    )
    assert machine.parse_sockets(text) == [
        (12, Listener("0.0.0.0", 80, "nginx (process 12)")),
        (None, Listener("::", 443, "a process that cannot be seen")),
        (3, Listener("127.0.0.53", 53, "resolver (process 3)")),
    ]


def test_routes_are_read() -> None:
    text = "default via 192.0.2.1 dev eth0\n10.213.0.0/24 dev llmops-lab0 proto kernel\nblackhole 10.9.0.0/16\n"
    assert machine.parse_routes(text) == [
        ("default", "eth0"),
        ("10.213.0.0/24", "llmops-lab0"),
        ("blackhole", "nowhere"),
    ]


def test_memory_is_read() -> None:
    assert machine.available_memory("MemTotal: 9 kB\nMemAvailable:    2048 kB\n") == 2048 * 1024
    assert machine.available_memory("") == 0
