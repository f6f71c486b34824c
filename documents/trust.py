"""What a verifier relies on, read from an authority's folder without any secret. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from documents import keyfiles
from documents.errors import PaperError

_DER = serialization.Encoding.DER
_LARGEST = 8 * 1024 * 1024
_MOST = 200
# The folder of the second profile's keys and certificates in an authority's.
SM2 = "sm2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """DER of root certificates, DER public keys for QR codes by hex key id, DER revocation lists.

    `seal_roots`: authorities of others that certify seals held in tokens or services. `stamp_roots`: those of
    time-stamp services, believed for time-stamps alone. `sm2_roots`: of second signatures (documents/second.py).
    """

    roots: tuple[bytes, ...]
    qr_keys: tuple[tuple[str, bytes], ...] = ()
    crls: tuple[bytes, ...] = ()
    stamp_roots: tuple[bytes, ...] = ()
    seal_roots: tuple[bytes, ...] = ()
    sm2_roots: tuple[bytes, ...] = ()


class TrustedFor(StrEnum):
    """What somebody else's authority is believed for."""

    SEAL = "seal"
    STAMP = "stamp"
    SM2 = "sm2"


def trust(directory: Path) -> Trust:
    """The public part of an authority's folder; needs no passphrase and no server."""
    public = keyfiles.public(directory)
    return Trust(
        roots=tuple(bytes.fromhex(root) for root in public["roots"]),
        qr_keys=tuple((kid, bytes.fromhex(key)) for kid, key in public["qr_keys"].items()),
        crls=_files(directory.glob("*.crl"))
        + _files((directory / SM2).glob("*.crl"))
        + _files(_folder(directory).glob("*.crl")),
        stamp_roots=_files((_folder(directory) / TrustedFor.STAMP).glob("*.der")),
        seal_roots=_files((_folder(directory) / TrustedFor.SEAL).glob("*.der")),
        sm2_roots=_sm2_root(directory) + _files((_folder(directory) / TrustedFor.SM2).glob("*.der")),
    )


def believe(directory: Path, data: bytes, purpose: TrustedFor) -> list[x509.Certificate]:
    """Take authorities' certificates (PEM, one or more, or DER) into the folder. Raises PaperError `keys.not_a_ca`,
    `keys.other_kind`.
    """
    from documents.sm2_certificates import is_sm2

    found = _certificates(data)
    for each in found:
        if is_sm2(each) is not (purpose is TrustedFor.SM2):
            raise PaperError(
                "keys.other_kind",
                "国密（SM2）机构的根证书请用 --for sm2 导入，其他机构的用 --for seal 或 --for stamp。",
            )
        try:
            authority = each.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        except x509.ExtensionNotFound:
            authority = False
        if not authority:
            raise PaperError("keys.not_a_ca", "这不是签发机构（CA）的证书；请导入签发机构的根证书。")
    folder = _folder(directory) / purpose
    folder.mkdir(parents=True, exist_ok=True)
    for each in found:
        der = each.public_bytes(_DER)
        keyfiles.write(folder / f"{keyfiles.short_hash(der)}.der", der, 0o644)
    return found


def believe_list(directory: Path, data: bytes) -> x509.CertificateRevocationList:
    """Take a revocation list (PEM or DER); a newer one of the same issuer replaces the older.

    Raises PaperError `keys.not_a_crl`.
    """
    try:
        pem = data.lstrip().startswith(b"-----BEGIN")
        found = (x509.load_pem_x509_crl if pem else x509.load_der_x509_crl)(data)
    except ValueError:
        raise PaperError("keys.not_a_crl", "这不是证书吊销列表（CRL）文件。") from None
    folder = _folder(directory)
    folder.mkdir(parents=True, exist_ok=True)
    name = keyfiles.short_hash(found.issuer.public_bytes())
    keyfiles.write(folder / f"{name}.crl", found.public_bytes(_DER), 0o644)
    return found


def is_revocation_list(data: bytes) -> bool:
    """Whether a file holds a revocation list and not certificates."""
    if data.lstrip().startswith(b"-----BEGIN"):
        return b"BEGIN X509 CRL" in data
    try:
        x509.load_der_x509_crl(data)
    except ValueError:
        return False
    return True


def _certificates(data: bytes) -> list[x509.Certificate]:
    try:
        if data.lstrip().startswith(b"-----BEGIN"):
            return x509.load_pem_x509_certificates(data)[:_MOST]
        return [x509.load_der_x509_certificate(data)]
    except ValueError:
        raise PaperError("keys.not_a_ca", "文件中没有可以读取的证书（应为 PEM 或 DER）。") from None


def _sm2_root(directory: Path) -> tuple[bytes, ...]:
    root = keyfiles.certificate(directory / SM2, "root")
    return (root.public_bytes(_DER),) if root else ()


def _folder(directory: Path) -> Path:
    return directory / "trusted"


def _files(paths: Iterable[Path]) -> tuple[bytes, ...]:
    chosen = sorted(paths)[:_MOST]
    return tuple(path.read_bytes() for path in chosen if path.stat().st_size <= _LARGEST)
