"""A person asks a doctor about an answer: what is sent and who sees it is said first, and asked each time."""

import logging

from telegram import CallbackQuery, Message, Update

from bot.handlers.opinions.opinion_steps import NobodyToAsk, may_ask_doctor, remove, take_from_group
from bot.handlers.opinions.shown_case import post
from bot.handlers.photos.misnamed_photo import photo_of
from bot.handlers.photos.photo_request import photo_source
from bot.handlers.services import Handler, Services
from bot.handlers.taps import on_tap
from bot.handlers.tell_admins import tell_admins
from bot.replies.second_opinion import asking_rows, taking_back_rows
from bot.replies.taps import AskDoctorTap, PersonOpinionTap
from bot.sending.messages import edit_tapped, reply, toast
from bot.store import SecondOpinion

log = logging.getLogger(__name__)

TERMS = "2"  # the version of opinion.ask: raise it when what it promises changes
_MOST_WAITING = 3  # of one person's, so that nobody keeps all reviewers busy


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of the button under an answer, and of those below what it asks."""
    return [on_tap(services, AskDoctorTap, _ask), on_tap(services, PersonOpinionTap, _tapped)]


async def _ask(services: Services, _: Update, query: CallbackQuery, tap: AskDoctorTap) -> None:
    """Say who would see what, and ask; the answer is a new message, whose photo stands in the answer's."""
    texts, answer = services.texts_for(query.from_user), query.message
    files = _files(answer) if isinstance(answer, Message) else ()
    if not isinstance(answer, Message) or not files:
        await toast(query, texts.plain("choose.photo_gone"))
        return
    shown = await photo_of(services, answer.reply_to_message) if answer.reply_to_message else None
    if shown and shown.is_in_place_of(tap.photo):
        await toast(query, texts.plain("choose.photo_replaced"))
        return
    if not may_ask_doctor(services, answer):
        await toast(query, texts.plain("old_button"))
        return
    person = services.person(query.from_user)
    if await services.store.opinions.waiting(person) >= _MOST_WAITING:
        await toast(query, texts.plain("opinion.too_many"))
        return
    wanted = SecondOpinion(
        person=person,
        entry=tap.entry,
        chat=answer.chat_id,
        message=answer.message_id,
        language=query.from_user.language_code,
        files=files,
    )
    drafted = await services.store.opinions.draft(wanted, now=services.store.now())
    if drafted is None:
        await toast(query, texts.plain("feedback.gone"))
    elif drafted.state != "draft":
        await toast(query, texts.plain("opinion.already"))
    else:
        await toast(query)
        await reply(answer, texts.html("opinion.ask"), buttons=asking_rows(drafted.id, texts))


async def _tapped(services: Services, _: Update, query: CallbackQuery, tap: PersonOpinionTap) -> None:
    texts = services.texts_for(query.from_user)
    opinion = await services.store.opinions.get(tap.opinion)
    if opinion is None or opinion.person != services.person(query.from_user):
        await toast(query, texts.plain("old_button"))
        return
    await toast(query)
    if tap.act == "send":
        await _send(services, query, opinion)
    elif tap.act == "back":
        taken = await take_from_group(services, query.get_bot(), opinion)
        await edit_tapped(query, texts.html("opinion.taken_back"))  # before it is forgotten: this may take two attempts
        await remove(services, query.get_bot(), opinion, taken=taken)
    elif opinion.state == "draft":
        await services.store.opinions.remove(opinion.id)
        await edit_tapped(query, texts.html("opinion.not_sent"))


async def _send(services: Services, query: CallbackQuery, opinion: SecondOpinion) -> None:
    """Show the reviewers what its person has agreed to; once, however often the button is tapped."""
    texts, bot, opinions = services.texts_for(query.from_user), query.get_bot(), services.store.opinions
    await opinions.agree(opinion.id, terms=TERMS, now=services.store.now())
    agreed = await opinions.get(opinion.id)
    if agreed is None:
        return
    if agreed.group_message is None:
        try:
            is_posted = await post(services, bot, agreed)
        except NobodyToAsk:
            log.error("CHECKUP_REVIEWERS: the group cannot be reached, nobody was asked for a second opinion")
            await opinions.remove(opinion.id)
            await edit_tapped(query, texts.html("opinion.no_group"))
            await tell_admins(services, bot, "review.group_gone")
            return
        if not is_posted:
            await opinions.remove(opinion.id)
            await edit_tapped(query, texts.html("opinion.photo_gone"))
            return
    await edit_tapped(query, texts.html("opinion.sent"), buttons=taking_back_rows(opinion.id, texts))


def _files(answer: Message) -> tuple[tuple[str, str], ...]:
    """Return the photo that an answer is about, in its largest size, and the picture that came back."""
    asked = answer.reply_to_message
    shown = (photo_source(asked) or asked) if asked else None  # a photo may lie in a file that is called something else
    files = []
    if shown and shown.document:
        files.append(("document", shown.document.file_id))
    elif shown and (sizes := shown.photo or (shown.live_photo.photo if shown.live_photo else None)):
        files.append(("photo", sizes[-1].file_id))
    if answer.photo:
        files.append(("photo", answer.photo[-1].file_id))
    return tuple(files)
