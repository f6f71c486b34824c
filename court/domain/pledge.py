"""保证书: what a witness pledges before he testifies, who need not, and what follows from a refusal. No paper is drawn here.

民事诉讼法解释 119: before testifying a witness is told of his duty and of the consequences and signs; 120: who refuses does
not testify and bears the costs.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from court.domain.admission import Admission
from court.domain.errors import CourtError
from court.domain.hearing import Hearing, HearingKind, HearingState, Seat, SeatRole
from court.domain.lifecycle import BENCH, Lifecycle, Role, Step
from court.domain.order import ENDED

WORDS_MOST = 200


class PledgeState(StrEnum):
    """`called`: let in to read it out and sign before anything else is asked. `given`: signed, and read out in court."""

    NONE = "none"
    SIGNED = "signed"
    CALLED = "called"
    GIVEN = "given"
    EXEMPT = "exempt"
    REFUSED = "refused"


class PledgeAct(StrEnum):
    SIGN = "sign"
    CALL = "call"
    READ = "read"
    EXEMPT = "exempt"
    REFUSE = "refuse"


_S, _A = PledgeState, PledgeAct
_NOTES = BENCH | {Role.CLERK}

PLEDGE: Lifecycle[PledgeState, PledgeAct] = Lifecycle(
    "pledge",
    _S.NONE,
    {
        (_S.NONE, _A.SIGN): Step(_S.SIGNED, _NOTES),
        (_S.NONE, _A.CALL): Step(_S.CALLED, BENCH),
        (_S.NONE, _A.EXEMPT): Step(_S.EXEMPT, BENCH),
        (_S.NONE, _A.REFUSE): Step(_S.REFUSED, BENCH),
        (_S.SIGNED, _A.READ): Step(_S.GIVEN, _NOTES),
        (_S.SIGNED, _A.REFUSE): Step(_S.REFUSED, BENCH),
        (_S.CALLED, _A.READ): Step(_S.GIVEN, _NOTES),
        (_S.CALLED, _A.EXEMPT): Step(_S.EXEMPT, BENCH),
        (_S.CALLED, _A.REFUSE): Step(_S.REFUSED, BENCH),
        # He may think better of it while the session lasts.
        (_S.REFUSED, _A.SIGN): Step(_S.SIGNED, _NOTES),
        (_S.REFUSED, _A.CALL): Step(_S.CALLED, BENCH),
        (_S.EXEMPT, _A.SIGN): Step(_S.SIGNED, _NOTES),
    },
    {
        _S.NONE: "还没有签署",
        _S.SIGNED: "已签署，待当庭宣读",
        _S.CALLED: "已传到庭，待宣读并签署",
        _S.GIVEN: "已宣读并签署",
        _S.EXEMPT: "依法不签署",
        _S.REFUSED: "拒绝签署，不得作证",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeRule:
    """Of one kind of session."""

    required: bool
    read_aloud: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeRules:
    """`text` is what is pledged; `exceptions` code -> name."""

    text: str
    of: Mapping[HearingKind, PledgeRule]
    exceptions: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledge:
    """One act. `exception` is a code of the rules with EXEMPT only; `words` why: of an exception, of a refusal, of a
    clerk who read it out in the witness's place. `offset_ms` is the place in the recording."""

    id: str
    hearing_id: str
    seat_id: str
    act: PledgeAct
    exception: str
    words: str
    at: datetime
    by: str
    offset_ms: int | None


@cache
def rules() -> PledgeRules:
    table = tomllib.loads(files("court.data").joinpath("pledges.toml").read_text(encoding="utf-8"))
    none = PledgeRule(required=False, read_aloud=False)
    of = {kind: PledgeRule(**table[kind]) if kind in table else none for kind in HearingKind}
    exceptions = {row["code"]: row["name"] for row in table["exception"]}
    return PledgeRules(text=table["text"], of=MappingProxyType(of), exceptions=MappingProxyType(exceptions))


