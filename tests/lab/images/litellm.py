"""LiteLLM, under the name and with the entry point, user and paths of the published non-root image."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.lab.cache import digest
from tests.lab.images import base
from tests.lab.images.layers import Layer
from tests.lab.images.oci import Image
from tests.lab.system import run
from tests.lab.toolchain.python import install_into

FILES = Path(__file__).parent / "files"
REQUIREMENTS = FILES / "litellm-requirements.txt"
"""Of the version that the lab runs."""
FURTHER = FILES / "litellm-versions"
"""Of versions that are made on request: VERSION.txt."""
REPOSITORY = "ghcr.io/berriai/litellm-non_root"


def version_of(requirements: Path) -> str:
    """The version of LiteLLM that a requirements file names."""
    lines = requirements.read_text().splitlines()
    return next(line.strip().partition("==")[2] for line in lines if line.startswith("litellm=="))


VERSION = version_of(REQUIREMENTS)
PRISMA_VERSION = "5.17.0"
ENGINE_PACKAGES = (
    f"@prisma/client@{PRISMA_VERSION}",
    f"@prisma/adapter-pg@{PRISMA_VERSION}",
    f"@prisma/driver-adapter-utils@{PRISMA_VERSION}",
    "pg@8.23.1",
    "graphql@16.15.0",
)
ENGINE_FOLDER = "opt/prisma-query-engine"
ENGINE = f"{ENGINE_FOLDER}/query-engine.js"
OWN_FILES = ("prisma", "prod_entrypoint.sh", "query-engine.js")
LAYER_FOLDERS = ("app", "opt", base.SITE_PACKAGES, "usr/local/bin")
NO_PACKAGES = "No npm package can be downloaded: check the network and npm's settings, then run `up` again."
DUMMY_ENGINE = "#!/bin/sh\necho 'query-engine 393aa359c9ad4a4bb28630fb5613f9c281cde053'\n"


def versions() -> dict[str, Path]:
    """Requirements files by version: the lab's own first, then the further ones."""
    return {VERSION: REQUIREMENTS, **{path.stem: path for path in sorted(FURTHER.glob("*.txt"))}}


def image(requirements: Path = REQUIREMENTS) -> Image:
    """The image. Real: LiteLLM and all it imports, Prisma's own engine as WebAssembly. Not: Prisma's command line."""
    version = version_of(requirements)
    ground = base.layer()
    files = [*(FILES / name for name in OWN_FILES), requirements]
    key = digest(ground.key, PRISMA_VERSION, *ENGINE_PACKAGES, *LAYER_FOLDERS, "1", files=files)
    config = {
        "Entrypoint": ["/app/docker/prod_entrypoint.sh"],
        "Cmd": ["--port", "4000"],
        "Env": [f"PATH={base.PATH}", "LANG=C.UTF-8", f"PRISMA_QUERY_ENGINE_BINARY=/{ENGINE}"],
        "ExposedPorts": {"4000/tcp": {}},
        "User": "65534:65534",
        "WorkingDir": "/app",
    }
    # Each version has an entry of its own in the cache: an entry replaces those of the same name.
    name = "litellm" if requirements == REQUIREMENTS else f"litellm-{version.replace('.', '-')}"
    layer = Layer(
        name,
        key,
        lambda rootfs: base.fill_on_top(rootfs, LAYER_FOLDERS, lambda whole: _fill(whole, requirements)),
        "about 2 min, once",
    )
    note = "real server, Prisma's command line stood in for"
    return Image(f"{REPOSITORY}:v{version}", (ground, layer), config, version, note)


def _fill(whole: Path, requirements: Path) -> None:
    _install_python(whole, requirements)
    _install_engine(whole)
    _generate_client(whole)
    _install_own_files(whole)


def _install_python(whole: Path, requirements: Path) -> None:
    site = whole / base.SITE_PACKAGES
    # The file names everything, also where it overrides what a package asks for.
    install_into(site, ["--no-deps", "--requirements", str(requirements)], base.PYTHON_VERSION)
    for program in (site / "bin").iterdir():
        lines = program.read_bytes().split(b"\n", 1)
        if lines[0].startswith(b"#!") and b"python" in lines[0]:
            program.write_bytes(b"#!/usr/bin/python3\n" + lines[1])
        program.rename(whole / "usr/local/bin" / program.name)
    (site / "bin").rmdir()


def _npm_install(folder: Path, *packages: str) -> None:
    folder.mkdir(parents=True)
    (folder / "package.json").write_text('{"private": true}\n')
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
    run(["npm", "install", "--prefix", folder, *options, *packages], cwd=folder, remedy=NO_PACKAGES)


def _install_engine(whole: Path) -> None:
    _npm_install(whole / ENGINE_FOLDER, *ENGINE_PACKAGES)
    _install_program("query-engine.js", whole / ENGINE, "/usr/bin/env node")


def _install_program(name: str, target: Path, interpreter: str) -> None:
    target.write_text(f"#!{interpreter}\n{(FILES / name).read_text()}")
    target.chmod(0o755)


def _generate_client(whole: Path) -> None:
    """Prisma's generator, run inside the image; it asks for native engines only to look at their version."""
    _npm_install(whole / "prisma", f"prisma@{PRISMA_VERSION}")
    dummy = whole / "prisma/dummy-engine"
    dummy.write_text(DUMMY_ENGINE)
    dummy.chmod(0o755)
    engines = ("QUERY_ENGINE_BINARY", "SCHEMA_ENGINE_BINARY", "QUERY_ENGINE_LIBRARY")
    environment = [f"PRISMA_{name}=/prisma/dummy-engine" for name in engines]
    environment += [
        "PRISMA_ENGINES_CHECKSUM_IGNORE_MISSING=1",
        "CHECKPOINT_DISABLE=1",
        f"PATH={base.PATH}",
        "HOME=/tmp",
    ]
    schema = f"/{base.SITE_PACKAGES}/litellm/proxy/schema.prisma"
    prisma = ["node", "/prisma/node_modules/prisma/build/index.js", "generate", f"--schema={schema}"]
    run(["chroot", whole, "env", "-i", *environment, *prisma])


def _install_own_files(whole: Path) -> None:
    _install_program("prisma", whole / "usr/local/bin/prisma", "/usr/bin/python3")
    (whole / "app/docker").mkdir(parents=True)
    shutil.copy2(FILES / "prod_entrypoint.sh", whole / "app/docker/prod_entrypoint.sh")
    # The published image keeps LiteLLM's source here; the migration command is called by this path.
    (whole / "app/litellm").symlink_to(f"/{base.SITE_PACKAGES}/litellm")
