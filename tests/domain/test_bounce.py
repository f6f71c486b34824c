"""Delivery status notifications (RFC 3464) as mail servers write them: what settles a mail, what not, what is hostile."""

import random

import pytest

from court.domain.bounce import MOST_BYTES, Bounce, Fate, read

REPORT = """\
From: MAILER-DAEMON@mail.test\r
To: court@mail.test\r
Subject: Undelivered Mail Returned to Sender\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"\r
\r
--b1\r
Content-Type: text/plain; charset=us-ascii\r
\r
I'm sorry to have to inform you that your message could not be delivered.\r
--b1\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mail.test\r
X-Postfix-Queue-ID: 4F1\r
\r
Final-Recipient: rfc822; nobody@elsewhere.test\r
Action: {action}\r
Status: {status}\r
Diagnostic-Code: smtp; 550 5.1.1 no such user\r
\r
--b1\r
Content-Type: {kind}\r
\r
From: court@mail.test\r
To: nobody@elsewhere.test\r
Message-ID: <{id}>\r
Subject: =?utf-8?b?6YCB6L6+?=\r
\r
--b1--\r
"""
ID = "0123456789abcdef@mail.test"


def report(action: str = "failed", status: str = "5.1.1", kind: str = "text/rfc822-headers") -> bytes:
    return REPORT.format(action=action, status=status, kind=kind, id=ID).encode()


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_permanent_failure_names_the_mail_and_its_code(kind: str) -> None:
    assert read(report(kind=kind)) == Bounce(message_id=f"<{ID}>", fate=Fate.FAILED, status="5.1.1")


def test_only_what_settles_a_mail_counts() -> None:
    delivered = read(report("delivered", "2.0.0"))
    assert delivered is not None and delivered.fate is Fate.DELIVERED
    for action, status in (("delayed", "4.4.1"), ("failed", "4.2.2"), ("relayed", "2.0.0"), ("", "")):
        assert read(report(action, status)) is None, action


def test_a_person_who_answers_or_forwards_is_no_mail_server() -> None:
    answer = b"From: a@b.test\r\nContent-Type: text/plain\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\nMessage-ID: <x@y>\r\n"
    forwarded = report().replace(b"multipart/report", b"multipart/mixed")
    assert read(answer) is None and read(forwarded) is None
    assert read(report().replace(ID.encode(), b"\x00 not an id")) is None


def test_hostile_mail_never_raises_and_is_bounded() -> None:
    assert read(b"x" * (MOST_BYTES + 1)) is None
    nested = b"".join(
        b'Content-Type: multipart/report; boundary="n%d"\r\n\r\n--n%d\r\n' % (n, n) for n in range(400)
    )
    assert read(nested) is None
    chance, mail = random.Random(7), report()
    for _ in range(300):
        torn = bytearray(mail)
        for _ in range(chance.randrange(1, 8)):
            torn[chance.randrange(len(torn))] = chance.randrange(256)
        found = read(bytes(torn[: chance.randrange(len(torn))]))
        assert found is None or isinstance(found, Bounce)
