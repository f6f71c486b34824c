"""What the kiosk offers as pictures: topics of a dispute with usual causes, kinds of petition. Words only."""

from __future__ import annotations

from dataclasses import dataclass

from court.domain.petition import PetitionClass

PER_PAGE = 4  # more choices than four are not read, only guessed


@dataclass(frozen=True, slots=True)
class Choice:
    """One picture: `code` is what is stored (a cause of 法〔2025〕226号 or a petition class)."""

    code: str
    title: str
    hint: str
    picture: str
    tone: str = "blue"


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of trouble in everyday words; its choices are shown four at a time."""

    key: str
    title: str
    hint: str
    picture: str
    tone: str
    choices: tuple[Choice, ...]


TOPICS: tuple[Topic, ...] = (
    Topic(
        "neighbour",
        "邻居、路、水、地",
        "过路、排水、宅基地、田土边界",
        "road",
        "red",
        (
            Choice("55(2)", "走路、过路", "路被堵、不让走", "road"),
            Choice("55(1)", "用水、排水", "抢水、水流到我家", "house"),
            Choice("68", "宅基地、建房", "占地、修房争地界", "house"),
            Choice("65", "承包地、田土", "种地的边界、谁来种", "land"),
            Choice("55(5)", "挡光、挡太阳", "房子、树挡了我家", "house"),
            Choice("55(7)", "挖土、漏水、危险", "怕伤到我家房子和地", "warning"),
            Choice("420(6)", "树木、果实", "树倒了、枝丫砸了", "land"),
            Choice("40", "东西挡住、占用", "要对方搬走", "hand"),
        ),
    ),
    Topic(
        "family",
        "家里人的事",
        "养老、离婚、娃儿、分家",
        "family",
        "amber",
        (
            Choice("24", "赡养老人", "不管老人、不给生活费", "family"),
            Choice("14", "离婚", "过不下去，想离", "people"),
            Choice("22(1)", "娃儿的抚养费", "不给钱、给得少", "money"),
            Choice("29", "分遗产", "老人走了，财产怎么分", "paper"),
            Choice("28", "分家", "分房子、分东西", "house"),
            Choice("12", "彩礼", "要退彩礼、退多少", "money"),
            Choice("15", "离婚后的财产", "离了还没分清", "scale"),
            Choice("27", "看望娃儿", "不让看、看不到", "person"),
        ),
    ),
    Topic(
        "money",
        "借钱、工钱、买卖",
        "欠钱不还、活干了没给钱",
        "money",
        "green",
        (
            Choice("108(3)", "借钱不还", "有借条、没借条都可以", "money"),
            Choice("144", "干活没给钱", "帮人做工的工钱", "work"),
            Choice("88", "买东西、卖东西", "货不对、钱没给", "handshake"),
            Choice("120(9)", "请人修房子", "质量、工钱有争议", "house"),
            Choice("205(5)", "单位欠工资", "公司、厂里拖欠", "work"),
            Choice("116(2)", "租房子", "租金、押金", "house"),
            Choice("116(1)", "租土地", "流转、租金", "land"),
            Choice("119", "请人加工、做东西", "没做好、没给钱", "work"),
        ),
    ),
    Topic(
        "harm",
        "人受伤、东西坏了",
        "打架、车祸、狗咬、干活受伤",
        "injury",
        "blue",
        (
            Choice("1", "打架、被人打伤", "医药费谁出", "injury"),
            Choice("411", "车祸", "汽车、摩托车撞了", "van"),
            Choice("406", "帮人干活受伤", "工地上、家里帮工", "work"),
            Choice("419", "被狗等动物伤了", "咬伤、撞伤", "injury"),
            Choice("44", "东西被弄坏", "房子、车、庄稼", "warning"),
            Choice("422", "义务帮忙受伤", "没收钱帮忙", "handshake"),
            Choice("412", "电瓶车、自行车撞了", "不是机动车", "van"),
            Choice("421", "触电受伤", "电线、电器", "warning"),
        ),
    ),
)

PETITION_KINDS: tuple[Choice, ...] = (
    Choice(PetitionClass.CLAIM, "求解决", "自己的事没办好，请帮助解决", "hand", "red"),
    Choice(PetitionClass.SUGGESTION, "提建议", "哪里可以做得更好", "letter", "green"),
    Choice(PetitionClass.ACCUSATION, "检举", "有人违法违纪，内容保密", "shield", "amber"),
    Choice(PetitionClass.LITIGATION, "官司的事", "对案件办理有意见", "gavel", "blue"),
)

TITLES = {choice.code: choice.title for topic in TOPICS for choice in topic.choices}


def topic_of(key: str) -> Topic | None:
    """The topic of a page address; None when there is no such topic."""
    return next((topic for topic in TOPICS if topic.key == key), None)


def topic_with(cause_code: str) -> Topic | None:
    """The topic under which a cause was chosen, to come back to the same page."""
    return next((t for t in TOPICS if any(c.code == cause_code for c in t.choices)), None)
