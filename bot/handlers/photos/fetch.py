"""A photo's bytes: from Telegram, or off the disk where the Bot API server is our own and runs with --local."""

import math
import os
import stat
from pathlib import Path
from typing import NamedTuple, cast

from telegram import Bot, Document, PhotoSize
from telegram.error import BadRequest, InvalidToken, NetworkError, TelegramError

from bot.handlers.services import Services
from bot.sending import delivery
from bot.sending.calls import call
from bot.sending.retry import download, file_url
from bot.sending.transport import Requests
from classifiers.errors import FileGone, FileOverLimit, FileTooLarge, PhotoOutOfReach

MOST_MEGABYTES = 20  # that Telegram lets a bot download; as much is read off the disk
_MOST_BYTES = MOST_MEGABYTES * 2**20
_DOUBTS = 3  # downloads of something else than the file, after which that is believed
_BEGINNING = 512  # bytes, by which a file's format is known

_NOT_SET = (
    "the Bot API server runs with --local and names files by their paths: set CHECKUP_API_LOCAL=1 if the bot can read "
    "them there, or start the server without --local"
)
_UNREADABLE = (
    "a file of the Bot API server cannot be read ({why}): the bot must see the server's folder under the same path, and "
    "be allowed to read it"
)


async def fetch(services: Services, file: PhotoSize | Document) -> bytes:
    """Return the bytes of a file. Raises FileTooLarge, FileOverLimit, FileGone, PhotoOutOfReach, TelegramError."""
    if (file.file_size or 0) > _MOST_BYTES:
        raise _too_large(file.file_size or 0)
    return await fetch_by_id(services, file.get_bot(), file.file_id)


async def fetch_by_id(services: Services, bot: Bot, file_id: str) -> bytes:
    """Return the bytes of the file that Telegram calls so. Raises FileOverLimit, FileGone, PhotoOutOfReach, TelegramError."""
    try:
        found = await _found(bot, file_id)
        path = found.path
        if not path:
            raise FileGone
        if not _is_on_disk(path):
            return await _downloaded(bot, found)
    except BadRequest as error:
        raise _refused(error) from error
    if not services.settings.api_local:
        raise PhotoOutOfReach(why=_NOT_SET)
    return await services.examiner.workers.run(_read, Path(path))


async def fetch_beginning(services: Services, file: Document) -> bytes:
    """Return a file's first bytes, none where Telegram does not give it to the bot. Raises PhotoOutOfReach, TelegramError."""
    bot = file.get_bot()
    try:
        path = (await _found(bot, file.file_id)).path
    except BadRequest:
        return b""
    if not _is_on_disk(path):
        requests = cast("Requests", bot.request)
        return await requests.beginning(file_url(bot, path), count=_BEGINNING)
    if not services.settings.api_local:
        raise PhotoOutOfReach(why=_NOT_SET)
    return (await services.examiner.workers.run(_read, Path(path)))[:_BEGINNING]


class _Found(NamedTuple):
    path: str  # empty where Telegram has the file no more
    size: int | None  # None where it is not known


async def _found(bot: Bot, file_id: str) -> _Found:
    """Return where Telegram has a file."""
    found = await call(bot, "getFile", {"file_id": file_id})
    size = found.get("file_size")
    return _Found(str(found.get("file_path") or ""), size if isinstance(size, int) and size > 0 else None)


def _is_on_disk(path: str) -> bool:
    """Return whether a path is one on the server's disk; other files are downloaded."""
    return path.startswith("/")


async def _downloaded(bot: Bot, found: _Found) -> bytes:
    """Return what is downloaded; something else than the file, as a proxy may give, only where that comes again and again.

    Raises FileGone, TelegramError.
    """
    try:
        content = await download(bot, found.path)
        if found.size in {None, len(content)} or not _may_be_better_later():
            return content
        raise NetworkError(f"{len(content)} bytes came in place of {found.size}")
    except InvalidToken as error:  # not about the token, with which getFile was answered
        if _may_be_better_later():
            raise NetworkError("the file to download is not found") from None
        raise FileGone from error
    except TelegramError as error:
        error.add_note("download")
        raise


def _may_be_better_later() -> bool:
    """Count a download that brought something else than the file, and return whether another one is worth waiting for."""
    update = delivery.current.get()
    if update is None:
        return False
    update.doubtful_downloads += 1
    return update.doubtful_downloads <= _DOUBTS


def _read(path: Path) -> bytes:
    """Return a regular file's bytes. The errors do not name the path: it holds the token."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise PhotoOutOfReach(why=_UNREADABLE.format(why="it is no regular file"))
            content = file.read(_MOST_BYTES + 1)
            size = os.fstat(handle).st_size
    except OSError as error:
        raise PhotoOutOfReach(why=_UNREADABLE.format(why=error.strerror)) from None
    if len(content) > _MOST_BYTES:
        raise _too_large(size)
    return content


def _refused(error: BadRequest) -> Exception:
    said = error.message.lower()
    if "too big" in said:  # its size was missing or wrong in the message
        return FileOverLimit(most=MOST_MEGABYTES)
    if "file_id" in said or "temporarily unavailable" in said or "file_reference" in said:
        return FileGone()
    return error


def _too_large(size: int) -> FileTooLarge:
    return FileTooLarge(megabytes=math.ceil(size / 2**20), most=MOST_MEGABYTES)
