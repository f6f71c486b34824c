"""What a person told into the machine: sound in pieces, later typed by an officer. The sound is never changed."""

from dataclasses import dataclass
from datetime import datetime

MOST = 5
MOST_MS = 10 * 60 * 1000
MOST_BYTES = 16 * 1024 * 1024
PIECE_BYTES = 512 * 1024
# The first bytes of what browsers record: Matroska (WebM), Ogg, and ISO media behind its length.
_HEADS = ((b"\x1aE\xdf\xa3", 0, "audio/webm"), (b"OggS", 0, "audio/ogg"), (b"ftyp", 4, "audio/mp4"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """`state` open (pieces come), done, removed; `sha256` of the whole sound, "" while it is open; `words` as typed."""

    id: str
    subject_id: str
    state: str
    media_type: str
    ms: int
    size: int
    sha256: str
    words: str
    typed_by: str
    typed_at: datetime | None
    begun_at: datetime
    begun_by: str

    @property
    def length(self) -> str:
        """1分05秒"""
        minutes, seconds = divmod(round(self.ms / 1000), 60)
        return f"{minutes}分{seconds:02d}秒" if minutes else f"{seconds}秒"


def sound_type(head: bytes) -> str:
    """The media type by content; "" for what is no sound that a browser records."""
    return next((kind for magic, at, kind in _HEADS if head[at : at + len(magic)] == magic), "")
