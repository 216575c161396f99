"""Every image of the lab. A new one is a function that returns an Image, added here."""

from __future__ import annotations

from tests.lab.images import alb_controller, litellm, open_webui, postgresql, small
from tests.lab.images.oci import Image
from tests.lab.system import LabError

ON_REQUEST = {"litellm": litellm.versions}
"""Programs of which other versions than the lab's own can be made, for tests; `up` does not make them."""


def cluster_images() -> list[Image]:
    """What Kubernetes itself needs; quick to import."""
    return [small.pause(), small.coredns()]


def application_images() -> list[Image]:
    """What the walkthrough runs."""
    return [alb_controller.image(), postgresql.image(), litellm.image(), open_webui.image()]


def all_images() -> list[Image]:
    """Both."""
    return [*cluster_images(), *application_images()]


def on_request(program: str, version: str) -> Image:
    """The image of a version that was asked for by name."""
    known = ON_REQUEST[program]()
    if version not in known:
        there = ", ".join(known)
        raise LabError(f"no list of packages for {program} {version}: there are {there}; tests/lab/README.md says more")
    return litellm.image(known[version])
