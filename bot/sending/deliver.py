"""Sends a message, the second way where Telegram refuses the first."""

from collections import deque
from typing import Any

from telegram import Bot, InputFile, InputMediaPhoto, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.sending import delivery
from bot.sending.calls import call
from bot.sending.keyboard import keyboard, markup
from bot.sending.outgoing import Outgoing
from bot.sending.second_ways import second_way

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def deliver(bot: Bot, message: Outgoing) -> int:
    """Send a message and return the number of the last one that says it.

    Raises Forbidden where nobody can be told anything, TelegramError where there is no way to say it now.
    """
    if update := delivery.current.get():
        await update.placeholder.remove(bot)
    waiting, number = deque([message]), 0
    while waiting:
        next_one = waiting.popleft()
        try:
            number = await _send(bot, next_one)
        except TelegramError as error:
            number = next_one.edits
            waiting.extendleft(reversed(second_way(next_one, error)))
    return number


async def _send(bot: Bot, message: Outgoing) -> int:
    mode = ParseMode.HTML if message.formatted else None
    if message.edits:
        await _edit(bot, message, mode)
        return message.edits
    sent = await call(bot, "sendMessage" if message.picture is None else "sendPhoto", _parameters(message, mode))
    return int(sent["message_id"])


def _parameters(message: Outgoing, mode: str | None) -> dict[str, Any]:
    """Return a new message as the Bot API has it; what is None is not sent."""
    what: dict[str, Any] = {"text": message.text, "link_preview_options": {"is_disabled": True}}
    if message.picture is not None:
        photo = InputFile(message.picture, filename="photo.jpg")
        what = {"photo": photo, "caption": message.text or None, "has_spoiler": message.spoiler or None}
    replied = {"message_id": message.reply_to, "allow_sending_without_reply": True}
    return {
        "chat_id": message.chat,
        **what,
        "parse_mode": mode,
        "reply_markup": markup(message.buttons),
        "disable_notification": message.silent or None,
        "reply_parameters": replied if message.reply_to else None,
        "message_thread_id": message.topic or None,
    }


async def _edit(bot: Bot, message: Outgoing, mode: str | None) -> None:
    if message.picture is not None:
        shown = InputMediaPhoto(message.picture, caption=message.text or None, parse_mode=mode)
        await bot.edit_message_media(shown, message.chat, message.edits, reply_markup=keyboard(message.buttons))
    elif message.below_picture:
        await bot.edit_message_caption(
            message.chat, message.edits, caption=message.text, parse_mode=mode, reply_markup=keyboard(message.buttons)
        )
    else:
        await bot.edit_message_text(
            message.text,
            chat_id=message.chat,
            message_id=message.edits,
            parse_mode=mode,
            reply_markup=keyboard(message.buttons),
            link_preview_options=_NO_PREVIEW,
        )
