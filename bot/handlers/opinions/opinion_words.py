"""Words about a second opinion go on, both ways, as replies: a reviewer's to its person, the person's to the group.

They are sent on and kept nowhere. It comes before all other handlers, since any message may be such a reply.
"""

import logging

from telegram import Bot, Message, Update, User
from telegram.error import Forbidden
from telegram.ext import ApplicationHandlerStop, MessageHandler, filters

from bot.handlers.filters import IN_NO_NAME, NEW_OR_EDITED, AnswersTheBot
from bot.handlers.opinions.opinion_steps import (
    NobodyToAsk,
    fill_reserved,
    group_is_gone,
    note,
    remove,
    reserve,
    show_again,
    tell_group,
    tell_person,
    texts_of_person,
    texts_of_reviewers,
)
from bot.handlers.opinions.own_files import OwnFile, as_media, own_file
from bot.handlers.photos.fetch import MOST_MEGABYTES
from bot.handlers.services import Context, Handler, Services
from bot.handlers.tell_admins import tell_admins
from bot.replies.second_opinion import (
    below_and_after,
    caption_for_person,
    coming_text,
    words_for_person,
    words_for_reviewers,
)
from bot.sending.known_files import Sent, copy_message
from bot.sending.messages import edit, reply
from bot.store import OpinionMessage, SecondOpinion
from bot.texts import Html, Texts

log = logging.getLogger(__name__)


def words_of_opinions(services: Services) -> Handler:
    """Return the handler of replies to messages about a second opinion; other replies go on to the other handlers."""

    async def handle(update: Update, _: Context) -> None:
        message, user = update.effective_message, update.effective_user
        replied = message.reply_to_message if message else None
        if message is None or user is None or replied is None:
            return
        opinion = await services.store.opinions.about(message.chat_id, replied.message_id)
        if opinion is None:
            return
        is_edit = update.edited_message is not None
        if message.chat_id == opinion.group_chat:
            await _from_group(services, message, user, opinion, is_edit=is_edit)
        else:
            await _from_person(services, message, opinion, is_edit=is_edit)
        raise ApplicationHandlerStop

    return MessageHandler((NEW_OR_EDITED | IN_NO_NAME) & AnswersTheBot() & ~filters.COMMAND, handle)


async def _from_group(
    services: Services, message: Message, user: User, opinion: SecondOpinion, *, is_edit: bool
) -> None:
    """Send on what the one who has it writes; what others write stays among them, and they are told so."""
    texts, bot, opinions = texts_of_reviewers(services), message.get_bot(), services.store.opinions
    if opinion.reviewer != services.person(user):
        await reply(message, texts.html(_why_not_sent(message)))
        return
    known = await opinions.about(message.chat_id, message.message_id) if is_edit else None
    theirs = OpinionMessage(chat=message.chat_id, message=message.message_id, kind="reviewer")
    if not await note(services, bot, opinion, theirs):
        await reply(message, texts.html("review.over"))
        return
    try:
        is_sent = await _to_person(services, message, opinion, corrects=known is not None)
    except Forbidden:
        await remove(services, bot, opinion)
        await reply(message, texts.html("review.person_gone"))
        return
    if not is_sent:
        await reply(message, texts.html("review.only_words"))
        return
    await opinions.spoke(opinion.id, now=services.store.now(), person=False)
    await _confirm(services, message, opinion, texts.html("review.words_sent"))


def _why_not_sent(message: Message) -> str:
    """Return what is said of words that do not go on because nobody knows that the one who has it wrote them."""
    if message.sender_chat is None:
        return "review.words_not_sent"
    return "review.words_anonymous" if message.sender_chat.id == message.chat_id else "review.words_of_channel"


