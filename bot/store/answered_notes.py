"""Which updates are answered, noted in the step in which that is known, ahead of the transaction that says so."""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import BigInteger, Connection, any_, bindparam, update
from sqlalchemy.types import ARRAY

from bot.store.database import Database
from bot.store.prepared import Prepared
from bot.store.schema import inbox
from bot.store.states import DONE, WAITING

_LINE = re.compile(rb"^(\d+) (\d+) answered$", re.MULTILINE)  # whole ones only: a power cut may leave anything
_MOST = 4096  # bytes in the file, beyond which it is emptied once the database knows all that it says


class AnsweredNotes:
    """One bot's notes: a transaction waits for its turn, and whoever kills the process meanwhile has the answer sent again.

    Beside an SQLite file they are a file, with a line for each update: the bot's id and the update's number, nothing else. On
    PostgreSQL, which another process may go on with, a note is a statement that goes ahead of all transactions.
    """

    def __init__(self, database: Database, *, bot: int) -> None:
        """Note the updates of the bot with this id. Opens nothing yet: commands only read the database."""
        self._database, self._path = database, database.path and _beside(database.path)
        self._bot = bot
        self._open: set[int] = set()  # updates of which no transaction has said yet that they are answered
        self._due: list[int] = []  # updates that PostgreSQL is to be told of
        self._written = 0  # bytes in the file since it was emptied
        these = inbox.c.update_id == any_(bindparam("numbers", type_=ARRAY(BigInteger)))  # PostgreSQL's
        which = (inbox.c.bot == bot, these, inbox.c.state == WAITING)
        self._done = Prepared(update(inbox).where(*which).values(state=DONE, content=None, reason=None))

    def note(self, *update_ids: int) -> None:
        """Note that updates are answered, if that is not noted yet."""
        new = [number for number in update_ids if number not in self._open]
        if not new:
            return
        self._open.update(new)
        if self._path is not None:
            self._write(self._path, new)
        else:
            self._due += new
            self._database.send_at_once(self._mark_due)

    @contextlib.contextmanager
    def until_known(self, *update_ids: int) -> Iterator[None]:
        """Note that updates are answered; where the block ends well, the database knows, too."""
        self.note(*update_ids)
        yield
        self._open.difference_update(update_ids)
        # Not after each update: where the disk is busy, it takes longer than to write the note.
        if not self._open and self._written > _MOST:
            self.clear()

    def left(self) -> list[int]:
        """Return the updates that an earlier process had answered and that only the file knows of."""
        if self._path is None or not self._path.exists():
            return []
        lines = _LINE.findall(self._path.read_bytes())
        return [int(number) for bot, number in lines if int(bot) == self._bot]

    def clear(self) -> None:
        """Remove all notes."""
        self._written = 0
        if self._path is not None:
            with contextlib.suppress(OSError):
                os.truncate(self._path, 0)

    def _mark_due(self, connection: Connection) -> None:
        """Mark all updates that are due as answered in one statement, and delete their content: none waits for another one."""
        due, self._due = self._due, []
        if due:
            self._done.count(connection, numbers=due)

    def _write(self, path: Path, update_ids: list[int]) -> None:
        """Write a line for each. Where the disk takes none, the database will say so; until then they have no note."""
        lines = "".join(f"{self._bot} {number} answered\n" for number in update_ids)
        with contextlib.suppress(OSError):
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                self._written += os.write(file, lines.encode())
            finally:
                os.close(file)


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.answered")
