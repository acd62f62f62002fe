"""The log on standard error: a line for each event, or a JSON object a line."""

import json
import logging
from datetime import UTC, datetime
from typing import Literal

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
            "message": record.getMessage(),
        }
        if record.exc_info:
            event["exception"] = self.formatException(record.exc_info)
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
