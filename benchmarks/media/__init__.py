"""The hearing room's media under load, beside Janus and stock aiortc: `python -m benchmarks media`."""
