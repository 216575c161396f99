"""Open WebUI, under the name and with the paths of the published slim image."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.lab.cache import digest, remove
from tests.lab.images import base
from tests.lab.images.layers import Layer
from tests.lab.images.oci import Image
from tests.lab.system import run
from tests.lab.toolchain.python import install_into

FILES = Path(__file__).parent / "files"
REQUIREMENTS = FILES / "open-webui-requirements.txt"
VERSION = next(
    line.strip().partition("==")[2] for line in REQUIREMENTS.read_text().splitlines() if line.startswith("open-webui==")
)
NAME = f"ghcr.io/open-webui/open-webui:{VERSION}-slim"
OWN_FILES = ("start.sh", REQUIREMENTS.name)
USER = "1000:1000"
"""The published image runs as root unless it is built with another user; this one is as if built for user 1000."""
LAYER_FOLDERS = ("app", "root", base.SITE_PACKAGES)
NOT_NEEDED = (
    "app/build/_app/**/*.map",
    "app/build/_app/**/kokoro.worker*",
    "app/build/assets/emojis",
    "app/build/pyodide",
    "app/build/wasm",
    f"{base.SITE_PACKAGES}/bin",
    f"{base.SITE_PACKAGES}/requirements-slim.txt",
    f"{base.SITE_PACKAGES}/**/tests",
)
"""What a browser would load for running code, speaking and reaction pictures, its sources, and packages' own tests."""
ENVIRONMENT = {
    "PATH": base.PATH,
    "LANG": "C.UTF-8",
    "PYTHONPATH": "/app/backend",
    "PYTHONUNBUFFERED": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "ENV": "prod",
    "PORT": "8080",
    "USE_SLIM_DOCKER": "true",
    "SCARF_NO_ANALYTICS": "true",
    "DO_NOT_TRACK": "true",
    "ANONYMIZED_TELEMETRY": "false",
    "HOME": "/root",
    # The lab's own: there is nobody to ask outside.
    "OFFLINE_MODE": "true",
    "HF_HUB_OFFLINE": "1",
}


def image() -> Image:
    """The image. Real: the server, its page and all it imports. Not: the entry point, the user, parts left out."""
    ground = base.layer()
    key = digest(ground.key, USER, *LAYER_FOLDERS, *NOT_NEEDED, "1", files=[FILES / name for name in OWN_FILES])
    config = {
        "Cmd": ["bash", "start.sh"],
        "Env": [f"{name}={value}" for name, value in ENVIRONMENT.items()],
        "ExposedPorts": {"8080/tcp": {}},
        "User": USER,
        "WorkingDir": "/app/backend",
    }
    layer = Layer("open-webui", key, lambda rootfs: base.fill_on_top(rootfs, LAYER_FOLDERS, _fill), "about 1 min, once")
    return Image(NAME, (ground, layer), config, VERSION, "real server, own entry point, not as root")


def _fill(whole: Path) -> None:
    site, backend = whole / base.SITE_PACKAGES, whole / "app/backend"
    backend.mkdir(parents=True)
    install_into(site, ["--no-deps", "--requirements", str(REQUIREMENTS)], base.PYTHON_VERSION)
    # Beside each other as in the published image; by these places the server finds its page and its data.
    (site / "open_webui").rename(backend / "open_webui")
    (backend / "open_webui/frontend").rename(whole / "app/build")
    (site / "data").rename(backend / "data")
    # The server looks up its version here, and renders the whole history at each start to show the newest entries.
    (whole / "app/package.json").write_text(f'{{"version": "{VERSION}"}}\n')
    history = (backend / "open_webui/CHANGELOG.md").read_text().split("\n## [")
    (whole / "app/CHANGELOG.md").write_text("\n## [".join(history[:6]))
    for pattern in NOT_NEEDED:
        for unwanted in sorted(whole.glob(pattern)):
            remove(unwanted)
    shutil.copy2(FILES / "start.sh", backend / "start.sh")
    run(["chown", "-R", USER, whole / "app", whole / "root"])
