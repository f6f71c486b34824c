"""The session room: its page, its state and the bench's orders. Media itself is in signalling."""

from court.web.access import Routes

routes = Routes()
