""" "Is this the same spot?": a photo that is unlike a followed spot is added to it only when its person says so.

One that was added, since it looked alike, is taken out again when they say that it shows another spot. That one can be
followed on its own then.
"""

from telegram import CallbackQuery, Update

from bot.handlers.services import Handler, Services
from bot.handlers.spots.compare import compared_with
from bot.handlers.spots.naming import spot_command
from bot.handlers.spots.new_photo import added
from bot.handlers.spots.subject import Subject, measured_again, subject_of
from bot.handlers.taps import on_tap
from bot.replies.buttons import follow_button
from bot.replies.spot_taps import SameSpotTap
from bot.replies.tap import OfPhoto
from bot.sending.messages import edit_answer, toast
from bot.store import Spot


def handlers(services: Services) -> list[Handler]:
    """Return the handler of both answers, and of the button that says that an added photo shows another spot."""
    return [on_tap(services, SameSpotTap, _answered)]


async def _answered(services: Services, _: Update, query: CallbackQuery, tap: SameSpotTap) -> None:
    user, texts = query.from_user, services.texts_for(query.from_user)
    spot = await services.store.spots.one(tap.spot, services.person(user))
    if spot is None:
        await toast(query, texts.plain("spots.gone"))
    elif tap.value == "no":  # whether or not the photo is still in the chat
        await toast(query)
        taken = await services.store.spots.take_out(tap.entry, spot=spot.id, person=services.person(user))
        said = texts.html("spots.taken_out" if taken else "spots.not_same", command=spot_command(spot.id))
        await edit_answer(query, said, buttons=((follow_button(OfPhoto(tap.entry, tap.photo), texts),),))
    elif subject := await subject_of(services, query, tap):
        await toast(query)
        await _add(services, query, spot, subject)


async def _add(services: Services, query: CallbackQuery, spot: Spot, subject: Subject) -> None:
    photo, examination = await measured_again(services, subject)
    before = next((one for one in spot.photos if one.identity != photo.identity), None)
    found = None
    if before and examination:
        found = await compared_with(services, query.get_bot(), before, (photo, examination), disease=spot.disease)
    told = await added(services, query.from_user, spot, photo, found)
    await edit_answer(query, told.text, buttons=told.buttons)
