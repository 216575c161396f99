"""The two Ingresses share a load balancer: what concerns it as a whole must be said in the same words by both roles."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
import yaml

ROLES = Path(__file__).resolve().parents[3] / "roles"
OWN = "alb.ingress.kubernetes.io/healthcheck-path"


def load(role: str, file: str) -> t.Any:
    return yaml.safe_load((ROLES / role / file).read_text())


def annotations(role: str) -> str:
    """The template of a role's annotations, without its name and without what each host has for itself."""
    text: str = load(role, "vars/main.yml")[f"__{role}_ingress_annotations"]
    return " ".join(word for word in text.replace(f"{role}_", "").split("\n") if OWN not in word)


def test_both_hosts_say_the_same_about_their_load_balancer() -> None:
    assert annotations("open_webui") == annotations("litellm")


@pytest.mark.parametrize(
    "name", ["ingress_group", "inbound_cidrs", "tls_policy", "idle_timeout", "ingress_annotations"]
)
def test_what_litellm_was_given_for_it_counts_here_too(name: str) -> None:
    default = load("open_webui", "defaults/main.yml")[f"open_webui_{name}"]
    assert f"litellm_{name} | default(" in default
    if "{{" not in str(own := load("litellm", "defaults/main.yml")[f"litellm_{name}"]):
        assert str(own) in default
