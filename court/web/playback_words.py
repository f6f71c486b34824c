"""Tracks, gaps and moments of a recording in words; no requests are answered here."""

from __future__ import annotations

from court.domain.hearing import REASON_NAMES
from court.domain.recording import GapRow

# 法释〔2017〕5号 3 and 4: each interruption and each fault is told with its reason.
GAP_WORDS = {
    "loss": "网络丢失",
    "mute": "已静音或关闭",
    "link": "断线（保留席位）",
    "device": "设备没有声音或画面",
    "disk": "法院存储故障",
    "crash": "系统中断后恢复",
    "not_joined": "尚未进入",
    "caucus": "背对背谈话（依规不录）",
    "outside": "在候庭区",
    "bandwidth": "网络较弱，停发画面",
} | {reason.value: name for reason, name in REASON_NAMES.items()}
MEDIA_WORDS = {
    "mic": "声音",
    "camera": "画面",
    "room": "全景",
    "document": "实物展台",
    "audio": "声音",
    "video": "画面",
}


def is_sound(media: str) -> bool:
    return media in ("mic", "audio")


def picture_caption(caption: str, media: str) -> str:
    """A seat's second camera and its document camera are told from its first."""
    return f"{caption} {MEDIA_WORDS[media]}" if media in ("room", "document") else caption


def span(ms: int) -> str:
    """hh:mm:ss.t from the start of the recording."""
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest // 100}"


def gap_row(gap: GapRow, captions: dict[str, str]) -> dict[str, str]:
    """A gap in words for a list; a gap of every track names nobody."""
    who = captions.get(gap.participant, "")
    media = MEDIA_WORDS.get(gap.track.rpartition("-")[2], "")
    return {
        "caption": f"{who} {media}".strip() or "全部",
        "start": span(gap.start_ms),
        "end": "现在" if gap.end_ms is None else span(gap.end_ms),
        "reason": GAP_WORDS.get(gap.reason, gap.reason),
    }
