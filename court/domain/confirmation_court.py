"""Which court confirms (民事诉讼法 205): every tie to this court with its reason, by names of places."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Link(StrEnum):
    """What ties an agreement to a court (民事诉讼法 205)."""

    INVITED = "invited"
    HOME = "home"
    OBJECT = "object"
    BODY = "body"


LINK_NAMES: Mapping[Link, str] = {
    Link.INVITED: "本院邀请调解组织先行调解",
    Link.HOME: "当事人住所地",
    Link.OBJECT: "标的物所在地",
    Link.BODY: "调解组织所在地",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """One possible tie to this court: `holds` None means the address does not say; a person decides then."""

    link: Link
    holds: bool | None
    reason: str


_TAIL = re.compile(r"(?:第[一二三四五六七八九十]+)?(?:中级|高级)?人民法院.*$")
_HEAD = re.compile(r"^(?:.+?(?:省|自治区)|(?:北京|天津|上海|重庆)市)(?=.)")


def area_of(court_name: str) -> str:
    """云阳县 from 重庆市云阳县人民法院."""
    return _HEAD.sub("", _TAIL.sub("", court_name))


def ties(
    *,
    court_name: str,
    invited: bool,
    homes: Sequence[tuple[str, str]],
    object_place: str,
    body: str,
    body_place: str,
) -> tuple[Tie, ...]:
    """Every tie of 民事诉讼法 205 with its reason. `homes` are (name, address); (1) goes before (2)."""
    area = area_of(court_name)
    found = [
        Tie(
            link=Link.INVITED,
            holds=invited,
            reason=f"{court_name}邀请{body}先行调解，应当向作出邀请的本院提出。"
            if invited
            else "调解组织自行调解，不是本院邀请的。",
        )
    ]
    for name, address in homes:
        found.append(_by_place(Link.HOME, area, f"{name}的住所", address))
    found.append(_by_place(Link.OBJECT, area, "标的物（纠纷发生地）", object_place))
    found.append(_by_place(Link.BODY, area, body, body_place or body))
    return tuple(found)


def _by_place(link: Link, area: str, what: str, place: str) -> Tie:
    if not place.strip():
        return Tie(link=link, holds=None, reason=f"{what}没有登记地址，请问清。")
    if area and area in place:
        return Tie(link=link, holds=True, reason=f"{what}在{area}（{place}）。")
    if re.search(r"[县区市旗]", place):
        return Tie(link=link, holds=False, reason=f"{what}不在{area}（{place}）。")
    return Tie(link=link, holds=None, reason=f"{what}的地址没有写到县区（{place}），请核对。")
