"""Every image of the lab. A new one is a function that returns an Image, added here."""

from __future__ import annotations

from tests.lab.images import alb_controller, litellm, open_webui, postgresql, small
from tests.lab.images.oci import Image


def cluster_images() -> list[Image]:
    """What Kubernetes itself needs; quick to import."""
    return [small.pause(), small.coredns()]


def application_images() -> list[Image]:
    """What the walkthrough runs."""
    return [alb_controller.image(), postgresql.image(), litellm.image(), open_webui.image()]


def all_images() -> list[Image]:
    """Both."""
    return [*cluster_images(), *application_images()]
