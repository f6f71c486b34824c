"""The ledger against RFC 6962 and against changes."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling import ledger
from signalling.ledger import Ledger

calm = settings(deadline=None, max_examples=60)  # a busy machine is no fault

# RFC 6962 test vectors of the Certificate Transparency reference implementation.
VECTORS = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert ledger.merkle_root([ledger.leaf_hash(x) for x in VECTORS[:size]]).hex() == ROOTS[size - 1]


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert ledger.merkle_root([]) == hashlib.sha256().digest()


@calm
@given(st.integers(1, 70), st.data())
def test_every_record_is_provably_included_and_no_other(size: int, data: st.DataObject) -> None:
    leaves = [ledger.leaf_hash(bytes([i])) for i in range(size)]
    root = ledger.merkle_root(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = ledger.inclusion_proof(leaves, index)
    assert ledger.included(leaves[index], index, size, proof, root)
    assert not ledger.included(ledger.leaf_hash(b"other"), index, size, proof, root)
    assert not ledger.included(leaves[index], index, size, [*proof, root], root)


@calm
@given(st.integers(1, 70), st.data())
def test_an_earlier_checkpoint_is_provably_a_prefix(size: int, data: st.DataObject) -> None:
    leaves = [ledger.leaf_hash(bytes([i])) for i in range(size)]
    old = data.draw(st.integers(1, size))
    proof = ledger.consistency_proof(leaves, old)
    old_root, root = ledger.merkle_root(leaves[:old]), ledger.merkle_root(leaves)
    assert ledger.consistent(old, size, old_root, root, proof)
    changed = ledger.merkle_root([ledger.leaf_hash(b"changed"), *leaves[1:old]])
    assert not ledger.consistent(old, size, changed, root, proof)


def test_the_chain_changes_with_order_and_content() -> None:
    def heads(*records: bytes) -> str:
        book = Ledger()
        return [book.append(r) for r in records][-1]

    assert len({heads(b"a", b"b"), heads(b"b", b"a"), heads(b"ab"), heads(b"a", b"b", b"")}) == 4


def test_a_checkpoint_is_read_back_and_its_signature_checked() -> None:
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    note = ledger.sign_checkpoint(key, "court/车载", 7, bytes(32))
    read = ledger.read_checkpoint(note, key.public_key())
    assert (read.origin, read.size, read.root) == ("court/车载", 7, bytes(32))
    with pytest.raises(ValueError, match="not signed"):
        ledger.read_checkpoint(note, other.public_key())
    with pytest.raises(ValueError, match="not signed"):
        ledger.read_checkpoint(note.replace("\n7\n", "\n8\n"), key.public_key())


@calm
@given(st.text())
def test_no_text_but_a_checkpoint_is_taken_for_one(text: str) -> None:
    with pytest.raises(ValueError):
        ledger.read_checkpoint(text, Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key())
