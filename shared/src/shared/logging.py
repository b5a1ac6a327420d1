"""JSON lines on standard output, with the event's id and the trace's. Never a message that may hold personal data."""

import logging
import sys
import traceback
from collections import Counter
from collections.abc import MutableMapping
from functools import partial
from typing import Any

import structlog
from opentelemetry import trace

UNDEFINED = ("42P01", "42703")
"""PostgreSQL knows no such table, or no such column."""

REPEAT_SECONDS = 30

log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger()


def configure_logging(service: str, level: str = "INFO") -> None:
    """Send every log, ours and the libraries', through one JSON renderer."""
    described: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        partial(_add_service, service),
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace,
        _describe_error,
    ]
    formatter = structlog.stdlib.ProcessorFormatter
    structlog.configure(
        processors=[*described, formatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        formatter(foreign_pre_chain=described, processors=[formatter.remove_processors_meta, renderer])
    )
    handler.addFilter(Repeats("aiokafka"))
    logging.getLogger().handlers = [handler]
    logging.getLogger().setLevel(level)
    _quieten()


class Repeats(logging.Filter):
    """Lets a library say the same thing twice a minute; with it, how often it has tried to since.

    While Kafka is away, aiokafka says so forty times a second.
    """

    def __init__(self, library: str) -> None:
        super().__init__()
        self._library = library
        self._said_at: dict[tuple[str, str], float] = {}
        self._unsaid: Counter[tuple[str, str]] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.split(".")[0] != self._library:
            return True
        # What it says without the numbers and addresses in it: there are a few dozen of those.
        what = record.name, str(record.msg)
        if record.created < self._said_at.get(what, 0) + REPEAT_SECONDS:
            self._unsaid[what] += 1
            return False
        self._said_at[what] = record.created
        if unsaid := self._unsaid.pop(what, 0):
            record.msg, record.args = f"{record.getMessage()} (and {unsaid} more since the last)", ()
        return True


def _quieten() -> None:
    # An access line holds the path, and a path may hold what only the caller should know. None is made for nobody.
    for name, is_heard in (("uvicorn", True), ("uvicorn.error", True), ("uvicorn.access", False)):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = is_heard
    for noisy in ("aiokafka", "httpx", "httpcore", "httpx2", "httpcore2", "authlib", "aiosqlite", "faststream"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _add_service(service: str, _: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Not of the context: that of the start is not the one that requests are answered in."""
    entry["service"] = service
    return entry


def _add_trace(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        entry["trace_id"] = f"{context.trace_id:032x}"
    return entry


def _describe_error(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep an exception's type and place; its message may quote somebody's data."""
    info = entry.pop("exc_info", None)
    error = info if isinstance(info, BaseException) else info[1] if isinstance(info, tuple) else None
    if info is True:
        error = sys.exc_info()[1]
    if error is not None:
        entry["error"] = type(error).__name__
        entry.update(_missing_in_database(error))
        entry["where"] = [
            f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}:{frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-6:]
        ]
    return entry


def _missing_in_database(error: BaseException) -> dict[str, str]:
    """The SQLSTATE, and which table or column is not there: such a message names our schema and no data."""
    origin = getattr(error, "orig", None)
    state, message = str(getattr(origin, "sqlstate", None) or ""), str(origin)
    missing = state in UNDEFINED or message.startswith("no such ")
    found = {"sqlstate": state, "missing": message.rpartition(": ")[2] if missing else ""}
    return {name: value for name, value in found.items() if value}
