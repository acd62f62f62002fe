"""What must be known before a photo is examined: that its person has consented, and which disease it is about."""

import logging

from telegram import Message, Update, User

from bot.handlers.people.consent import VERSION, hold_until_consent
from bot.handlers.photos.choose_disease import ask_disease
from bot.handlers.photos.disease import which_disease
from bot.handlers.services import Services
from bot.replies import apology
from bot.sending.messages import reply
from bot.store import Standing
from classifiers.errors import Fault

log = logging.getLogger(__name__)


async def admit(
    services: Services,
    update: Update,
    message: Message,
    user: User,
    words: str | None,
    standing: Standing,
    *,
    photos: int,
) -> str | None:
    """Return the disease that so many `photos` are to be examined for; `words` are their caption, or what asked about them.

    None where it is not to be examined now: it is held until its person has consented or has said what it shows, or its
    person has been told that the disease is unavailable, or that they have sent too many photos for a day.
    """
    if await _is_over_limit(services, update, user, standing):
        log.info("update %d: its person has sent more than CHECKUP_DAILY_LIMIT photos", update.update_id)
        await reply(message, services.texts_for(user).html("limit.day", count=services.settings.daily_limit))
        return None
    if standing.consent != VERSION:
        await hold_until_consent(services, update, message, user, photos=photos)
        return None
    try:
        disease = await which_disease(services, words, user, standing)
    except Fault as error:
        services.examiner.leave_to_others(error)
        log.error("update %d: %s", update.update_id, error)
        await reply(message, apology(error.code, services.texts_for(user)))
        return None
    if disease is None:
        await ask_disease(services, update, message, user)
    return disease


async def _is_over_limit(services: Services, update: Update, user: User, standing: Standing) -> bool:
    """Return whether as many photos of the person were examined within a day, or are held, as may be."""
    most = services.settings.daily_limit
    if standing.consent != VERSION:
        return await services.store.updates.count_held(services.person(user)) >= most
    is_counted = bool(services.updates.delivery(update).results)  # among the entries, by an earlier attempt
    return standing.entries >= most and not is_counted
