"""Papers: plain data in, PDF out; fonts, layout, archive finish, signatures, verdict. Never imports court or signalling."""
