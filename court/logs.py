"""Logs of the program: facts as JSON lines on standard error, never a name, a number or a secret. Audit is the journal."""

from __future__ import annotations

import logging
import sys

import structlog

# Wordy at INFO: one line per migration, per ICE candidate, per font subset, per parsed PDF object.
QUIET = (
    "alembic",
    "aioice",
    "aiortc",
    "asyncio",
    "aiohttp.access",
    "fontTools",
    "pyhanko",
    "pyhanko_certvalidator",
    "PIL",
    "pikepdf",
)


def configure(*, level: int = logging.INFO) -> None:
    """Send structlog and the standard library through the same chain; calling it again changes nothing."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    if any(isinstance(h.formatter, structlog.stdlib.ProcessorFormatter) for h in root.handlers):
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root.addHandler(handler)
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
