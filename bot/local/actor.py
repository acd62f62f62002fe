"""What a person does in a chat: write, send, edit, tap, delete."""

from __future__ import annotations

import dataclasses
import json
import secrets
import time
from typing import Any

from bot.local.state.records import Media, Message, Person, Upload
from bot.local.state.server_state import ServerState
from bot.local.wire import views
from bot.local.wire.entities import trimmed, units, with_found
from bot.local.wire.errors import PageError
from bot.local.wire.request_body import Received

KINDS = ("photo", "document", "sticker", "video", "voice")
Json = dict[str, Any]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who does something, and in which chat."""

    person: Person
    chat_id: int

    @classmethod
    def read(cls, fields: Json) -> Actor:
        """Return it from a request's fields. Raises PageError."""
        person, chat_id = person_and_chat(fields)
        return cls(person=person, chat_id=chat_id)


def person_and_chat(fields: Json) -> tuple[Person, int]:
    """Return who and where: person 1001 and their private chat unless said otherwise. Raises PageError."""
    chat = _number(fields, "chat", 0)
    number = _number(fields, "person", chat if chat > 0 else 1001)
    return Person(id=number, language=str(fields.get("language") or "en")), chat or number


def _number(fields: Json, name: str, default: int) -> int:
    try:
        return int(fields.get(name) or default)
    except (TypeError, ValueError, OverflowError):
        raise PageError(400, f"{name} must be a whole number") from None


async def sent_text(state: ServerState, actor: Actor, what: Received) -> Json:
    """Send a text to the bot."""
    text, entities = _text(what.fields.get("text"), 4096)
    if not text:
        raise PageError(400, "There is nothing to send.", "nothing_to_send")
    reply_to = _number(what.fields, "reply_to", 0) or None
    message = state.new_message(actor.chat_id, actor.person, text=text, entities=entities, reply_to=reply_to)
    return {"message": views.for_page(_sent(state, actor, message))}


async def sent_files(state: ServerState, actor: Actor, what: Received) -> Json:
    """Send one file, or several as an album. A photo that no app could show goes as a document."""
    kind = what.fields.get("kind") or "photo"
    uploads = [upload for name, upload in what.files if name == "file"]
    if kind not in KINDS:
        raise PageError(400, f"kind must be one of {', '.join(KINDS)}")
    if not uploads:
        raise PageError(400, "There is no file to send.", "nothing_to_send")
    text, entities = _text(what.fields.get("caption"), 1024)
    group = str(secrets.randbelow(10**17) + 10**16) if len(uploads) > 1 else None
    reply_to = _number(what.fields, "reply_to", 0) or None
    spoiler = str(what.fields.get("spoiler")).lower() == "true"
    kept = [await _kept(state, upload, kind) for upload in uploads]
    messages = []
    for place, media in enumerate(kept):
        words = {} if place else {"text": text, "entities": entities}
        facts = {"media": media, "media_group_id": group, "reply_to": reply_to, "spoiler": spoiler, **words}
        message = state.new_message(actor.chat_id, actor.person, **facts)
        messages.append(views.for_page(_sent(state, actor, message)))
    return {"messages": messages}


async def edited(state: ServerState, actor: Actor, what: Received) -> Json:
    """Change the text, the caption or the photo of a message the person sent."""
    before = _message(state, actor, what)
    if before.person is None:
        raise PageError(400, "Only your own messages can be edited.", "not_yours")
    facts: Json = {"edit_date": int(time.time())}
    words = what.fields.get("caption" if before.media else "text", what.fields.get("text"))
    if words is not None:
        facts["text"], facts["entities"] = _text(words, 1024 if before.media else 4096)
    uploads = [upload for name, upload in what.files if name == "file"]
    if uploads:
        facts["media"] = await _kept(state, uploads[0], str(what.fields.get("kind") or "photo"))
    after = dataclasses.replace(before, **facts)
    if not after.text and not after.media:
        raise PageError(400, "There is nothing left of the message.", "nothing_left")
    state.enter(actor.chat_id, actor.person)
    state.change(after)
    state.tell_bot("edited_message", after)
    return {"message": views.for_page(after)}


async def pressed(state: ServerState, actor: Actor, what: Received) -> Json:
    """Tap a button under one of the bot's messages."""
    message = _message(state, actor, what)
    data = str(what.fields.get("data") or "")
    rows = (message.markup or {}).get("inline_keyboard", [])
    if not any(button.get("callback_data") == data for row in rows for button in row):
        raise PageError(400, "This message has no such button.", "button_gone")
    return {"callback_query_id": state.press(message, actor.person, data)}


async def reacted(state: ServerState, actor: Actor, what: Received) -> Json:
    """React to a message with an emoji, instead of the one before; with none, take it back."""
    message, emoji = _message(state, actor, what), str(what.fields.get("emoji") or "")
    state.react(message, actor.person, emoji)
    return {"emoji": emoji}


async def deleted(state: ServerState, actor: Actor, what: Received) -> Json:
    """Clear messages away; the bot is not told, as on Telegram."""
    numbers = what.fields.get("message_ids")
    try:
        numbers = json.loads(numbers) if isinstance(numbers, str) else numbers
        return {"message_ids": state.remove(actor.chat_id, [int(number) for number in numbers or []])}
    except (TypeError, ValueError, OverflowError, RecursionError):
        raise PageError(400, "message_ids must be a list of whole numbers") from None


def _sent(state: ServerState, actor: Actor, message: Message) -> Message:
    state.enter(actor.chat_id, actor.person)
    state.add(message)
    state.tell_bot("message", message)
    return message


def _text(words: object, limit: int) -> tuple[str, tuple[Json, ...]]:
    whole = str(words or "").encode("utf-8", "replace").decode()  # half of a surrogate pair is no character
    text, _ = trimmed(whole, [])
    if units(text) > limit:
        raise PageError(400, f"That is more than {limit} characters.", "too_long", limit=limit)
    return text, tuple(with_found(text, []))


async def _kept(state: ServerState, upload: Upload, kind: str) -> Media:
    media = await state.files.add_photo(upload) if kind == "photo" else None
    return media or await state.files.add_file(upload, "document" if kind == "photo" else kind)


def _message(state: ServerState, actor: Actor, what: Received) -> Message:
    message = state.message(actor.chat_id, _number(what.fields, "message_id", 0))
    if message is None:
        raise PageError(404, "This message is not here any more.", "message_gone")
    return message
