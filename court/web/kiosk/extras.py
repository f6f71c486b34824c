"""What single pages show beside the question: choices, rights, sentences read back. Reads only the draft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from court.domain.causes import causes
from court.domain.consent import ConsentStep
from court.domain.draft import Draft, DraftKind
from court.domain.intake import CONSENTS
from court.domain.text import LIMITS
from court.web import pages
from court.web.keys import CONFIG, NOW
from court.web.kiosk import answers, choices, flow, readback
from court.web.kiosk.flow import Page

FACTS = {
    "name": "facts",
    "label": "经过",
    "hint": "什么时候、在哪里、和谁、怎么了。想到什么写什么；不方便写，请叫工作人员替您写。",
    "limit": LIMITS["facts"],
    "rows": 4,
}
REQUEST = {
    "name": "request",
    "label": "要求",
    "hint": "写您最想要的结果，例如：把路让出来；赔 3000 元医药费。",
    "limit": LIMITS["request"],
    "rows": 5,
}
RIGHTS = {
    DraftKind.DISPUTE: (
        "您可以在这台机器上办，也可以随时改到法庭当面办；不愿意，不影响您的权利。",
        "请说真话、交真材料；您写的经过和要求会告诉对方，身份证号和电话不会公开。",
        "您愿意哪一步，只算哪一步；那一步开始以前，都可以反悔。",
    ),
    DraftKind.PETITION: (
        "您可以在这台机器上反映，也可以当面、写信、打电话反映；不愿意，不影响您的权利。",
        "请如实反映；您的姓名和电话只给经办的人看，检举的内容对被检举的人保密。",
        "您愿意哪一步，只算哪一步；那一步开始以前，都可以反悔。",
    ),
}
WHY = {
    ConsentStep.FILING: "就在这里登记，不用再交纸的",
    ConsentStep.MEDIATION: "调解员在屏幕上主持，和对方商量",
    ConsentStep.HEARING: "谈不拢时，在车上隔着屏幕开庭",
    ConsentStep.SERVICE: "通知、文书发到手机；要纸的也给",
}
PETITION_WHY = {
    ConsentStep.FILING: "就在这里登记，不用再交纸的",
    ConsentStep.HEARING: "在车上隔着屏幕和接访的人谈",
    ConsentStep.SERVICE: "答复发到手机；要纸的也给",
}


def _today(request: web.Request) -> date:
    return pages.local(request[NOW]).date()


def cause_name(code: str, day: date) -> str:
    """The legal name of a cause; empty for an unknown code."""
    found = causes(day).get(code)
    return found.name if found else ""


def _cause(request: web.Request, draft: Draft) -> Mapping[str, Any]:
    code = draft.answers.cause_code
    topic = choices.topic_of(request.query.get("topic", "")) or choices.topic_with(code)
    listed: dict[str, Any] = {
        "causes": [(c.code, c.name) for c in causes(_today(request)).values()],
        "more_text": "",
        "more_href": "",
    }
    if topic is None or "all" in request.query:
        return {"all": True, "topic": None, "choices": (), **listed}
    second = "more" in request.query or ("topic" not in request.query and _on_second(topic, code))
    start = choices.PER_PAGE if second else 0
    query = {"topic": topic.key, "more": "1"} if not second else {"all": "1"}
    if "returning" in request.query:
        query["returning"] = "yes"
    return {
        **listed,
        "all": False,
        "topic": topic,
        "choices": topic.choices[start : start + choices.PER_PAGE],
        "more_text": "都不像，看全部" if second else "都不像，再看几个",
        "more_href": f"/kiosk/steps/cause?{urlencode(query)}",
    }


def _on_second(topic: choices.Topic, code: str) -> bool:
    return any(choice.code == code for choice in topic.choices[choices.PER_PAGE :])


def _consent(draft: Draft) -> Mapping[str, Any]:
    why = PETITION_WHY if draft.kind is DraftKind.PETITION else WHY
    names = {step: readback.consent_name(draft.kind, step) for step in CONSENTS[draft.kind]}
    return {"asked": [{"step": step.value, "title": name, "why": why[step]} for step, name in names.items()]}


def extras(request: web.Request, draft: Draft, page: Page) -> Mapping[str, Any]:
    """The page's own part of the template context."""
    match page.key:
        case "name":
            return {"derived": readback.derived(draft.answers.applicant, _today(request))}
        case "topic":
            topic = choices.topic_with(draft.answers.cause_code)
            return {"topics": choices.TOPICS, "chosen": topic.key if topic else ""}
        case "cause":
            return _cause(request, draft)
        case "class":
            return {"kinds": choices.PETITION_KINDS}
        case "facts":
            return {"ask": FACTS}
        case "request":
            return {"ask": REQUEST, "claims": answers.claims(draft), "ticked": draft.answers.claims}
        case "elements":
            known = draft.answers.elements
            asked = [(f"{flow.ASK}{n}", one, known.get(one, "")) for n, one in enumerate(flow.asks(draft), 1)]
            return {"asked": asked, "left": sum(not said for _, _, said in asked)}
        case key if key.startswith(flow.ASK):
            return {
                "number": int(key.removeprefix(flow.ASK)),
                "count": len(flow.asks(draft)),
                "limit": LIMITS["element"],
            }
        case "other":
            return {"people": draft.answers.respondents, "unknown": draft.answers.respondent_unknown}
        case "materials":
            return {"upload_limit": request.app[CONFIG].max_upload_bytes}
        case "notice":
            return {"rights": RIGHTS[draft.kind]}
        case "consent":
            return _consent(draft)
        case "review" | "sign":
            return {"lines": readback.lines(draft, cause_name(draft.answers.cause_code, _today(request)))}
        case _:
            return {}
