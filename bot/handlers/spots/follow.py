""" "Follow this spot", the button under an answer: what is then kept is agreed to, and the place on the body is tapped."""

from telegram import CallbackQuery, Update, User

from bot.handlers.services import Handler, Services
from bot.handlers.spots.naming import spot_command
from bot.handlers.spots.strip import show_strip
from bot.handlers.spots.subject import Subject, measured, subject_of
from bot.handlers.taps import on_tap
from bot.replies import Rows
from bot.replies.body_map import body_map
from bot.replies.places import PLACES, SIDES, ZONE_CODES, place_name, split
from bot.replies.spot_taps import FollowTap, PlaceTap
from bot.replies.spots import consent_rows, followed_rows, region_rows, side_rows, zone_rows
from bot.sending.messages import change_buttons, edit_tapped_picture, reply, reply_with_picture, toast
from bot.store.spots import MOST_SPOTS
from bot.texts import Html

SUBJECT, VERSION = "spots", "1"  # of the agreement: raise it when spots.consent changes in what it promises


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of the button, of the agreement, and of the body map's buttons."""
    return [on_tap(services, FollowTap, _follow), on_tap(services, PlaceTap, _place)]


async def _follow(services: Services, _: Update, query: CallbackQuery, tap: FollowTap) -> None:
    subject = await subject_of(services, query, tap)
    if subject is None:
        return
    await toast(query)
    user, person = query.from_user, services.person(query.from_user)
    known = await services.store.spots.with_photo(person, subject.request.identity)
    if known is not None:
        await show_strip(services, query.get_bot(), user, known)
        return
    if tap.how == "agree":
        if tap.version == VERSION:  # else what stands above the button promises something else than is promised now
            await services.store.agreements.agree(person, SUBJECT, version=VERSION, now=services.store.now())
        await change_buttons(query, ())
    if await _has_agreed(services, subject, user):
        picture = await services.examiner.workers.run(body_map)
        texts = services.texts_for(user)
        where = texts.html("spots.where")
        await reply_with_picture(subject.message, picture, where, buttons=side_rows(subject.of, texts))


async def _has_agreed(services: Services, subject: Subject, user: User) -> bool:
    """Return whether the person agreed to what is kept of followed spots; if not, ask them."""
    if await services.store.agreements.version(services.person(user), SUBJECT) == VERSION:
        return True
    texts = services.texts_for(user)
    await reply(subject.message, texts.html("spots.consent"), buttons=consent_rows(subject.of, VERSION, texts))
    return False


async def _place(services: Services, _: Update, query: CallbackQuery, tap: PlaceTap) -> None:
    texts = services.texts_for(query.from_user)
    if tap.at not in PLACES | ZONE_CODES and tap.at not in (*SIDES, "sides", "none"):
        await toast(query, texts.plain("old_button"))
        return
    subject = await subject_of(services, query, tap)
    if subject is None:
        return
    await toast(query)
    if not await _has_agreed(services, subject, query.from_user):
        return
    if tap.at in PLACES or tap.at == "none":
        await _follow_at(services, query, subject, "" if tap.at == "none" else tap.at)
    elif tap.at == "sides":
        await _show_map(services, query, "", texts.html("spots.where"), side_rows(subject.of, texts))
    else:
        is_zone = tap.at in ZONE_CODES
        rows = region_rows(subject.of, tap.at, texts) if is_zone else zone_rows(subject.of, split(tap.at)[0], texts)
        await _show_map(services, query, tap.at, texts.html("spots.which"), rows)


async def _follow_at(services: Services, query: CallbackQuery, subject: Subject, place: str) -> None:
    """Follow the spot from now on, or name another place for it."""
    texts, person, spots = services.texts_for(query.from_user), services.person(query.from_user), services.store.spots
    spot = await spots.follow(
        await measured(services, subject),
        person=person,
        chat=subject.message.chat_id,
        disease=subject.entry.disease,
        place=place,
        now=services.store.now(),
    )
    if spot is None:
        await reply(subject.message, texts.html("spots.full", most=MOST_SPOTS))
        return
    followed = texts.html("spots.followed", place=place_name(place, texts), command=spot_command(spot))
    await _show_map(services, query, place, followed, followed_rows(subject.of, spot, texts))


async def _show_map(services: Services, query: CallbackQuery, place: str, caption: Html, buttons: Rows) -> None:
    picture = await services.examiner.workers.run(body_map, place)
    await edit_tapped_picture(query, picture, caption, buttons=buttons)
