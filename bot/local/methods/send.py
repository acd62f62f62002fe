"""The methods that send something new."""

from __future__ import annotations

import secrets
from typing import Any

from bot.local.methods.call import Call, caption_of, media_of, reply_of, text_of
from bot.local.state.records import Message
from bot.local.wire.errors import bad

ACTIONS = (
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
)


async def send_message(call: Call) -> dict[str, Any]:
    """Send a text."""
    chat_id = call.chat()
    text, entities = text_of(call)
    preview = call.get("link_preview_options")
    return _send(call, chat_id, text=text, entities=entities, link_preview=preview, markup=call.markup())


async def send_photo(call: Call) -> dict[str, Any]:
    """Send a photo with a caption."""
    return await _send_media(call, "photo")


async def send_document(call: Call) -> dict[str, Any]:
    """Send a file with a caption."""
    return await _send_media(call, "document")


async def _send_media(call: Call, kind: str) -> dict[str, Any]:
    chat_id = call.chat()
    text, entities = caption_of(call.fields)
    facts = {"text": text, "entities": entities, "spoiler": bool(call.get("has_spoiler")), "markup": call.markup()}
    media = await media_of(call, kind, kind, call.get(kind))  # last: where anything else is refused, no file is kept
    return _send(call, chat_id, media=media, **facts)


async def copy_message(call: Call) -> dict[str, Any]:
    """Send what stands in a message once more, without whose it was, under another caption where one is given."""
    chat_id, fields = call.chat(), call.fields
    source = call.state.message(int(fields["from_chat_id"]), fields["message_id"])
    if source is None:
        raise bad("message to copy not found")
    text, entities = caption_of(fields) if source.media and "caption" in fields else (source.text, source.entities)
    facts = {"text": text, "entities": entities, "media": source.media, "spoiler": source.spoiler}
    sent = _send(call, chat_id, **facts, markup=call.markup())
    return {"message_id": sent["message_id"]}


def _send(call: Call, chat_id: int, **facts: Any) -> dict[str, Any]:
    state = call.state
    topic = int(call.get("message_thread_id") or 0)
    message = state.add(state.new_message(chat_id, None, reply_to=reply_of(call, chat_id), topic=topic, **facts))
    return state.for_bot(message)


async def send_media_group(call: Call) -> list[dict[str, Any]]:
    """Send two to ten photos, or two to ten documents, as an album."""
    chat_id, state = call.chat(), call.state
    items = call.fields["media"]
    if not 2 <= len(items) <= 10:
        raise bad("wrong number of media in the album: there must be 2 to 10")
    kinds = {item["type"] for item in items}
    if not kinds <= {"photo", "document"}:
        raise bad(f"the local server sends albums of photos or documents, not of {', '.join(sorted(kinds))}")
    if len(kinds) > 1:
        raise bad("document can't be mixed with other media types")
    reply_to, group = reply_of(call, chat_id), str(secrets.randbelow(10**17) + 10**16)
    ready: list[Message] = []
    for item in items:
        text, entities = caption_of(item)
        media = await media_of(call, item["type"], "media", item["media"])
        facts = {"text": text, "entities": entities, "media": media}
        ready.append(state.new_message(chat_id, None, media_group_id=group, reply_to=reply_to, **facts))
    return [state.for_bot(state.add(message)) for message in ready]


async def send_chat_action(call: Call) -> bool:
    """Show "typing…" or the like."""
    chat_id = call.chat()
    if call.fields["action"] not in ACTIONS:
        raise bad("wrong parameter action in request")
    call.state.events.publish(chat_id, "action", action=call.fields["action"])
    return True
