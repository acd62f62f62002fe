"""One photo, from the message to the answer, step by step."""

from telegram import Message, Update

from bot.handlers.admission import admit, standing_of
from bot.handlers.choose_disease import explain_unknown_command
from bot.handlers.disease import command_in
from bot.handlers.examine import examine_photo
from bot.handlers.form_input import show_form_below
from bot.handlers.photo_request import PhotoRequest
from bot.handlers.services import Services
from bot.handlers.spots.new_photo import spot_of, take_new_photo, tell
from bot.store import SeenPhoto


async def answer_photo(services: Services, update: Update, request: PhotoRequest) -> None:
    """Answer a photo, once its person has consented and it is known which disease it is about."""
    message, user = update.effective_message, update.effective_user
    if message is None or user is None:
        return
    seen = _seen(message, request)
    if update.edited_message and await services.store.photos.has_seen(seen):
        return  # Telegram tells of edits that changed nothing a person would notice
    standing = await standing_of(services, message, user)
    spot = await spot_of(services, update, user, request)
    words = f"/{spot.disease}" if spot else request.words
    disease = await admit(services, update, message, user, words, standing)
    if disease is None:
        return
    shown = await examine_photo(services, update, user, request, disease)
    told = await take_new_photo(services, update, user, request, spot) if spot else None
    await services.updates.answered(update, seen, person=services.person(user), shown=shown)
    if told:
        await tell(services, request.answers, told)
    elif spot is None:
        await explain_unknown_command(services, message, user)
    if standing.has_form:
        await show_form_below(services, message, user)


def _seen(message: Message, request: PhotoRequest) -> SeenPhoto:
    asked = command_in(request.words) or ""
    return SeenPhoto(chat=message.chat_id, message=message.message_id, file=request.identity, asked=asked)
