"""One message, seen by the bot (Telegram's objects) and by the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.local.state.records import Media, Message, Person, StoredFile
from bot.local.wire.keyboards import inline
from bot.local.wire.rendering import safe_html

Json = dict[str, Any]


def user(person: Person) -> Json:
    """Return a person as Telegram's User."""
    return {
        "id": person.id,
        "is_bot": False,
        "first_name": person.first_name,
        "language_code": person.language,
    }


def chat(chat_id: int, person: Person | None) -> Json:
    """Return a Chat: private where the number is a person's, a group where it is negative."""
    if chat_id < 0:
        return {"id": chat_id, "type": "group", "title": "Group"}
    return {"id": chat_id, "type": "private", "first_name": person.first_name if person else "Robin"}


def photo_size(file: StoredFile) -> Json:
    """Return a PhotoSize."""
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "width": file.width,
        "height": file.height,
        "file_size": file.size,
    }


def media_fields(media: Media) -> Json:
    """Return the field of a Message that holds the media."""
    if media.kind == "photo":
        return {"photo": [photo_size(file) for file in media.files]}
    file = media.main
    found: Json = {"file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": file.size}
    if media.kind == "sticker":
        found |= {"type": "regular", "width": file.width or 512, "height": file.height or 512}
        found |= {"is_animated": False, "is_video": False, "emoji": "🙂"}
    elif media.kind == "video":
        found |= {"width": file.width or 640, "height": file.height or 480, "duration": 3}
        found |= {"mime_type": file.mime, "file_name": file.name}
    elif media.kind == "voice":
        found |= {"duration": 3, "mime_type": file.mime}
    else:
        found |= {"mime_type": file.mime, "file_name": file.name}
    return {media.kind: found}


def for_bot(message: Message, bot: Json, owner: Person | None, replied: Callable[[Message], Message | None]) -> Json:
    """Return a Message of the Bot API. `owner` is whom a private chat belongs to; `replied` finds what it answers."""
    seen: Json = {
        "message_id": message.message_id,
        "from": user(message.person) if message.person else bot,
        "chat": chat(message.chat_id, owner),
        "date": message.date,
    }
    if message.edit_date:
        seen["edit_date"] = message.edit_date
    if message.media_group_id:
        seen["media_group_id"] = message.media_group_id
    if message.topic:
        seen |= {"message_thread_id": message.topic, "is_topic_message": True}
    original = replied(message)
    if original:
        seen["reply_to_message"] = for_bot(original, bot, owner, lambda _: None)  # one level deep, as on Telegram
    if message.media:
        seen |= media_fields(message.media)
    if message.spoiler:
        seen["has_media_spoiler"] = True
    if message.text:
        seen["caption" if message.media else "text"] = message.text
    if message.entities:
        seen["caption_entities" if message.media else "entities"] = list(message.entities)
    if message.link_preview:
        seen["link_preview_options"] = message.link_preview
    if markup := inline(message.markup):
        seen["reply_markup"] = markup
    return seen


def for_page(message: Message) -> Json:
    """Return a message as the page and the tests' phone know it."""
    return {
        "message_id": message.message_id,
        "from": "person" if message.person else "bot",
        "date": message.date,
        "edited": message.edit_date is not None,
        "text": None if message.media else message.text,
        "caption": (message.text or None) if message.media else None,
        "html": safe_html(message.text, list(message.entities)) if message.text else None,
        "media": _media(message.media),
        "media_group_id": message.media_group_id,
        "spoiler": message.spoiler,
        "reply_to": message.reply_to,
        "topic": message.topic,
        "buttons": _buttons(message.markup),
        "keyboard": _keyboard(message.markup),
    }


def _media(media: Media | None) -> Json | None:
    if media is None:
        return None
    file = media.main
    return {
        "kind": media.kind,
        "id": file.unique_id,
        "width": file.width,
        "height": file.height,
        "name": file.name,
        "mime": file.mime,
        "bytes": file.size,
    }


def _buttons(markup: Json | None) -> list[list[dict[str, str]]]:
    names = {"text": "text", "url": "url", "callback_data": "data"}
    rows = markup.get("inline_keyboard", []) if markup else []
    return [[{names[key]: button[key] for key in names if key in button} for button in row] for row in rows]


def _keyboard(markup: Json | None) -> list[list[dict[str, str]]] | None:
    """Return a reply keyboard, an empty one where it is taken away, None where the message has none."""
    if markup and markup.get("remove_keyboard"):
        return []
    if markup and "keyboard" in markup:
        return [[{"text": button["text"]} for button in row] for row in markup["keyboard"]]
    return None
