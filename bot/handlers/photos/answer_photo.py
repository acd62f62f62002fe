"""One photo, or several of the same, from the message to the answer, step by step."""

from dataclasses import replace

from telegram import Message, Update, User

from bot.handlers.form_input import show_form_below
from bot.handlers.in_group import asking_for_photo
from bot.handlers.photos.admission import admit
from bot.handlers.photos.choose_disease import explain_unknown_command, has_unknown_command
from bot.handlers.photos.disease import command_in
from bot.handlers.photos.examine import Answer, examine_photo
from bot.handlers.photos.gather import Sent, gathered
from bot.handlers.photos.message_kind import kind_of
from bot.handlers.photos.photo_request import PhotoRequest
from bot.handlers.photos.together import answer_together, photos_together
from bot.handlers.services import Services
from bot.handlers.spots.new_photo import spot_of, take_new_photo, tell
from bot.replies import refusal
from bot.sending.messages import reply
from bot.store import Answered, AnsweredPhotos, SeenPhoto, ShownFinding


async def answer_photo(services: Services, update: Update, request: PhotoRequest | None) -> None:
    """Answer a photo, or what came with it, once its person has consented and it is known which disease it is about.

    `request` is None for what is no photo itself, but came in an album with photos.
    """
    message, user = update.effective_message, update.effective_user
    if message is None or user is None:
        return
    if request and update.edited_message and await services.store.photos.has_seen(_seen(message, request)):
        return  # Telegram tells of edits that changed nothing a person would notice
    sent = await gathered(services, update, message)
    standing = await services.updates.standing(update, services.person(user))
    said = _words(sent, request)
    spot = await spot_of(services, update, user, said, standing)
    words = f"/{spot.disease}" if spot else said
    disease = await admit(services, update, message, user, words, standing, photos=len(sent))
    if disease is None:
        await _let_go(services, update, sent, user)
        return
    seen = {update.update_id: _seen(message, request) if request else None}
    if photos := await photos_together(services, sent, user, disease, of_spot=spot is not None):
        seen = {one.update.update_id: _seen(one.message, one.request) if one.request else None for one in sent}
        room = max(1, services.settings.daily_limit - standing.entries)
        answer = await answer_together(services, update, user, photos, disease, most=room)
    else:
        answer = await _answer_alone(services, update, message, user, request, disease, of_spot=spot is not None)
    told = await take_new_photo(services, user, answer, spot) if spot and answer else None
    shown = replace(answer.shown, album=message.media_group_id if update.message else None) if answer else None
    captioned = next((one.message for one in sent if command_in(one.message.caption)), message)
    is_unclear = spot is None and has_unknown_command(services, captioned)
    answered = _answered(services, user, seen, shown)
    await services.updates.answered(update, answered, more=bool(told) or is_unclear or standing.has_form)
    if told and answer:
        await tell(services, answer.request.answers, told)
    elif is_unclear:
        await explain_unknown_command(services, captioned, user)
    if standing.has_form:
        await show_form_below(services, message, user)


async def _answer_alone(
    services: Services,
    update: Update,
    message: Message,
    user: User,
    request: PhotoRequest | None,
    disease: str,
    *,
    of_spot: bool,
) -> Answer | None:
    if request is not None:
        return await examine_photo(services, update, user, request, disease, of_spot=of_spot)
    texts = services.texts_for(user)
    await reply(message, asking_for_photo(refusal(kind_of(message), {}, texts), message, texts))
    return None


async def _let_go(services: Services, update: Update, sent: tuple[Sent, ...], user: User) -> None:
    """Where a person was told why their photo is not looked at, let what came with it go, too; not where it is held."""
    others: AnsweredPhotos = {one.update.update_id: None for one in sent}
    if len(others) > 1 and not services.updates.delivery(update).is_held:
        await services.updates.answered(update, _answered(services, user, others), more=False)


def _answered(services: Services, user: User, photos: AnsweredPhotos, shown: ShownFinding | None = None) -> Answered:
    return Answered(photos=photos, person=services.person(user), time=services.store.now(), shown=shown)


def _words(sent: tuple[Sent, ...], request: PhotoRequest | None) -> str | None:
    """Return what is said with the photos: of several captions the one with a command."""
    said = [one.message.caption for one in sent if len(sent) > 1]
    return next((words for words in said if command_in(words)), request.words if request else None)


def _seen(message: Message, request: PhotoRequest) -> SeenPhoto:
    asked = command_in(request.words) or ""
    return SeenPhoto(chat=message.chat_id, message=message.message_id, file=request.identity, asked=asked)
