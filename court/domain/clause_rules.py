"""The finders of the clause checker: each looks for one thing in a clause, or in all of them. Texts and law are data."""

import re
from collections.abc import Callable, Mapping, Sequence

from court.domain.chinese import dates, impossible_dates, rates
from court.domain.clause_money import (
    PAY,
    PENALTY,
    Situation,
    Told,
    amount_differs,
    excess,
    instalments,
    interest_high,
    own_amounts,
    pays,
    penalty_high,
    said,
    whole,
    words_differ,
)
from court.domain.mediation import ClauseInput

_HOW = re.compile(r"账户|账号|帐户|帐号|卡号|开户|现金|当场|当面|微信|支付宝|转账|汇款|一卡通|代收|存入")
_WHEN = re.compile(
    r"当[日天场]|即[日时]|之日|之前|以前|日前|月底|年底|每[年月日周季]|\d+\s*[日天]内|[一二三四五六七八九十]+[日天个月年]+内|长期|今后|此后|签字后|永久|从此|至.{0,12}止|满.{0,6}岁"
)
_VAGUE_DUE = re.compile(
    r"尽快|尽早|有钱|手头宽裕|条件允许|适当时|近期|过段时间|日后再|另行商[定量]|秋收后|打工回来"
)
_VAGUE = re.compile(
    r"适当|酌情|力所能及|妥善|合理的?(?:费用|补偿|赔偿)|相应的?(?:费用|补偿|责任)|一定的|大约|大概|左右|等等|若干"
)
_BLANK = re.compile(r"〔[^〕]{1,20}〕|_{2,}|×{2,}|\uff3f{2,}")
_SIDES = re.compile(
    r"双方|各方|三方|原告|被告|申请人|被申请人|第三人|甲方|乙方|丙方|一方|对方|当事人|委员会|违约方"
)
_OBJECT = re.compile(
    r"(?:返还|交付|归还|交出|搬走|移交).{0,4}?((?:相关|有关|上述|全部|所有|该)?(?:物品|东西|财物|材料|杂物|财产))"
)
_REALTY = re.compile(r"房屋|房产|住房|楼房|门面|商铺|不动产|宅基地|土地使用权|林权")
_TRANSFER = re.compile(r"过户|转让|转移|赠与|抵偿|抵债|抵给|出售|归[^，。；]{1,12}所有|变更.{0,4}名下")
_TITLE = re.compile(
    r"确认[^，。；]{0,16}(?:所有权|使用权|承包经营权|经营权|归属)|(?:土地|宅基地|承包地|山林|林地)[^，。；]{0,12}归[^，。；]{1,10}(?:所有|使用|承包)|确权"
)
_STATUS = re.compile(r"解除婚姻|离婚|解除收养|变更抚养关系|恢复婚姻关系")
_CONFIRMED = re.compile(
    r"(?:确认|承认|认定)[^，。；]{0,14}(?:婚姻|夫妻|亲子|父子|父女|母子|母女|收养)关系(?:有效|无效|成立|不成立|存在|不存在)?"
    r"|(?:婚姻|收养)关系(?:有效|无效)|断绝(?:父子|父女|母子|母女|亲子|兄弟)关系|脱离(?:父子|父女|母子|母女|亲子)关系"
)
_RETRY = re.compile(
    r"(?:请求|申请|交由|要求)[^，。；]{0,6}法院[^，。；]{0,8}(?:作出|依法|重新)?(?:裁判|判决)"
)
_FREEDOM = re.compile(
    r"不[得准许](?:离开|外出|出门|回娘家|结婚|离婚|再婚|改嫁|生育|与他人来往)|限制[^，。；]{0,6}(?:人身自由|行动|出行)"
    r"|(?:扣押|扣留|抵押|交出|保管)[^，。；]{0,6}(?:身份证|户口[本簿]|护照)|扣[押留][^，。；]{0,4}(?:本人|人身)|以身抵债|做工抵债至死"
)
_DUTY = re.compile(
    r"(?:免除|不承担|不再承担|不负担|放弃)[^，。；]{0,10}(?:赡养|扶养)(?:义务|责任|费)|(?:免除|不承担|不再承担|不负担)[^，。；]{0,10}抚养(?:义务|责任|费)"
    r"|不[再用须]?(?:赡养|抚养|扶养)(?:父|母|老人|子女|孩子)|放弃[^，。；]{0,6}抚养费"
)
_CRIME = re.compile(
    r"(?:不[再得]?追究|免除|放弃追究)[^，。；]{0,8}刑事责任|不[得准再](?:报警|报案|向公安)|撤销?刑事(?:案件|控告)"
)
_RIGHT = re.compile(
    r"(?:不[得准再]|放弃|自愿放弃)[^，。；]{0,6}(?:起诉|诉讼|上诉|诉权|申请仲裁|申请执行|控告|举报|检举|申诉|上访|信访|反映(?:情况|问题))"
)
_ORDER = re.compile(r"赌债|赌资|赌博欠款|嫖资|包养|代孕|青春损失费|分手费|人身买卖|买卖婚姻|断指|请黑社会")
_OTHERS = re.compile(
    r"案外人|村集体(?:的|所有)|集体所有的|他人所有的|第三方(?:的|所有)|邻居[^，。；]{0,4}的(?:房|地|墙)|已故[^，。；]{1,8}的"
)
_DEFAULT = re.compile(r"违约|逾期|未按|不按|不履行|迟延|滞纳|拖欠的[，,]|加倍|申请(?:强制)?执行|司法确认")


