"""A mediation agreement (调解协议): clauses, reading, signing in order, sealing; how it is drawn is elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from court.domain.chinese import numeral
from court.domain.errors import CourtError
from court.domain.lifecycle import Lifecycle, Role, Step
from court.domain.reading import Paragraph, ReadingAnswer
from court.domain.signature import INSTEAD, Manner


class AgreementState(StrEnum):
    DRAFT = "draft"
    READING = "reading"
    SIGNING = "signing"
    WET_PRINT = "wet_print"
    SEALED = "sealed"
    WITHDRAWN = "withdrawn"
    VOID = "void"


class AgreementAction(StrEnum):
    EDIT = "edit"
    START_READING = "start_reading"
    LEAD = "lead"
    ACKNOWLEDGE = "acknowledge"
    START_SIGNING = "start_signing"
    SIGN = "sign"
    SEAL = "seal"
    START_WET = "start_wet"
    UPLOAD_SCAN = "upload_scan"
    WITHDRAW = "withdraw"
    REFUSE = "refuse"
    VOID = "void"


class SignerRole(StrEnum):
    PARTY = "party"
    AGENT = "agent"
    WITNESS = "witness"
    MEDIATOR = "mediator"
    JUDGE = "judge"
    CLERK = "clerk"
    SEAL = "seal"


# Parties sign first, the bench after them, the seal of the committee or court last (人民调解法 29).
SIGNING_ORDER = (
    SignerRole.PARTY,
    SignerRole.AGENT,
    SignerRole.WITNESS,
    SignerRole.MEDIATOR,
    SignerRole.JUDGE,
    SignerRole.CLERK,
    SignerRole.SEAL,
)


# Who is bound by the clauses: each has heard and acknowledged every one, and writes by hand on the pad.
BOUND = frozenset({SignerRole.PARTY, SignerRole.AGENT})
# Who signs with the own hand and leaves strokes: a witness (见证人) stands for what was seen, not for the clauses.
BY_HAND = BOUND | {SignerRole.WITNESS}


FACTS = "facts"


class SignerState(StrEnum):
    WAITING = "waiting"
    SIGNED = "signed"


_S, _A = AgreementState, AgreementAction
_DRAFTER = frozenset({Role.MEDIATOR, Role.JUDGE, Role.CLERK})
_BENCH = frozenset({Role.MEDIATOR, Role.JUDGE})
_SIGNER = frozenset({Role.PARTY, Role.AGENT, Role.MEDIATOR, Role.JUDGE, Role.CLERK, Role.OFFICER})

AGREEMENT: Lifecycle[AgreementState, AgreementAction] = Lifecycle(
    "agreement",
    _S.DRAFT,
    {
        (_S.DRAFT, _A.EDIT): Step(_S.DRAFT, _DRAFTER),
        (_S.DRAFT, _A.START_READING): Step(_S.READING, _DRAFTER),
        (_S.DRAFT, _A.VOID): Step(_S.VOID, _DRAFTER),
        # Any change of a clause sends it back: acknowledgements and signatures fall with it.
        (_S.READING, _A.EDIT): Step(_S.DRAFT, _DRAFTER),
        (_S.READING, _A.LEAD): Step(_S.READING, _DRAFTER),
        (_S.READING, _A.ACKNOWLEDGE): Step(_S.READING, _SIGNER),
        (_S.READING, _A.START_SIGNING): Step(_S.SIGNING, _DRAFTER),
        (_S.READING, _A.START_WET): Step(_S.WET_PRINT, _DRAFTER),
        (_S.READING, _A.REFUSE): Step(_S.VOID, _DRAFTER),
        (_S.READING, _A.VOID): Step(_S.VOID, _DRAFTER),
        (_S.SIGNING, _A.EDIT): Step(_S.DRAFT, _DRAFTER),
        (_S.SIGNING, _A.SIGN): Step(_S.SIGNING, _SIGNER),
        (_S.SIGNING, _A.SEAL): Step(_S.SEALED, _BENCH),
        # 拒绝签名: without the signature of one party the agreement is not formed (人民调解法 29).
        (_S.SIGNING, _A.REFUSE): Step(_S.VOID, _DRAFTER),
        (_S.SIGNING, _A.VOID): Step(_S.VOID, _BENCH),
        (_S.WET_PRINT, _A.EDIT): Step(_S.DRAFT, _DRAFTER),
        (_S.WET_PRINT, _A.UPLOAD_SCAN): Step(_S.SEALED, _DRAFTER),
        (_S.WET_PRINT, _A.REFUSE): Step(_S.VOID, _DRAFTER),
        (_S.WET_PRINT, _A.VOID): Step(_S.VOID, _BENCH),
        # After the seal nothing is changed: it is withdrawn, and another one may take its place.
        (_S.SEALED, _A.WITHDRAW): Step(_S.WITHDRAWN, _BENCH),
    },
    {
        _S.DRAFT: "起草中",
        _S.READING: "宣读确认中",
        _S.SIGNING: "签名中",
        _S.WET_PRINT: "待手写签名",
        _S.SEALED: "已生效盖章",
        _S.WITHDRAWN: "已撤回",
        _S.VOID: "已作废",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseInput:
    """A clause as typed: who does what, how much (fen, None when not about money), by when, the full text."""

    who: str
    what: str
    amount_fen: int | None = None
    due: date | None = None
    # Said in words when no date fits ("签字当日", "每月5日前"); one of due and due_text is needed.
    due_text: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """`position` starts at 1 and is printed 一、二、三. `text` is what is read aloud and printed."""

    id: str
    position: int
    who: str
    what: str
    amount_fen: int | None
    due: date | None
    due_text: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerInput:
    """Who has to sign. `party_id` for parties, `account_id` for staff, neither for the seal."""

    role: SignerRole
    name: str
    caption: str = ""
    party_id: str | None = None
    account_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """`field` is the name of the PDF signature field made before the first signature, `sig_01` and so on.

    `manner` is WRITTEN unless the person was declared unable to write; `witness` is then who witnesses, and a witness
    has `witness_of`, the id of that person's signer.
    """

    id: str
    position: int
    role: SignerRole
    name: str
    caption: str
    field: str
    party_id: str | None
    account_id: str | None
    state: SignerState
    signed_at: datetime | None
    strokes_sha256: str
    # Ids of paragraphs: agreed to, and asked about.
    acknowledged: frozenset[str]
    questions: frozenset[str] = frozenset()
    manner: Manner = Manner.WRITTEN
    witness: str = ""
    witness_of: str | None = None

    @property
    def cannot_write(self) -> bool:
        return self.manner in INSTEAD


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One stored state of the paper: base, each signature, seal, or the scan of the wet one."""

    index: int
    kind: str
    sha256: str
    signer_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A warning of the clause checker that somebody answered: 已知悉，保留."""

    reason: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An edit that voided something: `signatures` names who had signed, `paragraphs` what is to be read anew."""

    rev: int
    from_state: AgreementState
    reason: str
    signatures: tuple[str, ...]
    paragraphs: tuple[str, ...]
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The whole aggregate. `rev` grows with every edit; `head_sha256` is the newest stored paper, "" if none.

    `led` is the paragraph put before all by who leads the reading; `answers` are all ever given, `changes` too.
    """

    id: str
    matter_id: str
    hearing_id: str | None
    number: str
    state: AgreementState
    rev: int
    wet: bool
    read_aloud: bool
    led: str
    replaces_id: str | None
    facts: str
    copies: int
    clauses: tuple[Clause, ...]
    signers: tuple[Signer, ...]
    revisions: tuple[Revision, ...]
    answers: tuple[ReadingAnswer, ...]
    changes: tuple[Change, ...]
    head_sha256: str
    effective_at: datetime | None
    void_reason: str
    created_at: datetime
    updated_at: datetime

    @property
    def state_name(self) -> str:
        return AGREEMENT.labels[self.state]

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """What is read aloud one by one."""
        return paragraphs(self.facts, self.clauses)

    @property
    def bound(self) -> tuple[Signer, ...]:
        """Who has to hear and agree."""
        return tuple(signer for signer in self.signers if signer.role in BOUND)

    @property
    def listeners(self) -> tuple[Signer, ...]:
        """Who must have agreed to every paragraph before it is signed: always who cannot read or write."""
        return tuple(signer for signer in self.bound if self.read_aloud or signer.cannot_write)

    @property
    def heard(self) -> bool:
        """Whether nothing is missing of what the signing waits for."""
        ids = {paragraph.id for paragraph in self.paragraphs}
        return all(ids <= signer.acknowledged for signer in self.listeners)

    def current(self) -> Paragraph | None:
        """The paragraph before all: the led one, else the first that somebody has not agreed to."""
        return next((p for p in self.paragraphs if p.id == self.led), None) or self.first_open()

    def first_open(self) -> Paragraph | None:
        """The first paragraph that somebody bound has not agreed to."""
        return next(
            (p for p in self.paragraphs if any(p.id not in one.acknowledged for one in self.bound)), None
        )

    def next_signer(self) -> Signer | None:
        """Whose turn it is; the seal counts as the last signer. None when everybody has signed."""
        return next((s for s in self.signers if s.state is SignerState.WAITING), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningTask:
    """What a process has to sign, outside any transaction; hand it back whole to `finish_signature`.

    `lease_id` is valid until `lease_until`; the field of `signer` is filled in the paper `base_sha256`.
    `facts` are the evidence of the act: identity check, time, clause hashes; strings only.
    """

    lease_id: str
    lease_until: datetime
    agreement_id: str
    agreement_rev: int
    signer: Signer
    base_sha256: str
    facts: dict[str, str]


def signers_in_order(signers: Sequence[SignerInput]) -> tuple[SignerInput, ...]:
    """By SIGNING_ORDER, within a role as given. Refuses `agreement.signers` unless there are a party, somebody
    who presides, and exactly one seal; nobody twice."""
    roles = [signer.role for signer in signers]
    people = [
        signer.party_id or signer.account_id for signer in signers if signer.role is not SignerRole.SEAL
    ]
    complete = (
        SignerRole.PARTY in roles
        and (SignerRole.MEDIATOR in roles or SignerRole.JUDGE in roles)
        and roles.count(SignerRole.SEAL) == 1
    )
    if not complete or None in people or len(set(people)) != len(people):
        raise CourtError("agreement.signers")
    return tuple(sorted(signers, key=lambda signer: SIGNING_ORDER.index(signer.role)))


def paragraphs(facts: str, clauses: Sequence[Clause]) -> tuple[Paragraph, ...]:
    """The facts in dispute, then each clause; the id of the facts is FACTS."""
    first = (Paragraph(id=FACTS, label="纠纷事实", text=facts),)
    return first + tuple(Paragraph(id=c.id, label=f"第{numeral(c.position)}条", text=c.text) for c in clauses)