async def _to_person(services: Services, message: Message, opinion: SecondOpinion, *, corrects: bool) -> bool:
    """Send a reviewer's words or file to the person; False where it is nothing that goes on. Raises Forbidden."""
    texts, bot = await texts_of_person(services, opinion), message.get_bot()
    has_file = bool(message.photo or message.document or message.voice or message.audio or message.video)
    if not message.text and not has_file:
        return False
    below, after = below_and_after(message.text or message.caption or "", has_file=has_file)
    if has_file and not await _copy_to_person(
        services, message, opinion, caption_for_person(below, texts, corrects=corrects)
    ):
        return False
    for words in after:
        await tell_person(services, bot, opinion, words_for_person(words, texts, corrects=corrects))
    return True


async def _copy_to_person(services: Services, message: Message, opinion: SecondOpinion, caption: Html) -> bool:
    """Send a reviewer's file to the person; False where Telegram makes no copy of it. Raises Forbidden."""
    bot = message.get_bot()
    number = await copy_message(bot, message, to=opinion.chat, caption=caption, reply_to=opinion.message)
    if number is not None:
        shown = OpinionMessage(chat=opinion.chat, message=number, kind="photo")
        await services.store.opinions.messages.note(opinion.id, shown)
    return number is not None


async def _confirm(services: Services, message: Message, opinion: SecondOpinion, text: Html) -> None:
    """Say in the group that it went on, where the bot may still write there."""
    try:
        await tell_group(services, message.get_bot(), opinion, text)
    except NobodyToAsk:
        log.warning("what a reviewer wrote was sent on, but the bot may no longer write in their group")


async def _from_person(services: Services, message: Message, opinion: SecondOpinion, *, is_edit: bool) -> None:
    """Send on a person's words, photo or PDF, and tell them so; what its reviewer has left is for others to take."""
    texts, bot = await texts_of_person(services, opinion), message.get_bot()
    file = await own_file(services, message)
    if not message.text and file is None:
        await reply(message, _not_passed_on(texts))
        return
    try:
        is_sent = await _to_group(services, message, opinion, file, corrects=is_edit)
    except NobodyToAsk:
        await group_is_gone(services, bot, [opinion])
        await tell_admins(services, bot, "review.group_gone")
        return
    if not is_sent:
        await reply(message, _not_passed_on(texts))
        return
    await services.store.opinions.spoke(opinion.id, now=services.store.now(), person=True)
    if opinion.reviewer is None:
        await show_again(services, bot, opinion, state="waits")
    await reply(message, texts.html("opinion.passed_on_file" if file and file.pdf else "opinion.passed_on"))


def _not_passed_on(texts: Texts) -> Html:
    return texts.html("opinion.only_words", most=texts.formats.quantity(MOST_MEGABYTES, "megabytes"))


async def _to_group(
    services: Services, message: Message, opinion: SecondOpinion, file: OwnFile | None, *, corrects: bool
) -> bool:
    """Show the group what a person sent; False where Telegram does not take it. Raises NobodyToAsk."""
    texts, bot = texts_of_reviewers(services), message.get_bot()
    below, after = below_and_after(message.text or message.caption or "", has_file=file is not None)
    if file:
        caption = words_for_reviewers(opinion.id, below, texts, corrects=corrects)
        if not await _show_file(services, bot, opinion, file, caption):
            return False
    for words in after:
        if place := await _place(services, bot, opinion, "text"):
            await edit(bot, *place, words_for_reviewers(opinion.id, words, texts, corrects=corrects))
    return True


async def _show_file(services: Services, bot: Bot, opinion: SecondOpinion, file: OwnFile, caption: Html) -> bool:
    """Show the group a person's file; False where Telegram does not take it. Raises NobodyToAsk."""
    place = await _place(services, bot, opinion, "photo")
    if place is None:
        return False
    return await fill_reserved(services, bot, opinion, place, as_media(file, caption)) is not None


async def _place(services: Services, bot: Bot, opinion: SecondOpinion, kind: str) -> Sent | None:
    """Return where something that a person sent is to stand, None where it was taken back. Raises NobodyToAsk."""
    if opinion.group_chat is None:
        return None
    coming, below = coming_text(opinion.id, None, texts_of_reviewers(services)), opinion.group_message or 0
    return await reserve(services, bot, opinion, kind, coming, group=opinion.group_chat, reply_to=below)
