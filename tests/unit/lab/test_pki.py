"""Certificates verify against their authority and stay when they are there."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from cryptography import x509

from tests.lab import pki
from tests.lab.pki import Leaf


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    names = {
        "CLUSTER_CA": "ca.crt",
        "CLUSTER_CA_KEY": "ca.key",
        "LAB_CA": "lab-ca.crt",
        "LAB_CA_KEY": "lab-ca.key",
        "CA_BUNDLE": "bundle.pem",
    }
    monkeypatch.setattr(pki, "PKI", tmp_path)
    for name, file in names.items():
        monkeypatch.setattr(pki, name, tmp_path / file)
    return tmp_path


def test_a_second_run_changes_nothing(folder: Path) -> None:
    assert pki.ensure()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert not pki.ensure()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_what_was_cut_off_is_made_again(folder: Path) -> None:
    pki.ensure()
    (folder / "node.key").unlink()
    assert pki.ensure()
    ssl.create_default_context().load_cert_chain(folder / "node.crt", folder / "node.key")


def test_a_new_authority_issues_everything_anew(folder: Path) -> None:
    pki.ensure()
    before = (folder / "admin.crt").read_bytes()
    (folder / "ca.key").unlink()
    pki.ensure()
    assert (folder / "admin.crt").read_bytes() != before


def test_keys_are_private(folder: Path) -> None:
    pki.ensure()
    assert {path.stat().st_mode & 0o077 for path in folder.glob("*.key")} == {0}


def test_clients_trust_the_lab_and_the_system(folder: Path) -> None:
    pki.ensure()
    context = ssl.create_default_context(cafile=str(folder / "bundle.pem"))
    names = [dict(part[0] for part in each["subject"]).get("commonName", "") for each in context.get_ca_certs()]
    assert any("llmops.bedrock lab" in name for name in names)
    assert "llmops.bedrock lab cluster" not in names


def test_a_leaf_says_who_and_where(folder: Path) -> None:
    pki.ensure()
    leaf = Leaf("x", "system:node:n", "system:nodes", ("n", "192.0.2.1"))
    pki.issue(folder / "ca.crt", folder / "ca.key", leaf, folder / "x.crt", folder / "x.key")
    found = x509.load_pem_x509_certificate((folder / "x.crt").read_bytes())
    assert found.subject.rfc4514_string() == "CN=system:node:n,O=system:nodes"
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["n"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["192.0.2.1"]
