"""A certificate authority of the clinic's own, for a clinic whose tablets reach it by a name no public authority signs.

Three files in HOME/tls: authority.crt (tablets trust it), authority.key, and server.pem with the server's
certificate and key. The authority may sign for the clinic's own names only, so a stolen key opens nothing else.
"""

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS = 3650
SERVER_DAYS = 397  # browsers of tablets refuse longer ones
RENEW_BEFORE = timedelta(days=60)
EARLIER = timedelta(days=1)  # a tablet's clock may be behind
Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTls:
    """Files to serve with, and the SHA-256 fingerprint to compare on the tablet."""

    certificate: Path
    authority: Path
    fingerprint: str
    made_new: bool


def own_tls(folder: Path, hosts: Sequence[str], now: datetime) -> OwnTls:
    """The authority of this folder, made once, and a server certificate for these names, renewed in time.

    A name added later makes a new authority, because the old one may not sign for it: the tablets have
    to trust the new one. `made_new` says so.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority, key = folder / "authority.crt", folder / "authority.key"
    made_new = not (authority.is_file() and key.is_file()) or not _may_sign(authority, hosts, now)
    if made_new:
        _make_authority(authority, key, hosts, now)
    server = folder / "server.pem"
    if made_new or not _serves(server, hosts, now):
        _make_server(server, authority, key, hosts, now)
    print_of = _read(authority).fingerprint(hashes.SHA256())
    return OwnTls(
        certificate=server,
        authority=authority,
        fingerprint=":".join(f"{byte:02X}" for byte in print_of),
        made_new=made_new,
    )


def _names(hosts: Sequence[str]) -> list[x509.GeneralName]:
    return [_name(host) for host in hosts]


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return x509.DNSName(host.lstrip("."))


def _permitted(host: str) -> x509.GeneralName:
    found = _name(host)
    if isinstance(found, x509.IPAddress):
        return x509.IPAddress(ipaddress.ip_network(found.value))
    return found


def _read(file: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(file.read_bytes())


def _may_sign(file: Path, hosts: Sequence[str], now: datetime) -> bool:
    certificate = _read(file)
    extension = certificate.extensions.get_extension_for_class(x509.NameConstraints)
    permitted = extension.value.permitted_subtrees or []
    lasts = certificate.not_valid_after_utc - now > timedelta(days=SERVER_DAYS)
    return lasts and all(_permitted(host) in permitted for host in hosts)


def _serves(file: Path, hosts: Sequence[str], now: datetime) -> bool:
    if not file.is_file():
        return False
    certificate = _read(file)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return certificate.not_valid_after_utc - now > RENEW_BEFORE and list(names) == _names(hosts)


def _make_authority(file: Path, key_file: Path, hosts: Sequence[str], now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _called(f"reprieve authority of {hosts[0]}")
    built = _begun(name, name, key.public_key(), now, AUTHORITY_DAYS)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    built = built.add_extension(_usage(signs=True), critical=True)
    permitted = x509.NameConstraints([_permitted(host) for host in hosts], None)
    built = built.add_extension(permitted, critical=True)
    built = built.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
    )
    _write(key_file, _secret(key))
    _write(file, built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM), 0o644)


def _make_server(
    file: Path, authority: Path, authority_key: Path, hosts: Sequence[str], now: datetime
) -> None:
    signer, signing = _read(authority), authority_key.read_bytes()
    signing_key = serialization.load_pem_private_key(signing, password=None)
    assert isinstance(signing_key, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    built = _begun(_called(hosts[0]), signer.subject, key.public_key(), now, SERVER_DAYS)
    for extension, critical in (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage(signs=False), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.SubjectAlternativeName(_names(hosts)), False),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), False),
    ):
        built = built.add_extension(extension, critical=critical)
    signed = built.sign(signing_key, hashes.SHA256())
    _write(file, signed.public_bytes(serialization.Encoding.PEM) + _secret(key))


def _begun(
    name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    built = x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(key)
    built = built.serial_number(x509.random_serial_number()).not_valid_before(now - EARLIER)
    return built.not_valid_after(now - EARLIER + timedelta(days=days))


def _called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _secret(key: Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(file: Path, data: bytes, mode: int = 0o600) -> None:
    """Never readable by others, not even for the moment between making and closing it."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
        out.write(data)
