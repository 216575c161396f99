"""Certificates of the lab: one authority for the cluster, one for public names, and a bundle for clients."""

from __future__ import annotations

import datetime
import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.lab.settings import (
    ADDRESS,
    CA_BUNDLE,
    CLUSTER_CA,
    CLUSTER_CA_KEY,
    KUBERNETES_SERVICE,
    LAB_CA,
    LAB_CA_KEY,
    NODE_NAME,
    PKI,
)

VALID_DAYS = 3650
SYSTEM_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Leaf:
    """A certificate of the cluster: who it is for and the names it answers to."""

    name: str
    common_name: str
    organization: str = ""
    hosts: tuple[str, ...] = ()


CLUSTER_LEAVES = (
    Leaf(
        "apiserver",
        "kube-apiserver",
        hosts=(ADDRESS, KUBERNETES_SERVICE, "127.0.0.1", "localhost", "kubernetes", "kubernetes.default.svc"),
    ),
    Leaf("admin", "lab-admin", "system:masters"),
    Leaf("controller-manager", "system:kube-controller-manager", hosts=("127.0.0.1",)),
    Leaf("scheduler", "system:kube-scheduler", hosts=("127.0.0.1",)),
    Leaf("proxy", "system:kube-proxy"),
    Leaf("node", f"system:node:{NODE_NAME}", "system:nodes", (NODE_NAME, ADDRESS)),
)


def ensure() -> bool:
    """Make what is missing; True when something was made."""
    PKI.mkdir(parents=True, exist_ok=True, mode=0o700)
    changed = ensure_authority(CLUSTER_CA, CLUSTER_CA_KEY, "llmops.bedrock lab cluster")
    changed |= ensure_authority(LAB_CA, LAB_CA_KEY, "llmops.bedrock lab, not to be trusted elsewhere")
    for leaf in CLUSTER_LEAVES:
        crt, key = PKI / f"{leaf.name}.crt", PKI / f"{leaf.name}.key"
        if changed or not (crt.exists() and key.exists()):
            issue(CLUSTER_CA, CLUSTER_CA_KEY, leaf, crt, key)
            changed = True
    service_accounts = PKI / "sa.key"
    if not service_accounts.exists():
        write_key(rsa.generate_private_key(public_exponent=65537, key_size=2048), service_accounts)
        changed = True
    system = next((Path(name) for name in SYSTEM_BUNDLES if Path(name).exists()), None)
    bundle = (system.read_text() if system else "") + LAB_CA.read_text()
    if not CA_BUNDLE.exists() or CA_BUNDLE.read_text() != bundle:
        write(CA_BUNDLE, bundle.encode())
        changed = True
    return changed


def ensure_authority(crt: Path, key: Path, common_name: str) -> bool:
    """Make a certificate authority unless it is there; True when made."""
    if crt.exists() and key.exists():
        return False
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    certificate = (
        _builder(name, name, private)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(private, hashes.SHA256())
    )
    write_key(private, key)
    write(crt, certificate.public_bytes(serialization.Encoding.PEM))
    return True


def issue(ca: Path, ca_key: Path, leaf: Leaf, crt: Path, key: Path) -> None:
    """Issue a certificate for both client and server use."""
    authority = x509.load_pem_x509_certificate(ca.read_bytes())
    signer = serialization.load_pem_private_key(ca_key.read_bytes(), password=None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{ca_key} is not a key of this lab")
    private = ec.generate_private_key(ec.SECP256R1())
    names = [x509.NameAttribute(NameOID.COMMON_NAME, leaf.common_name)]
    if leaf.organization:
        names.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, leaf.organization))
    usages = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
    builder = (
        _builder(x509.Name(names), authority.subject, private)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    )
    if leaf.hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName(general_names(leaf.hosts)), critical=False)
    write_key(private, key)
    write(crt, builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def general_names(hosts: Sequence[str]) -> list[x509.GeneralName]:
    """Addresses and host names as a certificate wants them."""
    found: list[x509.GeneralName] = []
    for host in hosts:
        try:
            found.append(x509.IPAddress(ipaddress.ip_address(host)))
        except ValueError:
            found.append(x509.DNSName(host))
    return found


def _builder(subject: x509.Name, issuer: x509.Name, private: PrivateKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        # An hour back: a clock that was just corrected must not make the certificate one of the future.
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=VALID_DAYS))
    )


def write_key(private: PrivateKey, path: Path) -> None:
    """Write a private key, readable by root only."""
    content = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    write(path, content, 0o600)


def write(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file whole or not at all."""
    unfinished = path.with_name(f".{path.name}.new")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    unfinished.replace(path)
