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
    """Edit the text message whose button was tapped; send a new one where Telegram no longer allows edits."""
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
    """Replace the buttons of the message whose button was tapped, if it can still be edited."""
    if query.message is not None and query.message.is_accessible:
        with ignore_too_late():
            await query.edit_message_reply_markup(markup)


@contextlib.contextmanager
def ignore_too_late() -> Iterator[None]:
    """Ignore Telegram's errors about a tap or an edit that comes too late."""
    try:
        yield
    except BadRequest as error:
        if not _is_too_late(error):
            raise


def _is_too_late(error: BadRequest) -> bool:
    return any(reason in error.message.lower() for reason in _TOO_LATE)


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """Return Telegram's keyboard for these buttons, None where there are none."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(one.text, url=one.url, callback_data=one.data) for one in row] for row in rows]
    )


async def send(bot: Bot, chat: int, text: Html, *, buttons: Rows = (), reply_to: int = 0) -> int:
    """Send a text to a chat and return its message id; as a reply, if the message `reply_to` still exists."""
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
    """Edit a text message of the bot's; return whether it exists and can be edited."""
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
        if not _is_too_late(error):
            raise
        return False
    return True


async def remove_buttons(bot: Bot, chat: int, message: int) -> None:
    """Remove the buttons of a message of the bot's, if it still exists."""
    with ignore_too_late():
        await bot.edit_message_reply_markup(chat_id=chat, message_id=message)
