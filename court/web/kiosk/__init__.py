"""The vehicle's touch screen: a dispute or a petition, one question a page. Rules are the domain's."""

from court.web.kiosk import entry, materials, officer, photo, printing, receipt, signing, statement, steps
from court.web.kiosk.held import routes

__all__ = [
    "entry",
    "materials",
    "officer",
    "photo",
    "printing",
    "receipt",
    "routes",
    "signing",
    "statement",
    "steps",
]
