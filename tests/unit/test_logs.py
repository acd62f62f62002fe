"""The log for machines: one JSON object a line, whatever is logged."""

from __future__ import annotations

import json
import logging
import sys

from bot.logs import JsonFormatter


def written(record: logging.LogRecord) -> dict[str, str]:
    line = JsonFormatter().format(record)
    assert "\n" not in line
    return dict(json.loads(line))


def test_an_event_has_its_time_level_logger_and_message() -> None:
    record = logging.LogRecord("bot.x", logging.WARNING, __file__, 1, "update %d: \n%s", (7, "é\ud83d"), None)
    record.created = 1_700_000_000.25
    event = written(record)
    assert event == {
        "time": "2023-11-14T22:13:20.250+00:00",
        "level": "WARNING",
        "logger": "bot.x",
        "message": "update 7: \né\ud83d",
    }


def test_a_traceback_is_in_the_same_line() -> None:
    try:
        raise KeyError("x")
    except KeyError:
        event = written(logging.LogRecord("bot", logging.ERROR, __file__, 1, "failed", (), sys.exc_info()))
    assert event["exception"].endswith("KeyError: 'x'")
