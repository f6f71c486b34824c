"""Playback of a recording: its page, its manifest and its segments. Nothing here writes a recording."""

from court.web.access import Routes

routes = Routes()
