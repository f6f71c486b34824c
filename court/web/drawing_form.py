"""The form of a paper from its list of fields: what the register tells already, and what was typed as facts. No paper."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from court.config import Config
from court.domain import elements
from court.domain.matter import Party, Side
from court.domain.mediation import Agreement, AgreementState
from court.domain.numbers import Series
from court.domain.told import Told
from court.store.views import MatterPage
from court.web import forms, pages
from documents import kit, registry
from documents.facts import Field

# What the program fills in itself, or what no form asks for.
AUTOMATIC = frozenset(
    {"body_name", "signers", "recording", "wet", "rehearsal", "made_on", "replaces", "heard"}
)
# Whose identities stand in a field; the sides of the dispute, and what they are called there.
PEOPLE: Mapping[str, tuple[Side, ...]] = {
    "applicants": (Side.APPLICANT,),
    "respondents": (Side.RESPONDENT,),
    "plaintiffs": (Side.APPLICANT,),
    "defendants": (Side.RESPONDENT,),
    "third_parties": (Side.THIRD,),
    "parties": (Side.APPLICANT, Side.RESPONDENT, Side.THIRD),
    "visited": (Side.APPLICANT, Side.RESPONDENT),
    "petitioners": (Side.PETITIONER,),
    "agents": (),
}
_TOGETHER = frozenset(
    {
        "confirmation_application",
        "confirmation_granted",
        "confirmation_rejected",
        "confirmation_not_accepted",
    }
)
# Letters to another body, not to who complained.
TO_BODIES = frozenset({"petition_forwarding", "petition_assignment"})
# Complaints by elements (要素式); of a judgment only the requests are the party's own words.
BY_ELEMENTS = frozenset({"element_complaint"})
IN_COURT = {Side.APPLICANT: "原告", Side.RESPONDENT: "被告", Side.THIRD: "第三人"}
IN_ENFORCEMENT = {Side.APPLICANT: "申请执行人", Side.RESPONDENT: "被执行人", Side.THIRD: "第三人"}
# Enforcement has its own case number and business.
_NOT_IN_ENFORCEMENT = ("number", "matter", "clauses", "clerks", "requests")
LONG = 300
MOST_TYPED = 20_000
_COLUMN = re.compile(r"\s*[｜|]\s*")


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of the form: `widget` line, text, rows, date, moment, choice, flag, party or number.

    `columns` are those of rows: typed one item a line, divided by "｜"; a page with script makes a table of them.
    """

    field: Field
    widget: str
    hint: str = ""
    columns: tuple[Field, ...] = ()

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def columns_json(self) -> str:
        """What court/static/js/columns.js builds the cells from."""
        return json.dumps(
            [
                {
                    "label": c.label,
                    "type": c.type,
                    "required": c.required,
                    "long": c.type == "text" and (c.most or 0) > LONG,
                    "choices": c.choices,
                }
                for c in self.columns
            ],
            ensure_ascii=False,
        )


def is_person(field: Field) -> bool:
    """One party, chosen in the form."""
    return field.type == "group" and any(inner.name == "represents" for inner in field.fields)


def asked(name: str) -> tuple[Asked, ...]:
    """What the form of a kind asks; people come from the register of the dispute."""
    fields = registry.fields(name)
    return tuple(_asked(each) for each in fields if each.name not in AUTOMATIC and each.name not in PEOPLE)


def _asked(field: Field) -> Asked:
    match field.type:
        case "list" if field.fields:
            return Asked(field, "rows", f"每行一项，各栏用“｜”隔开：{_columns(field)}", field.fields)
        case "list":
            return Asked(field, "text", "每行一项，编号由系统加上")
        case "group" if is_person(field):
            return Asked(field, "party")
        case "group":
            return Asked(field, "text", f"写成一行，各栏用“｜”隔开：{_columns(field)}")
        case "text":
            return Asked(field, "text" if (field.most or 0) > LONG else "line")
        case other:
            return Asked(field, other)


def _columns(field: Field) -> str:
    return "｜".join(inner.label + ("" if inner.required else "（可空）") for inner in field.fields)


