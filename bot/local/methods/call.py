"""One call of the Bot API, checked, with the files that came with it."""

from __future__ import annotations

import dataclasses
from typing import Any

from bot.local.state.photo_sizes import dimensions, is_photo
from bot.local.state.records import Media, Message, Upload
from bot.local.state.server_state import ServerState
from bot.local.wire.entities import Entity, formatted, units
from bot.local.wire.errors import bad
from bot.local.wire.keyboards import checked_markup

TEXT, CAPTION = 4096, 1024  # UTF-16 units, after the tags are gone
PHOTO_BYTES, DOCUMENT_BYTES = 10 * 2**20, 50 * 2**20
NOT_HERE = "wrong file_id or the file is temporarily unavailable"


@dataclasses.dataclass(slots=True)
class Call:
    """A call: its fields have the types of the facts file. `kept` remembers what became of an upload used twice."""

    state: ServerState
    method: str
    fields: dict[str, Any]
    uploads: dict[str, Upload]
    kept: dict[tuple[str, str], Media] = dataclasses.field(default_factory=dict)

    def get(self, name: str) -> Any:
        """Return a field or None."""
        return self.fields.get(name)

    def chat(self) -> int:
        """Return the chat the call is about. Raises ApiError where the bot may not write there."""
        if "chat_id" not in self.fields:
            raise bad("chat_id is empty")
        return self.state.chat_for_bot(self.fields["chat_id"])

    def markup(self) -> dict[str, Any] | None:
        """Return the keyboard of the call. Raises ApiError for one that cannot be."""
        return checked_markup(self.get("reply_markup"))


def text_of(call: Call) -> tuple[str, tuple[Entity, ...]]:
    """Return text and entities of a text message. Raises ApiError where it is empty or too long."""
    text, entities = formatted(call.get("text") or "", call.get("parse_mode"), call.get("entities"))
    if not text:
        raise bad("message text is empty")
    if units(text) > TEXT:
        raise bad("message is too long")
    return text, tuple(entities)


def caption_of(fields: dict[str, Any]) -> tuple[str, tuple[Entity, ...]]:
    """Return text and entities of a caption, perhaps empty. Raises ApiError where it is too long."""
    text, entities = formatted(fields.get("caption") or "", fields.get("parse_mode"), fields.get("caption_entities"))
    if units(text) > CAPTION:
        raise bad("message caption is too long")
    return text, tuple(entities)


def reply_of(call: Call, chat_id: int) -> int | None:
    """Return the number of the message that is answered. Raises ApiError where it is not there and must be."""
    wanted = call.get("reply_parameters")
    if not wanted or "message_id" not in wanted:
        return None
    if call.state.message(chat_id, wanted["message_id"]):
        return int(wanted["message_id"])
    if wanted.get("allow_sending_without_reply"):
        return None
    raise bad("message to be replied not found")


async def media_of(call: Call, kind: str, name: str, value: str | None) -> Media:
    """Return the photo or document of a field: a file of this call, attach://…, or the file_id of one we have."""
    if value and value.startswith("attach://"):
        name, value = value.removeprefix("attach://"), None
        if name not in call.uploads:
            raise bad(f'can\'t find the file "{name}" that the call refers to')
    if value is None:
        return await _uploaded(call, kind, name)
    if value.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")  # the local server asks nobody else for anything
    found = call.state.files.find(value)
    if found is None:
        raise bad("wrong remote file identifier specified: Wrong string length")
    media, _ = found
    if media.kind != kind:
        raise bad(f"can't use file of type {media.kind.title()} as {kind.title()}")
    return media


async def _uploaded(call: Call, kind: str, name: str) -> Media:
    if (name, kind) in call.kept:
        return call.kept[name, kind]
    upload = call.uploads[name]
    if not upload.size:
        raise bad("file must be non-empty")
    call.kept[name, kind] = media = await (
        _photo(call.state, upload) if kind == "photo" else _document(call.state, upload)
    )
    return media


async def _photo(state: ServerState, upload: Upload) -> Media:
    if upload.size > PHOTO_BYTES:
        raise bad(f"file of size {upload.size} bytes is too big for a photo; the maximum size is {PHOTO_BYTES} bytes")
    media = await state.files.add_photo(upload)
    if media is None:
        seen = dimensions(upload.source)
        raise bad("PHOTO_INVALID_DIMENSIONS" if seen and not is_photo(*seen) else "IMAGE_PROCESS_FAILED")
    return media


async def _document(state: ServerState, upload: Upload) -> Media:
    if upload.size > DOCUMENT_BYTES:
        raise bad(f"file of size {upload.size} bytes is too big for a document; the maximum is {DOCUMENT_BYTES} bytes")
    return await state.files.add_file(upload, "document")


def own_message(call: Call, wanted: str) -> Message:
    """Return the bot's message that a call wants to edit. Raises ApiError where it is not there or not the bot's."""
    if "inline_message_id" in call.fields:
        raise bad("message to edit not found")
    chat_id = call.chat()
    if "message_id" not in call.fields:
        raise bad("message identifier is not specified")
    message = call.state.message(chat_id, call.fields["message_id"])
    if message is None:
        raise bad(f"message to {wanted} not found")
    if message.person is not None:
        raise bad("message can't be edited")
    return message
