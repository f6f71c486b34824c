"""What the machine points out about a registered matter, and what a person decided about it. Finds nothing itself."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.domain.errors import CourtError


class HintKind(StrEnum):
    """`way` is the triage itself; the others are hints."""

    WAY = "way"
    PERSON = "person"
    MATTER = "matter"
    RISK = "risk"


# What a person may decide about each, with its words.
OUTCOMES: dict[HintKind, dict[str, str]] = {
    HintKind.PERSON: {"same": "是同一个人", "different": "不是同一个人", "unsure": "还不能确定"},
    HintKind.MATTER: {
        "same": "是同一件事，并案办理",
        "again": "同一件事又起争议，另案办理",
        "different": "不是同一件事",
        "unsure": "还不能确定",
    },
    HintKind.RISK: {"handled": "已经处理", "watch": "继续留意", "none": "核对过，没有问题"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The latest one about one hint holds; earlier ones stay."""

    id: str
    matter_id: str
    kind: HintKind
    about: str
    outcome: str
    note: str
    at: datetime
    by: str

    @property
    def outcome_name(self) -> str:
        return OUTCOMES.get(self.kind, {}).get(self.outcome, self.outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """`about` names it among those of its kind; `link` is a matter that the reader may open, "" where he may not."""

    kind: HintKind
    about: str
    title: str
    degree: str
    reasons: tuple[str, ...]
    advice: str = ""
    basis: str = ""
    link: str = ""
    decided: Decision | None = None

    @property
    def choices(self) -> dict[str, str]:
        return OUTCOMES[self.kind]


def require_outcome(kind: HintKind, outcome: str) -> None:
    """Refuses `triage.outcome`."""
    if outcome not in OUTCOMES.get(kind, {}):
        raise CourtError("triage.outcome")
