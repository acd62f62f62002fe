"""Messages to a chat: replies, pictures, toasts for taps, buttons, and edits that may come too late."""

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import replace

from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardButton,
    LinkPreviewOptions,
    MaybeInaccessibleMessage,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden

from bot.replies import Button, Rows
from bot.sending.deliver import deliver
from bot.sending.keyboard import keyboard
from bot.sending.outgoing import Outgoing
from bot.sending.second_ways import is_nothing_to_mend
from bot.texts import Html

log = logging.getLogger(__name__)


async def reply(message: Message, text: Html, *, buttons: Rows = ()) -> None:
    """Reply to a message; where its sender has deleted it, send the text all the same."""
    await deliver(message.get_bot(), _answer_to(message, text, buttons))


async def reply_with_picture(
    message: Message, picture: bytes, caption: Html, *, buttons: Rows = (), spoiler: bool = False
) -> int:
    """Reply to a message with a picture (JPEG) and a caption, in words alone where no picture can be sent; return its id."""
    answer = _answer_to(message, caption, buttons, picture=picture, spoiler=spoiler)
    return await deliver(message.get_bot(), answer)


async def reply_with_file(message: Message, content: bytes, *, name: str, caption: Html) -> None:
    """Reply to a message in a private chat with a file and a caption."""
    await send_file(
        message.get_bot(), message.chat_id, content, name=name, caption=caption, reply_to=message.message_id
    )


async def send_file(bot: Bot, chat: int, content: bytes, *, name: str, caption: Html, reply_to: int = 0) -> None:
    """Send a file with a caption to a private chat; as a reply, if the message `reply_to` still exists."""
    await bot.send_document(
        chat,
        content,
        filename=name,
        caption=caption,
        parse_mode=ParseMode.HTML,
        disable_content_type_detection=True,
        reply_parameters=ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None,
    )


async def toast(query: CallbackQuery, text: str | None = None) -> None:
    """Answer a tap, so that the button stops waiting, with a text that is shown for a moment."""
    with _ignore_refusals():
        await query.answer(text)


async def edit_tapped(query: CallbackQuery, text: Html, *, buttons: Rows = ()) -> None:
    """Edit the text message whose button was tapped; send a new one where Telegram no longer allows edits."""
    if query.message is not None:
        number = query.message.message_id if query.message.is_accessible else 0
        chat, topic = query.message.chat.id, topic_of(query.message)
        await show(query.get_bot(), chat, text, buttons=buttons, instead_of=number, topic=topic)


async def edit_answer(query: CallbackQuery, text: Html, *, buttons: Rows) -> None:
    """Edit the answer whose button was tapped, a text or a picture's caption; send a new one where that is too late."""
    message = query.message
    if isinstance(message, Message):
        answer = Outgoing(
            chat=message.chat_id,
            text=text,
            buttons=buttons,
            edits=message.message_id,
            topic=topic_of(message),
            below_picture=message.text is None,
        )
        await deliver(query.get_bot(), answer)


async def edit_tapped_picture(query: CallbackQuery, picture: bytes, caption: Html, *, buttons: Rows = ()) -> None:
    """Put another picture (JPEG) and caption into the message whose button was tapped; a new one where that cannot be edited."""
    message = query.message
    if message is None:
        return
    number = message.message_id if message.is_accessible else 0
    replied = message.reply_to_message if isinstance(message, Message) else None
    shown = Outgoing(
        chat=message.chat.id,
        text=caption,
        buttons=buttons,
        picture=picture,
        edits=number,
        topic=topic_of(message),
        reply_to=replied.message_id if replied else 0,
    )
    await deliver(query.get_bot(), shown)


async def change_buttons(query: CallbackQuery, buttons: Rows) -> None:
    """Replace the buttons of the message whose button was tapped, if it can still be edited."""
    if query.message is not None and query.message.is_accessible:
        with _ignore_refusals():
            await query.edit_message_reply_markup(keyboard(buttons))


def rows_below(message: MaybeInaccessibleMessage | None) -> Rows:
    """Return the buttons below a message, none where Telegram no longer shows it."""
    markup = message.reply_markup if isinstance(message, Message) else None
    return tuple(
        tuple(Button(text=one.text, url=one.url, data=_data(one)) for one in row)
        for row in (markup.inline_keyboard if markup else ())
    )


async def send(bot: Bot, chat: int, text: Html, *, buttons: Rows = (), reply_to: int = 0, topic: int = 0) -> int:
    """Send a text to a chat, into one of its topics if it has any; return its message id.

    It is a reply, if the message `reply_to` still exists.
    """
    return await deliver(bot, Outgoing(chat=chat, text=text, buttons=buttons, reply_to=reply_to, topic=topic))


async def send_picture(
    bot: Bot, chat: int, picture: bytes, caption: Html, *, buttons: Rows = (), topic: int = 0
) -> int:
    """Send a picture (JPEG) with a caption to a chat, into one of its topics if it has any; return its message id."""
    return await deliver(bot, Outgoing(chat=chat, text=caption, buttons=buttons, picture=picture, topic=topic))


def topic_of(message: MaybeInaccessibleMessage) -> int:
    """Return the topic of a group that a message stands in, 0 where it is none or not known."""
    in_topic = isinstance(message, Message) and message.is_topic_message
    return (message.message_thread_id or 0) if isinstance(message, Message) and in_topic else 0


async def show(
    bot: Bot,
    chat: int,
    text: Html,
    *,
    buttons: Rows = (),
    instead_of: int = 0,
    reply_to: int = 0,
    topic: int = 0,
    repeat: bool = False,
) -> int:
    """Put a text in the place of a message of the bot's, or send it as a new one; return the message that shows it.

    A new one is sent where there is none to edit (any more), and, with `repeat`, where the text stands there already.
    """
    shown = Outgoing(chat=chat, text=text, buttons=buttons, reply_to=reply_to, topic=topic)
    return await deliver(bot, replace(shown, edits=instead_of, repeat=repeat))


async def edit(bot: Bot, chat: int, message: int, text: Html, *, buttons: Rows = ()) -> None:
    """Let a text message of the bot's say something else, if it is still there; no new one takes its place."""
    with _ignore_refusals():
        await bot.edit_message_text(
            text,
            chat_id=chat,
            message_id=message,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(buttons),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )


async def remove_buttons(bot: Bot, chat: int, message: int) -> None:
    """Remove the buttons of a message of the bot's, if it still exists."""
    with _ignore_refusals():
        await bot.edit_message_reply_markup(chat_id=chat, message_id=message)


def _data(button: InlineKeyboardButton) -> str | None:
    return button.callback_data if isinstance(button.callback_data, str) else None


def _answer_to(
    message: Message, text: Html, buttons: Rows, *, picture: bytes | None = None, spoiler: bool = False
) -> Outgoing:
    return Outgoing(
        chat=message.chat_id,
        text=text,
        buttons=buttons,
        picture=picture,
        spoiler=spoiler,
        reply_to=message.message_id,
        topic=topic_of(message),
    )


@contextlib.contextmanager
def _ignore_refusals() -> Iterator[None]:
    """Ignore that Telegram refuses to show a tap's answer or other buttons: trying again would not change that."""
    try:
        yield
    except (BadRequest, Forbidden) as error:
        if not is_nothing_to_mend(error):
            log.warning("a tap could not be answered, or a message not changed: %s", error)
