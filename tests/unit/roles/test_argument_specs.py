"""Each role's argument_specs say what its defaults say; every input is documented and carries the role's name."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
import yaml

ROLES = Path(__file__).resolve().parents[3] / "roles"
NAMES = sorted(path.name for path in ROLES.iterdir() if path.is_dir())


def load(role: str, file: str) -> t.Any:
    return yaml.safe_load((ROLES / role / file).read_text()) or {}


def options(role: str) -> dict[str, dict[str, t.Any]]:
    return load(role, "meta/argument_specs.yml")["argument_specs"]["main"]["options"]


def templated(value: object) -> bool:
    return isinstance(value, str) and "{{" in value


def comparable(value: object) -> object:
    """A template may be wrapped differently in the two files."""
    return " ".join(value.split()) if templated(value) else value


@pytest.mark.parametrize("role", NAMES)
def test_defaults_are_the_specs(role: str) -> None:
    specs, defaults = options(role), load(role, "defaults/main.yml")
    required = {name for name, spec in specs.items() if spec.get("required")}
    assert set(defaults) == set(specs) - required
    for name, default in defaults.items():
        # The documentation tools take a template for text only; a templated list or dict has no default in the specs.
        if templated(default) and specs[name]["type"] != "str":
            assert "default" not in specs[name], name
        else:
            assert comparable(specs[name].get("default")) == comparable(default), name


@pytest.mark.parametrize("role", NAMES)
def test_inputs_carry_the_roles_name_and_a_type(role: str) -> None:
    for name, spec in options(role).items():
        assert name.startswith(f"{role}_"), name
        assert spec.get("type"), name
        assert spec["type"] != "list" or spec.get("elements"), name


@pytest.mark.parametrize("role", NAMES)
def test_a_role_has_a_readme_that_names_every_input(role: str) -> None:
    text = (ROLES / role / "README.md").read_text()
    missing = [name for name in options(role) if f"`{name}`" not in text]
    assert not missing
