"""A photo in a file whose name and type say that it is something else: its first bytes are asked before it is refused."""

from telegram import Message

from bot.handlers.photos.fetch import fetch_beginning
from bot.handlers.photos.photo_request import PhotoRequest, request_of, request_of_file
from bot.handlers.services import Services
from classifiers.photo.decode import FORMATS
from classifiers.photo.header import read_header


async def misnamed_photo(services: Services, message: Message) -> PhotoRequest | None:
    """Return the photo in a message's file, None where it is something else. Raises TelegramError, PhotoOutOfReach."""
    file = message.document
    if file is None or message.animation:  # of which Telegram makes a document, too
        return None
    header = read_header(await fetch_beginning(services, file))
    return request_of_file(message, file) if header and header.format in FORMATS else None


async def photo_of(services: Services, message: Message) -> PhotoRequest | None:
    """Return the photo that a message was answered about, whatever its file is called. Raises as `misnamed_photo` does."""
    return request_of(services, message) or await misnamed_photo(services, message)
