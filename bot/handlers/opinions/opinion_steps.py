"""Steps that a second opinion takes: shown to the reviewers, shown anew, told to its person, taken away everywhere."""

import logging
from collections.abc import Callable, Sequence

from telegram import Bot, InputMediaDocument, InputMediaPhoto, Message
from telegram.constants import ChatType
from telegram.error import Forbidden

from bot.handlers.people.language_choice import chosen_language
from bot.handlers.services import Services
from bot.replies import Rows
from bot.replies.second_opinion import ReviewedFinding, opinion_rows, opinion_text, said_in_short, status_text
from bot.sending.known_files import Sent, fill, send_to_be_filled
from bot.sending.messages import edit, send
from bot.sending.removal import take_away, take_away_another_s
from bot.store import OpinionMessage, SecondOpinion
from bot.texts import Html, Texts

log = logging.getLogger(__name__)

RowsOf = Callable[[ReviewedFinding, Texts], Rows]
PHOTOS = ("photo", "case_photo")  # kinds of messages that are, or will be, a photo or a file


class NobodyToAsk(Exception):
    """The reviewers' group is gone, or the bot is no longer in it."""


def may_ask_doctor(services: Services, message: Message) -> bool:
    """Return whether there are doctors to ask about a message: what they say of somebody is not for a group."""
    return services.settings.reviewers is not None and message.chat.type == ChatType.PRIVATE


async def reviewers_group(services: Services) -> int:
    """Return the present number of the reviewers' group, 0 where there is none."""
    named = services.settings.reviewers
    return await services.store.chats.number_now(named) if named is not None else 0


def texts_of_reviewers(services: Services) -> Texts:
    """Return the texts of the reviewers' group."""
    return services.texts.speaking(services.settings.reviewers_language)


async def texts_of_person(services: Services, opinion: SecondOpinion) -> Texts:
    """Return the texts in the language of the person, whose private chat has their own number."""
    return services.texts.speaking(await chosen_language(services.store, opinion.chat) or opinion.language)


async def finding_of(services: Services, opinion: SecondOpinion) -> ReviewedFinding | None:
    """Return what reviewers are asked about, None where the journal has it no more."""
    entry = await services.store.journal.of_person(opinion.entry, opinion.person)
    if entry is None:
        return None
    plugin = services.examiner.registry.photo_plugins.get(entry.disease)
    return ReviewedFinding(
        number=opinion.id,
        card=plugin.card if plugin else None,
        disease=entry.disease,
        outcome=entry.outcome,
        label=entry.label,
        probabilities=entry.probabilities,
        care=entry.care,
        symptoms=entry.symptoms,
        language=(await texts_of_person(services, opinion)).plain("language.name"),
        place=await _place_of(services, opinion),
        review_label=entry.review_label or "",
        review_care=entry.review_care or "",
    )


async def _place_of(services: Services, opinion: SecondOpinion) -> str:
    """Return where on the body it is, as its person said when they began to follow it; empty where they said nothing."""
    followed = await services.store.spots.with_entry(opinion.person, opinion.entry)
    spot = await services.store.spots.one(followed, opinion.person) if followed is not None else None
    return spot.place if spot else ""


def status_of(opinion: SecondOpinion, found: ReviewedFinding, texts: Texts) -> Html:
    """Return how things stand, without the name of whoever has it, which is kept nowhere."""
    said = said_in_short(found.review_label, found.review_care, found.card, texts) if found.review_label else ""
    return status_text(opinion.state, texts, said=said)


async def show_again(
    services: Services,
    bot: Bot,
    opinion: SecondOpinion,
    *,
    state: str,
    name: str = "",
    said: str = "",
    rows: RowsOf | None = None,
) -> None:
    """Let the message in the group say how things stand: who has it, `name`, and what they `said`; `rows` are other buttons."""
    found, texts = await finding_of(services, opinion), texts_of_reviewers(services)
    if found and opinion.group_chat and opinion.group_message:
        text = opinion_text(found, status_text(state, texts, name=name, said=said), texts)
        buttons = rows(found, texts) if rows else opinion_rows(found, state, texts)
        await edit(bot, opinion.group_chat, opinion.group_message, text, buttons=buttons)


async def tell_group(services: Services, bot: Bot, opinion: SecondOpinion, text: Html) -> None:
    """Say something about it in the group. Raises NobodyToAsk."""
    group = opinion.group_chat
    if group is None:
        return
    try:
        number = await send(bot, group, text, reply_to=opinion.group_message or 0)
    except Forbidden as error:
        raise NobodyToAsk from error
    await note(services, bot, opinion, OpinionMessage(chat=group, message=number, kind="text"))


