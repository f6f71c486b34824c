"""An exhibit (证据) of a session: submitted, shown, examined (质证), withdrawn; what is said of it. Draws nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.domain.hearing import Hearing, HearingKind, HearingState, SuspendReason
from court.domain.lifecycle import BENCH, Lifecycle, Role, Step
from court.domain.matter import SIDE_NAMES, Side

MOST_EXHIBITS = 200  # of one dispute or petition
MOST_PAGES = 200
MOST_BYTES = 20 * 1024 * 1024


class ExhibitSide(StrEnum):
    """Who presents it; `court` is what the court gathered itself (民诉法 67)."""

    APPLICANT = "applicant"
    RESPONDENT = "respondent"
    THIRD = "third"
    PETITIONER = "petitioner"
    COURT = "court"


_TRIAL_NAMES = {Side.APPLICANT: "原告", Side.RESPONDENT: "被告"}


def side_name(side: ExhibitSide, kind: HearingKind) -> str:
    """原告, 被告 in a trial; 申请人, 被申请人 in a mediation."""
    if side is ExhibitSide.COURT:
        return "法庭调取"
    named = Side(side.value)
    if kind is HearingKind.TRIAL and named in _TRIAL_NAMES:
        return _TRIAL_NAMES[named]
    return SIDE_NAMES[named]


class Origin(StrEnum):
    """How the picture came in: a file of the person, a still of the document camera, a paper of the matter."""

    FILE = "file"
    CAMERA = "camera"
    MATERIAL = "material"


ORIGIN_NAMES = {Origin.FILE: "上传文件", Origin.CAMERA: "实物展台拍摄", Origin.MATERIAL: "立案时提交的材料"}


class ExhibitState(StrEnum):
    REGISTERED = "registered"
    SHOWN = "shown"
    EXAMINED = "examined"
    WITHDRAWN = "withdrawn"


class ExhibitAction(StrEnum):
    SHOW = "show"
    GIVE_OPINION = "give_opinion"
    CHECK_ORIGINAL = "check_original"
    EXAMINE = "examine"
    WITHDRAW = "withdraw"


_S, _A = ExhibitState, ExhibitAction
_PERSON = frozenset({Role.PARTY, Role.AGENT})
_WRITERS = BENCH | {Role.CLERK}
_COMPARERS = _WRITERS | {Role.OFFICER}

# Nothing is commented on before everybody has seen it; what was examined stays in the file.
EXHIBIT: Lifecycle[ExhibitState, ExhibitAction] = Lifecycle(
    "exhibit",
    _S.REGISTERED,
    {
        (_S.REGISTERED, _A.SHOW): Step(_S.SHOWN, BENCH),
        (_S.REGISTERED, _A.CHECK_ORIGINAL): Step(_S.REGISTERED, _COMPARERS),
        (_S.REGISTERED, _A.WITHDRAW): Step(_S.WITHDRAWN, _PERSON | _COMPARERS),
        (_S.SHOWN, _A.SHOW): Step(_S.SHOWN, BENCH),
        (_S.SHOWN, _A.GIVE_OPINION): Step(_S.SHOWN, _PERSON | _WRITERS),
        (_S.SHOWN, _A.CHECK_ORIGINAL): Step(_S.SHOWN, _COMPARERS),
        (_S.SHOWN, _A.EXAMINE): Step(_S.EXAMINED, BENCH),
        (_S.SHOWN, _A.WITHDRAW): Step(_S.WITHDRAWN, BENCH),
        (_S.EXAMINED, _A.SHOW): Step(_S.EXAMINED, BENCH),
        (_S.EXAMINED, _A.GIVE_OPINION): Step(_S.EXAMINED, _PERSON | _WRITERS),
        (_S.EXAMINED, _A.CHECK_ORIGINAL): Step(_S.EXAMINED, _COMPARERS),
    },
    {
        _S.REGISTERED: "待出示",
        _S.SHOWN: "已出示",
        _S.EXAMINED: "已质证",
        _S.WITHDRAWN: "已撤回",
    },
)


class CaptureState(StrEnum):
    ASKED = "asked"
    TAKEN = "taken"
    CANCELLED = "cancelled"


class CaptureAction(StrEnum):
    TAKE = "take"
    CANCEL = "cancel"


# The vehicle's terminal acts as the person standing at it.
CAPTURE: Lifecycle[CaptureState, CaptureAction] = Lifecycle(
    "capture",
    CaptureState.ASKED,
    {
        (CaptureState.ASKED, CaptureAction.TAKE): Step(CaptureState.TAKEN, frozenset({Role.PARTY})),
        (CaptureState.ASKED, CaptureAction.CANCEL): Step(
            CaptureState.CANCELLED, _WRITERS | {Role.PARTY, Role.SYSTEM}
        ),
    },
    {CaptureState.ASKED: "等待拍摄", CaptureState.TAKEN: "已拍摄", CaptureState.CANCELLED: "已取消"},
)


class Stance(StrEnum):
    """One answer on one of the three qualities of evidence."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    OBJECTED = "objected"


