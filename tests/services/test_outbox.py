"""The outbox: one message however often it is tried, waits that grow, receipts that cannot be turned round."""

from datetime import timedelta

import pytest

from court.domain.errors import CourtError
from court.domain.lifecycle import SYSTEM_ACTOR
from court.domain.outbox import BACK_OFF, Channel, Message, MessageState
from court.sending import MailServer, NotSent, SmsGateway
from court.sending_settings import MailSettings, SmsSettings
from court.services import outbox
from tests.gateways import post_office, sms_centre
from tests.services.world import World

SECRET = "a-shared-secret-of-the-gateway"


async def _posted(world: World, key: str = "k1", channel: Channel = Channel.SMS) -> Message:
    found: Message = await world.do(
        outbox.post,
        SYSTEM_ACTOR,
        channel=channel,
        address="13800005678" if channel is Channel.SMS else "li@mail.test",
        title="送达通知",
        body="请看 https://court.test/served/abc {key}",
        purpose="service",
        ref="attempt-1",
        subject_id="matter-1",
        key=key,
    )
    return found


async def test_a_message_is_tried_again_after_longer_and_longer_waits_and_then_has_failed(
    world: World,
) -> None:
    first = await _posted(world)
    assert (await _posted(world)).id == first.id
    now = world.at(0)
    for wait in BACK_OFF:
        taken = await world.db.write(outbox.take, now=now)
        assert taken is not None and taken.id == first.id
        assert await world.db.write(outbox.take, now=now) is None
        after = await world.db.write(
            outbox.failed, now=now, message_id=first.id, detail="sms.503", permanent=False
        )
        assert (after.state, after.next_at) == (MessageState.QUEUED, now + wait)
        assert await world.db.write(outbox.take, now=now + wait - timedelta(seconds=1)) is None
        now += wait
    await world.db.write(outbox.take, now=now)
    last = await world.db.write(
        outbox.failed, now=now, message_id=first.id, detail="sms.503", permanent=False
    )
    assert (last.state, last.body, last.attempts) == (MessageState.FAILED, "", len(BACK_OFF) + 1)


async def test_what_was_being_sent_when_the_program_died_is_sent_again(world: World) -> None:
    first = await _posted(world)
    await world.db.write(outbox.take, now=world.at(0))
    assert await world.db.write(outbox.recover, now=world.at(1)) == 1
    again = await world.db.write(outbox.take, now=world.at(1))
    assert again is not None and (again.id, again.key) == (first.id, first.key)


async def test_a_receipt_counts_once_and_the_opposite_is_refused(world: World) -> None:
    message = await _posted(world)
    await world.db.write(outbox.take, now=world.at(0))
    await world.db.write(outbox.accepted, now=world.at(1), message_id=message.id, gateway_id="g1")
    facts = {"now": world.at(3), "channel": Channel.SMS, "key": "", "gateway_id": "g1", "at": world.at(2)}
    done, news = await world.db.write(outbox.receipt, arrived=True, **facts)
    assert (done.state, done.settled_at, done.body, news) == (MessageState.DELIVERED, world.at(2), "", True)
    _, news = await world.db.write(outbox.receipt, arrived=True, **facts)
    assert not news
    for arrived, gateway_id, code in ((False, "g1", "gateway.decided"), (True, "g2", "gateway.unknown_id")):
        with pytest.raises(CourtError) as refused:
            await world.db.write(outbox.receipt, **facts | {"arrived": arrived, "gateway_id": gateway_id})
        assert refused.value.code == code


async def test_a_gateway_whose_answer_was_lost_gets_the_same_key_and_sends_one_message(world: World) -> None:
    async with sms_centre(SECRET) as centre:
        gateway = SmsGateway(
            SmsSettings(
                url=centre.url, signature="【云阳法院】", id_field="data.id", ok_field="code", ok_value="0"
            ),
            SECRET,
        )
        message = await _posted(world)
        centre.answers = [-1, 503, 400]
        codes = []
        for _ in range(3):
            with pytest.raises(NotSent) as refused:
                await gateway.send(message)
            codes.append((refused.value.permanent, refused.value.code))
            assert "138" not in str(refused.value)
        assert [permanent for permanent, _ in codes] == [False, False, True]
        assert await gateway.send(message) == "sms-k1"
        assert centre.forged == 0
        # What a message says is never read as a place of the template.
        assert centre.taken == {
            "k1": {
                "phone": "13800005678",
                "text": "【云阳法院】请看 https://court.test/served/abc {key}",
                "key": "k1",
            }
        }


async def test_a_mail_tried_twice_is_the_same_mail(world: World) -> None:
    async with post_office() as office:
        settings = MailSettings(host="127.0.0.1", port=office.port, security="none", sender="sd@court.test")
        server = MailServer(settings, "", "重庆市云阳县人民法院")
        message = await _posted(world, channel=Channel.MAIL)
        office.answers = ["451 later", "550 nobody here"]
        for permanent in (False, True):
            with pytest.raises(NotSent) as refused:
                await server.send(message)
            assert refused.value.permanent is permanent
            assert "li@" not in str(refused.value)
        assert await server.send(message) == await server.send(message)
        (first, title, text), (second, _, _) = office.mails
        assert first == second
        assert (title, "https://court.test/served/abc" in text) == ("送达通知", True)