def sides(name: str, field: str) -> tuple[Side, ...]:
    """Both sides ask for a confirmation together (民事诉讼法 205)."""
    both = name in _TOGETHER and field == "applicants"
    return (Side.APPLICANT, Side.RESPONDENT) if both else PEOPLE[field]


def role_name(name: str, side: Side) -> str:
    """原告 in the court's papers, 申请人 in those of a mediation."""
    by_court = registry.kind(name).pattern.family is kit.Family.LITIGATION or name == "court_mediation"
    if name in _TOGETHER:
        return "申请人"
    if side is Side.PETITIONER:
        return "信访人"
    if registry.kind(name).pattern.family is kit.Family.ENFORCEMENT:
        return IN_ENFORCEMENT[side]
    return (
        IN_COURT[side]
        if by_court
        else {Side.APPLICANT: "申请人", Side.RESPONDENT: "被申请人"}.get(side, "第三人")
    )


def prefilled(
    name: str,
    told: Mapping[str, str],
    answered: Told | None = None,
    enforcing: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """What the register tells already, as the fields of the form want it; `answered` what was asked at registration,
    `enforcing` what the application for enforcement tells."""
    sheet = dict(told)
    if name == "acceptance_notice":
        sheet["recipient"] = sheet["plaintiff_names"]
    if "judgment" in name and "fee_words" in sheet:
        sheet["fee"] = sheet["fee_words"]
    if name == "court_mediation":
        sheet["number"] = sheet.get("mediation_number", "")
    if name in TO_BODIES:
        sheet.pop("recipient", None)
    if name in ("petition_registration", "petition_reception"):
        sheet["number"] = sheet["petition_number"]
    if name in BY_ELEMENTS:
        sheet |= _elements(sheet.get("cause", ""), answered)
    elif answered is not None and answered.elements and "facts" in sheet:
        sheet["facts"] = "\n".join((sheet["facts"], *(f"{ask}：{said}。" for ask, said in answered.elements)))
    if registry.kind(name).pattern.family is kit.Family.ENFORCEMENT:
        for own in _NOT_IN_ENFORCEMENT:
            sheet.pop(own, None)
        sheet |= enforcing or {}
    names = {each.name for each in asked(name)}
    return {key: value for key, value in sheet.items() if key in names and value}


def _elements(cause: str, answered: Told | None) -> dict[str, str]:
    """The rows of the element form for this cause, answered as far as they were at registration."""
    form = elements.form_of(cause)
    known = dict(answered.elements) if answered else {}
    ticked = answered.claims if answered else ()
    return {
        "requests": "\n".join(f"{claim}｜{'是' if claim in ticked else ''}｜" for claim in form.claims),
        "elements": "\n".join(f"{ask}｜{known.get(ask, '').replace(chr(10), ' ')}" for ask in form.asks),
    }


def sheet(page: MatterPage, config: Config, now: datetime) -> dict[str, str]:
    """What a dispute tells, by the names of fields."""
    matter = page.matter
    mine, theirs = _names(page.parties, Side.APPLICANT), _names(page.parties, Side.RESPONDENT)
    first = next((p for p in page.parties if p.side is Side.APPLICANT), None)
    other = next((p for p in page.parties if p.side is Side.RESPONDENT), None)
    told = {
        "number": matter.number,
        "case_number": matter.number,
        "cause": matter.cause_name,
        "facts": matter.facts,
        "requests": matter.request,
        "place": matter.place,
        "plaintiff_names": mine,
        "applicant_names": mine,
        "respondent_names": theirs,
        "defendant_names": theirs,
        "recipient": theirs,
        "payer": mine,
        "summoned": other.name if other else "",
        "address": other.address if other else "",
        "person": other.id if other else "",
        "performer": other.id if other else "",
        "receiver": first.id if first else "",
        "submitter": first.id if first else "",
        "bench": f"审判员｜{page.judge.name}" if page.judge else "",
        "clerks": f"书记员｜{page.clerk.name}" if page.clerk else "",
        "told_by": f"书记员｜{page.clerk.name}" if page.clerk else "",
        "mediators": f"调解员｜{page.mediator.name}" if page.mediator else "",
        "visitors": f"回访人｜{page.mediator.name}" if page.mediator else "",
        "procedure": "简易程序",
        "inquiry": f"凭查询码在车载终端或者 {config.base_url} 查询",
        "contact": f"{config.court_name}，电话{config.help_phone}",
        "copies": "1",
        "round": "1",
        "answer_days": "15",
        "matter": "开庭",
        "edition": "正本",
        "filed_on": f"{pages.local(matter.created_at):%Y-%m-%d}",
        "accepted_on": f"{pages.local(now):%Y-%m-%d}",
    }
    return told | _session(page, now) | _agreed(page.agreements, config)


def _session(page: MatterPage, now: datetime) -> dict[str, str]:
    """The next session, else the latest."""
    known = sorted(page.hearings, key=lambda one: one.starts_at)
    chosen = next((one for one in known if one.starts_at >= now), known[-1] if known else None)
    if chosen is None:
        return {}
    at = f"{pages.local(chosen.starts_at):%Y-%m-%dT%H:%M}"
    return {"appear_at": at, "opens_at": at, "held_at": at, "place": chosen.place}


def _agreed(agreements: tuple[Agreement, ...], config: Config) -> dict[str, str]:
    """The agreement that is in force."""
    done = [one for one in agreements if one.state is AgreementState.SEALED and one.effective_at]
    if not done or done[-1].effective_at is None:
        return {}
    latest = done[-1]
    by_court = Series.COURT_MEDIATION in latest.number
    day = f"{pages.local(done[-1].effective_at):%Y-%m-%d}"
    return {
        "agreement_number": latest.number,
        "agreement_title": "调解协议" if by_court else "人民调解协议书",
        "mediation_number": latest.number if by_court else "",
        "agreed_on": day,
        "effective_on": day,
        "clauses": "\n".join(clause.text for clause in latest.clauses),
        "mediation_body": config.court_name if by_court else config.committee_name,
    }


def _names(parties: tuple[Party, ...], side: Side) -> str:
    return "、".join(party.name for party in parties if party.side is side)


def typed(name: str, form: forms.Sent, parties: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that were typed; every required field left empty is a fault of the form. `parties`: id → facts."""
    found: dict[str, Any] = {}
    for each in asked(name):
        field = each.field
        text = form.text(
            field.name, most=min(field.most or MOST_TYPED, MOST_TYPED) if field.type == "text" else MOST_TYPED
        )
        if field.type == "flag":
            found[field.name] = form.flag(field.name)
        elif not text:
            if field.required:
                form.fault(field.name, "drawing.missing", name=field.label)
        elif each.widget == "party":
            if text not in parties:
                form.fault(field.name, "form.choice")
            found[field.name] = parties.get(text)
        else:
            found[field.name] = _value(field, text)
    return found


def _value(field: Field, text: str) -> Any:
    """What one field's text says; what cannot be read is left as it is, so that the paper's own check names it."""
    match field.type:
        case "list":
            lines = [line.strip() for line in text.split("\n") if line.strip()]
            return [_item(field, line) for line in lines] if field.fields else lines
        case "number":
            return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
        case "flag":
            return text in {"是", "有", "√", "☑", "yes"}
        case "group":
            return _item(field, text)
        case "moment":
            return text if re.search(r"[+-]\d\d:\d\d$|Z$", text) else f"{text}:00+08:00"
        case _:
            return text


def _item(field: Field, line: str) -> dict[str, Any]:
    """One line of a list of groups; a lone blank separates as well where there are two columns."""
    cells = _COLUMN.split(line)
    if len(cells) == 1 and len(field.fields) == 2:
        cells = line.split(None, 1)
    pairs = zip(field.fields, cells, strict=False)
    told = {inner.name: _value(inner, cell) for inner, cell in pairs if cell}
    return {inner.name: False for inner in field.fields if inner.type == "flag"} | told


def day_of(text: str) -> date | None:
    """The day a preview was drawn for."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
