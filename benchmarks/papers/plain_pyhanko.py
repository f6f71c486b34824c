"""Five signatures as pyHanko's own documentation makes them: a simple signer, default settings, its own time-stamps.

`python -m benchmarks.papers.plain_pyhanko PDF ROUNDS`; imports nothing of the product, so that asn1crypto and pyHanko
are as they come.
"""

import json
import os
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELDS = ["signer_0", "signer_1", "signer_2", "signer_3", "signer_4"]


def certified(
    name: str, usage: x509.ObjectIdentifier | None = None
) -> tuple[asn1_x509.Certificate, keys.PrivateKeyInfo]:
    """A fresh key and its certificate: P-256 for a person; RSA for time-stamps, pyHanko's own stamper knows no other."""
    key = rsa.generate_private_key(65537, 2048) if usage else ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
    )
    if usage:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
    der = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return asn1_x509.Certificate.load(der), keys.PrivateKeyInfo.load(private)


def main() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    start, rounds = Path(sys.argv[1]).read_bytes(), int(sys.argv[2])
    took = []
    for number in range(rounds):
        stamp_certificate, stamp_key = certified(f"Time-stamps {number}", ExtendedKeyUsageOID.TIME_STAMPING)
        stamper = DummyTimeStamper(stamp_certificate, stamp_key)
        pdf = start
        for index, field in enumerate(FIELDS):
            certificate, key = certified(f"Signer {number}-{index}")
            began = time.perf_counter()
            signer = signers.SimpleSigner(
                signing_cert=certificate, signing_key=key, cert_registry=SimpleCertificateStore()
            )
            meta = signers.PdfSignatureMetadata(
                field_name=field, subfilter=fields.SigSeedSubFilter.PADES, certify=index == 0
            )
            out = signers.sign_pdf(
                IncrementalPdfFileWriter(BytesIO(pdf)),
                meta,
                signer=signer,
                timestamper=stamper,
                existing_fields_only=True,
            )
            took.append((time.perf_counter() - began) * 1000)
            pdf = out.getvalue()
    median = statistics.median(took)
    print(
        json.dumps(
            {
                "signature_ms": round(median, 1),
                "signature_max_over_median": round(max(took) / median, 2),
                "signature_max_ms": round(max(took), 1),
            }
        )
    )


if __name__ == "__main__":
    main()