def wanted(seat: Seat, kind: HearingKind) -> bool:
    """Whether this person has to pledge at all."""
    return seat.role is SeatRole.WITNESS and rules().of[kind].required


def state_of(acts: Iterable[Pledge], seat_id: str) -> PledgeState:
    """After all acts (oldest first)."""
    state = PLEDGE.start
    for one in acts:
        if one.seat_id == seat_id:
            state = PLEDGE.table[state, one.act].to
    return state


def require_callable(seat: Seat, kind: HearingKind, now_is: PledgeState) -> None:
    """Before a witness is let in. Refuses `pledge.missing`, `pledge.refused`."""
    if not wanted(seat, kind):
        return
    if now_is is PledgeState.REFUSED:
        raise CourtError("pledge.refused")
    if now_is is PledgeState.NONE:
        raise CourtError("pledge.missing")


def require_given(seat: Seat, kind: HearingKind, now_is: PledgeState) -> None:
    """Before anything is put to a witness. Refuses `pledge.not_given`."""
    enough = {PledgeState.GIVEN, PledgeState.EXEMPT}
    if not rules().of[kind].read_aloud:
        enough.add(PledgeState.SIGNED)
    if wanted(seat, kind) and now_is not in enough:
        raise CourtError("pledge.not_given")


def moved(
    seat: Seat, hearing: Hearing, now_is: PledgeState, act: PledgeAct, role: Role, exception: str, words: str
) -> PledgeState:
    """Refuses `pledge.not_wanted`, `hearing.wrong_state`, `pledge.wrong_state`, `pledge.not_allowed`,
    `pledge.not_in_court` (reading out), `pledge.exception`, `pledge.reason` (an exception and a refusal need one)."""
    if not wanted(seat, hearing.kind):
        raise CourtError("pledge.not_wanted")
    if hearing.state in ENDED or hearing.state is HearingState.SCHEDULED:
        raise CourtError("hearing.wrong_state", state=hearing.state_name, action="pledge")
    after = PLEDGE.after(now_is, act, role)
    if act is PledgeAct.READ and seat.admission is not Admission.ADMITTED:
        raise CourtError("pledge.not_in_court")
    if (act is PledgeAct.EXEMPT) != (exception in rules().exceptions):
        raise CourtError("pledge.exception")
    if act in {PledgeAct.EXEMPT, PledgeAct.REFUSE} and not words:
        raise CourtError("pledge.reason")
    return after


def possible(seat: Seat, hearing: Hearing, now_is: PledgeState, role: Role) -> tuple[PledgeAct, ...]:
    """What this role may note now (buttons of a page)."""
    if not wanted(seat, hearing.kind) or hearing.state in ENDED or hearing.state is HearingState.SCHEDULED:
        return ()
    here = seat.admission is Admission.ADMITTED
    return tuple(act for act in PLEDGE.actions(now_is, role) if act is not PledgeAct.READ or here)


def noted(one: Pledge, caption: str) -> str:
    """The act as a sentence of the transcript."""
    told = "已告知其如实作证的义务和作伪证的法律后果"
    match one.act:
        case PledgeAct.SIGN:
            return f"{caption}已签署保证书，{told}。"
        case PledgeAct.CALL:
            return f"传{caption}到庭，{told}，责令其宣读并签署保证书。"
        case PledgeAct.READ if one.words:
            return f"{caption}签署保证书，由书记员代为宣读并说明（{one.words}）：“{rules().text}”"
        case PledgeAct.READ:
            return f"{caption}当庭宣读并签署保证书：“{rules().text}”"
        case PledgeAct.EXEMPT:
            return f"{caption}是{rules().exceptions[one.exception]}（{one.words}），依法不签署保证书。"
        case PledgeAct.REFUSE:
            return f"{caption}拒绝签署或者宣读保证书（{one.words}），不得作证，并自行承担相关费用。"
