"""The log for machines: one JSON object a line, whatever is logged."""

from __future__ import annotations

import contextlib
import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bot.logs import JsonFormatter, set_up
from bot.replies.report.pdf import pdf_of
from bot.replies.report.sheet import Sheet
from bot.texts import Texts

LOGGERS = (logging.getLogger(), logging.getLogger("bot"), logging.getLogger("classifiers"))


@contextlib.contextmanager
def nothing_set_up() -> Iterator[None]:
    """Logging as in a process that has just begun; at the end it is again as it was."""
    before = [(logger, logger.level, list(logger.handlers)) for logger in LOGGERS]
    logging.getLogger().handlers.clear()
    try:
        yield
    finally:
        logging.captureWarnings(False)
        for logger, level, handlers in before:
            logger.setLevel(level)
            logger.handlers[:] = handlers


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


def test_whatever_libraries_do_is_an_event_a_line() -> None:
    """In a process of its own: warnings and what nobody catches are the whole process's."""
    done = subprocess.run([sys.executable, "-c", TROUBLE], capture_output=True, text=True, check=False)
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert [event["level"] for event in events] == ["ERROR", "ERROR", "WARNING", "CRITICAL", "CRITICAL", "CRITICAL"]
    assert events[0]["message"] == "%d rows in\n%s"
    assert events[1]["message"] == "unprintable %s"
    assert "an old way" in events[2]["message"]
    uncaught = ["OSError: end", "KeyError: 'thread'", "ValueError: main"]
    assert [event["exception"].splitlines()[-1] for event in events[3:]] == uncaught
    assert done.returncode == 1


TROUBLE = """
import logging, threading, warnings
from bot.logs import set_up
set_up("json")
logging.getLogger("library").error("%d rows in\\n%s", "x")
class Odd:
    def __str__(self): raise OSError("words")
    def __del__(self): raise OSError("end")
odd = Odd()
logging.getLogger("library").error("unprintable %s", odd)
warnings.warn("an old\\nway".replace("\\n", " "), UserWarning)
del odd
def fail(): raise KeyError("thread")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
raise ValueError("main")
"""


def test_what_a_report_says_is_not_in_the_log_nor_a_librarys_url_and_what_is_ours_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with nothing_set_up():
        set_up("text")
        assert pdf_of([Sheet(heading="Zyxwv", below="Made today")], Texts.load(), title="A report")
        logging.getLogger("httpx").info("POST https://api.telegram.org/bot1:secret/sendMessage")
        logging.getLogger("asyncpg").warning("a library's trouble")
        logging.getLogger("bot.cli.serve").info("answering as @checkup")
    told = [line.split(" ", 2)[2] for line in capsys.readouterr().err.splitlines()]
    assert told == ["WARNING asyncpg: a library's trouble", "INFO bot.cli.serve: answering as @checkup"]
