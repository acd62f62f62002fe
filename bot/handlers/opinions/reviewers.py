"""Reviewers, in their group, take a second opinion, answer it by buttons, or give it back; one has it at a time."""

from dataclasses import replace
from functools import partial

from telegram import CallbackQuery, MaybeInaccessibleMessage, Update
from telegram.error import Forbidden

from bot.handlers.opinions.opinion_steps import (
    RowsOf,
    finding_of,
    note,
    remove,
    show_again,
    tell_person,
    texts_of_person,
    texts_of_reviewers,
)
from bot.handlers.services import Handler, Services
from bot.handlers.taps import on_tap
from bot.replies.second_opinion import answer_text, care_rows, label_rows, said_in_short
from bot.replies.taps import NO_LABEL, ReviewAnswerTap, ReviewLabelTap, ReviewTap
from bot.sending.messages import toast
from bot.store import OpinionMessage, SecondOpinion


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of the buttons in the group."""
    return [
        on_tap(services, ReviewTap, _tapped),
        on_tap(services, ReviewLabelTap, _label_chosen),
        on_tap(services, ReviewAnswerTap, _answered),
    ]


async def _tapped(services: Services, _: Update, query: CallbackQuery, tap: ReviewTap) -> None:
    opinion = await _shown_here(services, query, tap.opinion)
    if opinion is None:
        return
    if tap.act == "take":
        await _take(services, query, opinion)
    elif await _is_theirs(services, query, opinion):
        await toast(query)
        await _follow(services, query, opinion, tap.act)


async def _take(services: Services, query: CallbackQuery, opinion: SecondOpinion) -> None:
    person = services.person(query.from_user)
    if await services.store.opinions.take(opinion.id, person):
        await toast(query)
        await _show(services, query, opinion, state="taken")
        return
    taken = await services.store.opinions.get(opinion.id)
    is_mine = taken is not None and taken.reviewer == person
    await toast(query, services.texts_for(query.from_user).plain("review.yours" if is_mine else "review.not_yours"))
    if (
        is_mine and taken and taken.state == "taken"
    ):  # it may not have been shown: the process died, or Telegram was away
        await _show(services, query, opinion, state="taken")


async def _follow(services: Services, query: CallbackQuery, opinion: SecondOpinion, act: str) -> None:
    """Do what the one who has it has tapped."""
    if act == "labels":
        await _show(services, query, opinion, state="taken", rows=label_rows)
    elif act == "start":
        await _show(services, query, opinion, state="taken")
    elif await services.store.opinions.give_back(opinion.id, services.person(query.from_user)):
        await _show(services, query, opinion, state="waits")


async def _label_chosen(services: Services, _: Update, query: CallbackQuery, tap: ReviewLabelTap) -> None:
    """Ask how soon it is to be seen."""
    opinion = await _answerable(services, query, tap)
    if opinion:
        await toast(query)
        await _show(services, query, opinion, state="taken", rows=partial(care_rows, tap.label))


async def _answered(services: Services, _: Update, query: CallbackQuery, tap: ReviewAnswerTap) -> None:
    opinion = await _answerable(services, query, tap)
    found = await finding_of(services, opinion) if opinion else None
    if opinion is None or found is None:
        return
    person, bot = services.person(query.from_user), query.get_bot()
    if not await services.store.opinions.answer(
        opinion.id, person, label=tap.label, care=tap.care, now=services.store.now()
    ):
        await toast(query, services.texts_for(query.from_user).plain("review.over"))
        return  # given back, or taken back, a moment ago
    try:
        text = answer_text(found, tap.label, tap.care, await texts_of_person(services, opinion))
        await tell_person(services, bot, opinion, text)
    except Forbidden:
        await toast(query, services.texts_for(query.from_user).plain("review.person_gone"))
        await remove(services, bot, opinion)
        return
    await toast(query)
    said = said_in_short(tap.label, tap.care, found.card, texts_of_reviewers(services))
    await _show(services, query, opinion, state="answered", said=said)


async def _answerable(
    services: Services, query: CallbackQuery, tap: ReviewLabelTap | ReviewAnswerTap
) -> SecondOpinion | None:
    """Return what a tapped label is an answer to, if whoever tapped has it and the label is one of its card's."""
    opinion = await _shown_here(services, query, tap.opinion)
    if opinion is None or not await _is_theirs(services, query, opinion):
        return None
    found = await finding_of(services, opinion)
    if found and (tap.label == NO_LABEL or (found.card and tap.label in found.card.codes)):
        return opinion
    await toast(query, services.texts_for(query.from_user).plain("old_button"))
    return None


async def _shown_here(services: Services, query: CallbackQuery, number: int) -> SecondOpinion | None:
    """Return the second opinion that the tapped message of its group is about; else say that it is over."""
    opinion, place = await services.store.opinions.get(number), query.message
    if opinion and place and await _is_about(services, query, opinion, place):
        shown = opinion.group_message or place.message_id
        return replace(opinion, group_chat=place.chat.id, group_message=shown)
    await toast(query, services.texts_for(query.from_user).plain("review.over"))
    return None


async def _is_about(
    services: Services, query: CallbackQuery, opinion: SecondOpinion, place: MaybeInaccessibleMessage
) -> bool:
    """Return whether a message of its group is about it; a second one that shows it is noted, and goes with the others.

    There is a second one where the answer to sending the first was lost.
    """
    if opinion.group_message is None:
        return await _is_being_shown(services, opinion, place.chat.id)
    if opinion.group_chat != place.chat.id or opinion.group_message == place.message_id:
        return opinion.group_chat == place.chat.id
    second = OpinionMessage(chat=place.chat.id, message=place.message_id, kind="text")
    return await note(services, query.get_bot(), opinion, second)


async def _is_being_shown(services: Services, opinion: SecondOpinion, group: int) -> bool:
    """Return whether it was shown so lately that its message is not noted yet; its photos in the group are."""
    photos = await services.store.opinions.messages.outside(opinion.chat, opinion.id)
    return any(photo.chat == group for photo in photos)


async def _is_theirs(services: Services, query: CallbackQuery, opinion: SecondOpinion) -> bool:
    """Return whether whoever tapped has it; else say who has, and let the message say so where it does not yet."""
    if opinion.reviewer == services.person(query.from_user):
        return True
    key = "review.take_first" if opinion.reviewer is None else "review.not_yours"
    await toast(query, services.texts_for(query.from_user).plain(key))
    if opinion.state == "waits":
        await _show(services, query, opinion, state="waits")
    return False


async def _show(
    services: Services,
    query: CallbackQuery,
    opinion: SecondOpinion,
    *,
    state: str,
    said: str = "",
    rows: RowsOf | None = None,
) -> None:
    name = query.from_user.first_name
    await show_again(services, query.get_bot(), opinion, state=state, name=name, said=said, rows=rows)
