"""Rows into the domain's dataclasses, one module a track; a missing row is None, never a refusal."""
