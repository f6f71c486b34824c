"""Rows, transactions, journal and blobs; no rule of law is decided here."""
