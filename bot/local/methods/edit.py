"""The methods that change what was sent, and the answer to a tapped button."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

from bot.local.methods.call import Call, caption_of, media_of, own_message, text_of
from bot.local.state.records import Message
from bot.local.wire.entities import units
from bot.local.wire.errors import NOT_MODIFIED, bad
from bot.local.wire.keyboards import inline


async def edit_message_text(call: Call) -> dict[str, Any]:
    """Change the text of one of the bot's messages; a keyboard that is not sent again goes."""
    message = own_message(call, "edit")
    if "rich_message" in call.fields:
        raise bad("the local server edits plain messages only, not rich ones")
    if message.media:
        raise bad("there is no text in the message to edit")
    text, entities = text_of(call)
    preview = call.get("link_preview_options")
    return _edit(call, message, text=text, entities=entities, link_preview=preview, markup=call.markup())


async def edit_message_caption(call: Call) -> dict[str, Any]:
    """Change the caption under one of the bot's pictures or files."""
    message = own_message(call, "edit")
    if not message.media:
        raise bad("there is no caption in the message to edit")
    text, entities = caption_of(call.fields)
    return _edit(call, message, text=text, entities=entities, markup=call.markup())


async def edit_message_media(call: Call) -> dict[str, Any]:
    """Put another photo or document into one of the bot's messages."""
    message = own_message(call, "edit")
    item = call.fields["media"]
    if item["type"] not in ("photo", "document"):
        raise bad(f"the local server edits photos and documents, not {item['type']}")
    text, entities = caption_of(item)
    markup = call.markup()
    media = await media_of(call, item["type"], "media", item["media"])
    return _edit(call, message, text=text, entities=entities, media=media, markup=markup)


async def edit_message_reply_markup(call: Call) -> dict[str, Any]:
    """Change the buttons under one of the bot's messages."""
    return _edit(call, own_message(call, "edit"), markup=call.markup())


def _edit(call: Call, before: Message, **facts: Any) -> dict[str, Any]:
    after = dataclasses.replace(before, **facts)
    if after == dataclasses.replace(before, markup=inline(before.markup)):
        raise bad(NOT_MODIFIED)
    edited = call.state.change(dataclasses.replace(after, edit_date=int(time.time())))
    return call.state.for_bot(edited)


async def delete_message(call: Call) -> bool:
    """Delete one message."""
    if not call.state.remove(call.chat(), [call.fields["message_id"]]):
        raise bad("message to delete not found")
    return True


async def delete_messages(call: Call) -> bool:
    """Delete up to a hundred messages; those that are not there are passed over."""
    numbers = call.fields["message_ids"]
    if not 1 <= len(numbers) <= 100:
        raise bad("there must be 1 to 100 message identifiers")
    call.state.remove(call.chat(), numbers)
    return True


async def answer_callback_query(call: Call) -> bool:
    """Answer a tapped button with a toast, an alert, a link or nothing."""
    query_id, text = call.fields["callback_query_id"], call.get("text")
    query = call.state.query(query_id)
    if text and units(text) > 200:
        raise bad("MESSAGE_TOO_LONG")
    call.state.events.publish(
        query.chat_id,
        "answer",
        callback_query_id=query_id,
        text=text,
        alert=bool(call.get("show_alert")),
        url=call.get("url"),
    )
    return True