def _pattern(wanted: re.Pattern[str]) -> Callable[[ClauseInput, Situation], Told]:
    def find(clause: ClauseInput, _: Situation) -> Told:
        found = wanted.search(said(clause)) or wanted.search(whole(clause))
        return {"words": found[1] if found.re.groups and found[1] else found[0]} if found else None

    return find


def _no_amount(clause: ClauseInput, _: Situation) -> Told:
    return (
        {}
        if bool(PAY.search(whole(clause))) and not own_amounts(clause) and not rates(said(clause))
        else None
    )


def _no_due(clause: ClauseInput, _: Situation) -> Told:
    if clause.due is not None or clause.due_text.strip():
        return None
    text = whole(clause)
    return None if dates(text) or _WHEN.search(text) or not text.strip() else {}


def _impossible_day(clause: ClauseInput, _: Situation) -> Told:
    found = impossible_dates(whole(clause))
    return {"words": found[0]} if found else None


def _past_day(clause: ClauseInput, situation: Situation) -> Told:
    if clause.due is None or clause.due >= situation.today:
        return None
    return {"words": f"{clause.due.year}年{clause.due.month}月{clause.due.day}日"}


def _known(text: str, situation: Situation) -> bool:
    return bool(_SIDES.search(text)) or any(name and name in text for name in situation.parties)


def _no_payer(clause: ClauseInput, situation: Situation) -> Told:
    return (
        {}
        if whole(clause).strip() and not clause.who.strip() and not _known(said(clause), situation)
        else None
    )


def _third_party(clause: ClauseInput, situation: Situation) -> Told:
    who = clause.who.strip()
    return {"words": who} if who and not _known(who, situation) else None


def _no_payee(clause: ClauseInput, situation: Situation) -> Told:
    if not pays(clause):
        return None
    text = said(clause)
    rest = text.replace(clause.who, "", 1) if clause.who else text
    if _known(rest, situation) or re.search(
        "[向给付][^，。；]{1,8}(?:支付|付|给付|偿还)|付给|赔偿[^，。；]{1,6}[的各医误]|(?:诉讼|受理|鉴定)费",
        rest,
    ):
        return None
    return {}


def _no_account(clause: ClauseInput, _: Situation) -> Told:
    return (
        {} if pays(clause) and not _HOW.search(whole(clause)) and not PENALTY.search(whole(clause)) else None
    )


def _real_estate(clause: ClauseInput, _: Situation) -> Told:
    text = said(clause)
    return {} if _REALTY.search(text) and _TRANSFER.search(text) and "登记" not in text else None


def _retry(clause: ClauseInput, situation: Situation) -> Told:
    return None if situation.by_court else _pattern(_RETRY)(clause, situation)


def _retry_court(clause: ClauseInput, situation: Situation) -> Told:
    return _pattern(_RETRY)(clause, situation) if situation.by_court else None


def _status(clause: ClauseInput, situation: Situation) -> Told:
    return None if _CONFIRMED.search(said(clause)) else _pattern(_STATUS)(clause, situation)


def _no_default(clauses: Sequence[ClauseInput], _: Situation) -> Told:
    return None if not clauses or any(_DEFAULT.search(whole(one)) for one in clauses) else {}


def _wet(_: Sequence[ClauseInput], situation: Situation) -> Told:
    return {} if situation.personal_status else None


OF_A_CLAUSE: Mapping[str, Callable[[ClauseInput, Situation], Told]] = {
    "blank": _pattern(_BLANK),
    "no_amount": _no_amount,
    "no_due": _no_due,
    "vague_due": _pattern(_VAGUE_DUE),
    "impossible_day": _impossible_day,
    "past_day": _past_day,
    "no_payer": _no_payer,
    "no_payee": _no_payee,
    "no_account": _no_account,
    "words_differ": words_differ,
    "amount_differs": amount_differs,
    "instalments": instalments,
    "interest_high": interest_high,
    "penalty_high": penalty_high,
    "third_party": _third_party,
    "third_rights": _pattern(_OTHERS),
    "vague": _pattern(_VAGUE),
    "unclear_object": _pattern(_OBJECT),
    "real_estate": _real_estate,
    "title": _pattern(_TITLE),
    "status": _status,
    "status_confirmed": _pattern(_CONFIRMED),
    "retry": _retry,
    "retry_court": _retry_court,
    "freedom": _pattern(_FREEDOM),
    "duty_waived": _pattern(_DUTY),
    "crime_waived": _pattern(_CRIME),
    "right_waived": _pattern(_RIGHT),
    "public_order": _pattern(_ORDER),
}
OF_ALL: Mapping[str, Callable[[Sequence[ClauseInput], Situation], Told]] = {
    "excess": excess,
    "no_default": _no_default,
    "wet": _wet,
}
