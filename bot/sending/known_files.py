"""Photos and files that Telegram has already, sent to another chat without whose they were."""

from telegram import Bot, InputMediaDocument, InputMediaPhoto, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.sending.second_ways import is_nobody_there, is_unchanged
from bot.texts import Html

_OLD_SERVER = "no media in the message to edit"  # what an older Bot API server of the operator's own says
Sent = tuple[int, int]  # the chat, which has another number than was asked for where it moved, and the message


async def send_to_be_filled(bot: Bot, chat: int, text: Html, *, reply_to: int = 0, is_photo: bool = False) -> Sent:
    """Send a text that something else is to take the place of; a photo or file there nobody can save or pass on.

    Raises Forbidden where a text is refused, so that nobody can be told anything, TelegramError.
    """
    try:
        sent = await bot.send_message(
            chat,
            text,
            parse_mode=ParseMode.HTML,
            protect_content=is_photo,
            disable_notification=is_photo,
            reply_parameters=ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None,
        )
    except BadRequest as error:
        raise Forbidden(error.message) from None
    return sent.chat_id, sent.message_id


async def fill(bot: Bot, place: Sent, media: InputMediaPhoto | InputMediaDocument) -> Sent | None:
    """Put a photo or a file in the place of a text; return where it stands, which is elsewhere with a server that cannot do so.

    None where Telegram does not take it, or the text is gone. Harmless when done before. Raises Forbidden where nobody can be
    told anything, TelegramError.
    """
    try:
        await bot.edit_message_media(media, chat_id=place[0], message_id=place[1])
    except (BadRequest, Forbidden) as error:
        _raise_where_nobody_is_there(error)
        if is_unchanged(error):
            return place
        return await _sent_below(bot, place, media) if _OLD_SERVER in error.message.lower() else None
    return place


async def _sent_below(bot: Bot, place: Sent, media: InputMediaPhoto | InputMediaDocument) -> Sent | None:
    send = bot.send_photo if isinstance(media, InputMediaPhoto) else bot.send_document
    try:
        sent = await send(
            place[0],
            media.media,
            caption=media.caption,
            parse_mode=ParseMode.HTML,
            protect_content=True,
            disable_notification=True,
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
