"""How a photo is asked for in a group, where the bot looks only at those that are sent to it."""

from telegram import MaybeInaccessibleMessage
from telegram.constants import ChatType

from bot.replies.length import joined
from bot.texts import Html, Texts


def asking_for_photo(text: Html, message: MaybeInaccessibleMessage | None, texts: Texts) -> Html:
    """Return a text that asks for a photo, as it is said in the chat of this message."""
    if message is None or message.chat.type == ChatType.PRIVATE:
        return text
    return joined([text, texts.html("hint.in_group")])
