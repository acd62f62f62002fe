"""Files: an image sent as a file is examined; anything else is answered with what to send instead."""

from telegram import Document, Message, Update
from telegram.ext import MessageHandler, filters

from bot.handlers.answer_photo import answer_photo
from bot.handlers.filters import NEW, NEW_OR_EDITED, PRIVATE, ForTheBot
from bot.handlers.services import Context, Handler, Services
from bot.replies import refusal
from bot.sending.messages import reply
from classifiers.photo.decode import SUFFIXES

_UNTYPED = {"", "application/octet-stream", "binary/octet-stream", "application/dicom"}
_RECORDINGS = ("voice", "audio")
_FILMS = ("video", "video_note", "story")
_PLACES = ("location", "venue")


def is_image(file: Document) -> bool:
    """Return whether a file may be an image: its type or its name says so, or it has no type (phones send HEIC so).

    What it is then shows in its first bytes.
    """
    kind = (file.mime_type or "").lower()
    return kind.startswith("image/") or kind in _UNTYPED or (file.file_name or "").lower().endswith(SUFFIXES)


def kind_of(message: Message) -> str:
    """Return the kind of a message that cannot be examined, as a refusal's code."""
    if message.animation:  # Telegram sets `document`, too
        return "animation"
    if message.document:
        return "pdf" if message.document.mime_type == "application/pdf" else "document"
    if any(getattr(message, kind) for kind in _RECORDINGS):
        return "voice"
    if any(getattr(message, kind) for kind in _FILMS):
        return "video"
    if any(getattr(message, kind) for kind in _PLACES):
        return "location"
    return next((kind for kind in ("sticker", "contact") if getattr(message, kind)), "other")


class _Image(filters.MessageFilter):
    def filter(self, message: Message) -> bool:
        return message.document is not None and is_image(message.document)


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of image files, new and edited, and of everything that is neither photo nor text."""

    async def image(update: Update, _: Context) -> None:
        if update.effective_message and update.effective_message.document:
            await answer_photo(services, update, update.effective_message.document)

    async def something_else(update: Update, _: Context) -> None:
        if message := update.effective_message:
            await reply(message, refusal(kind_of(message), {}, services.texts_for(update.effective_user)))

    # In groups the bot refuses only a file that mentions it; other messages there are not meant for it.
    for_the_bot = ForTheBot()
    named = filters.Document.ALL & NEW & for_the_bot
    rest = PRIVATE & ~filters.TEXT & ~filters.PHOTO & ~filters.StatusUpdate.ALL
    return [
        MessageHandler(_Image() & NEW_OR_EDITED & for_the_bot, image),
        MessageHandler(named | rest, something_else),
    ]
