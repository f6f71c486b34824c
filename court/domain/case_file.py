"""The file of a case (卷宗): its twelve items (民诉法解释 263), where each paper lies in it, how files are named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from court.domain.fees import Procedure
from court.domain.filing import FileItem, FileState, FilingDetails
from court.domain.paper import PaperKind
from court.domain.text import line_clean

ITEM_NAMES = {
    FileItem.COMPLAINT: "起诉状或者口头起诉笔录",
    FileItem.ANSWER: "答辩状或者口头答辩笔录",
    FileItem.IDENTITY: "当事人身份证明材料",
    FileItem.AUTHORITY: "委托他人代理诉讼的授权委托书或者口头委托笔录",
    FileItem.EVIDENCE: "证据",
    FileItem.INQUIRY: "询问当事人笔录",
    FileItem.TRANSCRIPT: "审理（包括调解）笔录",
    FileItem.DECISION: "判决书、裁定书、调解书或者调解协议",
    FileItem.SERVICE: "送达和宣判笔录",
    FileItem.ENFORCEMENT: "执行情况",
    FileItem.FEE: "诉讼费收据",
    FileItem.SMALL_NOTICE: "适用小额诉讼程序的书面告知",
}
STATE_NAMES = {
    FileState.THERE: "在卷",
    FileState.MISSING: "缺",
    FileState.NOT_NEEDED: "不需要",
    FileState.ON_PAPER: "在纸质卷",
}
FOLDERS = (
    "01-起诉和立案",
    "02-身份和送达地址",
    "03-答辩",
    "04-证据",
    "05-开庭和笔录",
    "06-裁判和调解文书",
    "07-送达",
    "08-诉讼费",
    "09-执行",
    "10-其他",
)
_K = PaperKind
_PLACES = {
    FOLDERS[0]: {_K.RECEIPT, _K.COMPLAINT, _K.ELEMENT_COMPLAINT, _K.ACCEPTANCE_NOTICE, _K.RESPONSE_NOTICE},
    FOLDERS[1]: {_K.ADDRESS_CONFIRMATION, _K.ONLINE_CONSENT},
    FOLDERS[2]: {_K.DEFENCE},
    FOLDERS[3]: {_K.EVIDENCE_LIST, _K.EVIDENCE_NOTICE, _K.EXHIBITS, _K.UNDISPUTED_FACTS},
    FOLDERS[4]: {
        _K.SUMMONS,
        _K.HEARING_ANNOUNCEMENT,
        _K.TRANSCRIPT,
        _K.RECORDING_NOTE,
        _K.RECORDING_CHECKSUM,
    },
    FOLDERS[5]: {
        _K.JUDGMENT,
        _K.ELEMENT_JUDGMENT,
        _K.ORDER_JUDGMENT,
        _K.RULING,
        _K.COURT_MEDIATION,
        _K.AGREEMENT,
        _K.SCAN,
        _K.SIGNED_SHEETS,
    },
    FOLDERS[6]: {_K.SERVICE_RETURN, _K.ELECTRONIC_SERVICE},
    FOLDERS[7]: {_K.FEE_SHEET},
    FOLDERS[8]: {
        _K.ENFORCEMENT_APPLICATION,
        _K.ENFORCEMENT_NOTICE,
        _K.PROPERTY_ORDER,
        _K.PROPERTY_REPORT,
        _K.ENFORCEMENT_RECORD,
        _K.PROPERTY_LIST,
        _K.ENFORCEMENT_SETTLEMENT,
    },
}
_IN_FOLDER = {kind: folder for folder, kinds in _PLACES.items() for kind in kinds}
_COMPLAINTS = {_K.COMPLAINT, _K.ELEMENT_COMPLAINT}
_DECISIONS = {
    _K.JUDGMENT,
    _K.ELEMENT_JUDGMENT,
    _K.ORDER_JUDGMENT,
    _K.RULING,
    _K.COURT_MEDIATION,
    _K.AGREEMENT,
}
# What a person calls a photographed paper says where it lies.
_WORDS = (
    ("起诉", FOLDERS[0]),
    ("身份证", FOLDERS[1]),
    ("户口", FOLDERS[1]),
    ("营业执照", FOLDERS[1]),
    ("答辩", FOLDERS[2]),
)
_EXTENSIONS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
# Not in a name on any system: separators, wildcards, reserved signs.
_UNSAFE = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """One file: `place` folder/name inside the case file; `sha256` of what lies there."""

    folder: str
    name: str
    sha256: str
    media_type: str
    at: datetime
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the register holds of a case, as far as the list asks for it."""

    papers: frozenset[PaperKind]
    materials: tuple[str, ...]
    all_identified: bool
    agents: bool
    evidence: bool
    trial_held: bool
    decision_served: bool
    answer_over: bool
    enforcement: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One of the twelve; `reason` says where it is, why it is not needed, or what to do."""

    item: FileItem
    state: FileState
    reason: str
    by_person: bool = False

    @property
    def name(self) -> str:
        return ITEM_NAMES[self.item]

    @property
    def state_name(self) -> str:
        return STATE_NAMES[self.state]


def checklist(known: FilingDetails, held: Held) -> tuple[Item, ...]:
    """The twelve items in their order; what a person said of one holds unless the register has it by now."""
    marks = {mark.item: mark for mark in known.marks}
    out = []
    for item in FileItem:
        state, reason = _seen(item, known, held)
        mark = marks.get(item)
        if state is FileState.MISSING and mark is not None:
            reason = f"{mark.reason}（{mark.by}）"
            out.append(Item(item=item, state=mark.state, reason=reason, by_person=True))
        else:
            out.append(Item(item=item, state=state, reason=reason))
    return tuple(out)


def _seen(item: FileItem, known: FilingDetails, held: Held) -> tuple[FileState, str]:
    there, missing, none = FileState.THERE, FileState.MISSING, FileState.NOT_NEEDED
    match item:
        case FileItem.COMPLAINT:
            done = bool(held.papers & _COMPLAINTS) or any("起诉" in one for one in held.materials)
            return (there, "") if done else (missing, "请制作或者扫描起诉状；口头起诉的，补笔录。")
        case FileItem.ANSWER:
            return _answer(known, held)
        case FileItem.IDENTITY:
            return (there, "") if held.all_identified else (missing, "有当事人还没有核验身份证件。")
        case FileItem.AUTHORITY:
            named = any("委托" in one for one in held.materials)
            if named:
                return there, ""
            return (missing, "有代理人参加诉讼，缺授权委托书。") if held.agents else (none, "没有委托代理人")
        case FileItem.EVIDENCE:
            return (there, "") if held.evidence else (missing, "没有证据材料，请扫描或者登记。")
        case FileItem.INQUIRY | FileItem.TRANSCRIPT:
            done = PaperKind.TRANSCRIPT in held.papers
            what = "请把定稿的笔录生成文书。" if held.trial_held else "还没有开庭。"
            return (there, "见审理笔录" if item is FileItem.INQUIRY else "") if done else (missing, what)
        case FileItem.DECISION:
            return (there, "") if held.papers & _DECISIONS else (missing, "还没有裁判文书。")
        case FileItem.SERVICE:
            return (there, "") if held.decision_served else (missing, "裁判文书还没有送达全部当事人。")
        case FileItem.ENFORCEMENT:
            return (there, "") if held.enforcement else (none, "没有申请执行")
        case FileItem.FEE:
            return _fee(known)
        case FileItem.SMALL_NOTICE:
            if known.procedure is not Procedure.SMALL:
                return none, "不适用小额诉讼程序"
            told = PaperKind.ACCEPTANCE_NOTICE in held.papers
            return (
                (there, "见受理案件通知书") if told else (missing, "请书面告知一审终审、审理期限和收费标准。")
            )


def _answer(known: FilingDetails, held: Held) -> tuple[FileState, str]:
    if PaperKind.DEFENCE in held.papers or known.answers:
        return FileState.THERE, ""
    if held.answer_over or known.decision is not None:
        return FileState.NOT_NEEDED, "被告没有提出答辩，不影响审理"
    return FileState.MISSING, "答辩期还没有届满。"


def _fee(known: FilingDetails) -> tuple[FileState, str]:
    fee = known.fee
    if fee is not None and fee.receipt:
        return FileState.THERE, f"票据{fee.receipt}"
    if fee is not None and fee.settled:
        return FileState.NOT_NEEDED, fee.relief_reason or "不需要交纳"
    return FileState.MISSING, "诉讼费还没有交，也没有决定缓交、减交、免交。"


def lacking(items: Iterable[Item]) -> tuple[Item, ...]:
    """Those that keep the file from being whole."""
    return tuple(one for one in items if one.state is FileState.MISSING)


def folder_of(kind: PaperKind) -> str:
    """Where a paper of this kind lies."""
    return _IN_FOLDER.get(kind, FOLDERS[-1])


def folder_named(label: str) -> str:
    """Where a photographed paper lies, by what it was called; evidence unless the words say otherwise."""
    return next((folder for word, folder in _WORDS if word in label), FOLDERS[3])


def file_name(number: int, title: str, media_type: str) -> str:
    """003-民事判决书.pdf: safe on every system, whatever was typed."""
    tidy = line_clean(title).translate(_UNSAFE).strip(". ")[:60] or "材料"
    return f"{number:03d}-{tidy}.{_EXTENSIONS.get(media_type, 'bin')}"
