"""Footprints are compared both ways."""

from __future__ import annotations

from pathlib import Path

from tests.lab import footprint, hosts, mounts
from tests.lab.settings import HOSTS_BEGIN, HOSTS_END, STATE


def test_the_same_is_no_difference() -> None:
    assert footprint.difference({"links": ["lo"]}, {"links": ["lo"]}) == {}


def test_what_came_and_what_went() -> None:
    before = {"links": ["lo", "eth0"], "mounts": ["/"]}
    after = {"links": ["lo", "llmops-lab0"], "mounts": ["/"], "folders": ["/x"]}
    assert footprint.difference(before, after) == {
        "links": {"added": ["llmops-lab0"], "removed": ["eth0"]},
        "folders": {"added": ["/x"]},
    }


def test_a_footprint_survives_its_file(tmp_path: Path, monkeypatch: object) -> None:
    (tmp_path / "f.json").write_text('{"links": ["lo"]}')
    assert footprint.load(tmp_path / "f.json") == {"links": ["lo"]}


MOUNTINFO = f"""1 0 8:1 / / rw - ext4 /dev/vda rw
2 1 0:2 / {STATE}/kubelet/a\\040b rw - tmpfs tmpfs rw
3 1 0:3 / {STATE}/kubelet rw - tmpfs tmpfs rw
4 1 0:4 / {STATE}-other rw - tmpfs tmpfs rw
"""


def test_only_mounts_of_the_lab_are_found_the_latest_first() -> None:
    assert mounts.below(STATE, MOUNTINFO) == [f"{STATE}/kubelet", f"{STATE}/kubelet/a b"]


def test_only_the_lab_s_block_leaves_the_hosts_file() -> None:
    text = f"127.0.0.1 localhost\n{HOSTS_BEGIN}\n10.213.0.1 a.example\n{HOSTS_END}\n192.0.2.1 mine\n"
    assert hosts.without_block(text) == "127.0.0.1 localhost\n192.0.2.1 mine\n"


def test_a_hosts_file_without_block_stays() -> None:
    assert hosts.without_block("127.0.0.1 localhost\n") == "127.0.0.1 localhost\n"


def test_a_block_that_was_cut_off_takes_nothing_of_others_with_it() -> None:
    text = f"{HOSTS_BEGIN}\n192.0.2.1 mine\n"
    assert hosts.without_block(text) == "192.0.2.1 mine\n"
