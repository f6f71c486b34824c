"""The device self-test before a session: which answers and measures are a trouble, and its words. No devices here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.domain.health import Grade, Line, grade


class CheckStep(StrEnum):
    """What is tested, in the order of the pages. All but the line are answered by the person."""

    DEVICES = "devices"
    PICTURE = "picture"
    LEVEL = "level"
    SOUND = "sound"
    LINE = "line"


ASKED = (CheckStep.DEVICES, CheckStep.PICTURE, CheckStep.LEVEL, CheckStep.SOUND)
TROUBLE_NAMES = {
    CheckStep.DEVICES: "摄像头、麦克风没有打开",
    CheckStep.PICTURE: "看不到自己的画面",
    CheckStep.LEVEL: "说话时没有声音送出",
    CheckStep.SOUND: "听不到声音",
    CheckStep.LINE: "网络不好",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """The last self-test of a seat. `declared`: the person declared not to record; `rtt_ms` None when unmeasured."""

    seat_id: str
    hearing_id: str
    at: datetime
    troubles: tuple[CheckStep, ...]
    declared: bool
    rtt_ms: int | None

    @property
    def words(self) -> str:
        """For clerk and bench."""
        if not self.troubles:
            return "已自测，正常"
        return f"自测有问题：{'、'.join(TROUBLE_NAMES[one] for one in self.troubles)}"


def troubles(answers: Mapping[CheckStep, bool], line: Line) -> tuple[CheckStep, ...]:
    """What was answered with no, or not at all; a line on which a talk is hard to follow."""
    found = [step for step in ASKED if not answers.get(step, False)]
    if grade(line) is not Grade.GOOD:
        found.append(CheckStep.LINE)
    return tuple(found)