STANCE_NAMES = {Stance.ACCEPTED: "认可", Stance.REJECTED: "不认可", Stance.OBJECTED: "有异议"}
QUALITIES: Mapping[str, str] = {"authentic": "真实性", "lawful": "合法性", "relevant": "关联性"}


class OriginalResult(StrEnum):
    """原件核对: the picture against the paper itself (在线诉讼规则 12, 13)."""

    SAME = "same"
    DIFFERS = "differs"
    ABSENT = "absent"


RESULT_NAMES = {
    OriginalResult.SAME: "与原件一致",
    OriginalResult.DIFFERS: "与原件不一致",
    OriginalResult.ABSENT: "未提交原件",
}


class Ground(StrEnum):
    """Facts on which the court may take the picture as the original (在线诉讼规则 13 (1), (4)); it decides."""

    UNDISPUTED = "undisputed"
    COMPARED = "compared"


GROUND_NAMES = {
    Ground.UNDISPUTED: "对方对真实性未提出异议",
    Ground.COMPARED: "已与原件比对一致",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """`position` counts per side from 1 and is never given twice; `pages` is 1 for a picture; `size` in bytes."""

    id: str
    subject_kind: str
    subject_id: str
    hearing_id: str
    side: ExhibitSide
    position: int
    party_id: str | None
    title: str
    purpose: str
    origin: Origin
    sha256: str
    media_type: str
    size: int
    pages: int
    state: ExhibitState
    at: datetime
    offset_ms: int | None
    by: str
    withdrawn_reason: str

    @property
    def state_name(self) -> str:
        return EXHIBIT.labels[self.state]

    def label(self, kind: HearingKind) -> str:
        """原告证据1, as it is called aloud."""
        return f"{side_name(self.side, kind)}证据{self.position}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """质证意见 of one party; the highest `rev` holds, the earlier ones stay in the file."""

    id: str
    exhibit_id: str
    hearing_id: str
    party_id: str
    party_name: str
    rev: int
    authentic: Stance
    lawful: Stance
    relevant: Stance
    text: str
    at: datetime
    offset_ms: int | None
    by: str

    @property
    def words(self) -> str:
        """真实性认可，合法性认可，关联性有异议。理由：…"""
        said = "，".join(f"{name}{STANCE_NAMES[getattr(self, key)]}" for key, name in QUALITIES.items())
        return f"{said}。{self.text and f'理由：{self.text}'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalCheck:
    """One comparison with the original; the newest holds."""

    id: str
    exhibit_id: str
    hearing_id: str
    result: OriginalResult
    note: str
    at: datetime
    offset_ms: int | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """The bench asked the vehicle for a still of the document camera."""

    id: str
    hearing_id: str
    party_id: str | None
    title: str
    purpose: str
    state: CaptureState
    at: datetime
    by: str
    exhibit_id: str | None


def may_be_examined(hearing: Hearing) -> bool:
    """In session, or interrupted exactly for examining evidence in private (法释〔2017〕5号 3)."""
    private = hearing.suspend_reason is SuspendReason.CLOSED_EVIDENCE
    return hearing.state is HearingState.IN_SESSION or (hearing.state is HearingState.SUSPENDED and private)


def may_be_submitted(hearing: Hearing) -> bool:
    """Before and during the session."""
    return hearing.state not in {HearingState.CLOSED, HearingState.CANCELLED}


def grounds(
    exhibit: Exhibit,
    latest: OriginalCheck | None,
    opinions: Iterable[Opinion],
    opponents: Iterable[str],
) -> tuple[Ground, ...]:
    """What speaks for taking the picture as the original. `opinions` are those that hold, `opponents` party ids.

    A comparison that found a difference outweighs everybody's silence.
    """
    if latest is not None and latest.result is OriginalResult.DIFFERS:
        return ()
    held = {one.party_id: one for one in opinions}
    others = tuple(opponents)
    silent = others and all(p in held and held[p].authentic is Stance.ACCEPTED for p in others)
    found = [Ground.UNDISPUTED] if silent else []
    if latest is not None and latest.result is OriginalResult.SAME:
        found.append(Ground.COMPARED)
    return tuple(found)


def original_is_needed(latest: OriginalCheck | None, opinions: Iterable[Opinion]) -> bool:
    """在线诉讼规则 12 (1): somebody disputes that it is genuine and nothing was found equal to the original."""
    disputed = any(one.authentic is not Stance.ACCEPTED for one in opinions)
    return disputed and (latest is None or latest.result is not OriginalResult.SAME)
