"""Nobody's photo is looked at before they have said that they are 18 or over and agree."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from telegram import CallbackQuery, Message, Update, User
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.handlers.filters import COMMAND
from bot.handlers.hold_update import keep
from bot.handlers.services import Context, Handler, Services
from bot.replies import Button, Rows
from bot.sending.messages import rewrite, say, toast
from bot.store import Waiting
from bot.texts import Html, Texts

VERSION = "2"  # of what people agree to: raise it when consent.ask or privacy.text change in what they promise


async def has_consented(services: Services, user: User) -> bool:
    """Return whether the user agreed to what the bot says today."""
    consent = await services.store.people.consent(services.person(user))
    return consent is not None and consent.version == VERSION


async def hold(services: Services, update: Update, message: Message, user: User) -> None:
    """Keep a photo, or a command that begins a form, until its person has agreed, and ask them."""

    async def ask() -> None:
        words = services.words(user)
        kept = words.say("consent.kept_form" if message.text else "consent.kept")
        text = Html(f"{words.say('consent.ask')}\n\n{kept}")
        await say(message, text, buttons=_buttons(user, words))

    await keep(services, update, message, user, ask=ask, answered=lambda: has_consented(services, user))


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of /start and of the consent button."""

    async def start(update: Update, _: Context) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        words = services.words(user)
        if await has_consented(services, user):
            await say(message, words.say("start.again"))
        else:
            await say(message, words.say("consent.ask"), buttons=_buttons(user, words))

    async def agreed(update: Update, _: Context) -> None:
        if query := update.callback_query:
            await _agreed(services, query)

    return [
        CommandHandler("start", start, filters=COMMAND),
        CallbackQueryHandler(agreed, pattern=r"^consent:"),
    ]


async def _agreed(services: Services, query: CallbackQuery) -> None:
    user, words = query.from_user, services.words(query.from_user)
    if query.data != _data(user):
        await toast(query, words.plain("not_yours"))
        return
    if await has_consented(services, user):
        await toast(query, words.plain("consent.already"))
    else:
        await services.store.people.give_consent(services.person(user), version=VERSION, now=datetime.now(UTC))
        await toast(query)
    held = await services.store.updates.held(services.person(user))
    released = await services.updates.release(services.person(user))
    then = words.say(_what_comes(held) if released else "consent.next")
    await rewrite(query, Html(f"{words.say('consent.thanks')} {then}"))


def _what_comes(held: Sequence[Waiting]) -> str:
    """Return what to say of what was kept: photos, or only commands that begin forms."""
    texts = [json.loads(one.content).get("message", {}).get("text") for one in held]
    return "consent.asking" if texts and all(texts) else "consent.looking"


def _buttons(user: User, words: Texts) -> Rows:
    return ((Button(text=words.plain("button.consent"), data=_data(user)),),)


def _data(user: User) -> str:
    return f"consent:{user.id}"
