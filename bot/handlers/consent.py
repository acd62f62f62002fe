"""Nobody's photo is looked at before they have said that they are 18 or over and agree."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from telegram import CallbackQuery, Message, Update, User
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.handlers.filters import COMMAND
from bot.handlers.hold_update import hold_update
from bot.handlers.services import Context, Handler, Services
from bot.replies import Button, Rows
from bot.sending.messages import edit_tapped, reply, toast
from bot.store import StoredUpdate
from bot.texts import Html, Texts

VERSION = "2"  # of what people agree to: raise it when consent.ask or privacy.text change in what they promise


async def has_consented(services: Services, user: User) -> bool:
    """Return whether the user agreed to what the bot says today."""
    consent = await services.store.people.consent(services.person(user))
    return consent is not None and consent.version == VERSION


async def hold(services: Services, update: Update, message: Message, user: User) -> None:
    """Hold a photo, or a command that begins a form, until its person has consented, and ask them."""

    async def ask() -> None:
        texts = services.texts_for(user)
        kept = texts.html("consent.kept_form" if message.text else "consent.kept")
        text = Html(f"{texts.html('consent.ask')}\n\n{kept}")
        await reply(message, text, buttons=_buttons(user, texts))

    await hold_update(services, update, message, user, ask=ask, answered=lambda: has_consented(services, user))


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of /start and of the consent button."""

    async def start(update: Update, _: Context) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        texts = services.texts_for(user)
        if await has_consented(services, user):
            await reply(message, texts.html("start.again"))
        else:
            await reply(message, texts.html("consent.ask"), buttons=_buttons(user, texts))

    async def agreed(update: Update, _: Context) -> None:
        if query := update.callback_query:
            await _agreed(services, query)

    return [
        CommandHandler("start", start, filters=COMMAND),
        CallbackQueryHandler(agreed, pattern=r"^consent:"),
    ]


async def _agreed(services: Services, query: CallbackQuery) -> None:
    user, texts = query.from_user, services.texts_for(query.from_user)
    if query.data != _data(user):
        await toast(query, texts.plain("not_yours"))
        return
    if await has_consented(services, user):
        await toast(query, texts.plain("consent.already"))
    else:
        await services.store.people.give_consent(services.person(user), version=VERSION, now=datetime.now(UTC))
        await toast(query)
    held = await services.store.updates.held(services.person(user))
    released = await services.updates.release(services.person(user))
    then = texts.html(_what_comes(held) if released else "consent.next")
    await edit_tapped(query, Html(f"{texts.html('consent.thanks')} {then}"))


def _what_comes(held: Sequence[StoredUpdate]) -> str:
    """Return what to say of what was kept: photos, or only commands that begin forms."""
    texts = [json.loads(one.content).get("message", {}).get("text") for one in held]
    return "consent.asking" if texts and all(texts) else "consent.looking"


def _buttons(user: User, texts: Texts) -> Rows:
    return ((Button(text=texts.plain("button.consent"), data=_data(user)),),)


def _data(user: User) -> str:
    return f"consent:{user.id}"
