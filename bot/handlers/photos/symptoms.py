""" "Have you noticed anything?": what a person notices can raise how soon to have it seen; kept as codes with the finding."""

from telegram import CallbackQuery, Message, Update

from bot.handlers.photos.recall import card_of, recall
from bot.handlers.services import Handler, Services
from bot.handlers.taps import is_private, is_somebody_elses, no_longer_valid, on_tap
from bot.replies import CAPTION, MESSAGE, replaced, symptom_rows, symptoms_button
from bot.replies.care import with_symptoms
from bot.replies.taps import SymptomsTap
from bot.sending.messages import change_buttons, edit_answer, rows_below, toast
from bot.store import JournalEntry
from bot.texts import Html
from classifiers.card import PhotoCard
from classifiers.verdict import raised_care


def handlers(services: Services) -> list[Handler]:
    """Return the handler of these buttons."""
    return [on_tap(services, SymptomsTap, _tapped)]


async def _tapped(services: Services, update: Update, query: CallbackQuery, tap: SymptomsTap) -> None:
    texts, person = services.texts_for(query.from_user), services.person(query.from_user)
    entry = None if is_somebody_elses(query) else await services.store.journal.of_person(tap.entry, person)
    if entry is None:
        await toast(query, texts.plain("feedback.gone" if is_private(query) else "not_yours"))
    elif (card := card_of(entry, services)) is None or not isinstance(query.message, Message):
        await no_longer_valid(services, update)
    elif tap.act == "ask":
        await toast(query)
        rows = symptom_rows(tap.entry, card, entry.symptoms or (), texts)
        await change_buttons(query, replaced(rows_below(query.message), SymptomsTap, rows))
    else:
        await _note(services, query, query.message, tap, entry, card)


async def _note(
    services: Services, query: CallbackQuery, message: Message, tap: SymptomsTap, entry: JournalEntry, card: PhotoCard
) -> None:
    texts, finding = services.texts_for(query.from_user), recall(entry, card)
    said = _said(tap.act, entry.symptoms or (), card)
    await services.store.journal.note_symptoms(tap.entry, entry.person, said)
    await services.store.spots.answer(entry.person, tap.entry, said)
    is_raised = bool(raised_care(card, finding.care, said)[1])
    await toast(query, texts.plain("symptoms.raised" if is_raised else "symptoms.noted"))
    is_over = tap.act in {"none", "done"}
    rows = symptoms_button(tap.entry, texts, answered=True) if is_over else symptom_rows(tap.entry, card, said, texts)
    answer, most = (message.text_html, MESSAGE) if message.text else (message.caption_html, CAPTION)
    changed = with_symptoms(Html(answer), finding, card, said, texts, most=most)
    await edit_answer(query, changed, buttons=replaced(rows_below(message), SymptomsTap, rows))


def _said(act: str, before: tuple[str, ...], card: PhotoCard) -> tuple[str, ...]:
    """Return the codes that are on after a tap, in the card's order."""
    on = set() if act == "none" else set(before)
    if act.startswith("+"):
        on.add(act[1:])
    elif act.startswith("-"):
        on.discard(act[1:])
    return tuple(symptom.code for symptom in card.symptoms if symptom.code in on)
