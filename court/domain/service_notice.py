"""The words of the message that leads a person to his papers. What they are and how they go out is not here."""

from dataclasses import dataclass

from court.domain.outbox import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """Templates with {count} {number} {link} {phone} {court}; `base` is the public address of this node."""

    base: str
    court: str
    phone: str
    sms: str
    mail_title: str
    mail: str

    def words(self, channel: Channel, *, number: str, count: int, token: str) -> tuple[str, str]:
        """(title, text) of one message."""
        told = {
            "{count}": str(count),
            "{number}": number,
            "{link}": f"{self.base}/served/{token}",
            "{phone}": self.phone,
            "{court}": self.court,
        }
        chosen = self.sms if channel is Channel.SMS else self.mail
        return _filled(self.mail_title, told), _filled(chosen, told)


def _filled(words: str, told: dict[str, str]) -> str:
    for place, value in told.items():
        words = words.replace(place, value)
    return words
