"""A module and its _info twin return the same resource: what both document of it is documented alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

MODULES = Path(__file__).resolve().parents[4] / "plugins" / "modules"
TWINS = sorted(
    path.stem.removesuffix("_info")
    for path in MODULES.glob("*_info.py")
    if path.with_name(path.name.replace("_info", "")).exists()
)
SAME = ("type", "elements", "description", "sample")


def returned(module: str) -> dict[str, Any]:
    text = (MODULES / f"{module}.py").read_text()
    found: dict[str, Any] = yaml.safe_load(text.split('RETURN = r"""', 1)[1].split('"""', 1)[0])
    return found


def differences(one: Mapping[str, Any], other: Mapping[str, Any], where: str = "") -> Iterator[str]:
    """What is said of the keys of both, and is not the same."""
    for key in one.keys() & other.keys():
        name = f"{where}{key}"
        yield from (f"{name}: {part}" for part in SAME if one[key].get(part) != other[key].get(part))
        yield from differences(one[key].get("contains", {}), other[key].get("contains", {}), f"{name}.")


@pytest.mark.parametrize("module", TWINS)
def test_both_say_the_same_of_the_resource(module: str) -> None:
    one, other = returned(module), returned(f"{module}_info")
    # The module returns one (cluster), its twin a list of them (clusters); or both return the same thing.
    pairs = [(key, name) for key in one for name in (key, f"{key}s") if name in other]
    assert pairs
    for key, name in pairs:
        assert list(differences(one[key].get("contains", {}), other[name].get("contains", {}))) == []


def test_differences_are_found_at_any_depth() -> None:
    deep = {"a": {"type": "dict", "contains": {"b": {"type": "str"}, "c": {"type": "str"}}}}
    other = {"a": {"type": "dict", "contains": {"b": {"type": "int"}}}, "d": {"type": "str"}}
    assert list(differences(deep, other)) == ["a.b: type"]
