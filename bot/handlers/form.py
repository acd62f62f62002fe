"""A disease asked as questions, in the chat: its command, taps on its buttons, answers that are typed, /cancel."""

import logging
from dataclasses import replace

from telegram import CallbackQuery, Message, Update, User
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.forms.result import emergency, form_reply
from bot.forms.state import countable
from bot.forms.steps import Tap, read_tap
from bot.handlers.consent import has_consented, hold
from bot.handlers.disease import command_in, form_diseases
from bot.handlers.filters import COMMAND, NEW, AnswersTheBot
from bot.handlers.form_answers import Answered, tapped_answer, typed_answer
from bot.handlers.form_session import Desk, Sheet
from bot.handlers.services import Context, Handler, Services
from bot.sending.messages import change_buttons, post, say, take_buttons, toast
from classifiers.errors import Fault, Unavailable

log = logging.getLogger(__name__)

_FAR = 12  # messages: further up nobody sees what changes, so the form comes down


class _FormDisease(filters.MessageFilter):
    """The command of a disease that asks questions, as the registry stands now."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services

    def filter(self, message: Message) -> bool:
        return command_in(message.text) in form_diseases(self._services.examiner.registry)


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of forms; text in private chats comes to `typed` by way of the hints."""

    async def command(update: Update, _: Context) -> None:
        message, user = update.effective_message, update.effective_user
        if message and user:
            await _begin(services, update, message, user)

    async def cancel(update: Update, _: Context) -> None:
        message, user = update.effective_message, update.effective_user
        if message and user:
            await _cancel(services, message, user)

    async def tapped(update: Update, _: Context) -> None:
        if query := update.callback_query:
            await _tapped(services, update, query)

    async def text_in_group(update: Update, _: Context) -> None:
        message, user = update.effective_message, update.effective_user
        if message and user:
            await typed(services, update, message, user)

    in_a_group = NEW & filters.ChatType.GROUPS & filters.TEXT & ~filters.COMMAND & AnswersTheBot()
    return [
        MessageHandler(filters.COMMAND & COMMAND & _FormDisease(services), command),
        CommandHandler("cancel", cancel, filters=COMMAND),
        CallbackQueryHandler(tapped, pattern=r"^q:"),
        MessageHandler(in_a_group, text_in_group),
    ]


async def _begin(services: Services, update: Update, message: Message, user: User) -> None:
    """Show the first step; where a form is half filled in, ask whether to go on with it."""
    if not await has_consented(services, user):
        await hold(services, update, message, user)
        return
    desk = Desk(services=services, bot=message.get_bot(), chat=message.chat_id, user=user)
    try:
        card = services.examiner.registry.plugin(command_in(message.text) or "").card
    except Unavailable as error:
        log.error("update %d: %s", update.update_id, error)
        await say(message, desk.texts.say("form.unavailable"))
        return
    try:
        sheet = await desk.fetch()
    except Unavailable:  # the disease it was about is gone
        sheet = None
    if sheet is None:
        await desk.start(card, command=message.message_id, update=update.update_id)
    elif sheet.state.update == update.update_id:  # begun just before a crash
        await sheet.show()
    else:
        asked = sheet.words.again(card)
        await say(message, asked.text, buttons=asked.buttons)


async def _cancel(services: Services, message: Message, user: User) -> None:
    desk = Desk(services=services, bot=message.get_bot(), chat=message.chat_id, user=user)
    state = await desk.state()
    if state is None:
        await say(message, desk.texts.say("form.nothing"))
        return
    await desk.drop()
    if state.message:
        await take_buttons(desk.bot, desk.chat, state.message)
    await say(message, desk.texts.say("form.cancelled"))


async def go_on(services: Services, message: Message, user: User) -> None:
    """Bring a half-filled form down below what came in its middle."""
    desk = Desk(services=services, bot=message.get_bot(), chat=message.chat_id, user=user)
    try:
        sheet = await desk.fetch()
    except Unavailable:
        return
    if sheet is not None and sheet.state.message < message.message_id:
        await sheet.show(below=True)


