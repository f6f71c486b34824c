"""Citations of law, in one table: no template and no code carries an article number of its own."""

from __future__ import annotations

CITATIONS = {
    "people_mediation_effect": "《中华人民共和国人民调解法》第三十一条",
    "people_mediation_confirm": "《中华人民共和国人民调解法》第三十三条",
    "judicial_confirmation": "《中华人民共和国民事诉讼法》第二百零五条",
    "online_mediation_sign": "《人民法院在线调解规则》第十九条",
    "transcript_check": "《中华人民共和国民事诉讼法》第一百五十条",
    "recording_rules": "《最高人民法院关于人民法院庭审录音录像的若干规定》",
    "recording_faults": "《最高人民法院关于人民法院庭审录音录像的若干规定》第四条",
    "recording_replaces": "《最高人民法院关于人民法院庭审录音录像的若干规定》第八条",
    "recording_checksum": "《最高人民法院关于人民法院庭审录音录像的若干规定》第九条",
    "service_receipt": "《中华人民共和国民事诉讼法》第八十七条",
    "service_refusal": "《中华人民共和国民事诉讼法》第八十九条",
    "evidence_receipt": "《中华人民共和国民事诉讼法》第六十九条",
    "electronic_served": "《人民法院在线诉讼规则》第三十一条",
    "petition_accept": "《信访工作条例》第二十二条",
    "absence_rule": "《人民法院在线诉讼规则》第二十五条",
    "absence_claimant": "《中华人民共和国民事诉讼法》第一百四十六条",
    "absence_respondent": "《中华人民共和国民事诉讼法》第一百四十七条",
    "e_signature_status": "《中华人民共和国电子签名法》第三条",
}
