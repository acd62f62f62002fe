"""The log on standard error: a line for each event, or a JSON object a line."""

import json
import logging
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal

log = logging.getLogger(__name__)

_OURS = ("bot", "classifiers")
_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class JsonFormatter(logging.Formatter):
    """Writes an event as a JSON object: time, level, logger, message, and a traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        event = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        if record.exc_info:
            event["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            event["stack"] = record.stack_info
        return json.dumps(event)  # in ASCII: half of a surrogate pair has no other form


def set_up(form: Literal["text", "json"]) -> None:
    """Write what is ours from level INFO on, and warnings of libraries.

    Below that some write what nobody may read: URLs with the token, the letters of somebody's report.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if form == "json" else logging.Formatter(_TEXT))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    logging.captureWarnings(True)
    if form == "json":
        sys.excepthook = _log_uncaught
        threading.excepthook = lambda given: _log_uncaught(given.exc_type, given.exc_value, given.exc_traceback)
        sys.unraisablehook = lambda given: _log_uncaught(given.exc_type, given.exc_value, given.exc_traceback)


def _message(record: logging.LogRecord) -> str:
    """Return the message; where a library's arguments do not fit it, or cannot be shown, without them."""
    try:
        return record.getMessage()
    except Exception:
        return str(record.msg)


def _log_uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """Log what would be printed on several lines as an event."""
    if issubclass(kind, Exception) and error is not None:
        log.critical("an error that nobody expected", exc_info=(kind, error, trace))
