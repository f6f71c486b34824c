"""Journal entries and choices in plain Chinese for the pages of staff. Words only."""

from __future__ import annotations

from collections.abc import Mapping

from court.domain.consent import STEP_NAMES
from court.domain.hearing import METHOD_NAMES, REASON_NAMES
from court.domain.paper import SERVICE_NAMES

__all__ = ["METHOD_NAMES", "REASON_NAMES", "SERVICE_NAMES", "STEP_NAMES", "event"]

EVENTS: Mapping[str, str] = {
    "matter.registered": "登记了纠纷",
    "matter.assign": "分派承办人",
    "matter.ask_more": "要求补充材料",
    "matter.supplement": "材料已补齐",
    "matter.begin": "开始办理",
    "matter.seated": "场次安排补齐了承办人",
    "matter.settle": "达成协议",
    "matter.fail": "调解不成",
    "matter.withdraw": "当事人撤回",
    "matter.close": "办结",
    "party.added": "补充了当事人",
    "party.revealed": "查看了完整身份信息",
    "material.compared": "核对了原件",
    "consent.given": "表示同意",
    "consent.withdrawn": "表示不同意",
    "hearing.scheduled": "安排了场次",
    "hearing.reschedule": "改期或改地点",
    "hearing.cancel": "取消场次",
    "hearing.call_roll": "开始庭前核对",
    "hearing.seat_added": "增加了席位",
    "hearing.seat_removed": "减少了席位",
    "hearing.present": "点到",
    "hearing.identity_checked": "核验身份",
    "hearing.open": "开始，录音录像启动",
    "hearing.suspend": "暂停",
    "hearing.resume": "恢复",
    "hearing.close": "结束",
    "hearing.floor": "准许或停止发言",
    "seat.joined": "接入法庭",
    "seat.lost": "网络中断（不算缺席）",
    "seat.back": "重新接入",
    "seat.left": "退出法庭",
    "seat.link_created": "生成了远程链接",
    "seat.link_bound": "远程链接绑定了设备",
    "seat.link_revoked": "作废了远程链接",
    "seat.other_device": "另一台设备试用远程链接，已拒绝",
    "recording.started": "录音录像开始",
    "recording.continued": "录音录像接续",
    "recording.gap": "录音录像有一段缺失，已记明原因",
    "recording.finished": "录音录像封存",
    "recording.viewed": "查看了录音录像",
    "transcript.revised": "修改了笔录",
    "transcript.correction_requested": "申请更正笔录",
    "transcript.correction_decided": "决定了更正申请",
    "transcript.finalised": "笔录定稿",
    "agreement.drafted": "起草调解协议",
    "agreement.edit": "修改协议条款",
    "agreement.start_reading": "开始宣读协议",
    "agreement.acknowledge": "确认了一条协议",
    "agreement.acknowledged": "确认了一条协议",
    "agreement.start_signing": "开始签名",
    "agreement.signature_begun": "拿起签名笔",
    "agreement.signature_dropped": "这次签名没有完成",
    "agreement.sign": "签名",
    "agreement.seal": "盖章，协议生效",
    "agreement.start_wet": "改为打印后手写签名",
    "agreement.upload_scan": "收回手写签名的协议并盖章",
    "agreement.void": "作废协议",
    "agreement.copied": "取用了协议",
    "agreement.copy_refused": "协议未签完，有人取用被拒绝",
    "paper.registered": "生成文书",
    "paper.opened": "查看文书",
    "paper.served": "送达文书",
    "printing.queued": "交付打印",
    "printing.start": "开始打印",
    "printing.finish": "打印完成",
    "printing.fail": "打印失败",
    "printing.retry": "重新打印",
    "printing.cancel": "取消打印",
    "petition.registered": "登记了信访事项",
    "petition.accept": "受理",
    "petition.decline": "不予受理",
    "petition.ask_more": "要求补充材料",
    "petition.supplement": "材料已补齐",
    "petition.schedule_reception": "预约接访",
    "petition.cancel_reception": "取消接访",
    "petition.record_reception": "记录接访结果",
    "petition.reply": "答复",
    "petition.withdraw": "信访人撤回",
    "petition.close": "办结",
}


def event(type_: str) -> str:
    """What happened, as a person would say it; a type without a sentence shows itself."""
    return EVENTS.get(type_, type_)
