"""What a person sends about a second opinion besides words: photos and PDF files go on, without names and places of their own."""

from dataclasses import dataclass

from telegram import Bot, Message

from bot.handlers.photos.fetch import fetch
from bot.handlers.services import Services
from bot.sending.known_files import Sent, send_known_photo, send_unnamed_file
from bot.texts import Html
from classifiers.errors import Refusal

LONGEST = 1600  # pixels of a copy of a photo that was sent as a file
_PDF, _NAME = b"%PDF-", "document.pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFile:
    """A photo by Telegram's name for it, a copy of one (JPEG), or a PDF's bytes."""

    photo: str | bytes = ""
    pdf: bytes = b""


async def own_file(services: Services, message: Message) -> OwnFile | None:
    """Return what of a person's message goes on besides its words; None where it carries nothing that does.

    A file may hold a name or a place: of a picture a copy of its pixels goes on, a PDF as it is under another name.
    Raises PhotoOutOfReach, Busy, TelegramError.
    """
    if message.photo:
        return OwnFile(photo=message.photo[-1].file_id)
    if message.document is None or message.animation:  # of which Telegram makes a document, too
        return None
    try:
        content = await fetch(services, message.document)
        if content.startswith(_PDF):
            return OwnFile(pdf=content)
        return OwnFile(photo=await services.examiner.plain_copy(content, longest=LONGEST))
    except Refusal:
        return None


async def send_own_file(bot: Bot, group: int, file: OwnFile, *, caption: Html, reply_to: int) -> Sent | None:
    """Send it to the group; None where Telegram does not take it. Raises Forbidden, TelegramError."""
    if file.pdf:
        return await send_unnamed_file(bot, group, file.pdf, name=_NAME, caption=caption, reply_to=reply_to)
    return await send_known_photo(bot, group, file.photo, caption=caption, reply_to=reply_to)
