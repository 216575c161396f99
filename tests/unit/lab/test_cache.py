"""Cache entries: keyed by their inputs, whole or absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab import cache


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(cache, "CACHE", tmp_path / "cache")
    return tmp_path / "cache"


def test_the_key_follows_texts_names_contents_and_modes(tmp_path: Path) -> None:
    folder = tmp_path / "inputs"
    folder.mkdir()
    (folder / "a").write_text("1")
    keys = [cache.digest("x", files=[folder])]
    keys.append(cache.digest("y", files=[folder]))
    (folder / "a").write_text("2")
    keys.append(cache.digest("x", files=[folder]))
    (folder / "a").rename(folder / "b")
    keys.append(cache.digest("x", files=[folder]))
    (folder / "b").chmod(0o755)
    keys.append(cache.digest("x", files=[folder]))
    assert len(set(keys)) == len(keys)


def test_texts_do_not_run_into_each_other() -> None:
    assert cache.digest("ab", "c") != cache.digest("a", "bc")


def test_compiled_python_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1")
    before = cache.digest(files=[tmp_path])
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("x")
    assert cache.digest(files=[tmp_path]) == before


def test_an_entry_is_made_once(own_cache: Path) -> None:
    made = []

    def make(path: Path) -> None:
        made.append(path)
        path.write_text("content")

    key = cache.digest("1")
    first, second = cache.ensure("things/one", key, make), cache.ensure("things/one", key, make)
    assert first == second == own_cache / f"things/one-{key}"
    assert len(made) == 1 and made[0] != first


def test_one_that_was_cut_off_is_not_taken_for_whole() -> None:
    def cut_off(path: Path) -> None:
        path.write_text("half")
        raise KeyboardInterrupt

    key = cache.digest("1")
    with pytest.raises(KeyboardInterrupt):
        cache.ensure("one", key, cut_off)
    assert not cache.entry("one", key).exists()
    assert list(cache.CACHE.iterdir()) == []


def test_a_new_key_replaces_the_old_entry_and_remains_but_no_others() -> None:
    old, new = cache.digest("old"), cache.digest("new")
    other = cache.ensure("one-more", old, lambda path: path.mkdir())
    first = cache.ensure("one", old, lambda path: path.mkdir())
    left = first.with_name(f".one-{old}.123")
    left.mkdir()
    second = cache.ensure("one", new, lambda path: path.mkdir())
    assert second.exists() and other.exists()
    assert not first.exists() and not left.exists()
