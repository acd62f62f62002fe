"""What a person sends about a second opinion besides words: photos and PDF files go on, without names and places of their own."""

from dataclasses import dataclass

from telegram import InputMediaDocument, InputMediaPhoto, Message
from telegram.constants import ParseMode

from bot.handlers.photos.fetch import fetch
from bot.handlers.services import Services
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


def as_media(file: OwnFile, caption: Html) -> InputMediaPhoto | InputMediaDocument:
    """Return it as it goes to the group, under a name of ours."""
    if file.pdf:
        return InputMediaDocument(file.pdf, filename=_NAME, caption=caption, parse_mode=ParseMode.HTML)
    return InputMediaPhoto(file.photo, caption=caption, parse_mode=ParseMode.HTML)
