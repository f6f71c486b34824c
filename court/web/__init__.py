"""The web edge: HTTP in, service calls out. No rule of law and no query lives here."""
