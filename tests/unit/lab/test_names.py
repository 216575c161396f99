"""The lab's block in the hosts file."""

from __future__ import annotations

from pathlib import Path

from tests.lab.settings import ADDRESS, HOSTS_BEGIN, HOSTS_END
from tests.lab.stand_ins.names import update, wanted_names, with_block

OTHERS = "127.0.0.1 localhost\n::1 localhost ip6-localhost\n"


def test_block_is_added_replaced_and_removed_without_touching_other_lines():
    first = with_block(OTHERS, ["a.example"])
    assert first == f"{OTHERS}{HOSTS_BEGIN}\n{ADDRESS} a.example\n{HOSTS_END}\n"
    second = with_block(first + "10.0.0.1 later\n", ["b.example", "c.example"])
    assert "a.example" not in second
    assert second.startswith(OTHERS)
    assert "10.0.0.1 later\n" in second
    assert with_block(first, []) == OTHERS


def test_a_file_without_a_final_newline_keeps_its_last_line():
    assert with_block("127.0.0.1 localhost", ["a.example"]).splitlines()[0] == "127.0.0.1 localhost"


def test_a_block_that_was_cut_off_is_repaired():
    broken = f"{OTHERS}{HOSTS_BEGIN}\n{ADDRESS} a.example\n"
    assert with_block(broken, ["b.example"]).count(HOSTS_BEGIN) == 1


def test_update_writes_in_place_and_only_when_something_changed(tmp_path: Path):
    hosts = tmp_path / "hosts"
    hosts.write_text(OTHERS)
    inode = hosts.stat().st_ino
    assert update(["a.example"], hosts)
    assert not update(["a.example"], hosts)
    assert hosts.stat().st_ino == inode
    assert update([], hosts)
    assert hosts.read_text() == OTHERS
    assert not update([], hosts)


def test_names_are_load_balancers_and_records_whose_target_is_there():
    view = {
        "balancers": {"lb.elb.amazonaws.com": {"name": "lb", "ports": [443]}},
        "records": {
            "litellm.example": "lb.elb.amazonaws.com",
            "gone.example": "old.elb.amazonaws.com",
            "plain.example": "",
            "*.wild.example": "",
        },
        "rules": {"unpublished.example": "lb.elb.amazonaws.com"},
    }
    assert wanted_names(view) == ["lb.elb.amazonaws.com", "litellm.example", "plain.example"]
