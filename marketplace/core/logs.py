"""Logs as lines of JSON, each with the number of its request or job. Personal values print as masks (core.crypto)."""
import logging
import sys
from typing import Any

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars, merge_contextvars

SHARED: list[Any] = [merge_contextvars, structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name,
          structlog.stdlib.ExtraAdder(), structlog.processors.TimeStamper(fmt="iso", utc=True)]


def configure() -> None:
    """Send everything that is logged in this process to stderr, one JSON object a line. Safe twice."""
    renderer = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=SHARED, processors=[
        structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False)])
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(renderer)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for quiet in ("werkzeug", "celery", "kombu", "stripe", "alembic", "urllib3"):
        logging.getLogger(quiet).setLevel(logging.WARNING)


def begin(**numbers: object) -> None:
    """From now on every line of this request or job carries `numbers`, and none of the one before."""
    clear_contextvars()
    bind_contextvars(**numbers)
