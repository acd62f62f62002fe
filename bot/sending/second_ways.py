"""What Telegram refuses for good, and the second way of saying the same: one table.

A refusal is known by a part of its description, in lower case. Telegram changes its words now and then: what is in no row
is said in the barest way before it is given up.
"""

from collections.abc import Callable

from telegram.error import BadRequest, Forbidden, TelegramError

from bot.sending.outgoing import (
    Outgoing,
    as_new,
    bare,
    in_words,
    outside_topic,
    split,
    unformatted,
    without_buttons,
    without_links,
    without_reply,
    without_taps,
)

NOBODY_THERE = (  # nobody can be told anything there: that is no fault, and there is nothing to mend
    "chat not found",
    "user not found",
    "chat_id_invalid",
    "peer_id_invalid",
    "user_is_blocked",
    "user_is_bot",
    "input_user_deactivated",
    "user_deactivated",
    "user is deactivated",
    "bot was blocked",
    "bot was kicked",
    "bot is not a member",
    "can't initiate conversation",
    "can't send messages to",
    "have no rights to send a message",
    "have no write access",
    "payment_required",  # each message there costs Stars, which a bot does not pay
    "premium_required",
    "not enough rights to send text messages",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_admin_required",
    "chat_guest_send_forbidden",
    "chat_send_plain_forbidden",
    "user_banned_in_channel",
    "need administrator rights",
    "group chat was deactivated",
    "channel_private",
    "upgraded to a supergroup",  # without saying to which
)
UNCHANGED = ("message is not modified", "message_not_modified")
NOT_EDITABLE = (
    "message to edit not found",
    "message to be edited not found",
    "message can't be edited",
    "message_edit_time_expired",
    "message_author_required",
    "no text in the message to edit",
    "no caption in the message to edit",
    "message identifier is not specified",
)
TOO_LATE = ("query is too old", "query id is invalid", "query_id_invalid")

_PHOTOS_FORBIDDEN = ("rights to send photo", "rights to send media", "send_photos_forbidden", "send_media_forbidden")
_PICTURE_NOT_TAKEN = (
    "photo_",  # PHOTO_INVALID_DIMENSIONS, PHOTO_SAVE_FILE_INVALID, PHOTO_EXT_INVALID, …
    "image_process_failed",
    "media_empty",
    "media_invalid",
    "file_parts_invalid",
    "file_part_",
    "too big for a photo",
    "file is too big",
    "entity too large",
    "file must be non-empty",
    "wrong type of the web page content",
    "failed to get http url content",
)
_REPLIED_TO_GONE = (
    "message to be replied not found",
    "message to reply not found",
    "replied message not found",
    "reply message not found",
    "reply_message_id_invalid",
    "reply_to_invalid",
    "quote_text_invalid",
    "message_id_invalid",
)
_TOPIC_CLOSED = ("topic_closed", "topic_deleted", "topic_id_invalid", "topic is closed", "message thread not found")
_TOO_LONG = ("is too long", "too_long")
_MARKUP_WRONG = ("can't parse entities", "can't parse message text", "can't parse caption", "entity", "entities")
_TAPS_WRONG = ("button_data_invalid", "data is empty", "callback_data")
_LINKS_WRONG = ("button_url_invalid", "wrong http url", "url host is empty", "unsupported url protocol", "url_invalid")
_BUTTONS_WRONG = ("button", "reply_markup", "reply markup", "inline keyboard", "keyboard")

Way = Callable[[Outgoing], Outgoing | tuple[Outgoing, ...]]

# The first row that fits counts.
_TABLE: tuple[tuple[tuple[str, ...], Way], ...] = (
    (UNCHANGED, lambda message: as_new(message) if message.repeat else ()),
    (NOT_EDITABLE, as_new),
    (_PHOTOS_FORBIDDEN, in_words),
    (_TOPIC_CLOSED, outside_topic),
    (_REPLIED_TO_GONE, lambda message: as_new(message) if message.edits else without_reply(message)),
    (_TAPS_WRONG, without_taps),
    (_LINKS_WRONG, without_links),
    (("reply_markup_too_long", "reply markup is too long"), without_buttons),
    (_TOO_LONG, split),
    (_PICTURE_NOT_TAKEN, in_words),
    (_BUTTONS_WRONG, without_buttons),
    (_MARKUP_WRONG, unformatted),
)


def second_way(message: Outgoing, error: TelegramError) -> tuple[Outgoing, ...]:
    """Return what is to be sent where Telegram refused this message: nothing where it is said already.

    Raises Forbidden where nobody can be told anything, and the error itself where there is no other way.
    """
    said = error.message.lower()
    if not isinstance(error, BadRequest | Forbidden):
        raise error  # it says nothing about the message, but may quote a whole page of HTML
    for sentences, way in _TABLE:
        if _is(said, sentences) and (other := _others(way(message))) != (message,):
            return other
    if isinstance(error, Forbidden):
        raise error
    if _is(said, (*NOBODY_THERE, *_PHOTOS_FORBIDDEN, *_TOPIC_CLOSED)):
        raise Forbidden(error.message) from None
    plainer = in_words(message) if message.picture is not None else bare(message)
    if isinstance(error, BadRequest) and plainer != message:
        return (plainer,)
    raise error


def is_nothing_to_mend(error: TelegramError) -> bool:
    """Return whether a tap, or a change of buttons, came too late or twice, or nobody is there any more."""
    return isinstance(error, Forbidden) or (
        isinstance(error, BadRequest)
        and _is(error.message.lower(), (*TOO_LATE, *UNCHANGED, *NOT_EDITABLE, *NOBODY_THERE, "message_id_invalid"))
    )


def is_nobody_there(error: TelegramError) -> bool:
    """Return whether nobody can be told anything where a message was to go."""
    return isinstance(error, Forbidden) or _is(error.message.lower(), NOBODY_THERE)


def is_unchanged(error: TelegramError) -> bool:
    """Return whether a message says already what it was to say."""
    return _is(error.message.lower(), UNCHANGED)


def _is(said: str, sentences: tuple[str, ...]) -> bool:
    return any(sentence in said for sentence in sentences)


def _others(ways: Outgoing | tuple[Outgoing, ...]) -> tuple[Outgoing, ...]:
    return ways if isinstance(ways, tuple) else (ways,)
