"""The rules of service as a table over the facts of an attempt; which rule counts in the end is service_moment's.

Every rule names its articles and says in Chinese why, or what is to be done instead."""

from dataclasses import replace
from datetime import datetime, time

from court.domain.numbers import COURT_ZONE
from court.domain.service import Nature, ServiceMethod, ServiceState
from court.domain.service_case import Agreed, Case, Rule, Test, entitled, last_day
from court.domain.service_fact import AddressBasis, Fact, FactKind, Relation, ReturnReason

_M, _F, _S = ServiceMethod, FactKind, ServiceState
_HANDED, _THROUGH = frozenset({_M.DIRECT, _M.LEFT}), frozenset({_M.ENTRUSTED, _M.FORWARDED})
_BY_HAND = _HANDED | _THROUGH
_DIRECT, _LEFT, _POST = frozenset({_M.DIRECT}), frozenset({_M.LEFT}), frozenset({_M.POST})
_ELECTRONIC, _ANNOUNCED = frozenset({_M.ELECTRONIC}), frozenset({_M.ANNOUNCED})


def _signed(case: Case, fact: Fact) -> bool:
    return entitled(case.about, fact)


def _self(case: Case, fact: Fact) -> bool:
    return _signed(case, fact) and fact.relation is Relation.SELF


def _other(case: Case, fact: Fact) -> bool:
    return _signed(case, fact) and fact.relation is not Relation.SELF


def _not_in_person(case: Case, fact: Fact) -> bool:
    return not case.about.in_person


def _filmed(case: Case, fact: Fact) -> bool:
    return not case.about.in_person and bool(fact.proof_sha256)


def _witnessed(case: Case, fact: Fact) -> bool:
    return not case.about.in_person and bool(fact.witness.strip() and fact.words.strip())


def _own_fault(case: Case, fact: Fact) -> bool:
    """专递规定 11: his address wrong, moved without a word, not given at all, or refused; unless he proves no fault."""
    if case.about.in_person or case.attempt.fact(_F.REBUTTED):
        return False
    refused_to_give = case.attempt.basis is AddressBasis.REGISTERED
    if fact.reason is ReturnReason.REFUSED:
        return True
    return fact.reason in {ReturnReason.WRONG_ADDRESS, ReturnReason.MOVED} and (case.own or refused_to_give)


def _reached(case: Case, fact: Fact) -> bool:
    """At his own address, agreed, not sent back (在线诉讼规则 31 first paragraph). His proof outranks the system's word."""
    if case.about.agreed is not Agreed.YES or not case.own:
        return False
    proved = fact.kind is not _F.PROVED and case.attempt.fact(_F.PROVED)
    back = case.attempt.last(_F.BOUNCED)
    return not proved and not (back and fact.kind is _F.DELIVERED and back.at >= fact.at)


def _conduct(case: Case, fact: Fact) -> bool:
    """在线诉讼规则 29 (4), 31 second paragraph (1): taken as served, and as consent, by what he did himself."""
    return case.about.agreed is not Agreed.NO


def _read(case: Case, fact: Fact) -> bool:
    return case.about.agreed is Agreed.YES and not case.own and not case.attempt.fact(_F.REBUTTED)


def _over(case: Case, fact: Fact) -> bool:
    """The term has run from the last of the postings."""
    latest = case.attempt.last(_F.PUBLISHED)
    return not case.about.in_person and fact is latest and case.now > _end(case, fact)


def _end(case: Case, fact: Fact) -> datetime:
    return datetime.combine(last_day(fact), time(23, 59, 59), COURT_ZONE)


def _served(
    code: str, methods: frozenset[ServiceMethod], fact: FactKind, test: Test, why: str, *articles: str
) -> Rule:
    return Rule(
        code=code, methods=methods, fact=fact, effect=_S.SERVED, test=test, why=why, articles=articles
    )


def _fails(
    code: str,
    methods: frozenset[ServiceMethod],
    fact: FactKind,
    test: Test,
    why: str,
    then: str,
    *articles: str,
) -> Rule:
    return Rule(
        code=code,
        methods=methods,
        fact=fact,
        effect=_S.FAILED,
        test=test,
        why=why,
        then=then,
        articles=articles,
    )


