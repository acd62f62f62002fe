""" "Look at it as …", the buttons under an answer `not_this`: the same photo is examined for another disease."""

from telegram import CallbackQuery, Message, Update

from bot.handlers.people.consent import has_consented, hold_until_consent
from bot.handlers.photos.disease import choose
from bot.handlers.photos.examine import examine_photo
from bot.handlers.photos.misnamed_photo import photo_of
from bot.handlers.services import Handler, Services
from bot.handlers.taps import on_tap
from bot.replies.taps import LookAsTap
from bot.sending.messages import toast


def handlers(services: Services) -> list[Handler]:
    """Return the handler of these buttons."""
    return [on_tap(services, LookAsTap, _look_as)]


async def _look_as(services: Services, update: Update, query: CallbackQuery, tap: LookAsTap) -> None:
    user, texts = query.from_user, services.texts_for(query.from_user)
    photo = query.message.reply_to_message if isinstance(query.message, Message) else None
    request = await photo_of(services, photo) if photo else None
    if photo is None or request is None or photo.from_user is None:
        await toast(query, texts.plain("choose.photo_gone"))
    elif photo.from_user.id != user.id:
        await toast(query, texts.plain("not_yours"))
    elif tap.disease not in services.examiner.registry.photo_plugins:
        await toast(query, texts.plain("choose.gone"))
    elif not await has_consented(services, user):
        await toast(query)
        await hold_until_consent(services, update, photo, user)
    else:
        await toast(query)
        await choose(services, user, tap.disease)
        if answer := await examine_photo(services, update, user, request, tap.disease):
            await services.store.shown_findings.note(answer.shown)
