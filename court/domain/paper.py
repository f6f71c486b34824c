"""Papers (文书); not their content, their printing or their service."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PaperKind(StrEnum):
    RECEIPT = "receipt"
    AGREEMENT = "agreement"
    TRANSCRIPT = "transcript"
    SUMMONS = "summons"
    SERVICE_RETURN = "service_return"
    ELECTRONIC_SERVICE = "electronic_service"
    PETITION_RECEIPT = "petition_receipt"
    PETITION_REPLY = "petition_reply"
    EXHIBITS = "exhibits"
    CASE_FILE = "case_file_index"
    SCAN = "scan"
    SIGNED_SHEETS = "signed_sheets"
    RECORDING_NOTE = "recording_note"
    RECORDING_CHECKSUM = "recording_check"
    CAUCUS = "caucus"
    MEDIATION_APPLICATION = "mediation_application"
    RIGHTS_NOTICE = "rights_notice"
    UNDISPUTED_FACTS = "undisputed_facts"
    MEDIATION_REPORT = "mediation_report"
    PERFORMANCE_PROOF = "performance_proof"
    FOLLOW_UP = "follow_up"
    CONFIRMATION_APPLICATION = "confirmation_application"
    CONFIRMATION_GRANTED = "confirmation_granted"
    CONFIRMATION_REJECTED = "confirmation_rejected"
    CONFIRMATION_NOT_ACCEPTED = "confirmation_not_accepted"
    COURT_MEDIATION = "court_mediation"
    COMPLAINT = "complaint"
    ELEMENT_COMPLAINT = "element_complaint"
    DEFENCE = "defence"
    ACCEPTANCE_NOTICE = "acceptance_notice"
    RESPONSE_NOTICE = "response_notice"
    EVIDENCE_NOTICE = "evidence_notice"
    FEE_SHEET = "fee_sheet"
    HEARING_ANNOUNCEMENT = "hearing_announcement"
    ONLINE_CONSENT = "online_consent"
    ADDRESS_CONFIRMATION = "address_confirmation"
    WITNESS_PLEDGE = "witness_pledge"
    EVIDENCE_LIST = "evidence_list"
    JUDGMENT = "judgment"
    ELEMENT_JUDGMENT = "element_judgment"
    ORDER_JUDGMENT = "order_judgment"
    RULING = "ruling"
    ENFORCEMENT_APPLICATION = "enforcement_application"
    ENFORCEMENT_NOTICE = "enforcement_notice"
    PROPERTY_ORDER = "property_order"
    PROPERTY_REPORT = "property_report"
    ENFORCEMENT_RECORD = "enforcement_record"
    PROPERTY_LIST = "property_list"
    ENFORCEMENT_SETTLEMENT = "enforcement_settlement"
    PETITION_REGISTRATION = "petition_registration"
    PETITION_ACCEPTANCE = "petition_acceptance"
    PETITION_REFUSAL = "petition_refusal"
    PETITION_FORWARDING = "petition_forwarding"
    PETITION_ASSIGNMENT = "petition_assignment"
    PETITION_EXTENSION = "petition_extension"
    PETITION_OPINION = "petition_opinion"
    PETITION_REVIEW = "petition_review"
    PETITION_FINAL_REVIEW = "petition_final_review"
    PETITION_RECEPTION = "petition_reception"


PAPER_NAMES = {
    PaperKind.RECEIPT: "登记回执",
    PaperKind.AGREEMENT: "人民调解协议书",
    PaperKind.TRANSCRIPT: "笔录",
    PaperKind.SUMMONS: "传票",
    PaperKind.SERVICE_RETURN: "送达回证",
    PaperKind.ELECTRONIC_SERVICE: "电子送达凭证",
    PaperKind.PETITION_RECEIPT: "信访受理回执",
    PaperKind.PETITION_REPLY: "信访答复意见书",
    PaperKind.EXHIBITS: "证据目录",
    PaperKind.CASE_FILE: "电子卷宗目录",
    PaperKind.SCAN: "手写签名扫描件",
    PaperKind.SIGNED_SHEETS: "手写签名件",
    PaperKind.RECORDING_NOTE: "录音录像中断情况说明",
    PaperKind.RECORDING_CHECKSUM: "录音录像完整性校验值确认书",
    PaperKind.CAUCUS: "背对背调解情况说明",
    PaperKind.MEDIATION_APPLICATION: "调解申请书",
    PaperKind.RIGHTS_NOTICE: "人民调解权利义务告知书",
    PaperKind.UNDISPUTED_FACTS: "无争议事实记载",
    PaperKind.MEDIATION_REPORT: "调解终结报告",
    PaperKind.PERFORMANCE_PROOF: "履行凭证",
    PaperKind.FOLLOW_UP: "回访记录",
    PaperKind.CONFIRMATION_APPLICATION: "司法确认申请书",
    PaperKind.CONFIRMATION_GRANTED: "司法确认裁定书",
    PaperKind.CONFIRMATION_REJECTED: "驳回司法确认申请裁定书",
    PaperKind.CONFIRMATION_NOT_ACCEPTED: "不予受理司法确认申请裁定书",
    PaperKind.COURT_MEDIATION: "民事调解书",
    PaperKind.COMPLAINT: "民事起诉状",
    PaperKind.ELEMENT_COMPLAINT: "民事起诉状（要素式）",
    PaperKind.DEFENCE: "民事答辩状",
    PaperKind.ACCEPTANCE_NOTICE: "受理案件通知书",
    PaperKind.RESPONSE_NOTICE: "应诉通知书",
    PaperKind.EVIDENCE_NOTICE: "举证通知书",
    PaperKind.FEE_SHEET: "诉讼费用单",
    PaperKind.HEARING_ANNOUNCEMENT: "开庭公告",
    PaperKind.ONLINE_CONSENT: "在线诉讼同意书",
    PaperKind.ADDRESS_CONFIRMATION: "送达地址确认书",
    PaperKind.WITNESS_PLEDGE: "证人保证书",
    PaperKind.EVIDENCE_LIST: "证据清单",
    PaperKind.JUDGMENT: "民事判决书",
    PaperKind.ELEMENT_JUDGMENT: "民事判决书（要素式）",
    PaperKind.ORDER_JUDGMENT: "民事判决书（令状式）",
    PaperKind.RULING: "民事裁定书",
    PaperKind.ENFORCEMENT_APPLICATION: "执行申请书",
    PaperKind.ENFORCEMENT_NOTICE: "执行通知书",
    PaperKind.PROPERTY_ORDER: "报告财产令",
    PaperKind.PROPERTY_REPORT: "被执行人财产报告表",
    PaperKind.ENFORCEMENT_RECORD: "执行笔录",
    PaperKind.PROPERTY_LIST: "查封（扣押）财产清单",
    PaperKind.ENFORCEMENT_SETTLEMENT: "执行和解协议",
    PaperKind.PETITION_REGISTRATION: "信访事项登记表",
    PaperKind.PETITION_ACCEPTANCE: "信访事项受理告知书",
    PaperKind.PETITION_REFUSAL: "信访事项不予受理告知书",
    PaperKind.PETITION_FORWARDING: "信访事项转送函",
    PaperKind.PETITION_ASSIGNMENT: "信访事项交办函",
    PaperKind.PETITION_EXTENSION: "信访事项延期办理告知书",
    PaperKind.PETITION_OPINION: "信访处理意见书",
    PaperKind.PETITION_REVIEW: "信访复查意见书",
    PaperKind.PETITION_FINAL_REVIEW: "信访复核意见书",
    PaperKind.PETITION_RECEPTION: "接访记录",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A finished file. `copies` counts sheets sets really printed; `public` False keeps parties out."""

    id: str
    subject_kind: str
    subject_id: str
    hearing_id: str | None
    kind: PaperKind
    number: str
    title: str
    sha256: str
    pages: int
    copies: int
    at: datetime
    by: str

    @property
    def kind_name(self) -> str:
        return PAPER_NAMES[self.kind]