def _always(case: Case, fact: Fact) -> bool:
    return True


# In one attempt the earliest serving fact counts; without one, the first failing rule of the latest fact.
RULES: tuple[Rule, ...] = (
    _served("signed", _HANDED, _F.SIGNED, _self, "受送达人签收，签收日期为送达日期", "民事诉讼法第八十七条"),
    _served(
        "forwarded", _THROUGH, _F.SIGNED, _signed,
        "{relation}{receiver}签收，以送达回证上的签收日期为送达日期",
        "民事诉讼法第九十一条", "民事诉讼法第九十四条",
    ),
    _served(
        "signed_for", _HANDED, _F.SIGNED, _other, "{relation}{receiver}签收，签收日期为送达日期",
        "民事诉讼法第八十八条",
    ),
    _fails(
        "signed_by_other", _BY_HAND | _POST, _F.SIGNED,
        lambda case, fact: not _signed(case, fact),
        "{relation}{receiver}签收的，不能算送达受送达人",
        "请交受送达人本人（或者依法可以代收的人）签收。调解文书只能由本人或者本人指定的代收人签收。",
        "民事诉讼法第八十八条", "民诉法解释第一百三十三条",
    ),
    _served(
        "refused_at_judgment", _DIRECT, _F.REFUSED_AT_COURT,
        lambda case, _: case.about.nature is Nature.JUDGMENT,
        "宣判（领取）时拒不签收判决书、裁定书，已在笔录或者送达回证上记明，视为送达",
        "民诉法解释第一百四十一条", "民诉法解释第一百三十一条第一款",
    ),
    _served(
        "refused_at_court", _DIRECT, _F.REFUSED_AT_COURT, _not_in_person,
        "受送达人到法院领取时拒绝签署送达回证，已由审判人员、书记员注明情况并签名，视为送达",
        "民诉法解释第一百三十一条第一款",
    ),
    _served(
        "refused_filmed", _DIRECT, _F.REFUSED_FILMED, _filmed,
        "在住所以外直接送达，受送达人拒绝签署，已拍照、录像记录送达过程，视为送达",
        "民诉法解释第一百三十一条第二款",
    ),
    _fails(
        "refused", frozenset({_M.DIRECT, _M.ENTRUSTED}), _F.REFUSED, _always, "受送达人拒绝接收，还没有送达",
        "可以留置送达：请有关基层组织或者单位的代表到场见证，或者拍照录像。调解文书不能留置，"
        "不签收的按没有达成协议处理。",
        "民事诉讼法第八十九条",
    ),
    _fails(
        "refused_in_person", _DIRECT, _F.REFUSED_AT_COURT, lambda case, _: case.about.in_person,
        "调解文书要本人签收，拒签不能视为送达", "请问明本人是否反悔；不签收的，调解书不发生效力，应当及时裁判。",
        "民诉法解释第一百三十三条", "民事诉讼法第一百零二条",
    ),
    _fails(
        "not_filmed", _DIRECT, _F.REFUSED_FILMED, lambda case, fact: not _filmed(case, fact),
        "没有照片、录像，或者是调解文书，不能视为送达", "请补交照片或者录像；调解文书请本人签收。",
        "民诉法解释第一百三十一条第二款", "民诉法解释第一百三十三条",
    ),
    _served(
        "left", _LEFT, _F.LEFT_WITNESSED, _witnessed,
        "拒绝接收，已邀请见证人{witness}到场，记明拒收事由和日期，把文书留在住所，视为送达",
        "民事诉讼法第八十九条",
    ),
    _served(
        "left_filmed", _LEFT, _F.LEFT_FILMED, _filmed,
        "拒绝接收，已把文书留在住所并拍照、录像记录送达过程，视为送达", "民事诉讼法第八十九条",
    ),
    _fails(
        "left_not_proved", _LEFT, _F.LEFT_WITNESSED, lambda case, fact: not _witnessed(case, fact),
        "没有写明拒收事由和见证人，不能视为送达", "请补记拒收事由和见证人，或者补交照片、录像。",
        "民事诉讼法第八十九条",
    ),
    _fails(
        "left_not_filmed", _LEFT, _F.LEFT_FILMED, lambda case, fact: not _filmed(case, fact),
        "没有照片、录像，不能视为送达", "请补交照片、录像，或者补记见证人。", "民事诉讼法第八十九条",
    ),
    _fails(
        "absent", _BY_HAND, _F.ABSENT, _always, "没有见到人，还没有送达",
        "请换时间再送，或者改用邮寄送达；有难处的，可以委托当地法院。", "民事诉讼法第九十一条",
    ),
    _served(
        "post_signed", _POST, _F.SIGNED, _signed, "{relation}{receiver}签收，以回执上注明的收件日期为送达日期",
        "民事诉讼法第九十一条", "法院专递规定第九条",
    ),
    _served(
        "post_returned", _POST, _F.RETURNED, _own_fault,
        "因受送达人自己的原因（{reason}）没有收到，文书退回之日视为送达之日", "法院专递规定第十一条",
    ),
    _fails(
        "post_back", _POST, _F.RETURNED, lambda case, fact: not _own_fault(case, fact),
        "邮件退回（{reason}），还没有送达",
        "请核实地址后再送，或者直接送达、委托送达；各种方式都送不到的，才可以公告送达。",
        "法院专递规定第六条", "法院专递规定第十一条",
    ),
    _fails(
        "no_fault", _POST, _F.REBUTTED, _always,
        "受送达人证明自己没有过错，退回之日不视为送达",
        "请核实地址后再送，或者直接送达、委托送达。", "法院专递规定第十一条第二款",
    ),
    _served(
        "proved", _ELECTRONIC, _F.PROVED, _reached,
        "受送达人证明的到达日期与法院系统显示的不一致，以受送达人证明的为准", "民诉法解释第一百三十五条第二款",
    ),
    _served(
        "arrived", _ELECTRONIC, _F.ARRIVED, _reached,
        "送达信息到达受送达人确认的电子地址所在系统时，即为送达",
        "民事诉讼法第九十条第二款", "在线诉讼规则第三十一条第一款",
    ),
    _served(
        "delivered", _ELECTRONIC, _F.DELIVERED, _reached,
        "法院系统显示发送成功的日期，为到达受送达人特定系统的日期", "民诉法解释第一百三十五条第二款",
    ),
    _served(
        "opened", _ELECTRONIC, _F.OPENED, _reached, "受送达人已在确认的电子地址打开，送达信息至迟此时到达",
        "民事诉讼法第九十条第二款", "在线诉讼规则第三十一条第一款",
    ),
    _served(
        "replied", _ELECTRONIC, _F.REPLIED, _conduct, "受送达人回复已收悉，即为完成有效送达",
        "在线诉讼规则第三十一条第二款第一项",
    ),
    _served(
        "acted", _ELECTRONIC, _F.ACTED, _conduct, "受送达人已根据送达内容作出相应诉讼行为，即为完成有效送达",
        "在线诉讼规则第三十一条第二款第一项",
    ),
    replace(
        _served(
            "read", _ELECTRONIC, _F.OPENED, _read, "受送达人的系统反馈已阅知，推定完成有效送达",
            "在线诉讼规则第三十一条第二款第二项",
        ),
        presumed=True,
    ),
    _fails(
        "rebutted", _ELECTRONIC, _F.REBUTTED, lambda case, _: not case.own,
        "受送达人证明没有收悉送达内容，推定不成立", "请换一种方式送达。", "在线诉讼规则第三十一条第二款第二项",
    ),
    _fails(
        "bounced", _ELECTRONIC, _F.BOUNCED, _always, "消息没有到达",
        "请核对号码或者邮箱后再发，或者改用直接送达、邮寄送达。", "民事诉讼法第九十条",
    ),
    Rule(
        code="announced", methods=_ANNOUNCED, fact=_F.PUBLISHED, effect=_S.SERVED, test=_over, at=_end,
        why="自最后张贴或者刊登公告之日起经过三十日，{day}届满，视为送达",
        articles=("民事诉讼法第九十五条", "民诉法解释第一百三十八条"),
    ),
)  # fmt: skip
