"""Resident numbers, phones and their masks (GB 11643); who may see them unmasked is not decided here."""

import re
import unicodedata
from datetime import date

from court.domain.errors import CourtError

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
# First two digits of GB/T 2260: provinces, and 83 for Taiwan residents' residence permits.
_PROVINCES = frozenset(
    f"{n}"
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for n in range(first, last + 1)
)
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}")
_ORGANISATION = re.compile(r"[0-9A-HJ-NP-RTUWXY]{18}")
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def normalise(number: str) -> str:
    """Spaces out, full-width digits to ASCII, x to X."""
    return "".join(unicodedata.normalize("NFKC", number).split()).upper()


def check_digit(first17: str) -> str:
    """The 18th character (ISO 7064 MOD 11-2)."""
    return _CHECK[sum(int(d) * w for d, w in zip(first17, _WEIGHTS, strict=True)) % 11]


def birth_date(number: str) -> date | None:
    """The date in a well-shaped number, None when there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def gender(number: str) -> str:
    """男 for an odd 17th digit."""
    return "男" if int(number[16]) % 2 else "女"


def age_on(born: date, day: date) -> int:
    """Full years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def number_fault(number: str, today: date) -> str | None:
    """The refusal code of a normalised resident number, None when it is right."""
    if not _SHAPE.fullmatch(number):
        return "identity.malformed"
    if number[:2] not in _PROVINCES:
        return "identity.region"
    born = birth_date(number)
    if born is None or born > today or born.year < 1800:
        return "identity.date"
    if check_digit(number[:17]) != number[17]:
        return "identity.checksum"
    return None


def require_number(number: str, today: date) -> str:
    """The normalised number, or the refusal."""
    tidy = normalise(number)
    fault = number_fault(tidy, today)
    if fault is not None:
        raise CourtError(fault)
    return tidy


def is_credit_code(code: str) -> bool:
    """统一社会信用代码 (GB 32100): alphabet and check character."""
    if not _ORGANISATION.fullmatch(code):
        return False
    total = sum(_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
    return _ALPHABET[(31 - total % 31) % 31] == code[17]


def normalise_phone(phone: str) -> str:
    return "".join(unicodedata.normalize("NFKC", phone).split()).removeprefix("+86")


def is_phone(phone: str) -> bool:
    """A mobile number, or a landline with its area code."""
    return bool(_MOBILE.fullmatch(phone) or _LANDLINE.fullmatch(phone))


def is_mobile(phone: str) -> bool:
    """A number that takes text messages."""
    return bool(_MOBILE.fullmatch(phone))


def mask_number(number: str) -> str:
    """500235********001X: region and the last four stay."""
    if len(number) < 11:
        return "*" * len(number)
    return number[:6] + "*" * (len(number) - 10) + number[-4:]


def mask_phone(phone: str) -> str:
    """138****5678."""
    if len(phone) < 8:
        return "*" * len(phone)
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]
