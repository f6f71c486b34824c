"""The one way to a private key, wherever it lies: bytes in, signature out. Knows no PDF and no order of signing."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from cryptography import x509

ECDSA, RSA = "sha256_ecdsa", "sha256_rsa"
# Of the second profile alone (docs/signing.md): SM2 with SM3.
SM2 = "sm3_sm2"


class Signer(Protocol):
    """A key in an encrypted file, in a PKCS#11 token or at a signing service. Errors: SigningRefused."""

    @property
    def certificate(self) -> x509.Certificate: ...

    @property
    def issuers(self) -> tuple[bytes, ...]:
        """DER certificates above its own, without the root; () where the embedded authority issued it."""
        ...

    @property
    def algorithm(self) -> str:
        """ECDSA or RSA (PKCS #1 v1.5), each with SHA-256; SM2 with SM3 where the second profile seals."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Signature over `data` (hashed by the algorithm's digest on the way); ECDSA and SM2 as DER."""
        ...


@runtime_checkable
class CmsSigner(Protocol):
    """A signer whose service builds the whole CMS (PAdES: detached, ESSCertIDv2) over a document's SHA-256 digest."""

    def sign_digest(self, digest: bytes) -> bytes:
        """DER ContentInfo of SignedData with one signer."""
        ...
