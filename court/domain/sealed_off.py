"""What mediation said stays out of the trial (在线调解规则 18, 特邀调解规定 22): who may still open it. No reads."""

from collections.abc import Iterable

from court.domain.hearing import HearingKind
from court.domain.lifecycle import Actor, ActorKind, Role
from court.domain.mediation import AgreementState
from court.domain.paper import PaperKind
from court.domain.track import Track, TrackKind

# Those who try or confirm afterwards, file for it or approve in it.
_TRIES = frozenset({Role.JUDGE, Role.CLERK, Role.REGISTRAR, Role.PRESIDENT})
_LATER = frozenset({TrackKind.FILING, TrackKind.CONFIRMATION, TrackKind.ENFORCEMENT})
# What leaves the mediation: what was jointly confirmed, and what names no concession.
RELEASED = frozenset(
    {
        PaperKind.RECEIPT,
        PaperKind.AGREEMENT,
        PaperKind.SCAN,
        PaperKind.UNDISPUTED_FACTS,
        PaperKind.PERFORMANCE_PROOF,
        PaperKind.COURT_MEDIATION,
        PaperKind.CONFIRMATION_APPLICATION,
        PaperKind.CONFIRMATION_GRANTED,
        PaperKind.CONFIRMATION_REJECTED,
        PaperKind.CONFIRMATION_NOT_ACCEPTED,
        PaperKind.MEDIATION_REPORT,
        PaperKind.SERVICE_RETURN,
        PaperKind.ELECTRONIC_SERVICE,
    }
)
# Papers that are only ever made in a mediation and tell what was said there.
OF_MEDIATION = frozenset({PaperKind.CAUCUS, PaperKind.FOLLOW_UP, PaperKind.MEDIATION_APPLICATION})
# Drafts and what fell were offers; what took effect is the agreement.
_IN_EFFECT = frozenset({AgreementState.SEALED, AgreementState.WITHDRAWN})


def sealed_for(actor: Actor, tracks: Iterable[Track], sat: bool) -> bool:
    """Whether the talks of this dispute are closed to this actor: it went on to another track, and this member of the
    court's staff neither mediated it nor `sat` in the talks. Before that nothing is sealed; parties keep their own."""
    if actor.kind is not ActorKind.STAFF or actor.role not in _TRIES or sat:
        return False
    known = tuple(tracks)
    if not any(one.kind in _LATER for one in known):
        return False
    return not any(
        actor.id in {one.judge_id, one.mediator_id} for one in known if one.kind is TrackKind.MEDIATION
    )


def shows_hearing(kind: HearingKind, *, sealed: bool) -> bool:
    """Sessions, their lines, exhibits, private talks and recordings."""
    return not sealed or kind is not HearingKind.MEDIATION


def shows_agreement(state: AgreementState, *, sealed: bool) -> bool:
    """An agreement that took effect may be confirmed, sued on and enforced; a draft was an offer."""
    return not sealed or state in _IN_EFFECT


def shows_paper(kind: PaperKind, *, of_talks: bool, sealed: bool) -> bool:
    """`of_talks`: made in or about a mediation session. What is RELEASED leaves it."""
    if not sealed or kind in RELEASED:
        return True
    return not of_talks and kind not in OF_MEDIATION
