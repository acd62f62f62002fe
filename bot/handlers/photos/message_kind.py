"""The kind of a message that cannot be examined, as the code of its refusal."""

from telegram import Message

_RECORDINGS = ("voice", "audio")
_FILMS = ("video", "video_note", "story")
_PLACES = ("location", "venue")


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
    return next((kind for kind in ("live_photo", "sticker", "contact") if getattr(message, kind)), "other")
