"""Answers to a form: a tap or a text is taken, and the next step shown."""

import logging
from dataclasses import replace

from telegram import CallbackQuery, Message, Update, User

from bot.forms.result import emergency, form_reply
from bot.forms.sheet import form_sheet
from bot.forms.state import countable
from bot.forms.transitions import Transition, tapped_answer, typed_answer
from bot.handlers.form_session import FormChat, FormSession
from bot.handlers.photos.disease import form_diseases
from bot.handlers.reports.report_file import send_report
from bot.handlers.services import Services
from bot.replies.taps import FormTap
from bot.sending.messages import change_buttons, remove_buttons, reply, send, toast, topic_of
from bot.store import ShownFinding
from bot.texts import Texts
from classifiers.errors import Fault, Unavailable

log = logging.getLogger(__name__)

_FAR = 12  # messages: further up a change is out of sight, so the form is shown again below


async def typed(services: Services, update: Update, message: Message, user: User) -> bool:
    """Take a text as the answer to the question a form is at; return whether there is such a form."""
    place = FormChat(services=services, bot=message.get_bot(), chat=message.chat_id, user=user)
    try:
        session = await place.fetch()
    except Unavailable:
        await reply(message, place.texts.html("form.unavailable"))
        return True
    if session is None:
        return False
    below = message.message_id - session.state.message > _FAR
    if session.state.update == update.update_id or session.state.at != session.shown_step:
        # It was taken just before a crash, or it answers a question that has gone from the card.
        await session.show(below=below)
        return True
    transition = typed_answer(session.state, session.card, message.text or "", place.texts)
    is_taken = transition.then != "ask" or transition.state.at != session.state.at
    await _follow(session, transition, update, below=below, refused=0 if is_taken else message.message_id)
    return True


async def corrected(services: Services, update: Update, message: Message, user: User) -> None:
    """Read a text again that its sender changed, if a form waits for that: it could not be taken as it was."""
    place = FormChat(services=services, bot=message.get_bot(), chat=message.chat_id, user=user)
    state = await place.state()
    if state is not None and state.refused == message.message_id:
        await typed(services, update, message, user)


async def tapped(services: Services, update: Update, query: CallbackQuery, tap: FormTap) -> None:
    """Take a tap on a form's button, if the form is this person's and the button still current."""
    user, texts = query.from_user, services.texts_for(query.from_user)
    if query.message is None or (tap.act == "new" and tap.at not in form_diseases(services.examiner.registry)):
        await toast(query, texts.plain("old_button"))
        return
    if tap.owner != user.id:
        await toast(query, texts.plain("not_yours"))
        return
    place = FormChat(services=services, bot=query.get_bot(), chat=query.message.chat.id, user=user)
    try:
        session = await place.fetch()
        if tap.act == "new":
            await toast(query)
            await _start_anew(place, update, query, tap, session)
        else:
            await _tapped_step(session, update, query, tap, texts)
    except Unavailable as error:
        log.error("update %d: %s", update.update_id, error)
        await toast(query)
        await send(place.bot, place.chat, texts.html("form.unavailable"), topic=topic_of(query.message))


async def show_form_below(services: Services, message: Message, user: User) -> None:
    """Show a half-filled form again below a message that came in its middle."""
    place = FormChat(services=services, bot=message.get_bot(), chat=message.chat_id, user=user)
    try:
        session = await place.fetch()
    except Unavailable:
        return
    if session is not None and session.state.message < message.message_id:
        await session.show(below=True)


async def _tapped_step(
    session: FormSession | None, update: Update, query: CallbackQuery, tap: FormTap, texts: Texts
) -> None:
    number = query.message.message_id if query.message else 0
    shown = session is not None and number == session.state.message
    if session is None or tap.run != session.state.run or not (shown or tap.act == "on"):
        await toast(query, texts.plain("old_button"))
        await change_buttons(query, ())
        return
    await toast(query)
    if tap.act == "on":
        await _move(session, number)
    elif tap.at != session.state.at:  # tapped twice, or before the next question was there
        await session.show()
    else:
        transition = tapped_answer(session.state, session.card, tap.act, session.place.texts)
        await _follow(session, transition, update)


async def _start_anew(
    place: FormChat, update: Update, query: CallbackQuery, tap: FormTap, session: FormSession | None
) -> None:
    """Start a form anew in the message that asked whether to, and forget the half-filled one. Raises Unavailable."""
    message = query.message
    if message is None:
        return
    if session is not None and session.state.message not in {0, message.message_id}:
        await remove_buttons(place.bot, place.chat, session.state.message)
    asked = message.reply_to_message if isinstance(message, Message) else None
    card = place.services.examiner.registry.form_plugin(tap.at).card
    command, topic = asked.message_id if asked else 0, topic_of(message)
    await place.start(card, command=command, topic=topic, update=update.update_id, message=message.message_id)


async def _move(session: FormSession, number: int) -> None:
    """Continue in another message: the one that asked whether to."""
    before = session.state.message
    await replace(session, state=replace(session.state, message=number)).show()
    if before not in {0, number}:
        await remove_buttons(session.place.bot, session.place.chat, before)


async def _follow(
    session: FormSession, transition: Transition, update: Update, *, below: bool = False, refused: int = 0
) -> None:
    """Do what an answer leads to: show the next step, end the form, or score it."""
    # The update is kept with the state: after a crash it comes again, and must not answer the next question.
    session = replace(session, state=replace(transition.state, update=update.update_id, refused=refused))
    match transition.then:
        case "cancel":
            await session.end(session.place.texts.html("form.cancelled"))
        case "emergency":
            await session.end(emergency(session.card, session.place.texts))
        case "score":
            await _score(session)
        case "report":
            await _score(session, as_report=True)
        case "change":
            await session.show(shown=session.steps.changes())
        case "ask":
            await session.show(note=transition.note, below=below)


async def _score(session: FormSession, *, as_report: bool = False) -> None:
    """Show the result, with a report that has the answers, too, if that is wanted; then both are gone from here."""
    place = session.place
    answers = countable(session.state, session.card)
    try:
        source = place.services.store.source(session.state.update)
        found = await place.services.examiner.score(
            answers, disease=session.card.id, person=place.person, source=source
        )
    except Fault as error:
        log.error("a form: %s", error)
        await session.say(place.texts.html("form.fault"))
        return
    result = form_reply(found.examination, found.card, found.entry, place.texts, as_typed=session.state.as_typed)
    number = await session.say(result.caption, buttons=result.buttons)
    await place.services.store.shown_findings.note(ShownFinding(entry=found.entry, chat=place.chat, message=number))
    if as_report and place.chat > 0:
        now = place.services.store.now()
        sheet = form_sheet(found.card, session.state, result.caption, place.texts, made=now.date())
        caption = place.texts.html("report.here_form")
        await send_report(place.services, place.bot, place.chat, [sheet], place.texts, caption=caption, now=now)
    if session.state.message:
        await remove_buttons(place.bot, place.chat, session.state.message)
    await place.drop()
