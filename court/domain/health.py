"""How a person's line is, in words for the clerk: loss, delay, path, a microphone that stays silent. Measures nothing."""

from dataclasses import dataclass
from enum import StrEnum

# Above these a talk is hard to follow; twice as much and it cannot be followed.
WEAK_LOSS, BAD_LOSS = 0.05, 0.15
WEAK_RTT_MS, BAD_RTT_MS = 400.0, 1000.0
# -dBov. Louder than the first is a person who speaks; quieter than the second is not even the noise of a room:
# the device or the cable gives nothing.
SPEECH_LEVEL, DEAD_LEVEL = 60, 100
SILENT_AFTER_S = 20.0


class Grade(StrEnum):
    GOOD = "good"
    WEAK = "weak"
    BAD = "bad"
    OFF = "off"


class Microphone(StrEnum):
    SPEAKING = "speaking"
    QUIET = "quiet"
    SILENT = "silent"
    NONE = "none"
    MUTED = "muted"


GRADE_NAMES = {
    Grade.GOOD: "良好",
    Grade.WEAK: "较弱，已优先保证声音",
    Grade.BAD: "很差，可能听不清",
    Grade.OFF: "没有连接",
}
MICROPHONE_NAMES = {
    Microphone.SPEAKING: "正在说话",
    Microphone.QUIET: "话筒正常",
    Microphone.SILENT: "话筒开着但一直没有声音，请提醒本人检查",
    Microphone.NONE: "没有送来声音",
    Microphone.MUTED: "已静音",
}
PATH_NAMES = {"direct": "直连", "relay": "经中转", "relay_tcp": "经中转（TCP，延迟可能较大）", "": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Measured on one seat's line; None while unknown. `loss` is a share 0..1."""

    connected: bool
    rtt_ms: float | None
    loss: float | None


def grade(line: Line) -> Grade:
    """One word for the line."""
    if not line.connected:
        return Grade.OFF
    loss, rtt = line.loss or 0.0, line.rtt_ms or 0.0
    if loss > BAD_LOSS or rtt > BAD_RTT_MS:
        return Grade.BAD
    return Grade.WEAK if loss > WEAK_LOSS or rtt > WEAK_RTT_MS else Grade.GOOD


def microphone(*, live: bool, passes: bool, level: int, dead_s: float) -> Microphone:
    """`live`: the page sends sound; `passes`: the court lets it through; `level` in -dBov (0 loud, 127 none);
    `dead_s`: seconds since it last gave at least the noise of a room."""
    if not live:
        return Microphone.NONE
    if not passes:
        return Microphone.MUTED
    if level < SPEECH_LEVEL:
        return Microphone.SPEAKING
    return Microphone.SILENT if dead_s >= SILENT_AFTER_S else Microphone.QUIET
