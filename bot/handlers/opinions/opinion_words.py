"""Words about a second opinion go on, both ways, as replies: a reviewer's to its person, the person's to the group.

They are sent on and kept nowhere. It comes before all other handlers, since any message may be such a reply.
"""

from telegram import Message, Update, User
from telegram.error import Forbidden
from telegram.ext import ApplicationHandlerStop, MessageHandler, filters

from bot.handlers.filters import NEW, AnswersTheBot
from bot.handlers.opinions.opinion_steps import (
    NobodyToAsk,
    group_is_gone,
    note,
    now,
    remove,
    tell_group,
    tell_person,
    texts_of_person,
    texts_of_reviewers,
)
from bot.handlers.services import Context, Handler, Services
from bot.handlers.tell_admins import tell_admins
from bot.replies.second_opinion import words_for_person, words_for_reviewers
from bot.sending.known_files import send_known_photo
from bot.sending.messages import reply
from bot.store import OpinionMessage, SecondOpinion


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
        if message.chat_id == opinion.group_chat:
            await _from_group(services, message, user, opinion)
        else:
            await _from_person(services, message, opinion)
        raise ApplicationHandlerStop

    return MessageHandler(NEW & AnswersTheBot() & ~filters.COMMAND, handle)


async def _from_group(services: Services, message: Message, user: User, opinion: SecondOpinion) -> None:
    """Send on what the one who has it writes; what others write stays among them, and they are told so."""
    texts, bot = texts_of_reviewers(services), message.get_bot()
    if opinion.reviewer != services.person(user):
        await reply(message, texts.html("review.words_not_sent"))
        return
    if not message.text:
        await reply(message, texts.html("review.only_words"))
        return
    theirs = OpinionMessage(chat=message.chat_id, message=message.message_id, kind="reviewer")
    await note(services, bot, opinion, theirs)
    try:
        await tell_person(
            services, bot, opinion, words_for_person(message.text, await texts_of_person(services, opinion))
        )
    except Forbidden:
        await remove(services, bot, opinion)
        await reply(message, texts.html("review.person_gone"))
        return
    await services.store.opinions.spoke(opinion.id, now=now(), person=False)
    await tell_group(services, bot, opinion, texts.html("review.words_sent"))


async def _from_person(services: Services, message: Message, opinion: SecondOpinion) -> None:
    """Send on a person's words or photo, and tell them so."""
    texts, bot = await texts_of_person(services, opinion), message.get_bot()
    if not message.text and not message.photo:
        await reply(message, texts.html("opinion.only_words"))
        return
    try:
        await _to_group(services, message, opinion)
    except NobodyToAsk:
        await group_is_gone(services, bot, [opinion])
        await tell_admins(services, bot, "review.group_gone")
        return
    await services.store.opinions.spoke(opinion.id, now=now(), person=True)
    await reply(message, texts.html("opinion.passed_on"))


async def _to_group(services: Services, message: Message, opinion: SecondOpinion) -> None:
    words = words_for_reviewers(opinion.id, message.text or message.caption or "", texts_of_reviewers(services))
    bot, group = message.get_bot(), opinion.group_chat
    if not message.photo or group is None:
        await tell_group(services, bot, opinion, words)
        return
    photo, before = message.photo[-1].file_id, opinion.group_message or 0
    try:
        sent = await send_known_photo(bot, group, photo, caption=words, reply_to=before)
    except Forbidden as error:
        raise NobodyToAsk from error
    if sent:
        await note(services, bot, opinion, OpinionMessage(chat=sent[0], message=sent[1], kind="photo"))
