""" "Are these different spots?", under an answer to several photos: each is looked at by itself and answered, in order."""

from dataclasses import replace

from telegram import CallbackQuery, Message, PhotoSize, Update

from bot import metrics
from bot.examiner import PhotoResult
from bot.handlers.photos.examine import examined_once, reply_of
from bot.handlers.photos.recall import card_of
from bot.handlers.services import Handler, Services
from bot.handlers.taps import is_private, is_somebody_elses, no_longer_valid, on_tap
from bot.replies import apology, unused_in_words, why_unused
from bot.replies.care import raised_in_words
from bot.replies.length import joined
from bot.replies.own_words import own
from bot.replies.taps import DifferentTap
from bot.sending.deliver import deliver
from bot.sending.messages import edit_answer, toast
from bot.sending.outgoing import Outgoing
from bot.store import JournalEntry, ShownFinding
from bot.store.together import Json
from bot.texts import Html
from classifiers.errors import Fault, Refusal

_BEFORE = 0  # under which results keep what was answered before; no update has this number


def handlers(services: Services) -> list[Handler]:
    """Return the handler of this button."""
    return [on_tap(services, DifferentTap, _different)]


async def _different(services: Services, update: Update, query: CallbackQuery, tap: DifferentTap) -> None:
    texts, person = services.texts_for(query.from_user), services.person(query.from_user)
    joint = None if is_somebody_elses(query) else await services.store.journal.of_person(tap.entry, person)
    content = await services.store.together.kept(tap.entry, person) if joint else None
    if joint is None:
        await toast(query, texts.plain("feedback.gone" if is_private(query) else "not_yours"))
    elif content is None:
        await toast(query, texts.plain("different.gone"))
    elif not isinstance(query.message, Message):
        await no_longer_valid(services, update)
    else:
        await toast(query, texts.plain("different.looking"))
        await _answer_each(services, update, query, query.message, joint, content)


async def _answer_each(
    services: Services, update: Update, query: CallbackQuery, below: Message, joint: JournalEntry, content: Json
) -> None:
    """Answer the photos, then say of those that cannot be judged why, in one message, and take the joint answer back.

    What its person said about all of them is taken to be so of each, since nobody knows of which it is.
    What an earlier process has answered is not answered again; of this one each call is known that was answered.
    """
    before = services.updates.delivery(update).results.setdefault(_BEFORE, tuple(content.get("answered", ())))
    answered: list[int] = list(before)
    unused: list[tuple[Json, str]] = []
    for photo in content["photos"]:
        if photo["number"] in before:
            continue
        try:
            result = await _looked_at(services, update, query, photo, content["disease"])
        except Fault as error:
            said = apology(error.code, services.texts_for(query.from_user))
            await deliver(query.get_bot(), _message(below, photo, said))
            return
        if isinstance(result, PhotoResult) and result.finding.is_judged:
            if joint.symptoms is not None:
                await services.store.journal.note_symptoms(result.entry, joint.person, joint.symptoms)
            shown = replace(result, symptoms=joint.symptoms)
            await _show(services, query, below, photo, shown, silent=bool(answered))
            await _judge_followed_anew(services, below, joint, photo, result.entry)
            answered.append(photo["number"])
            kept = {**content, "answered": answered}
            await services.store.together.keep(joint.id or 0, joint.person, kept)
        else:
            unused.append((photo, result if isinstance(result, str) else why_unused(result.finding)))
    await _say_why_not(services, query, below, content, unused, silent=bool(answered))
    await services.store.together.part(joint.id or 0, before=content["before"])
    await edit_answer(query, _taken_back(services, query, joint), buttons=())


def _taken_back(services: Services, query: CallbackQuery, joint: JournalEntry) -> Html:
    """Return what stands in the place of the joint answer; what its person said goes on raising how soon to have it seen."""
    texts, card = services.texts_for(query.from_user), card_of(joint, services)
    raised = raised_in_words(None, card, joint.symptoms or (), texts) if card else Html()
    carried = texts.html("different.symptoms") if raised else Html()
    return joined([texts.html("different.done"), carried, raised])


async def _judge_followed_anew(
    services: Services, below: Message, joint: JournalEntry, photo: Json, entry: int
) -> None:
    """Where the photo that the joint answer shows is followed, let its spot have the finding of that photo alone."""
    shown = below.reply_to_message
    found = await services.store.journal.of_person(entry, joint.person)
    if shown and found and shown.message_id == photo["message"]:
        await services.store.spots.judge_anew(joint.id or 0, found)


async def _say_why_not(
    services: Services,
    query: CallbackQuery,
    below: Message,
    content: Json,
    unused: list[tuple[Json, str]],
    *,
    silent: bool,
) -> None:
    if unused:
        texts, card = (
            services.texts_for(query.from_user),
            services.examiner.registry.photo_plugin(content["disease"]).card,
        )
        lines = unused_in_words([(photo["number"], why) for photo, why in unused], texts)
        told = joined([texts.html("different.unused"), lines, own(card.words.again, "reply.again", texts)], "\n")
        await deliver(query.get_bot(), _message(below, unused[0][0], told, silent=silent))


async def _looked_at(
    services: Services, update: Update, query: CallbackQuery, photo: Json, disease: str
) -> PhotoResult | str:
    """Return the result of one photo, or why there is none. Raises Fault."""
    file = PhotoSize(photo["file"], "", 0, 0)
    file.set_bot(query.get_bot())
    try:
        number = int(photo["source"].split(":")[-1])
        return await examined_once(services, update, query.from_user, file, disease, number=number)
    except Refusal as error:
        metrics.refusals.labels(error.code).inc()
        return "refused"


async def _show(
    services: Services, query: CallbackQuery, below: Message, photo: Json, result: PhotoResult, *, silent: bool
) -> None:
    answer = reply_of(services, query.from_user, result, below, photo=photo.get("mark", ""))
    message = _message(below, photo, answer.caption, silent=silent)
    shown = replace(message, picture=result.picture, spoiler=photo["spoiler"], buttons=answer.buttons)
    number = await deliver(query.get_bot(), shown)
    await services.store.shown_findings.note(ShownFinding(entry=result.entry, chat=message.chat, message=number))


def _message(below: Message, photo: Json, text: Html, *, silent: bool = False) -> Outgoing:
    return Outgoing(
        chat=below.chat_id,
        text=text,
        reply_to=photo["message"],
        topic=photo["topic"],
        silent=silent,
    )
