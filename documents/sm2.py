"""SM2 signatures (GB/T 32918.2) and SM3 digests by the libcrypto that Python itself uses. Knows no certificate, no file.

The seam is small on purpose: keys are made, opened and used inside libcrypto, the bytes of a private key come here
only encrypted. The `cryptography` package has SM3 and no SM2.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import importlib.util
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_size_t, c_void_p
from functools import lru_cache

from cryptography.hazmat.primitives import hashes

from documents.errors import PaperError

# GM/T 0009-2012 10: the signer's identity where none was agreed on.
DISTINGUISHING_ID = b"1234567812345678"
# SubjectPublicKeyInfo of id-ecPublicKey on the SM2 curve (1.2.156.10197.1.301), up to the uncompressed point.
SPKI_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")
SPKI_BYTES = len(SPKI_PREFIX) + 64
# DER of two integers of at most 33 bytes.
_LONGEST_SIGNATURE = 80
_PEM_BYTES = 16 * 1024

_PROTOTYPES: dict[str, tuple[object, list[object]]] = {
    "BIO_free": (c_int, [c_void_p]),
    "BIO_new": (c_void_p, [c_void_p]),
    "BIO_new_mem_buf": (c_void_p, [c_char_p, c_int]),
    "BIO_read": (c_int, [c_void_p, c_char_p, c_int]),
    "BIO_s_mem": (c_void_p, []),
    "ERR_clear_error": (None, []),
    "EVP_DigestSign": (c_int, [c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t]),
    "EVP_DigestSignInit": (c_int, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "EVP_DigestVerify": (c_int, [c_void_p, c_char_p, c_size_t, c_char_p, c_size_t]),
    "EVP_DigestVerifyInit": (c_int, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "EVP_MD_CTX_free": (None, [c_void_p]),
    "EVP_MD_CTX_new": (c_void_p, []),
    "EVP_MD_CTX_set_pkey_ctx": (None, [c_void_p, c_void_p]),
    "EVP_PKEY_CTX_free": (None, [c_void_p]),
    "EVP_PKEY_CTX_new": (c_void_p, [c_void_p, c_void_p]),
    "EVP_PKEY_CTX_new_from_name": (c_void_p, [c_void_p, c_char_p, c_char_p]),
    "EVP_PKEY_CTX_set1_id": (c_int, [c_void_p, c_char_p, c_size_t]),
    "EVP_PKEY_free": (None, [c_void_p]),
    "EVP_PKEY_generate": (c_int, [c_void_p, POINTER(c_void_p)]),
    "EVP_PKEY_is_a": (c_int, [c_void_p, c_char_p]),
    "EVP_PKEY_keygen_init": (c_int, [c_void_p]),
    "EVP_aes_256_cbc": (c_void_p, []),
    "EVP_sm3": (c_void_p, []),
    "PEM_read_bio_PrivateKey": (c_void_p, [c_void_p, c_void_p, c_void_p, c_char_p]),
    "PEM_write_bio_PKCS8PrivateKey": (
        c_int,
        [c_void_p, c_void_p, c_void_p, c_char_p, c_int, c_void_p, c_void_p],
    ),
    "d2i_PUBKEY": (c_void_p, [c_void_p, POINTER(c_char_p), c_long]),
    "i2d_PUBKEY": (c_int, [c_void_p, POINTER(c_void_p)]),
}


class Sm2Key:
    """A private key inside libcrypto; freed with the object. Belongs to the process that opened it."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        weakref.finalize(self, _library().EVP_PKEY_free, handle)

    @classmethod
    def generate(cls) -> Sm2Key:
        """A fresh key. Raises PaperError `sm2.unavailable`."""
        library = _library()
        made = c_void_p()
        with _context(library.EVP_PKEY_CTX_new_from_name(None, b"SM2", None)) as context:
            _done(library.EVP_PKEY_keygen_init(context))
            _done(library.EVP_PKEY_generate(context, byref(made)))
        assert made.value is not None
        return cls(made.value)

    @classmethod
    def load(cls, pem: bytes, secret: bytes) -> Sm2Key:
        """From encrypted PKCS#8. Raises ValueError: damaged, another kind of key, or a wrong passphrase."""
        library = _library()
        with _memory(pem) as source:
            handle = library.PEM_read_bio_PrivateKey(source, None, None, secret)
        library.ERR_clear_error()
        if not handle:
            raise ValueError("not an SM2 key, or a wrong passphrase")
        found = cls(handle)
        if library.EVP_PKEY_is_a(handle, b"SM2") != 1:
            raise ValueError("not an SM2 key")
        return found

    def encrypted(self, secret: bytes) -> bytes:
        """PEM of encrypted PKCS#8 (AES-256)."""
        library = _library()
        with _memory(None) as sink:
            _done(
                library.PEM_write_bio_PKCS8PrivateKey(
                    sink, self._handle, library.EVP_aes_256_cbc(), secret, len(secret), None, None
                )
            )
            buffer = ctypes.create_string_buffer(_PEM_BYTES)
            size = library.BIO_read(sink, buffer, _PEM_BYTES)
        _done(int(0 < size < _PEM_BYTES))
        return buffer.raw[:size]

    def public(self) -> bytes:
        """DER SubjectPublicKeyInfo, SPKI_BYTES long."""
        library = _library()
        buffer = ctypes.create_string_buffer(1024)
        end = c_void_p(ctypes.addressof(buffer))
        _done(int(library.i2d_PUBKEY(self._handle, None) == SPKI_BYTES))
        size = library.i2d_PUBKEY(self._handle, byref(end))
        _done(int(size == SPKI_BYTES))
        return buffer.raw[:size]

    def sign(self, data: bytes) -> bytes:
        """DER SM2Signature over `data`, by SM3 and the standard's default identity."""
        library = _library()
        buffer, size = ctypes.create_string_buffer(_LONGEST_SIGNATURE), c_size_t(_LONGEST_SIGNATURE)
        with _digesting(self._handle) as context:
            _done(library.EVP_DigestSignInit(context, None, library.EVP_sm3(), None, self._handle))
            _done(library.EVP_DigestSign(context, buffer, byref(size), data, len(data)))
        return buffer.raw[: size.value]


