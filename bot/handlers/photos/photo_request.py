"""Which photo a message is about: its own, or, of a text that asks about it, that of the message it replies to."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2s

from telegram import Document, ExternalReplyInfo, Message, PhotoSize

from bot.handlers.photos.disease import command_in
from bot.handlers.services import Services
from classifiers.photo.decode import SUFFIXES

_NEVER_PHOTOS = (  # types of files that are something else, unless their names say otherwise
    *("text/", "audio/", "video/", "font/", "message/", "application/pdf", "application/msword", "application/vnd."),
    *("application/zip", "application/gzip", "application/x-7z", "application/x-rar", "application/x-tar"),
    *("application/json", "application/xml", "application/epub", "application/java", "application/rtf"),
)
_CAMERA_NAMES = (".jpe", ".jfif", ".jif", ".hif", ".mpo")


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoRequest:
    """A photo that is to be examined, and what its answer depends on."""

    file: PhotoSize | Document
    identity: str  # Telegram's name for this very photo, the same in whatever size it is fetched
    answers: Message  # which the answer replies to
    words: str | None  # which may begin with the command of a disease
    is_spoiler: bool

    @property
    def mark(self) -> str:
        """By which the buttons of its answer know this very photo again: its message may show another one by then."""
        return mark_of(self.identity)

    def is_in_place_of(self, mark: str) -> bool:
        """Return whether this photo was put in the place of the one with this mark."""
        return bool(mark) and mark != self.mark


def mark_of(identity: str) -> str:
    """Return a photo's mark, eight hex digits, from Telegram's name for it, which is too long for a button."""
    return blake2s(identity.encode(), digest_size=4).hexdigest()


def request_of(services: Services, message: Message) -> PhotoRequest | None:
    """Return the photo that a message is about, None where it is about none."""
    shown = photo_source(message)
    sizes = _sizes(shown) if shown is not None else ()
    file = shown.document or (smallest_enough(sizes, _least_side(services)) if sizes else None) if shown else None
    if shown is None or file is None:
        return None
    return PhotoRequest(
        file=file,
        identity=(sizes[-1] if sizes else file).file_unique_id,
        answers=_answered_message(message, shown),
        words=_words(message, shown),
        is_spoiler=bool(shown.has_media_spoiler),
    )


def request_of_file(message: Message, file: Document) -> PhotoRequest:
    """Return the request that a message makes with this file, of which it is known that it is a photo."""
    return PhotoRequest(
        file=file,
        identity=file.file_unique_id,
        answers=message,
        words=message.caption,
        is_spoiler=bool(message.has_media_spoiler),
    )


def photo_source(message: Message) -> Message | ExternalReplyInfo | None:
    """Return what holds the photo that a message is about: the message, or what it replies to; None where none does."""
    return next((one for one in (message, message.reply_to_message, message.external_reply) if _has_photo(one)), None)


def is_image(file: Document) -> bool:
    """Return whether a file may be an image: neither names nor types are to be relied on, its first bytes are."""
    named = (file.file_name or "").lower().endswith((*SUFFIXES, *_CAMERA_NAMES))
    return named or not (file.mime_type or "").lower().startswith(_NEVER_PHOTOS)


def smallest_enough(sizes: Sequence[PhotoSize], least: int) -> PhotoSize:
    """Return the smallest size whose short side is at least `least` pixels, the largest where none is."""
    by_area = sorted(sizes, key=lambda size: size.width * size.height)
    return next((size for size in by_area if min(size.width, size.height) >= least), by_area[-1])


def _has_photo(message: Message | ExternalReplyInfo | None) -> bool:
    if message is None:
        return False
    return bool(_sizes(message)) or (message.document is not None and is_image(message.document))


def _sizes(message: Message | ExternalReplyInfo) -> Sequence[PhotoSize]:
    """Return a photo's sizes; of a live photo those of its still."""
    still = message.live_photo.photo if message.live_photo else None
    return message.photo or still or ()


def _answered_message(message: Message, shown: Message | ExternalReplyInfo) -> Message:
    """Return the message with the photo where it is its sender's own: the buttons below the answer refer to it."""
    own = isinstance(shown, Message) and shown.from_user == message.from_user and shown.chat_id == message.chat_id
    return shown if own and isinstance(shown, Message) else message


def _words(message: Message, shown: Message | ExternalReplyInfo) -> str | None:
    """Return the caption; of a text with a command in reply to a photo the text, which counts more."""
    if command_in(message.text) or not isinstance(shown, Message):
        return message.text
    return shown.caption


def _least_side(services: Services) -> int:
    """Return twice the largest input of the photo models, which is the size that `classifiers.plugin` opens photos for."""
    sizes = [max(plugin.card.model.input.size) for plugin in services.examiner.registry.photo_plugins.values()]
    return 2 * max(sizes, default=0)
