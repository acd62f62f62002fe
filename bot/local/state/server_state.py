"""All that a local server knows: people, chats, messages, files, and what waits for the bot."""

from __future__ import annotations

import collections
import dataclasses
import secrets
import time
from pathlib import Path
from typing import Any

from bot.local.state.counter import Counter
from bot.local.state.events import Events
from bot.local.state.files import FileStore
from bot.local.state.profile import Profile
from bot.local.state.records import Message, Person
from bot.local.state.updates import PendingUpdates
from bot.local.state.webhook import Webhook
from bot.local.wire import views
from bot.local.wire.errors import BLOCKED, OLD_QUERY, ApiError, bad

FILES = "files"  # the folder of what people send
MESSAGES, CHATS, QUERIES = 2_000, 10_000, 1_000
QUERY_LIVES = 15 * 60  # seconds


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class TappedButton:
    """A tapped button that waits for the bot's answer."""

    chat_id: int
    person_id: int
    born: float


class ServerState:
    """The state of one server. It is bounded: the oldest messages, chats, queries and files are forgotten."""

    def __init__(self, folder: Path, *, bot_id: int, name: str, username: str, messages: int = MESSAGES) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)  # one of an earlier version
        self.bot_id = bot_id
        self.profile = Profile(name, username)
        self.events = Events()
        self.files = FileStore(folder / FILES)
        self.updates = PendingUpdates(Counter(folder / "last_update", least=int(time.time())))
        self.webhook = Webhook(self.updates)
        self._message_numbers = Counter(folder / "last_message")
        self._chats: collections.OrderedDict[int, Person] = collections.OrderedDict()
        self._messages: collections.OrderedDict[tuple[int, int], Message] = collections.OrderedDict()
        self._reactions: collections.OrderedDict[tuple[int, int, int], str] = collections.OrderedDict()
        self._queries: collections.OrderedDict[str, TappedButton] = collections.OrderedDict()
        self.blocked: set[int] = set()
        self.closed = False
        self._most_messages = messages
        self.paths_in: Path | None = None  # where files are read off the disk: they are not downloaded then

    @property
    def bot(self) -> dict[str, Any]:
        """The bot as Telegram's User."""
        return {
            "id": self.bot_id,
            "is_bot": True,
            "first_name": self.profile.text("name"),
            "username": self.profile.username,
        }

    def enter(self, chat_id: int, person: Person) -> None:
        """Make the chat known to the bot, because the person wrote in it."""
        self._chats[chat_id] = person
        self._chats.move_to_end(chat_id)
        while len(self._chats) > CHATS:
            self._chats.popitem(last=False)

    def chat_for_bot(self, chat_id: object) -> int:
        """Return a chat the bot may write in. Raises ApiError: 400 where it never heard from it, 403 where blocked."""
        if not isinstance(chat_id, int) or chat_id not in self._chats:
            raise bad("chat not found")
        if chat_id in self.blocked:
            raise ApiError(403, BLOCKED)
        return chat_id

    def new_message(self, chat_id: int, person: Person | None, **facts: Any) -> Message:
        """Return a message with the next number and the time; it is in no chat yet."""
        number = self._message_numbers.take()
        return Message(message_id=number, chat_id=chat_id, person=person, date=int(time.time()), **facts)

    def add(self, message: Message) -> Message:
        """Put a new message into its chat and tell the pages."""
        self._messages[message.key] = message
        while len(self._messages) > self._most_messages:
            self._messages.popitem(last=False)
        self.events.publish(message.chat_id, "message", message=message)
        return message

    def change(self, message: Message) -> Message:
        """Put a message in the place of what it was and tell the pages."""
        self._messages[message.key] = message
        self.events.publish(message.chat_id, "edited", message=message)
        return message

    def remove(self, chat_id: int, numbers: list[int]) -> list[int]:
        """Remove messages and return the numbers of those that were there."""
        gone = [number for number in numbers if self._messages.pop((chat_id, number), None)]
        if gone:
            self.events.publish(chat_id, "deleted", message_ids=gone)
        return gone

    def message(self, chat_id: int, number: int) -> Message | None:
        """Return a message, None where it is not (any more) there."""
        return self._messages.get((chat_id, number))

    def messages(self, chat_id: int) -> list[Message]:
        """Return the chat's messages, oldest first."""
        return [message for message in self._messages.values() if message.chat_id == chat_id]

    def for_bot(self, message: Message) -> dict[str, Any]:
        """Return a message as the Bot API's Message."""
        return views.for_bot(message, self.bot, self._chats.get(message.chat_id), self._replied)

    def _replied(self, message: Message) -> Message | None:
        return self.message(message.chat_id, message.reply_to) if message.reply_to else None

    def tell_bot(self, kind: str, message: Message) -> None:
        """Queue an update about a message, "message" or "edited_message"."""
        if message.chat_id not in self.blocked:
            self.updates.put(kind, self.for_bot(message))

    def press(self, message: Message, person: Person, data: str) -> str:
        """Queue the update of a tapped button and return the query's id."""
        query_id = str(secrets.randbelow(9 * 10**17) + 10**17)
        self._remember_query(query_id, message.chat_id, person.id)
        payload = {
            "id": query_id,
            "from": views.user(person),
            "chat_instance": str(4_000_000_000 + message.chat_id),
            "message": self.for_bot(message),
            "data": data,
        }
        self.updates.put("callback_query", payload)
        return query_id

    def react(self, message: Message, person: Person, emoji: str) -> None:
        """Put a person's reaction to a message in the place of the one before, none where it is empty, and tell the bot."""
        before = self._reactions.pop((*message.key, person.id), "")
        if emoji:
            self._reactions[*message.key, person.id] = emoji
        while len(self._reactions) > self._most_messages:
            self._reactions.popitem(last=False)
        payload = {
            "chat": views.chat(message.chat_id, self._chats.get(message.chat_id)),
            "message_id": message.message_id,
            "user": views.user(person),
            "date": int(time.time()),
            "old_reaction": [{"type": "emoji", "emoji": one} for one in (before,) if one],
            "new_reaction": [{"type": "emoji", "emoji": one} for one in (emoji,) if one],
        }
        self.updates.put("message_reaction", payload)

    def inject(self, kind: str, payload: dict[str, Any]) -> None:
        """Queue an update just as it is given; a made-up tap can be answered, in the private chat of its sender."""
        if kind == "callback_query":
            self._remember_query(payload["id"], payload["from"]["id"], payload["from"]["id"])
        self.updates.put(kind, payload)

    def _remember_query(self, query_id: str, chat_id: int, person_id: int) -> None:
        self._queries[query_id] = TappedButton(chat_id=chat_id, person_id=person_id, born=time.monotonic())
        while len(self._queries) > QUERIES:
            self._queries.popitem(last=False)

    def query(self, query_id: str) -> TappedButton:
        """Return the tapped button. Raises ApiError 400 where there is none, or the bot took too long."""
        query = self._queries.get(query_id)
        if query is None or time.monotonic() - query.born > QUERY_LIVES:
            raise bad(OLD_QUERY)
        return query

    def block(self, person: Person, blocked: bool) -> None:
        """Let a person block the bot or take it back; the bot is told, as on Telegram."""
        if blocked == (person.id in self.blocked):
            return
        (self.blocked.add if blocked else self.blocked.discard)(person.id)
        member = {"status": "member", "user": self.bot}
        kicked = {"status": "kicked", "user": self.bot, "until_date": 0}
        payload = {
            "chat": views.chat(person.id, person),
            "from": views.user(person),
            "date": int(time.time()),
            "old_chat_member": member if blocked else kicked,
            "new_chat_member": kicked if blocked else member,
        }
        self.updates.put("my_chat_member", payload)

    async def close(self) -> None:
        """Stop what runs and remove the files."""
        self.closed = True
        self.updates.close()
        self.events.close()
        await self.webhook.set(None)
        self.files.close()
