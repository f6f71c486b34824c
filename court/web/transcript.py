"""The transcript over HTTP: lines, drafts, corrections, history, read-back. Rules are in services.transcript."""

from court.web.access import Routes

routes = Routes()
