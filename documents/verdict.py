"""What a check of a file answers: one verdict, its reasons with what to do next, each signature. Judges nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from documents.qr import PaperFacts

PASSED, INDETERMINATE, FAILED = "TOTAL-PASSED", "INDETERMINATE", "TOTAL-FAILED"


class Verdict(StrEnum):
    """The three indications of EN 319 102-1."""

    PASSED = PASSED
    INDETERMINATE = INDETERMINATE
    FAILED = FAILED


_ASK = "请打电话问出具单位，或者向它重新取一份电子原件再查。"
_DISTRUST = "请不要按这份文件办事；保存好它，并联系出具单位。"
_AGAIN = "请用当时收到的原始文件再试；仍然不行，请向出具单位重新取一份。"
_SECOND_AGAIN = "请向出具单位重新取一份签名文件再查；文书本身的签名和印章另行判断。"

# Code -> what is so, and what the person should do next.
REASONS: Mapping[str, tuple[str, str]] = {
    "verify.passed": (
        "全部签名和印章有效，文件自盖章后未被改动。",
        "可以使用。手里另有纸质件的，请与屏幕上的内容逐项比对。",
    ),
    "verify.passed_other": (
        "文件中的签名有效，最后一个签名以后没有改动。",
        "这不是本系统的文书，签名是否齐全、内容是否完整，请以出具单位的说明为准。",
    ),
    "verify.empty": ("文件是空的。", "请重新选择文件；若是下载得到的，请重新下载。"),
    "verify.too_large": ("文件超过{most} MB，不是本系统的文书，不予检查。", "请确认选对了文件。"),
    "verify.not_pdf": (
        "这不是PDF文件。",
        "请选择当时收到的电子文书（PDF）；只有纸质件的，请拍下纸上的二维码。",
    ),
    "verify.unreadable": ("文件结构损坏、被截短或被改动，无法读取，不能认定为真。", _AGAIN),
    "verify.too_slow": ("文件结构异常，检查超过时限，不能认定。", _AGAIN),
    "verify.too_costly": ("文件结构异常，检查所需的内存超过限度，不能认定。", _AGAIN),
    "verify.changed": ("文件自盖章加时间戳以后被改动过，哪怕只改一个字节也不再有效。", _DISTRUST),
    "verify.encrypted": ("文件加了密码，无法检查。", "请向提供文件的人要一份没有密码的原件。"),
    "verify.too_many_signatures": ("文件中的签名超过{most}个，不予检查。", _ASK),
    "verify.no_signature": (
        "文件中没有任何电子签名或电子印章，不能认定。",
        "它可能只是打印稿或扫描件：请用电子原件来查，或者拍下纸上的二维码核对。",
    ),
    "verify.loose": ("最后一个签名的数据中有不应有的内容，或时间戳不是由本机的时间戳机构签发。", _DISTRUST),
    "verify.not_registered": (
        "这份文件不在本机的文书登记簿中。",
        "请打电话问出具单位是否出过这份文书；收到更正稿的，以最后一份为准。",
    ),
    "verify.rehearsal": ("这是演练中制作的文书样本，不具有法律效力。", "请不要按它办事。"),
    "verify.changed_after_signing": ("{who}之后，文件中有不允许的改动或添加。", _DISTRUST),
    "verify.added_later": (
        "最后一个签名之后，文件中又添加了签名允许范围内的内容，添加的部分没有人签名。",
        "请与出具单位核对后来添加的内容。",
    ),
    "verify.hash_failure": ("{who}所签的内容被改动过。", _DISTRUST),
    "verify.crypto_failure": ("{who}本身不正确。", _DISTRUST),
    "verify.byte_range": ("{who}没有连续地覆盖它声称覆盖的内容，这是伪造常用的手法。", _DISTRUST),
    "verify.revoked": (
        "{who}所用的证书已被吊销，没有证据证明签名是在吊销以前做的。",
        "请不要单凭它办事，先向出具单位核实。",
    ),
    "verify.expired": ("{who}签名时，所用的证书已经过期或还没有生效。", "请联系出具单位重新出具。"),
    "verify.unknown_issuer": (
        "{who}所用的证书不是由本机信任的机构签发，不能认定是谁签的。",
        "请到签发机构自己的网站查验，或者打电话问出具单位。",
    ),
    "verify.no_status": (
        "{who}没有附带证书状态的证明，现在不能认定证书当时是否有效。",
        "文书还没有盖章的，请等盖章后再查；已盖章的，请向出具单位核实。",
    ),
    "verify.unsupported": (
        "{who}采用的格式本机不能检查。",
        "请用出具单位指定的软件查验，或者打电话问出具单位。",
    ),
    "verify.malformed": ("{who}的数据残缺或格式不对。", _DISTRUST),
    "verify.not_proven": ("{who}目前不能认定（{sub}）。", _ASK),
    "verify.outside": ("文件末尾有签名范围以外的内容，可能是后来添加的。", _DISTRUST),
    "verify.hidden": ("文件里原有的签名被后来的改动藏了起来，屏幕上看到的不是签名时的内容。", _DISTRUST),
    "verify.no_timestamp": ("盖章后应有的时间戳不见了，文件可能被截短。", _AGAIN),
    "verify.metadata": ("文件的标题、作者等说明信息在签名后被替换。", _DISTRUST),
    "verify.field_empty": ("缺少{role}“{name}”的{what}，文书不完整或被截短。", _ASK),
    "verify.extra_signature": ("文件中有文书规定以外的签名“{name}”。", _DISTRUST),
    "verify.wrong_signer": ("应由{role}“{name}”签名的位置，签名证书上是“{found}”。", _DISTRUST),
    "verify.order": ("签名顺序与文书规定的不一致。", _ASK),
    "code.signed": (
        "二维码由本院（本委员会）签发，它写明的几项没有被改过；纸上其余的内容，二维码不能证明。",
        "请把这几项与纸上逐项核对，有一项不同就不要采信；要查全文，请用电子原件。",
    ),
    "code.missing": (
        "照片上没有找到文书的二维码。",
        "请把二维码放正、拍满、拍清楚，避开反光和折痕，再试一次。",
    ),
    "code.malformed": (
        "这不是本系统文书上的二维码，或者没有拍完整。",
        "请对准文书末页左下方的二维码重新拍。",
    ),
    "code.unknown_key": (
        "二维码不是由本院（本委员会）的密钥签发，不能认定其内容。",
        "请到纸上写明的出具单位去核对。",
    ),
    "code.forged": ("二维码的签名不对，内容可能被改动。", "请不要按这张纸办事；保存好它，并联系出具单位。"),
    "evidence.passed": (
        "签名证据记录有效：由签名时的密钥签过，内容和所附文件没有改动。",
        "请与文书对照：文书里这一签名的证书带有同样的校验值；签名的时间以文书的时间戳为准。",
    ),
    "evidence.changed": ("签名证据记录被改动过，或者不是签名时做的。", _DISTRUST),
    "evidence.file_changed": ("签名证据所附的笔迹、指印或画面被换过。", _DISTRUST),
    "evidence.file_missing": (
        "记录里写明的“{name}”没有附在文件里。",
        "请向法庭重新取一份完整的证据文件。",
    ),
    "evidence.unknown_issuer": (
        "签名证据记录的证书不是由本机信任的机构签发，不能认定。",
        "请用 --trust 指明签发机构的证书，或者问出具单位。",
    ),
    "evidence.unreadable": (
        "签名证据记录残缺，读不出来。",
        "请向法庭重新取一份完整的证据文件。",
    ),
    "second.passed": (
        "国密签名（SM2）：有效。由“{who}”用国密印章对这份文件所做，文件自那时以来没有改动。",
        "能不能用，以整份文书的结论为准。",
    ),
    "second.not_given": (
        "这份文书另有国密签名文件（.p7s），这次没有一并提交，没有检查。",
        "要核对国密签名的，请把两个文件一起提交。",
    ),
    "second.paper_needed": (
        "这是一份文书的国密签名文件，单独不能判断。",
        "请把它与文书（PDF）一起提交。",
    ),
    "second.malformed": ("国密签名（SM2）：无效。签名文件残缺，或者不是本系统的格式。", _SECOND_AGAIN),
    "second.hash_failure": (
        "国密签名（SM2）：无效。它不是为这份文件做的，或者文件在签名后被改动过。",
        "请不要按这份文件办事；先确认两个文件是一起收到的，再联系出具单位。",
    ),
    "second.crypto_failure": ("国密签名（SM2）：无效。签名本身不正确。", _DISTRUST),
    "second.wrong_signer": (
        "国密签名（SM2）：无效。签名用的不是这份文书盖章单位的印章，而是“{who}”的证书。",
        _DISTRUST,
    ),
    "second.unknown_issuer": (
        "国密签名（SM2）：不能认定。所用的证书不是由本机信任的国密机构签发。",
        "请用签发机构的根证书核对（court keys trust --for sm2），或者打电话问出具单位。",
    ),
    "second.no_time": (
        "国密签名（SM2）：不能认定。没有可信的时间戳证明它是什么时候做的。",
        _ASK,
    ),
    "second.expired": (
        "国密签名（SM2）：不能认定。签名时所用的证书已经过期或还没有生效。",
        "请联系出具单位重新出具。",
    ),
    "second.revoked": (
        "国密签名（SM2）：不能认定。所用的证书在签名以前已被吊销。",
        "请不要单凭它办事，先向出具单位核实。",
    ),
    "second.no_status": (
        "国密签名（SM2）：不能认定。没有证据说明所用的证书在签名时是否有效。",
        _ASK,
    ),
    "second.unsupported": (
        "国密签名（SM2）：没有检查，本机的密码库不支持国密算法。",
        "请换一台装有OpenSSL 3的电脑检查，或者到出具单位的网站查验。",
    ),
    "second.too_slow": ("国密签名（SM2）：检查超过时限，不能认定。", _SECOND_AGAIN),
    "verify.odd_structure": (
        "文件不完全合乎PDF标准，只能用宽松的方法读取，不能排除藏有别的内容。",
        "请向出具单位要一份重新导出的文件。",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureReport:
    """`role` "时间戳" for a document time-stamp; `time` ISO 8601 UTC or ""; `stamped_by` whose time-stamp proves it."""

    field: str
    signer: str
    role: str
    time: str
    indication: str
    sub_indication: str
    stamped_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """`code` is stable ("verify.field_empty"); `text` says what is so, `todo` what to do next, in Chinese."""

    code: str
    text: str
    todo: str


def reason(code: str, **params: object) -> Reason:
    """The reason of this code with its facts filled in."""
    text, todo = REASONS[code]
    return Reason(code=code, text=text.format(**params), todo=todo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`sha256` of the judged file ("" if it was not read); `content_sha256` of its attached machine-readable content.

    `ours`: the paper lists its required fields, as this program's papers do. `evidence` maps a field to the
    evidence hash in its event certificate. `facts`: what a signed code on a photograph or scan says.
    """

    verdict: Verdict
    reasons: tuple[Reason, ...]
    signatures: tuple[SignatureReport, ...] = ()
    sha256: str = ""
    content_sha256: str = ""
    ours: bool = False
    rehearsal: bool = False
    evidence: tuple[tuple[str, str], ...] = ()
    facts: PaperFacts | None = None

    def as_json(self) -> dict[str, object]:
        """The shape of `court verify --json`."""
        return {
            "verdict": str(self.verdict),
            "reasons": [f"{each.code}: {each.text}{each.todo}" for each in self.reasons],
            "signatures": [asdict(signature) for signature in self.signatures],
            "sha256": self.sha256,
            "content_sha256": self.content_sha256,
            "rehearsal": self.rehearsal,
            "code": asdict(self.facts) if self.facts else None,
        }


def packed(report: Report) -> dict[str, Any]:
    """Plain values for another process, of a report on a PDF; `unpacked` is the way back."""
    return asdict(report)


def unpacked(values: Mapping[str, Any]) -> Report:
    """Raises KeyError, TypeError or ValueError where `values` are not a packed report."""
    return Report(
        verdict=Verdict(values["verdict"]),
        reasons=tuple(Reason(**each) for each in values["reasons"]),
        signatures=tuple(SignatureReport(**each) for each in values["signatures"]),
        sha256=str(values["sha256"]),
        content_sha256=str(values["content_sha256"]),
        ours=bool(values["ours"]),
        rehearsal=bool(values["rehearsal"]),
        evidence=tuple((str(field), str(digest)) for field, digest in values["evidence"]),
    )


def refused(code: str, *, verdict: Verdict = Verdict.FAILED, sha256: str = "", **params: object) -> Report:
    """A report on a file of which nothing but one reason can be said."""
    return Report(verdict=verdict, reasons=(reason(code, **params),), sha256=sha256)
