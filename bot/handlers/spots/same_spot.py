""" "Is this the same spot?": a photo that is unlike a followed spot is added to it only when its person says so."""

from telegram import CallbackQuery, Update

from bot.handlers.services import Handler, Services
from bot.handlers.spots.compare import compared_with
from bot.handlers.spots.naming import spot_command
from bot.handlers.spots.new_photo import added
from bot.handlers.spots.subject import measured_again, subject_of
from bot.handlers.taps import on_tap
from bot.replies.spot_taps import SameSpotTap
from bot.sending.messages import edit_answer, toast


def handlers(services: Services) -> list[Handler]:
    """Return the handler of both answers."""
    return [on_tap(services, SameSpotTap, _answered)]


async def _answered(services: Services, _: Update, query: CallbackQuery, tap: SameSpotTap) -> None:
    user, texts = query.from_user, services.texts_for(query.from_user)
    subject = await subject_of(services, query, tap.entry)
    if subject is None:
        return
    spot = await services.store.spots.one(tap.spot, services.person(user))
    if spot is None:
        await toast(query, texts.plain("spots.gone"))
        return
    await toast(query)
    if tap.value == "no":
        await edit_answer(query, texts.html("spots.not_same", command=spot_command(spot.id)), buttons=())
        return
    photo, examination = await measured_again(services, subject)
    before = next((one for one in spot.photos if one.identity != photo.identity), None)
    found = None
    if before and examination:
        found = await compared_with(services, query.get_bot(), before, (photo, examination), disease=spot.disease)
    told = await added(services, user, spot, photo, found)
    await edit_answer(query, told.text, buttons=told.buttons)
