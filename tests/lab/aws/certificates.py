"""Leaf certificates of the lab's CA for the names that the emulated AWS answers to."""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

DAYS = 825


def general_name(name: str) -> x509.GeneralName:
    """An address or a DNS name."""
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def current(path: Path, names: tuple[str, ...], ca: x509.Certificate) -> bool:
    """Whether the file holds a certificate of this CA for exactly these names that is valid for a day or more."""
    try:
        leaf = x509.load_pem_x509_certificate(path.read_bytes())
        leaf.verify_directly_issued_by(ca)
        found = list(leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except Exception:
        return False
    tomorrow = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    return found == [general_name(name) for name in names] and leaf.not_valid_after_utc > tomorrow


def ensure(folder: Path, stem: str, names: tuple[str, ...], ca_file: Path, ca_key_file: Path) -> tuple[Path, Path]:
    """Certificate and key for the names, made when missing or outdated. The first name is the subject."""
    certificate, key = folder / f"{stem}.crt", folder / f"{stem}.key"
    ca = x509.load_pem_x509_certificate(ca_file.read_bytes())
    if key.exists() and current(certificate, names, ca):
        return certificate, key
    ca_key = serialization.load_pem_private_key(ca_key_file.read_bytes(), None)
    private = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    leaf = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0][:64])]))
        .issuer_name(ca.subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([general_name(name) for name in names]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.public_key()), critical=False)  # type: ignore[arg-type]
        .sign(ca_key, hashes.SHA256())  # type: ignore[arg-type]
    )
    folder.mkdir(parents=True, exist_ok=True)
    write_private(
        key,
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )
    certificate.write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    return certificate, key


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_bytes(content)