def verified(public: bytes, signature: bytes, data: bytes) -> bool:
    """Whether `signature` over `data` is that of the key `public` (DER SubjectPublicKeyInfo); never raises for bad input.

    Raises PaperError `sm2.unavailable`.
    """
    if len(public) != SPKI_BYTES or not public.startswith(SPKI_PREFIX):
        return False
    if not 8 <= len(signature) < _LONGEST_SIGNATURE:
        return False
    library = _library()
    try:
        handle = library.d2i_PUBKEY(None, byref(c_char_p(public)), len(public))
        if not handle:
            return False
        try:
            with _digesting(handle) as context:
                _done(library.EVP_DigestVerifyInit(context, None, library.EVP_sm3(), None, handle))
                answer: int = library.EVP_DigestVerify(context, signature, len(signature), data, len(data))
                return answer == 1
        finally:
            library.EVP_PKEY_free(handle)
    finally:
        # The queue of errors is this thread's, and Python's ssl reads it too.
        library.ERR_clear_error()


def sm3(data: bytes) -> bytes:
    """The digest of 32 bytes (GB/T 32905)."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL:
    """libcrypto 3 with SM2. Raises PaperError `sm2.unavailable`."""
    # Symbols are looked for in what a library itself depends on: this is the libcrypto of Python's own ssl.
    beside = importlib.util.find_spec("_hashlib")
    for place in (beside.origin if beside else None, ctypes.util.find_library("crypto")):
        try:
            library = ctypes.CDLL(place) if place else None
            if library is None:
                continue
            for name, (answer, takes) in _PROTOTYPES.items():
                function = getattr(library, name)
                function.restype, function.argtypes = answer, takes
            context = library.EVP_PKEY_CTX_new_from_name(None, b"SM2", None)
        except (OSError, AttributeError):
            continue
        library.ERR_clear_error()
        if context:
            library.EVP_PKEY_CTX_free(context)
            return library
    raise _unavailable()


def _unavailable() -> PaperError:
    return PaperError(
        "sm2.unavailable",
        "本机的密码库（OpenSSL 3）不支持国密SM2算法。请安装带SM2的OpenSSL，或在court.toml中去掉 second_profile。",
    )


def _done(answer: int) -> None:
    if answer != 1:
        _library().ERR_clear_error()
        raise PaperError("sm2.failed", "国密SM2运算没有完成，请重试；仍然不行，请联系管理员检查密码库。")


@contextmanager
def _memory(data: bytes | None) -> Iterator[int]:
    """A BIO over `data`, or an empty one to write to."""
    library = _library()
    handle = (
        library.BIO_new(library.BIO_s_mem()) if data is None else library.BIO_new_mem_buf(data, len(data))
    )
    _done(int(bool(handle)))
    try:
        yield handle
    finally:
        library.BIO_free(handle)


@contextmanager
def _context(handle: int | None) -> Iterator[int]:
    _done(int(bool(handle)))
    assert handle is not None
    try:
        yield handle
    finally:
        _library().EVP_PKEY_CTX_free(handle)


@contextmanager
def _digesting(key: int) -> Iterator[int]:
    """A digest context with the key's identity set, as GM/T 0009 wants it before the first byte."""
    library = _library()
    with _context(library.EVP_PKEY_CTX_new(key, None)) as identity:
        _done(library.EVP_PKEY_CTX_set1_id(identity, DISTINGUISHING_ID, len(DISTINGUISHING_ID)))
        handle = library.EVP_MD_CTX_new()
        _done(int(bool(handle)))
        try:
            library.EVP_MD_CTX_set_pkey_ctx(handle, identity)
            yield handle
        finally:
            library.EVP_MD_CTX_free(handle)
