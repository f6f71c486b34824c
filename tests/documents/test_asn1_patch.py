"""asn1crypto's mistaken test for indefinite length stays mended."""

from asn1crypto import core

from documents import asn1_patch


def test_only_a_lone_0x80_says_indefinite() -> None:
    definite = [b"\x30\x82\x01\x80", b"\x30\x81\x80", b"\xa0\x82\x01\x84\x30\x82\x01\x80", b"\x04\x03", b""]
    assert [asn1_patch.indefinite_length(header) for header in definite] == [False] * 5
    assert asn1_patch.indefinite_length(b"\x30\x80")
    assert asn1_patch.indefinite_length(b"\xbf\x81\x01\x80")


def test_a_structure_of_length_0x0180_is_not_encoded_again() -> None:
    class Outer(core.Sequence):
        _fields = [("data", core.OctetString)]  # noqa: RUF012

    asn1_patch.apply()
    encoded = Outer({"data": b"x" * (0x180 - 4)}).dump()
    assert encoded[:4] == b"\x30\x82\x01\x80"
    loaded = Outer.load(encoded)
    calls = []
    loaded._set_contents = lambda force=False: calls.append(force)
    assert loaded.dump() == encoded
    assert calls == []


def test_a_second_patch_does_nothing() -> None:
    asn1_patch.apply()
    assert asn1_patch.apply() == 0
