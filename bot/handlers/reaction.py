"""A reaction to an answer, thumbs up or down, says whether it was right; removed, it says nothing again."""

from collections.abc import Iterable

from telegram import MessageReactionUpdated, ReactionType, ReactionTypeEmoji, Update
from telegram.constants import ReactionEmoji
from telegram.ext import MessageReactionHandler

from bot.handlers.services import Context, Handler, Services
from bot.replies.taps import Feedback

_SAYS: dict[str, Feedback] = {ReactionEmoji.THUMBS_UP: "yes", ReactionEmoji.THUMBS_DOWN: "no"}


def handlers(services: Services) -> list[Handler]:
    """Return the handler of reactions."""

    async def reacted(update: Update, _: Context) -> None:
        if update.message_reaction:
            await _reacted(services, update.message_reaction)

    return [MessageReactionHandler(reacted, message_reaction_types=MessageReactionHandler.MESSAGE_REACTION_UPDATED)]


async def _reacted(services: Services, reaction: MessageReactionUpdated) -> None:
    before, value = _said(reaction.old_reaction), _said(reaction.new_reaction)
    if reaction.user and before != value:
        person, shown = services.person(reaction.user), services.store.shown_findings
        await shown.react(reaction.chat.id, reaction.message_id, person, value, before=before)


def _said(reactions: Iterable[ReactionType]) -> Feedback | None:
    """Return what reactions say; None where there is no thumb among them, or both."""
    said = {_SAYS[one.emoji] for one in reactions if isinstance(one, ReactionTypeEmoji) and one.emoji in _SAYS}
    return said.pop() if len(said) == 1 else None
