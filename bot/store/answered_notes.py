"""Which updates are answered, noted in a file beside an SQLite database until the database knows."""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

_LINE = re.compile(rb"^(\d+) (\d+) answered$", re.MULTILINE)  # whole ones only: a power cut may leave anything


class AnsweredNotes:
    """One bot's notes: a line for each update, with the bot's id and the update's number and nothing else.

    A line is written at once, where a transaction waits for a thread and for its turn. Whoever kills the process in between
    would otherwise have the answer sent again. A database on a server has no such file: `database` is None.
    """

    def __init__(self, database: Path | None, *, bot: int) -> None:
        """Note the updates of the bot with this id beside this file. Opens nothing yet: commands only read the database."""
        self._path = database and database.with_name(f"{database.name}.answered")
        self._bot = bot
        self._open: set[int] = set()  # updates that the database does not know as answered

    def note(self, *update_ids: int) -> None:
        """Note that updates are answered, if that is not noted yet."""
        new = [number for number in update_ids if number not in self._open]
        if new and self._path is not None:
            self._open.update(new)
            self._write(self._path, new)

    @contextlib.contextmanager
    def until_known(self, *update_ids: int) -> Iterator[None]:
        """Note that updates are answered; where the block ends well, the database knows, too."""
        self.note(*update_ids)
        yield
        self._open.difference_update(update_ids)
        if update_ids and not self._open:
            self.clear()

    def left(self) -> list[int]:
        """Return the updates that an earlier process had answered."""
        if self._path is None or not self._path.exists():
            return []
        lines = _LINE.findall(self._path.read_bytes())
        return [int(number) for bot, number in lines if int(bot) == self._bot]

    def clear(self) -> None:
        """Remove all notes."""
        if self._path is not None:
            with contextlib.suppress(OSError):
                os.truncate(self._path, 0)

    def _write(self, path: Path, update_ids: list[int]) -> None:
        """Write a line for each. Where the disk takes none, the database will say so; until then they have no note."""
        lines = "".join(f"{self._bot} {number} answered\n" for number in update_ids)
        with contextlib.suppress(OSError):
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(file, lines.encode())
            finally:
                os.close(file)
