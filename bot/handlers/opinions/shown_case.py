"""A case as the reviewers' group sees it: its photos, and the message with the buttons below them."""

from telegram import Bot, InputMediaPhoto

from bot.handlers.opinions.opinion_steps import (
    fill_reserved,
    finding_of,
    reserve,
    reviewers_group,
    status_of,
    texts_of_reviewers,
)
from bot.handlers.opinions.own_files import LONGEST
from bot.handlers.photos.fetch import fetch_by_id
from bot.handlers.services import Services
from bot.replies.second_opinion import coming_text, opinion_rows, opinion_text
from bot.sending.known_files import Sent
from bot.sending.messages import edit
from bot.sending.removal import take_away
from bot.store import SecondOpinion
from classifiers.errors import CodedError


async def post(services: Services, bot: Bot, opinion: SecondOpinion) -> bool:
    """Show it to the reviewers; False where it is over, or none of its photos is known any more. Raises NobodyToAsk.

    What a process showed before it was killed, or before an answer of Telegram's was lost, stays, and is gone on with.
    """
    found, texts = await finding_of(services, opinion), texts_of_reviewers(services)
    if found is None or services.settings.reviewers is None:
        return False
    shown = await _show_photos(services, bot, opinion)
    if not shown:
        return False
    group, first = shown[0]
    place = await _place(services, bot, opinion, "case", 0, group=group, reply_to=first)
    if place is None:
        return False
    text, rows = opinion_text(found, status_of(opinion, found, texts), texts), opinion_rows(found, opinion.state, texts)
    await edit(bot, *place, text, buttons=rows)
    if await services.store.opinions.posted(opinion.id, group=place[0], message=place[1]):
        return True
    return await _is_shown_by_another(services, bot, opinion, place)


async def _is_shown_by_another(services: Services, bot: Bot, opinion: SecondOpinion, place: Sent) -> bool:
    """Return whether another process has shown it meanwhile, and take this one's message away; else it was taken back."""
    now = await services.store.opinions.get(opinion.id)
    if now is None or (now.group_chat, now.group_message) != place:
        await take_away(bot, *place, instead=texts_of_reviewers(services).html("review.removed"), is_photo=False)
    return now is not None


async def _show_photos(services: Services, bot: Bot, opinion: SecondOpinion) -> list[Sent]:
    """Show the photos that Telegram still knows, and return where. Raises NobodyToAsk."""
    group, shown = await reviewers_group(services), []
    for at, (kind, name) in enumerate(opinion.files):
        photo = name if kind == "photo" else await _copy(services, bot, name)
        place = await _place(services, bot, opinion, "case_photo", at, group=group) if photo else None
        if photo and place:
            shown.append(await fill_reserved(services, bot, opinion, place, InputMediaPhoto(photo)))
    return [place for place in shown if place]


async def _place(
    services: Services, bot: Bot, opinion: SecondOpinion, kind: str, at: int, *, group: int, reply_to: int = 0
) -> Sent | None:
    """Return where the photo number `at`, or the case, is to stand; None where it was taken back. Raises NobodyToAsk."""
    noted = await services.store.opinions.messages.outside(opinion.chat, opinion.id)
    places = [(one.chat, one.message) for one in noted if (one.chat, one.kind) == (group, kind)]
    if at < len(places):
        return places[at]
    # Each its own words: what was answered before to the same call is the answer to it, in another attempt.
    text = coming_text(opinion.id, at + 1 if kind == "case_photo" else None, texts_of_reviewers(services))
    return await reserve(services, bot, opinion, kind, text, group=group, reply_to=reply_to)


async def _copy(services: Services, bot: Bot, name: str) -> bytes | None:
    """Return a copy of the picture alone of a file, which may hold a name or a place; None where there is none."""
    try:
        return await services.examiner.plain_copy(await fetch_by_id(services, bot, name), longest=LONGEST)
    except CodedError:
        return None