async def tell_person(services: Services, bot: Bot, opinion: SecondOpinion, text: Html) -> None:
    """Say something about it to its person, who can reply to that. Raises Forbidden where they have blocked the bot."""
    number = await send(bot, opinion.chat, text, reply_to=opinion.message)
    message = OpinionMessage(chat=opinion.chat, message=number, kind="text")
    await services.store.opinions.messages.note(opinion.id, message)


async def reserve(
    services: Services, bot: Bot, opinion: SecondOpinion, kind: str, text: Html, *, group: int, reply_to: int = 0
) -> Sent | None:
    """Send a text that says nothing of anybody, note where it stands, and return that: what it is for takes its place.

    So nothing of a person stands in a message whose number is not known, for which a lost answer of Telegram's is enough.
    None where the opinion was taken back meanwhile. Raises NobodyToAsk, TelegramError.
    """
    try:
        sent = await send_to_be_filled(bot, group, text, reply_to=reply_to, is_photo=kind in PHOTOS)
    except Forbidden as error:
        raise NobodyToAsk from error
    is_there = await note(services, bot, opinion, OpinionMessage(chat=sent[0], message=sent[1], kind=kind))
    return sent if is_there else None


async def fill_reserved(
    services: Services, bot: Bot, opinion: SecondOpinion, place: Sent, media: InputMediaPhoto | InputMediaDocument
) -> Sent | None:
    """Put a photo or a file into a message that was reserved; None where Telegram does not take it, and nothing is left there.

    Raises NobodyToAsk, TelegramError.
    """
    try:
        now = await fill(bot, place, media)
    except Forbidden as error:
        raise NobodyToAsk from error
    if now != place:
        await take_away(bot, *place, instead=texts_of_reviewers(services).html("review.removed"), is_photo=False)
    if now and now != place:
        await note(services, bot, opinion, OpinionMessage(chat=now[0], message=now[1], kind="photo"))
    return now


async def note(services: Services, bot: Bot, opinion: SecondOpinion, message: OpinionMessage) -> bool:
    """Note a message in the group; where the opinion was taken back meanwhile, take it away at once, and return False."""
    is_there = await services.store.opinions.messages.note(opinion.id, message)
    if not is_there:
        await _remove_messages(services, bot, [message])
    return is_there


async def take_from_group(services: Services, bot: Bot, opinion: SecondOpinion) -> Sequence[OpinionMessage]:
    """Take away all about it that the group sees, and return that."""
    shown = await services.store.opinions.messages.outside(opinion.chat, opinion.id)
    await _remove_messages(services, bot, shown)
    return shown


async def remove(
    services: Services, bot: Bot, opinion: SecondOpinion, *, taken: Sequence[OpinionMessage] | None = None
) -> None:
    """Take it away from the group, where that is not `taken` yet, and forget it; a reviewer's answer stays in the journal."""
    shown = await take_from_group(services, bot, opinion) if taken is None else taken
    noted = await services.store.opinions.remove(opinion.id)
    came = [message for message in noted if message.chat != opinion.chat and message not in shown]
    await _remove_messages(services, bot, came)  # while the others were being taken away


async def remove_all_of(services: Services, bot: Bot, person: str) -> int:
    """Take away and forget all that reviewers were asked about a person; return how many."""
    opinions = await services.store.opinions.of(person)
    for opinion in opinions:
        await remove(services, bot, opinion)
    return sum(opinion.state != "draft" for opinion in opinions)


async def group_is_gone(services: Services, bot: Bot, opinions: Sequence[SecondOpinion]) -> None:
    """Tell the people whose reviewers cannot be reached any more, and forget what these were asked."""
    for opinion in opinions:
        texts = await texts_of_person(services, opinion)
        try:
            await send(bot, opinion.chat, texts.html("opinion.group_gone"), reply_to=opinion.message)
        except Forbidden:
            log.info("somebody whose reviewers are gone has blocked the bot")
        await services.store.opinions.remove(opinion.id)


async def _remove_messages(services: Services, bot: Bot, messages: Sequence[OpinionMessage]) -> None:
    instead = texts_of_reviewers(services).html("review.removed")
    for message in messages:
        if message.kind == "reviewer":
            await take_away_another_s(bot, message.chat, message.message)
        else:
            await take_away(bot, message.chat, message.message, instead=instead, is_photo=message.kind in PHOTOS)
