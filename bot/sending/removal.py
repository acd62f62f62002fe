"""Messages of the bot's that are taken away again; what Telegram no longer lets it delete is emptied."""

import io
from functools import cache

from PIL import Image
from telegram import Bot, InputMediaPhoto
from telegram.error import BadRequest, Forbidden

from bot.texts import Html

_GREY = (128, 128, 128)


async def take_away(bot: Bot, chat: int, message: int, *, instead: Html, is_photo: bool) -> None:
    """Delete a message, or let it say `instead`; one that is gone, or where nobody is there any more, is passed over.

    Telegram lets a bot delete its messages for 48 hours, and edit them for ever. Raises TelegramError where that may pass.
    """
    try:
        await bot.delete_message(chat, message)
    except Forbidden:
        return
    except BadRequest:
        await _empty(bot, chat, message, instead=instead, is_photo=is_photo)


async def take_away_another_s(bot: Bot, chat: int, message: int) -> None:
    """Delete a message of somebody else's, where the bot may, as an administrator."""
    try:
        await bot.delete_message(chat, message)
    except (BadRequest, Forbidden):
        return


async def _empty(bot: Bot, chat: int, message: int, *, instead: Html, is_photo: bool) -> None:
    try:
        if is_photo:
            await bot.edit_message_media(InputMediaPhoto(_nothing()), chat_id=chat, message_id=message)
        else:
            await bot.edit_message_text(instead, chat_id=chat, message_id=message)
    except (BadRequest, Forbidden):  # it is gone, or says so already
        return


@cache
def _nothing() -> bytes:
    """Return a small grey picture (JPEG)."""
    written = io.BytesIO()
    Image.new("RGB", (120, 120), _GREY).save(written, "JPEG")
    return written.getvalue()
