"""Hash chain, RFC 6962 Merkle tree and signed checkpoint over a list of records. PURE: bytes in, bytes out.

A checkpoint taken in mid-recording and printed on a paper can be proven a prefix of the final one.
"""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

GENESIS = bytes(32)
ED25519 = b"\x01"  # signature type of C2SP signed-note


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def leaf_hash(record: bytes) -> bytes:
    """RFC 6962 §2.1."""
    return _sha256(b"\x00" + record)


def node_hash(left: bytes, right: bytes) -> bytes:
    return _sha256(b"\x01" + left + right)


def link(previous: bytes, record: bytes) -> bytes:
    """The next value of the chain: SHA-256(previous value, SHA-256(record))."""
    return _sha256(previous + _sha256(record))


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def merkle_root(leaves: list[bytes]) -> bytes:
    """Of leaf hashes; the empty tree has SHA-256 of nothing."""
    if not leaves:
        return _sha256(b"")
    level = list(leaves)
    while len(level) > 1:
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + ([level[-1]] if len(level) % 2 else [])
    return level[0]


def inclusion_proof(leaves: list[bytes], index: int) -> list[bytes]:
    """RFC 6962 §2.1.1: PATH(index, leaves).

    :raises IndexError: no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    if index < k:
        return [*inclusion_proof(leaves[:k], index), merkle_root(leaves[k:])]
    return [*inclusion_proof(leaves[k:], index - k), merkle_root(leaves[:k])]


def included(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """RFC 9162 §2.1.3.2."""
    if not 0 <= index < size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def consistency_proof(leaves: list[bytes], old_size: int) -> list[bytes]:
    """RFC 6962 §2.1.2: PROOF(old_size, leaves); the first `old_size` leaves are unchanged.

    :raises ValueError: `old_size` is not between 1 and the number of leaves.
    """
    if not 0 < old_size <= len(leaves):
        raise ValueError(old_size)

    def sub(part: list[bytes], m: int, whole: bool) -> list[bytes]:
        if m == len(part):
            return [] if whole else [merkle_root(part)]
        k = _split(len(part))
        if m <= k:
            return [*sub(part[:k], m, whole), merkle_root(part[k:])]
        return [*sub(part[k:], m - k, False), merkle_root(part[:k])]

    return sub(leaves, old_size, True)


def consistent(old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> bool:
    """RFC 9162 §2.1.4.2: the tree of `old_size` is a prefix of the tree of `new_size`."""
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    fn, sn = old_size - 1, new_size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == new_root


class Ledger:
    """Records in order; the caller keeps the records themselves."""

    def __init__(self) -> None:
        self.leaves: list[bytes] = []
        self.head = GENESIS

    def append(self, record: bytes) -> str:
        """The new chain value, hex."""
        self.head = link(self.head, record)
        self.leaves.append(leaf_hash(record))
        return self.head.hex()

    @property
    def size(self) -> int:
        return len(self.leaves)

    def root(self, size: int | None = None) -> bytes:
        return merkle_root(self.leaves if size is None else self.leaves[:size])


# --- checkpoint -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a signed note says: the tree of `origin` had `size` records and this root."""

    origin: str
    size: int
    root: bytes


def key_id(origin: str, public: Ed25519PublicKey) -> bytes:
    """C2SP signed-note: the first four bytes of SHA-256(name, newline, type, public key)."""
    return _sha256(origin.encode() + b"\n" + ED25519 + public.public_bytes_raw())[:4]


def sign_checkpoint(key: Ed25519PrivateKey, origin: str, size: int, root: bytes) -> str:
    """A C2SP checkpoint: origin, size, root in base64, signed by Ed25519."""
    body = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    signature = base64.b64encode(key_id(origin, key.public_key()) + key.sign(body.encode())).decode()
    return f"{body}\n— {origin} {signature}\n"


def read_checkpoint(note: str, public: Ed25519PublicKey | None) -> Checkpoint:
    """The content, its signature checked if a key is given.

    :raises ValueError: not a checkpoint, or not signed by this key.
    """
    body, separator, signatures = note.partition("\n\n")
    body += "\n"
    lines = body.split("\n")
    if not separator or len(lines) < 4 or not lines[1].isdigit():
        raise ValueError("not a checkpoint")
    checkpoint = Checkpoint(
        origin=lines[0], size=int(lines[1]), root=base64.b64decode(lines[2], validate=True)
    )
    if public is not None and not _signed(body, signatures, checkpoint.origin, public):
        raise ValueError("not signed by this key")
    return checkpoint


def _signed(body: str, signatures: str, origin: str, public: Ed25519PublicKey) -> bool:
    for line in signatures.splitlines():
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.rpartition(" ")
        if dash != "—" or name != origin:
            continue
        try:
            raw = base64.b64decode(encoded, validate=True)
            if raw[:4] == key_id(origin, public):
                public.verify(raw[4:], body.encode())
                return True
        except (ValueError, InvalidSignature):
            continue
    return False
