"""Messages to a chat: replies, pictures, toasts for taps, buttons, and edits that may come too late."""

import contextlib
from collections.abc import Iterator

from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.replies import Rows
from bot.texts import Html

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# Telegram's errors where a person tapped long ago or twice, or has deleted the message: there is nothing to mend.
_TOO_LATE = (
    "query is too old",
    "query id is invalid",
    "message is not modified",
    "to edit not found",
    "can't be edited",
)


async def reply(message: Message, text: Html, *, buttons: Rows = ()) -> None:
    """Reply to a message; where its sender has deleted it, send the text all the same."""
    await message.reply_text(
        text,
        parse_mode=ParseMode.HTML,
        reply_markup=keyboard(buttons),
        link_preview_options=_NO_PREVIEW,
        do_quote=True,
        allow_sending_without_reply=True,
    )


async def reply_with_picture(message: Message, picture: bytes, caption: Html, *, buttons: Rows = ()) -> None:
    """Reply to a message with a picture (JPEG) and a caption."""
    await message.reply_photo(
        picture,
        caption=caption,
        parse_mode=ParseMode.HTML,
        reply_markup=keyboard(buttons),
        do_quote=True,
        allow_sending_without_reply=True,
    )


async def toast(query: CallbackQuery, text: str | None = None) -> None:
    """Answer a tap, so that the button stops waiting, with a text that is shown for a moment."""
    with ignore_too_late():
        await query.answer(text)


async def edit_tapped(query: CallbackQuery, text: Html, *, buttons: Rows = ()) -> None:
    """Change the text message whose button was tapped; where Telegram lets nobody change it any more, say it anew."""
    markup = keyboard(buttons)
    if query.message is not None and not query.message.is_accessible:
        await query.message.chat.send_message(
            text, parse_mode=ParseMode.HTML, reply_markup=markup, link_preview_options=_NO_PREVIEW
        )
        return
    with ignore_too_late():
        await query.edit_message_text(
            text, parse_mode=ParseMode.HTML, reply_markup=markup, link_preview_options=_NO_PREVIEW
        )


async def change_buttons(query: CallbackQuery, markup: InlineKeyboardMarkup | None) -> None:
    """Change the buttons of the message whose button was tapped, if it can still be changed."""
    if query.message is not None and query.message.is_accessible:
        with ignore_too_late():
            await query.edit_message_reply_markup(markup)


@contextlib.contextmanager
def ignore_too_late() -> Iterator[None]:
    """Pass over Telegram's answers to what came too late."""
    try:
        yield
    except BadRequest as error:
        if not any(words in error.message.lower() for words in _TOO_LATE):
            raise


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """Return the buttons as Telegram's, None for none."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(one.text, url=one.url, callback_data=one.data) for one in row] for row in rows]
    )


async def send(bot: Bot, chat: int, text: Html, *, buttons: Rows = (), reply_to: int = 0) -> int:
    """Say something in a chat, as a reply to a message that is still there; return the new message's number."""
    sent = await bot.send_message(
        chat,
        text,
        parse_mode=ParseMode.HTML,
        reply_markup=keyboard(buttons),
        link_preview_options=_NO_PREVIEW,
        reply_parameters=ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None,
    )
    return sent.message_id


async def edit(bot: Bot, chat: int, message: int, text: Html, *, buttons: Rows = ()) -> bool:
    """Change a text message of the bot's; return whether it is there and can be changed."""
    try:
        await bot.edit_message_text(
            text,
            chat_id=chat,
            message_id=message,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(buttons),
            link_preview_options=_NO_PREVIEW,
        )
    except BadRequest as error:
        if "message is not modified" in error.message.lower():
            return True
        if not any(words in error.message.lower() for words in _TOO_LATE):
            raise
        return False
    return True


async def remove_buttons(bot: Bot, chat: int, message: int) -> None:
    """Leave a message of the bot's without buttons, if it is still there."""
    with ignore_too_late():
        await bot.edit_message_reply_markup(chat_id=chat, message_id=message)
