"""`down` removes what the lab made, and nothing that lies under a mount of the user's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab import mounts

STATE = Path("/var/lib/lab")


def line(target: str) -> str:
    """A line of /proc/self/mountinfo."""
    return f"36 35 98:0 / {target} rw,noatime shared:1 - ext4 /dev/root rw"


def test_the_latest_mount_goes_first_and_names_are_unescaped() -> None:
    found = "\n".join(map(line, ["/", "/var/lib/lab/a", "/var/lib/labour/b", "/var/lib/lab/a/with\\040space"]))
    assert mounts.below(STATE, found) == ["/var/lib/lab/a/with space", "/var/lib/lab/a"]


def test_a_mount_on_the_state_folder_itself_stays() -> None:
    found = "\n".join(map(line, [str(STATE), f"{STATE}/kubelet"]))
    assert mounts.below(STATE, found) == [f"{STATE}/kubelet"]


@pytest.mark.parametrize("mounted", [True, False])
def test_the_state_folder_goes_unless_it_is_a_mount(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mounted: bool
) -> None:
    state, mountinfo = tmp_path / "lab", tmp_path / "mountinfo"
    (state / "pki").mkdir(parents=True)
    (state / "pki" / "ca.crt").touch()
    (state / "note.json").touch()
    (state / "link").symlink_to(tmp_path)
    mountinfo.write_text(line(str(state) if mounted else "/elsewhere"))
    monkeypatch.setattr(mounts, "STATE", state)
    monkeypatch.setattr(mounts, "MOUNTINFO", mountinfo)
    mounts.remove_state()
    assert state.exists() == mounted
    assert mountinfo.exists()
    assert not mounted or not list(state.iterdir())
