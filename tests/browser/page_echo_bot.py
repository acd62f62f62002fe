"""A tiny bot that answers whatever the chat page can send, so that the page is tested without the models."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove, Update
from telegram.constants import ChatAction, ParseMode
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

Context = ContextTypes.DEFAULT_TYPE
COMMANDS = [("start", "Begin"), ("ask", "Ask me something"), ("about", "What I am")]
ANSWERS = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("Read more", url="https://example.org/mole")],
        [InlineKeyboardButton("Right", callback_data="right"), InlineKeyboardButton("Careful", callback_data="alert")],
    ]
)


async def _start(update: Update, context: Context) -> None:
    assert update.message
    await update.message.reply_text("<b>Hello.</b> Send a photo, or /ask", parse_mode=ParseMode.HTML)


async def _ask(update: Update, context: Context) -> None:
    assert update.message
    await update.message.reply_text("Where is it?", reply_markup=ReplyKeyboardMarkup([["Arm", "Face"]]))


async def _text(update: Update, context: Context) -> None:
    assert update.effective_message
    again = "You changed it to" if update.edited_message else "You said"
    gone = ReplyKeyboardRemove()
    await update.effective_message.reply_text(f"{again}: {update.effective_message.text}", reply_markup=gone)


async def _photo(update: Update, context: Context) -> None:
    message = update.effective_message
    assert message
    await context.bot.send_chat_action(message.chat_id, ChatAction.UPLOAD_PHOTO)
    again = "I looked again" if update.edited_message else "I looked"
    photo = message.photo[-1]
    content = bytes(await (await photo.get_file()).download_as_bytearray())
    caption = f"<b>{again}</b> at {photo.width}×{photo.height}"
    await message.reply_photo(content, caption=caption, parse_mode=ParseMode.HTML, reply_markup=ANSWERS, do_quote=True)


async def _document(update: Update, context: Context) -> None:
    assert update.message
    assert update.message.document
    size = update.message.document.file_size
    await update.message.reply_text(f"A file: {update.message.document.file_name}, {size} bytes")


async def _pressed(update: Update, context: Context) -> None:
    query = update.callback_query
    assert query
    await query.answer("Thank you!", show_alert=query.data == "alert")
    noted = InlineKeyboardMarkup([[InlineKeyboardButton("Noted", callback_data="noted")]])
    await query.edit_message_caption("Noted: you found it right.", reply_markup=noted)


@contextlib.asynccontextmanager
async def echoing(url: str) -> AsyncIterator[None]:
    """Run the bot against the server at `url` for as long as the block lasts."""
    builder = ApplicationBuilder().token("1:local").base_url(f"{url}/bot").base_file_url(f"{url}/file/bot")
    app: Application = builder.build()  # type: ignore[type-arg]
    app.add_handler(CommandHandler("start", _start))
    app.add_handler(CommandHandler("ask", _ask))
    app.add_handler(MessageHandler(filters.PHOTO, _photo))
    app.add_handler(MessageHandler(filters.Document.ALL, _document))
    app.add_handler(MessageHandler(filters.TEXT, _text))
    app.add_handler(CallbackQueryHandler(_pressed))
    async with app:
        await app.bot.set_my_commands(COMMANDS)
        await app.bot.set_my_description("I echo what you send.")
        assert app.updater
        await app.updater.start_polling(timeout=2)
        await app.start()
        try:
            yield
        finally:
            await app.updater.stop()
            await app.stop()