async def typed(services: Services, update: Update, message: Message, user: User) -> bool:
    """Take a text as the answer to the question a form is at; return whether there is such a form."""
    desk = Desk(services=services, bot=message.get_bot(), chat=message.chat_id, user=user)
    try:
        sheet = await desk.fetch()
    except Unavailable:
        await say(message, desk.texts.say("form.unavailable"))
        return True
    if sheet is None:
        return False
    below = message.message_id - sheet.state.message > _FAR
    if sheet.state.update == update.update_id or sheet.state.at != sheet.seen:
        # taken in just before a crash, or an answer to a question that is no more
        await sheet.show(below=below)
        return True
    answered = typed_answer(sheet.state, sheet.card, message.text or "", desk.texts)
    await _go(_stamped(sheet, answered, update), answered, below=below)
    return True


async def _tapped(services: Services, update: Update, query: CallbackQuery) -> None:
    user, words, tap = query.from_user, services.words(query.from_user), read_tap(query.data or "")
    if tap is None or query.message is None:
        await toast(query, words.plain("old_button"))
        return
    if tap.owner != user.id:
        await toast(query, words.plain("not_yours"))
        return
    desk = Desk(services=services, bot=query.get_bot(), chat=query.message.chat.id, user=user)
    try:
        sheet = await desk.fetch()
        if tap.act == "new":
            await toast(query)
            await _anew(desk, update, query, tap, sheet)
            return
    except Unavailable as error:
        log.error("update %d: %s", update.update_id, error)
        await toast(query)
        await post(desk.bot, desk.chat, words.say("form.unavailable"))
        return
    shown = sheet is not None and query.message.message_id == sheet.state.message
    if sheet is None or tap.run != sheet.state.run or not (shown or tap.act == "on"):
        await toast(query, words.plain("old_button"))
        await change_buttons(query, None)
        return
    await toast(query)
    if tap.act == "on":
        await _move(sheet, query.message.message_id)
    else:
        await _take(sheet, tap, update)


async def _take(sheet: Sheet, tap: Tap, update: Update) -> None:
    """Take a tap as the answer to the step a form is at; one for another step only shows where it is."""
    if tap.at != sheet.state.at:  # tapped twice, or before the next question was there
        await sheet.show()
        return
    answered = tapped_answer(sheet.state, sheet.card, tap.act, sheet.desk.texts)
    await _go(_stamped(sheet, answered, update), answered)


async def _anew(desk: Desk, update: Update, query: CallbackQuery, tap: Tap, sheet: Sheet | None) -> None:
    """Start a form anew in the message that asked whether to; what was half filled in is forgotten. Raises Unavailable."""
    message = query.message
    if message is None:
        return
    if sheet is not None and sheet.state.message not in {0, message.message_id}:
        await take_buttons(desk.bot, desk.chat, sheet.state.message)
    asked = message.reply_to_message if isinstance(message, Message) else None
    card = desk.services.examiner.registry.plugin(tap.at).card
    command = asked.message_id if asked else 0
    await desk.start(card, command=command, update=update.update_id, message=message.message_id)


async def _move(sheet: Sheet, number: int) -> None:
    """Go on in another message: the one that asked whether to."""
    before = sheet.state.message
    await replace(sheet, state=replace(sheet.state, message=number)).show()
    if before not in {0, number}:
        await take_buttons(sheet.desk.bot, sheet.desk.chat, before)


def _stamped(sheet: Sheet, answered: Answered, update: Update) -> Sheet:
    return replace(sheet, state=replace(answered.state, update=update.update_id))


async def _go(sheet: Sheet, answered: Answered, *, below: bool = False) -> None:
    """Do what an answer leads to: the next step, the end, or the result."""
    match answered.then:
        case "cancel":
            await sheet.end(sheet.desk.texts.say("form.cancelled"))
        case "emergency":
            await sheet.end(emergency(sheet.card, sheet.desk.texts))
        case "score":
            await _score(sheet)
        case "change":
            await sheet.show(shown=sheet.words.changes())
        case "ask":
            await sheet.show(note=answered.note, below=below)


async def _score(sheet: Sheet) -> None:
    desk = sheet.desk
    answers = countable(sheet.state, sheet.card)
    try:
        found = await desk.services.examiner.score(answers, disease=sheet.card.id, person=desk.person)
    except Fault as error:
        log.error("a form: %s", error)
        await post(desk.bot, desk.chat, desk.texts.say("form.fault"), reply_to=sheet.state.command)
        return
    result = form_reply(found.examination, found.card, found.entry, desk.texts, said=sheet.state.said)
    await post(desk.bot, desk.chat, result.caption, buttons=result.buttons, reply_to=sheet.state.command)
    await desk.drop()
    await take_buttons(desk.bot, desk.chat, sheet.state.message)
