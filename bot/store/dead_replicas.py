"""Which replicas are dead, and what becomes of what they had in hand."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Connection, case, delete, select, update

from bot.store import replica_lock
from bot.store.database import Database
from bot.store.line import TURN, line_up
from bot.store.schema import inbox, replicas, turns
from bot.store.states import IN_HAND, IN_HAND_ALONE, WAITING

LEASE = timedelta(seconds=5)  # without a sign of life, after which a replica is dead
CUT_OFF = timedelta(seconds=1.5)  # the same where its connection has ended: time enough to make it again


class DeadReplicas:
    """Those of one bot. All methods are done within a transaction."""

    def __init__(self, database: Database, *, bot: int) -> None:
        """Look for those of the bot with this id."""
        self._database, self._bot = database, bot

    def remove(self, connection: Connection) -> None:
        """Take away the replicas that are dead, by the database's clock, and free what they had in hand. PostgreSQL's alone."""
        names = list(self._found(connection))
        if names and connection.execute(delete(replicas).where(replicas.c.id.in_(names))).rowcount:
            self.free(connection)

    def free(self, connection: Connection) -> None:
        """Note what is in nobody's hands any more as interrupted, and let its chats wait again."""
        alive = select(replicas.c.id).where(replicas.c.bot == self._bot)
        held = (turns.c.bot == self._bot, turns.c.holder.is_not(None))
        # By their names: PostgreSQL tries a condition anew on a turn that it had to wait for, but without seeing who joined
        # meanwhile, and may have it.
        dead = connection.execute(
            select(turns.c.holder).where(*held, turns.c.holder.not_in(alive)).distinct()
        ).scalars()
        theirs = update(turns).where(*held, turns.c.holder.in_(dead.all())).values(holder=None)
        freed = connection.execute(theirs.returning(turns.c.chat)).scalars().all()
        without = inbox.c.chat.not_in(select(turns.c.chat).where(turns.c.bot == self._bot))
        alone = case((inbox.c.reason == IN_HAND_ALONE, 1), else_=0)
        interrupted = update(inbox).where(
            inbox.c.bot == self._bot,
            inbox.c.state == WAITING,
            inbox.c.reason.in_((IN_HAND, IN_HAND_ALONE)),
            inbox.c.chat.in_(freed) | without,
        )
        counted = {"deaths": inbox.c.deaths + 1, "attempts": inbox.c.attempts + alone, "reason": "interrupted"}
        connection.execute(interrupted.values(counted))
        # Those that have a turn keep it: to lock the turns of all who wait would take seconds where many are answered.
        known = select(turns.c.chat).where(turns.c.bot == self._bot)
        line_up(connection, self._database, inbox.c.bot == self._bot, inbox.c.chat.not_in(known))
        self._database.tell(connection, f"{self._bot} {TURN}")

    def _found(self, connection: Connection) -> Iterator[str]:
        now = self._database.now()
        quiet = select(replicas.c.id, replicas.c.lock, replicas.c.seen < now - LEASE)
        quiet = quiet.where(replicas.c.bot == self._bot, replicas.c.seen < now - CUT_OFF)
        for name, lock, is_over in connection.execute(quiet).all():
            if is_over or (lock is not None and replica_lock.is_free(connection, lock)):
                yield name
