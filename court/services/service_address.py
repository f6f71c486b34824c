"""送达地址确认 of a party, in versions; the consent to electronic service goes with it (解释 136)."""

from datetime import datetime

from court.domain import identity, text
from court.domain.consent import ConsentStep
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import STAFF, Actor, ActorKind
from court.domain.service_address import AddressInput, Contact, faults
from court.domain.service_case import Agreed
from court.services import consent, people
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework
from court.store.load import service as load


def contact(rx: Read, *, party_id: str) -> Contact:
    """Where this person can be served now; unmasked, for the program alone. Refuses `party.not_found`."""
    return load.contact(rx.conn, people.row_of(rx, party_id))


def confirm(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    subject_kind: str,
    subject_id: str,
    party_id: str,
    given: AddressInput,
) -> Contact:
    """A new version; the earlier one stays. Refuses `form.invalid`, `party.not_found`, `service.not_allowed`."""
    if actor.kind is not ActorKind.STAFF or actor.role not in STAFF:
        raise CourtError("service.not_allowed")
    party = people.row_of(tx, party_id)
    if party.subject_id != subject_id or not sight.sees_subject(tx, actor, subject_kind, subject_id):
        raise CourtError("party.not_found")
    mobile = identity.normalise_phone(given.mobile)
    cleaned = AddressInput(
        basis=given.basis,
        place=text.within(text.line_clean(given.place), "place"),
        receiver=text.within(text.line_clean(given.receiver), "name"),
        mobile=mobile,
        mail=given.mail.strip(),
        electronic=given.electronic,
        judgments=given.judgments,
    )
    if problems := faults(cleaned):
        raise CourtError("form.invalid", problems=problems)
    before = load.contact(tx.conn, party)
    row = {name: getattr(cleaned, name) for name in AddressInput.__dataclass_fields__}
    version = before.version + 1
    tx.conn.execute(
        t.service_address.insert().values(
            row | {"id": new_id(), "party_id": party_id, "version": version, "at": now, "by": actor.name}
        )
    )
    if cleaned.electronic is not (before.agreed is Agreed.YES):
        consent.answer(
            tx,
            actor=actor,
            now=now,
            party=casework.party_of(party),
            step=ConsentStep.SERVICE,
            given=cleaned.electronic,
            notice="送达地址确认书",
            via="paper",
        )
    facts = {"party": party_id, "version": version, "basis": cleaned.basis, "electronic": cleaned.electronic}
    tx.record("service.address", subject_id, actor, now, facts)
    return load.contact(tx.conn, people.row_of(tx, party_id))
