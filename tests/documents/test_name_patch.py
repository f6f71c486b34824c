"""Names compare as asn1crypto compares them, only once each."""

import pytest
from asn1crypto import x509
from hypothesis import given
from hypothesis import strategies as st

from documents import judging, name_patch

_PARTS = ["common_name", "organization_name", "country_name"]
_TEXTS = ["A", "a", " a", "a  b", "A B", "庆", "重庆", "straße", "STRASSE", "\u00ad a"]


def name(parts: list[tuple[str, str]]) -> x509.RDNSequence:
    values = [
        x509.RelativeDistinguishedName([x509.NameTypeAndValue({"type": kind, "value": _text(kind, text)})])
        for kind, text in parts
    ]
    return x509.RDNSequence.load(x509.RDNSequence(values).dump())


def _text(kind: str, text: str) -> x509.DirectoryString:
    return x509.DirectoryString(name="utf8_string", value=x509.UTF8String(text))


_names = st.lists(st.tuples(st.sampled_from(_PARTS), st.sampled_from(_TEXTS)), max_size=3)


@given(_names, _names)
def test_two_names_are_the_same_to_both(one: list[tuple[str, str]], two: list[tuple[str, str]]) -> None:
    for _ in range(2):  # the second time from memory
        assert name_patch.same(name(one), name(two)) == name_patch._compared(name(one), name(two))
        assert name_patch.hashable(name(one)) == name_patch._hashed(name(one))


def test_a_name_of_forbidden_characters_is_refused_every_time() -> None:
    odd = [("common_name", "\U0002ccff")]
    for _ in range(2):
        with pytest.raises(ValueError, match=r"unassigned|unallowed"):
            name_patch.same(name(odd), name(odd))


def test_a_long_name_is_not_kept() -> None:
    before = name_patch._same.cache_info().currsize
    long = [("common_name", "a" * 5000)]
    assert name_patch.same(name(long), name(long))
    assert name_patch._same.cache_info().currsize == before
    assert not name_patch.same(name(long), 1)


def test_judging_compares_that_way() -> None:
    assert judging.judge is not None
    assert x509.RDNSequence.__eq__ is name_patch.same
