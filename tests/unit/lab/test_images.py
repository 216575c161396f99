"""Images: keys that follow their inputs, and archives that containerd can read."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab import cache
from tests.lab.images import catalog, layers, litellm, oci, open_webui
from tests.lab.images.layers import Layer
from tests.lab.images.oci import Image
from tests.lab.system import LabError


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(cache, "CACHE", tmp_path / "cache")
    return


def layer(name: str, text: str) -> Layer:
    def fill(rootfs: Path) -> None:
        (rootfs / name).write_text(text)

    return Layer(name, cache.digest(text), fill)


def test_an_archive_names_its_images_and_holds_shared_layers_once() -> None:
    ground, top = layer("ground", "1"), layer("top", "2")
    images = [Image("example/a:1", (ground,)), Image("example/b:1", (ground, top), {"User": "1"})]
    for image in images:
        image.build()
    stream = io.BytesIO()
    oci.write_archive(images, "amd64", stream)
    stream.seek(0)
    with tarfile.open(fileobj=stream) as archive:
        names = archive.getnames()
        contents = {member.name: read(archive, member) for member in archive}
    assert len(names) == len(set(names))
    index = json.loads(contents["index.json"])
    assert [m["annotations"]["io.containerd.image.name"] for m in index["manifests"]] == ["example/a:1", "example/b:1"]
    for name, content in contents.items():
        if name.startswith("blobs/"):
            assert hashlib.sha256(content).hexdigest() == name.rpartition("/")[2]
    manifest = json.loads(contents[oci.blob_name(index["manifests"][1]["digest"])])
    configuration = json.loads(contents[oci.blob_name(manifest["config"]["digest"])])
    assert [each["digest"] for each in manifest["layers"]] == [ground.digest(), top.digest()]
    assert configuration["rootfs"]["diff_ids"] == [ground.diff_id(), top.diff_id()]
    assert configuration["config"] == {"User": "1"}


def read(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content = archive.extractfile(member)
    return content.read() if content else b""


def test_a_layer_is_what_its_folder_was(tmp_path: Path) -> None:
    made = layer("one", "content")
    assert not made.exists()
    made.build()
    assert made.exists()
    layers.unpack(made.archive, tmp_path / "out")
    assert (tmp_path / "out" / "one").read_text() == "content"


def test_every_image_has_a_name_of_its_own() -> None:
    names = [image.name for image in catalog.all_images()]
    assert len(names) == len(set(names))
    assert f"ghcr.io/berriai/litellm-non_root:v{litellm.VERSION}" in names


def test_application_images_share_the_ground_layer() -> None:
    grounds = {image.layers[0] for image in catalog.application_images()}
    assert len({(ground.name, ground.key) for ground in grounds}) == 1


def test_applications_do_not_run_as_root() -> None:
    for image in catalog.application_images():
        user = int(image.config["User"].split(":")[0])
        assert user > 0


def test_open_webui_is_named_as_the_published_slim_image() -> None:
    image = open_webui.image()
    assert image.name == f"ghcr.io/open-webui/open-webui:{open_webui.VERSION}-slim"
    assert image.config["WorkingDir"] == "/app/backend"
    assert (open_webui.FILES / image.config["Cmd"][-1]).exists()


def test_each_version_of_litellm_has_an_image_of_its_own() -> None:
    images = [catalog.on_request("litellm", version) for version in litellm.versions()]
    assert [image.version for image in images] == list(litellm.versions())
    assert len({image.name for image in images}) == len(images)
    # An entry of the cache replaces those of the same name, and its key begins at the last dash.
    layers_on_top = [image.layers[-1] for image in images]
    assert len({layer.name for layer in layers_on_top}) == len(images)
    assert [layer.name for layer in layers_on_top if "." in layer.name] == []


def test_the_lab_starts_without_further_versions() -> None:
    started = [image.name for image in catalog.all_images() if "litellm" in image.name]
    assert started == [f"{litellm.REPOSITORY}:v{litellm.VERSION}"]


def test_no_version_is_older_than_supported_or_compromised() -> None:
    numbers = [tuple(int(part) for part in version.split(".")) for version in litellm.versions()]
    assert min(numbers) >= (1, 84, 0)


def test_a_version_without_a_list_of_packages_is_refused() -> None:
    with pytest.raises(LabError, match=r"litellm 1\.82\.8: there are .*1\.84\.0"):
        catalog.on_request("litellm", "1.82.8")


def test_installed_packages_are_pinned() -> None:
    for requirements in (*litellm.versions().values(), open_webui.REQUIREMENTS):
        lines = [line for line in requirements.read_text().splitlines() if not line.startswith("#")]
        assert [line for line in lines if "==" not in line] == []
