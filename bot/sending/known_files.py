"""Photos and files that Telegram has already, sent to another chat without whose they were."""

from telegram import Bot, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.sending.second_ways import is_nobody_there
from bot.texts import Html

Sent = tuple[int, int]  # the chat, which has another number than was asked for where it moved, and the message


async def send_known_photo(
    bot: Bot, chat: int, photo: str | bytes, *, caption: Html | None = None, reply_to: int = 0
) -> Sent | None:
    """Send a photo, which nobody there can save or pass on; None where Telegram does not know it any more.

    `photo` is Telegram's name for it, or its bytes. Raises Forbidden where nobody can be told anything, TelegramError.
    """
    try:
        sent = await bot.send_photo(
            chat,
            photo,
            caption=caption,
            parse_mode=ParseMode.HTML,
            protect_content=True,
            disable_notification=True,
            reply_parameters=ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None,
        )
    except (BadRequest, Forbidden) as error:
        _raise_where_nobody_is_there(error)
        return None
    return sent.chat_id, sent.message_id


async def send_unnamed_file(
    bot: Bot, chat: int, content: bytes, *, name: str, caption: Html, reply_to: int
) -> Sent | None:
    """Send a file under this name, which nobody there can pass on; None where Telegram does not take it.

    Raises Forbidden where nobody can be told anything, TelegramError.
    """
    try:
        sent = await bot.send_document(
            chat,
            content,
            filename=name,
            caption=caption,
            parse_mode=ParseMode.HTML,
            protect_content=True,
            disable_notification=True,
            reply_parameters=ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None,
        )
    except (BadRequest, Forbidden) as error:
        _raise_where_nobody_is_there(error)
        return None
    return sent.chat_id, sent.message_id


async def copy_message(bot: Bot, message: Message, *, to: int, caption: Html, reply_to: int) -> int | None:
    """Send a copy of somebody's file to another chat, with this caption in the place of theirs; return its number there.

    None where Telegram makes no copy of it. Raises Forbidden where nobody can be told anything, TelegramError.
    """
    try:
        sent = await bot.copy_message(
            to,
            message.chat_id,
            message.message_id,
            caption=caption,
            parse_mode=ParseMode.HTML,
            reply_parameters=ReplyParameters(reply_to, allow_sending_without_reply=True),
        )
    except (BadRequest, Forbidden) as error:
        _raise_where_nobody_is_there(error)
        return None
    return sent.message_id


def _raise_where_nobody_is_there(error: TelegramError) -> None:
    if isinstance(error, Forbidden) or is_nobody_there(error):
        raise Forbidden(error.message) from None
