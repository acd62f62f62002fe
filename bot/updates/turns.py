"""Whose turn it is: each chat has one update in hand at a time, and chats take turns. Pure; knows no database."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from telegram import Update

from bot.sending.delivery import Delivery


@dataclass(slots=True, kw_only=True)
class PendingUpdate:
    """An update in memory, until it is answered or set aside."""

    update: Update
    received: datetime
    attempts: int = 0  # that failed through its own fault
    deaths: int = 0  # of processes that had it in hand
    delivery: Delivery = field(default_factory=Delivery)
    error: Exception | None = None  # of the attempt that is being made
    is_held: bool = False
    is_noted: bool = False  # in the database, as in hand: it was stored so


@dataclass(slots=True, kw_only=True)
class PendingChat:
    """One chat: the update that is queued or handled, and how many more wait in the database."""

    id: int
    current: PendingUpdate | None = None
    waiting: int = 0
    outages: int = 0  # in a row, that were not the chat's fault
    was_told: bool = False  # that it has to wait


class Turns:
    """All chats that have something to be answered; at most `room` of them have an update in memory."""

    def __init__(self, *, room: int) -> None:
        """Begin without any."""
        self._room = room
        self._chats: dict[int, PendingChat] = {}
        self._next: deque[int] = deque()  # chats whose first update has to be read from the database
        self._in_memory = 0  # chats with a current update, or one that is being read

    def __len__(self) -> int:
        """Return how many chats there are."""
        return len(self._chats)

    def __contains__(self, chat: int) -> bool:
        """Return whether anything of this chat is to be answered."""
        return chat in self._chats

    def chat(self, update: Update) -> PendingChat:
        """Return the chat of an update that waits or is in hand. Raises KeyError."""
        return self._chats[chat_of(update)]

    def pending(self, update: Update) -> PendingUpdate:
        """Return what is known of an update that is in hand. Raises KeyError."""
        pending = self.chat(update).current
        if pending is None:
            raise KeyError(update.update_id)
        return pending

    def is_free(self, update: Update) -> bool:
        """Return whether an update of this chat would be handled at once."""
        return chat_of(update) not in self._chats and self._in_memory < self._room

    def arrived(self, pending: PendingUpdate) -> bool:
        """Let an update that has just been stored wait; return whether it is its turn at once."""
        chat = chat_of(pending.update)
        if not self.is_free(pending.update):
            self.wait(chat, 1)
            return False
        self._in_memory += 1
        self._chats[chat] = PendingChat(id=chat, current=pending)
        return True

    def wait(self, chat: int, count: int) -> None:
        """Note that so many more of a chat's updates wait in the database."""
        known = self._chats.get(chat)
        if known is None:
            known = self._chats[chat] = PendingChat(id=chat)
            self._next.append(chat)
        known.waiting += count

    def due(self) -> PendingChat | None:
        """Return the next chat whose first update is to be read from the database; None where none waits or fits."""
        if not self._next or self._in_memory >= self._room:
            return None
        self._in_memory += 1
        chat = self._chats[self._next.popleft()]
        chat.waiting = max(0, chat.waiting - 1)
        return chat

    def finish(self, chat: PendingChat) -> None:
        """Let a chat's current update go; the chat waits for its next turn, or is gone where nothing else waits."""
        self._in_memory -= 1
        chat.current = None
        if chat.waiting:
            self._next.append(chat.id)
        else:
            del self._chats[chat.id]


def chat_of(update: Update) -> int:
    """Return the chat whose updates are handled in order; of an update without one, its person's."""
    sender = update.effective_chat or update.effective_user
    return sender.id if sender else 0
