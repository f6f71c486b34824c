"""Rooms, media and recordings. Knows nothing of the court; what it needs from above it declares as a Protocol."""

from .compiled import prefer

__path__ = prefer(__path__)
