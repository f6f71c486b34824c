"""Who may come to which addresses at most, and to whom the thing behind an address belongs: one row for each stem.

A new route under a stem that stands here needs no row of its own; a new stem does, and a route that lets in more than its
row says is a fault of the route or a decision to be written here.
"""

from dataclasses import dataclass
from enum import Enum

from court.domain.lifecycle import Role

R = Role
BENCH = frozenset({R.JUDGE, R.MEDIATOR, R.CLERK})
DESK = BENCH | {R.OFFICER}
FILING = DESK | {R.REGISTRAR}
CASES = FILING | {R.PRESIDENT}
PETITIONS = frozenset({R.PETITION_OFFICIAL})
ASSISTING = frozenset({R.OFFICER, R.CLERK, R.REGISTRAR})
STAFF = CASES | PETITIONS | {R.ADMIN, R.OFFICE}
NOBODY: frozenset[Role] = frozenset()


class To(Enum):
    """Whose the thing is. NOTHING: no thing behind it, or one that every admitted person may see; TOKEN: the address itself
    is the proof; the others belong to a matter, and to everybody else they do not exist."""

    NOTHING = "nothing"
    TOKEN = "token"
    MATTER = "matter"
    HEARING = "hearing"
    AGREEMENT = "agreement"
    PAPER = "paper"
    PETITION = "petition"
    SUBJECT = "subject"


@dataclass(frozen=True)
class Row:
    """`staff` may be admitted; so may a terminal, a seat, an observer or anybody where it says so."""

    stem: str
    staff: frozenset[Role]
    to: To = To.NOTHING
    terminal: bool = False
    seat: bool = False
    observer: bool = False
    public: bool = False


ROWS = (
    Row("/", NOBODY, public=True),
    Row("/desk", STAFF),
    Row("/desk/accounts", frozenset({R.ADMIN})),
    Row("/desk/terminals", frozenset({R.ADMIN, R.OFFICER})),
    Row("/desk/bulk", CASES - {R.MEDIATOR}),
    Row("/desk/export.", CASES | PETITIONS),
    Row("/desk/matters/{id}", CASES, To.MATTER),
    Row("/desk/{about:matters|petitions}", FILING | PETITIONS, To.SUBJECT),
    Row("/desk/petitions/{id}", PETITIONS, To.PETITION),
    Row("/desk/hearings", DESK | PETITIONS),
    Row("/desk/hearings/{id}", DESK | PETITIONS, To.HEARING),
    Row("/desk/agreements", DESK),
    Row("/desk/agreements/{id}", DESK, To.AGREEMENT),
    Row("/desk/papers/{id}", FILING | PETITIONS, To.PAPER),
    Row("/desk/batches", STAFF),
    Row("/desk/printing", DESK | PETITIONS),
    Row("/desk/record-papers/{paper}", BENCH | PETITIONS),
    Row("/desk/recordings", BENCH | PETITIONS | {R.ADMIN}),
    Row("/desk/recordings/{id}", BENCH | PETITIONS | {R.ADMIN}, To.HEARING),
    Row("/desk/signatures/{id}", BENCH | PETITIONS),
    Row("/desk/seals", STAFF),
    Row("/agreements/{id}", DESK, To.AGREEMENT, terminal=True, seat=True),
    Row("/papers/{id}", FILING | PETITIONS, To.PAPER, terminal=True, seat=True),
    Row("/record-papers/{paper}", STAFF, terminal=True, seat=True),
    Row("/hearings/{hearing_id}", STAFF, To.HEARING, terminal=True, seat=True),
    Row("/hearings/{id}", STAFF, To.HEARING, terminal=True, seat=True),
    Row("/room/{hearing_id}", STAFF, To.HEARING, terminal=True, seat=True, observer=True),
    Row("/kiosk", ASSISTING, terminal=True, public=True),
    Row("/kiosk/", ASSISTING, terminal=True),
    Row("/kiosk/enrol", NOBODY, public=True),
    Row("/seat/{token}", NOBODY, To.TOKEN, public=True),
    Row("/observe/{token}", NOBODY, To.TOKEN, public=True),
    Row("/served/{token}", NOBODY, To.TOKEN, public=True),
    Row("/served/papers", NOBODY, To.TOKEN, public=True),
    Row("/gateway/sms", NOBODY, public=True),
    Row("/live", STAFF),
    Row("/login", NOBODY, public=True),
    Row("/login/password", STAFF),
    Row("/logout", NOBODY, public=True),
    Row("/query", NOBODY, public=True),
    Row("/v", NOBODY, public=True),
    Row("/v-worker.js", NOBODY, public=True),
    Row("/verify", NOBODY, public=True),
    Row("/stops", NOBODY, public=True),
    Row("/calendar", NOBODY, To.TOKEN, public=True),
    Row("/gateway", NOBODY, public=True),
    Row("/desk/tour", CASES - {R.PRESIDENT} | PETITIONS),
    Row("/healthz", NOBODY, public=True),
)


def row_of(path: str) -> Row | None:
    """The longest stem that the address of a route begins with; "/" only for itself."""
    fits = [one for one in ROWS if path == one.stem or (one.stem != "/" and _under(path, one.stem))]
    return max(fits, key=lambda one: len(one.stem), default=None)


def _under(path: str, stem: str) -> bool:
    return path.startswith(stem) and (stem[-1] in "/." or path[len(stem)] in "/.")
