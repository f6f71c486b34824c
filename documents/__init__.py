"""Papers: plain data in, PDF out; fonts, layout, signatures, verdict. Imports neither court nor signalling."""
