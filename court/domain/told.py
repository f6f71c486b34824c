"""What was told at registration in answers and ticks, and how it becomes the words of a matter. No question is asked here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from court.domain import elements
from court.domain.chinese import amounts, typed_sum
from court.domain.draft import Answers, Channel

SPOKEN = "（本人口述，录音已经收好，由工作人员整理成文字。）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`elements` in the order of the form, only those answered; `sum_fen` None: no sum was given."""

    channel: Channel
    elements: tuple[tuple[str, str], ...]
    claims: tuple[str, ...]
    sum_fen: int | None

    @property
    def text(self) -> str:
        """Everything in running text, for what looks for words."""
        return "\n".join((*(f"{ask}：{said}。" for ask, said in self.elements), "；".join(self.claims)))


def told(answers: Answers, cause_name: str) -> Told:
    """From a draft; questions of another cause, chosen before, are left out."""
    form = elements.form_of(cause_name)
    typed = typed_sum(answers.amount) if answers.amount else None
    return Told(
        channel=answers.channel,
        elements=tuple((ask, said) for ask in form.asks if (said := answers.elements.get(ask, "").strip())),
        claims=tuple(claim for claim in form.claims if claim in answers.claims),
        sum_fen=int(typed * 100) if typed else None,
    )


def request_text(claims: tuple[str, ...], sum_fen: int | None, words: str, written_sum: str) -> str:
    """The request in one text: the claims that were ticked, the sum, then the person's own words."""
    head = "；".join((*claims, *([f"金额{written_sum}"] if sum_fen else [])))
    return "\n".join(part for part in (f"{head}。" if head else "", words) if part)


def claimed(found: Told | None, request: str) -> int | None:
    """The sum in dispute in fen: as given, else the only one that the request names."""
    if found is not None and found.sum_fen:
        return found.sum_fen
    named = {one.fen for one in amounts(request)}
    return named.pop() if len(named) == 1 else None


def only_money(found: Told | None, cause_name: str) -> bool:
    """Whether nothing but money was ticked; unknown counts as yes where the cause is about money."""
    things = (
        "返还",
        "恢复",
        "排除",
        "停止",
        "解除",
        "腾",
        "搬",
        "确认",
        "分割",
        "探望",
        "抚养",
        "道歉",
        "消除",
    )
    claims: Mapping[str, None] = dict.fromkeys(found.claims if found else ())
    if claims:
        return not any(word in claim for claim in claims for word in things)
    return any(
        word in cause_name
        for word in ("借贷", "买卖", "劳动报酬", "劳务", "租赁", "赡养费", "抚养费", "追偿", "损害")
    )
