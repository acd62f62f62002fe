"""A local Bot API server and the bot on it, as processes of their own, for as long as something is measured."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.cli.bench.machine import clean_environment

TOKEN = "1:bench"  # noqa: S105 - of a server that lives as long as the measurement


@contextlib.contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run a local Bot API server and give its URL."""
    command = [sys.executable, "-m", "bot.local", "--folder", str(folder / "server"), "--port", "0", "--token", TOKEN]
    with _running(command, folder, clean_environment(), stdout=subprocess.PIPE) as process:
        assert process.stdout  # noqa: S101 - it was asked for
        yield process.stdout.readline().strip()


@contextlib.contextmanager
def bot(folder: Path, url: str, registry: Path, **settings: str) -> Iterator[int]:
    """Run the bot on this server and give the number of its process. Its database is in the folder, unless settings say where."""
    given = {"api": url, "token": TOKEN, "database": database(folder), "registry": str(registry.absolute())}
    environment = clean_environment(**given | settings)
    with _running([sys.executable, "-m", "bot", "run"], folder, environment) as process:
        yield process.pid


def database(folder: Path) -> str:
    """Return the URL of the database of the bot in this folder."""
    return f"sqlite:///{folder / 'checkup.db'}"


def last_words(folder: Path) -> str:
    """Return the end of what both said."""
    return (folder / "bot.log").read_text()[-2000:]


@contextlib.contextmanager
def _running(
    command: list[str], folder: Path, environment: dict[str, str], stdout: int | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A child process, taken to stop at the end; what it says goes into a file beside its data."""
    with (folder / "bot.log").open("a") as log:
        process = subprocess.Popen(  # noqa: S603
            command, cwd=folder, env=environment, stdout=stdout or log, stderr=log, text=True
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)
            if process.stdout:
                process.stdout.close()
