"""The stand-in for the AWS Load Balancer Controller, under the name of the published image."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.lab.cache import digest
from tests.lab.images import base
from tests.lab.images.layers import Layer
from tests.lab.images.oci import Image
from tests.lab.toolchain.python import install_into

VERSION = "v3.5.0"
NAME = f"public.ecr.aws/eks/aws-load-balancer-controller:{VERSION}"
SOURCE = Path(__file__).parents[1] / "stand_ins" / "alb_controller"
REQUIREMENTS = SOURCE / "requirements.txt"


def image() -> Image:
    """Two layers of its own, so that a change of the program leaves what it imports as it is."""
    ground = base.layer()
    libraries = Layer(
        "alb-controller-libraries", digest(ground.key, base.SITE_PACKAGES, "1", files=[REQUIREMENTS]), _fill_libraries
    )
    program = Layer("alb-controller", digest("1", files=[SOURCE]), _fill_program)
    config = {
        "Entrypoint": ["python3", "-m", "alb_controller"],
        "Env": [f"PATH={base.PATH}", "LANG=C.UTF-8", "PYTHONUNBUFFERED=1", "PYTHONDONTWRITEBYTECODE=1"],
        "User": "65532:65532",
        "WorkingDir": "/app",
    }
    return Image(NAME, (ground, libraries, program), config, VERSION, "stand-in")


def _fill_libraries(rootfs: Path) -> None:
    site = rootfs / base.SITE_PACKAGES
    site.mkdir(parents=True)
    install_into(site, ["--requirements", str(REQUIREMENTS)], base.PYTHON_VERSION)
    shutil.rmtree(site / "bin", ignore_errors=True)


def _fill_program(rootfs: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__", "requirements.txt")
    shutil.copytree(SOURCE, rootfs / "app" / SOURCE.name, ignore=ignored)
