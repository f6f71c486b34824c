"""The commands of `court`: one file per verb."""
