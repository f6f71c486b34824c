"""Rooms, media and recordings. Knows nothing of the court; what it needs from above it declares as a Protocol."""
