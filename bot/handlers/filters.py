"""Filters: which messages are for the bot. In a group only those that mention it or reply to one of its messages."""

from collections.abc import Callable

from telegram import Message, MessageEntity
from telegram.constants import ChatType
from telegram.ext import filters

from bot.handlers.photos.disease import command_in
from bot.handlers.photos.photo_request import photo_source
from bot.handlers.spots.naming import spot_in

_GROUPS = {ChatType.GROUP, ChatType.SUPERGROUP}


class _FromAPerson(filters.MessageFilter):
    """Sent by a person: not by a channel, another bot or an anonymous admin, who could not consent."""

    def filter(self, message: Message) -> bool:
        user = message.from_user
        return user is not None and not user.is_bot and message.sender_chat is None


class _InNoPersonsName(filters.MessageFilter):
    """Sent in a group by somebody in the name of that group or of a channel; not what a channel posts, which is brought there."""

    def filter(self, message: Message) -> bool:
        return message.chat.type in _GROUPS and message.sender_chat is not None and not message.is_automatic_forward


class IsForTheBot(filters.MessageFilter):
    """A message that mentions the bot, replies to it, or has a command with its name."""

    def filter(self, message: Message) -> bool:
        return addresses_the_bot(message)


class MayBeForTheBot(filters.MessageFilter):
    """A photo or file for the bot, or of an album in a group: see `albums.is_for_the_bot`."""

    def filter(self, message: Message) -> bool:
        if message.chat.type == ChatType.PRIVATE:
            return True
        return message.chat.type in _GROUPS and (message.media_group_id is not None or addresses_the_bot(message))


class ShowsPhoto(filters.MessageFilter):
    """A message with a photo of its own, also a live one, or with an image sent as a file."""

    def filter(self, message: Message) -> bool:
        return photo_source(message) is message


class AsksAboutPhoto(filters.MessageFilter):
    """A text in reply to another one's photo that mentions the bot, or is the command of one of these diseases or of a spot.

    The command needs no `@bot` in a group: the reply says what it is about.
    """

    def __init__(self, diseases: Callable[[], list[str]]) -> None:
        super().__init__()
        self._diseases = diseases

    def filter(self, message: Message) -> bool:
        if not message.text or photo_source(message) is None or _answers_the_bot(message):
            return False
        command = command_in(message.text)
        if command is None:
            return _names_the_bot(message)
        first = message.text.split(maxsplit=1)[0].lower()
        is_known = command in self._diseases() or spot_in(message.text) is not None
        return is_known and ("@" not in first or first.endswith(_name(message)))


class _Command(filters.MessageFilter):
    """A command that is for the bot: in a group with its name, `/help@bot`."""

    def filter(self, message: Message) -> bool:
        if message.chat.type == ChatType.PRIVATE:
            return True
        command = (message.text or "").split(maxsplit=1)[:1]
        return message.chat.type in _GROUPS and bool(command) and command[0].lower().endswith(_name(message))


class AnswersTheBot(filters.MessageFilter):
    """A reply to one of the bot's own messages."""

    def filter(self, message: Message) -> bool:
        return _answers_the_bot(message)


class DiseaseCommand(filters.MessageFilter):
    """The command of one of the diseases whose ids `diseases` returns; a reload may change them."""

    def __init__(self, diseases: Callable[[], list[str]]) -> None:
        super().__init__()
        self._diseases = diseases

    def filter(self, message: Message) -> bool:
        return command_in(message.text) in self._diseases()


def addresses_the_bot(message: Message) -> bool:
    """Return whether a message in a group is a reply to the bot, mentions it, or has a command with its name."""
    return _answers_the_bot(message) or _names_the_bot(message)


def _answers_the_bot(message: Message) -> bool:
    replied = message.reply_to_message
    return bool(replied and replied.from_user and replied.from_user.id == message.get_bot().id)


def _names_the_bot(message: Message) -> bool:
    """Return whether the text or caption mentions the bot (@bot, or its name), or has a command with its name (/skin@bot)."""
    name = _name(message)
    kinds: list[str | None] = [MessageEntity.MENTION, MessageEntity.BOT_COMMAND, MessageEntity.TEXT_MENTION]
    found = message.parse_entities(kinds) if message.text else message.parse_caption_entities(kinds)
    return any(
        entity.user.id == message.get_bot().id if entity.user else text.lower().endswith(name)
        for entity, text in found.items()
    )


def _name(message: Message) -> str:
    return f"@{message.get_bot().username}".lower()


NEW = filters.UpdateType.MESSAGE & _FromAPerson()
EDITED = filters.UpdateType.EDITED_MESSAGE & _FromAPerson()
NEW_OR_EDITED = NEW | EDITED
PRIVATE = NEW & filters.ChatType.PRIVATE
COMMAND = NEW & _Command()
IN_NO_NAME = filters.UpdateType.MESSAGE & _InNoPersonsName()
COMMAND_IN_NO_NAME = IN_NO_NAME & filters.COMMAND & _Command()
