"""A court with years of work in its database, and how long its desks wait for a list."""
