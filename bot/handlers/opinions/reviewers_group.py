"""The reviewers' group changes: one of them leaves, or the bot is no longer in it."""

from telegram import ChatMember, Update
from telegram.ext import ChatMemberHandler, MessageHandler, filters

from bot.handlers.opinions.opinion_steps import (
    group_is_gone,
    reviewers_group,
    show_again,
    tell_group,
    texts_of_reviewers,
)
from bot.handlers.services import Context, Handler, Services
from bot.handlers.tell_admins import tell_admins

_GONE = {ChatMember.LEFT, ChatMember.BANNED}


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of members who leave, and of the bot's own leaving."""

    async def left(update: Update, context: Context) -> None:
        message = update.effective_message
        gone = message.left_chat_member if message else None
        if message is None or gone is None or gone.id == context.bot.id:
            return
        freed = await services.store.opinions.release(message.chat_id, services.person(gone))
        for opinion in freed:
            await show_again(services, context.bot, opinion, state=opinion.state)
            await tell_group(services, context.bot, opinion, texts_of_reviewers(services).html("review.waits_again"))

    async def bot_is_out(update: Update, context: Context) -> None:
        change = update.my_chat_member
        if change is None or change.new_chat_member.status not in _GONE:
            return
        asked = await services.store.opinions.in_group(change.chat.id)
        await group_is_gone(services, context.bot, asked)
        if asked or change.chat.id == await reviewers_group(services):
            await tell_admins(services, context.bot, "review.group_gone")

    return [
        MessageHandler(filters.StatusUpdate.LEFT_CHAT_MEMBER, left),
        ChatMemberHandler(bot_is_out, ChatMemberHandler.MY_CHAT_MEMBER),
    ]
