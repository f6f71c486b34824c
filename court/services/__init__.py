"""One function per verb: load, decide by the domain, save, journal, in one transaction."""
