"""Updates in memory, each from when this process takes it in hand until its chat is let go."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from telegram import Bot, Update

from bot.sending.delivery import Delivery
from bot.sending.placeholder import Placeholder
from bot.store import Answered, Standing, StoredUpdate
from bot.updates.resolution import Tried
from bot.updates.suspects import MOST_DEATHS


@dataclass(slots=True, kw_only=True)
class PendingUpdate:
    """An update whose chat this process has in hand."""

    update: Update
    chat: int
    received: datetime
    attempts: int = 0  # that failed through its own fault
    deaths: int = 0  # of processes that had it in hand
    outages: int = 0  # in a row, that were not its fault
    delivery: Delivery = field(default_factory=Delivery)
    error: Exception | None = None  # of the attempt that is being made
    is_held: bool = False
    is_noted: bool = False  # in the database, as in hand
    has_begun: bool = False  # in this process
    answered: Answered | None = None  # what the database is to know once the chat is let go
    standing: Standing | None = None  # of its person, for the attempt that is being made

    @property
    def is_suspected(self) -> bool:
        """Return whether it may be the reason why attempts failed or processes died."""
        return self.attempts > 0 or self.deaths >= MOST_DEATHS

    def has_failed(self, *, counted: bool) -> None:
        """Note that an attempt failed, through its own fault where that is `counted`."""
        self.standing = None  # it may be another one by then
        self.attempts += counted
        self.outages += not counted

    def tried(self, now: datetime) -> Tried:
        """Return what was tried so far."""
        return Tried(attempts=self.attempts, outages=self.outages, age=now - self.received)

    @classmethod
    def of_row(cls, row: StoredUpdate, bot: Bot) -> "PendingUpdate | None":
        """Return what a row of the database says of an update of this bot; None where that cannot be read."""
        try:
            update = Update.de_json(json.loads(row.content), bot)
        except Exception:  # whatever stands there; its words must not reach the log
            return None
        left = Placeholder(chat=row.chat, message=row.placeholder or 0)
        return cls(
            update=update,
            chat=row.chat,
            received=row.received,
            attempts=row.attempts,
            deaths=row.deaths,
            is_noted=row.deaths < MOST_DEATHS,  # a suspect is noted once it is alone
            delivery=Delivery(left),
            standing=row.standing,
        )


class InHand(dict[int, PendingUpdate]):
    """The updates that this process has in hand, by their numbers."""

    @property
    def chats(self) -> set[int]:
        """Their chats."""
        return {pending.chat for pending in self.values()}

    def of(self, update: Update) -> PendingUpdate | None:
        """Return what is known of this very update; one that was taken away may have come again as another object."""
        pending = self.get(update.update_id)
        return pending if pending and pending.update is update else None

    def forget(self, *gone: PendingUpdate) -> None:
        """Have these in hand no more, and let go of what they have come to."""
        for pending in gone:
            self.pop(pending.update.update_id, None)
            pending.delivery.end()


def chat_of(update: Update) -> int:
    """Return the chat whose updates are handled in order; of an update without one, its person's."""
    sender = update.effective_chat or update.effective_user
    return sender.id if sender else 0
