"""What a printer complains of, as a person would say it and with what to do; which printer it is stands elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing the printer reports. `blocks`: nothing comes out until somebody sees to it; `grave`: it would, if what is
    being printed needs this tray or this colour."""

    keyword: str
    text: str
    advice: str
    blocks: bool
    grave: bool


# RFC 8011 5.4.12 and PWG 5100.9: what it is, what to do, whether it stands still until then.
_TROUBLES: Mapping[str, tuple[str, str, bool]] = {
    "media-empty": ("缺纸", "请往纸盒里放纸", True),
    "media-needed": ("缺纸", "请放入打印机要的纸", True),
    "media-low": ("纸快用完了", "请备好纸", False),
    "media-jam": ("卡纸", "请打开盖板，顺着走纸方向取出卡住的纸", True),
    "input-tray-missing": ("纸盒没有装好", "请把纸盒推到底", True),
    "output-tray-missing": ("出纸盘没有装好", "请装好出纸盘", True),
    "output-area-full": ("出纸口满了", "请取走已打好的纸", True),
    "output-area-almost-full": ("出纸口快满了", "请取走已打好的纸", False),
    "cover-open": ("盖板没有关", "请关好盖板", True),
    "door-open": ("门盖没有关", "请关好打印机的门盖", True),
    "interlock-open": ("门盖没有关", "请关好打印机的门盖", True),
    "toner-empty": ("墨粉用完", "请更换墨粉盒", True),
    "toner-low": ("墨粉不足", "还能打印，请备好墨粉盒", False),
    "marker-supply-empty": ("墨水或墨粉用完", "请更换墨盒", True),
    "marker-supply-low": ("墨水或墨粉不足", "还能打印，请备好墨盒", False),
    "marker-supply-missing": ("墨盒没有装好", "请重新装好墨盒", True),
    "marker-waste-full": ("废粉盒满了", "请更换废粉盒", True),
    "marker-waste-almost-full": ("废粉盒快满了", "请备好废粉盒", False),
    "developer-empty": ("显影剂用完", "请更换显影剂", True),
    "developer-low": ("显影剂不足", "请备好显影剂", False),
    "opc-life-over": ("感光鼓到期", "请更换感光鼓", True),
    "opc-near-eol": ("感光鼓快到期", "请备好感光鼓", False),
    "fuser-over-temp": ("定影部件过热", "请等几分钟", True),
    "fuser-under-temp": ("正在预热", "请稍等", False),
    "paused": ("打印机被暂停", "请在打印机面板上按“继续”", True),
    "moving-to-paused": ("打印机正在暂停", "请在打印机面板上按“继续”", True),
    "stopping": ("打印机正在停下", "请稍等", False),
    "stopped-partly": ("打印机的一部分停下了", "请看打印机面板", False),
    "shutdown": ("打印机正在关机", "请打开打印机电源", True),
    "deactivated": ("打印机被停用", "请在打印机面板上启用它", True),
    "power-down": ("打印机在休眠", "请按一下打印机面板", False),
    "hold-new-jobs": ("打印机暂不打印新任务", "请在打印机面板上按“继续”", True),
    "spool-area-full": ("打印机存储满了", "请等前面的任务打完", True),
    "connecting-to-device": ("打印机正在连接", "请稍等", False),
    "timed-out": ("打印机内部没有回应", "请关掉打印机电源再打开", True),
    "interpreter-resource-unavailable": ("打印机内存不足", "请关掉打印机电源再打开", False),
}
_SUFFIXES = ("-error", "-warning", "-report")
_UNNAMED = ("打印机报告“{keyword}”", "请看打印机面板上的提示", False)


def trouble(keyword: str) -> Trouble:
    """A printer-state-reason in words. A suffix says how grave it is: -error stands still, -report does not."""
    known = keyword
    suffix = next((one for one in _SUFFIXES if keyword.endswith(one)), "")
    if keyword not in _TROUBLES:
        known = keyword.removesuffix(suffix)
    text, advice, grave = _TROUBLES.get(known, _UNNAMED)
    blocks = grave
    if suffix in {"-warning", "-report"} and known != keyword:
        blocks = False
    if suffix == "-error":
        blocks = True
    told = text.format(keyword=known)
    return Trouble(keyword=keyword, text=told, advice=advice, blocks=blocks, grave=grave or blocks)
