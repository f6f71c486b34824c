"""The rules of law and of the court as pure data and functions: no I/O, no clock, no framework."""
