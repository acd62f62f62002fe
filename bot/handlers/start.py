"""/start, and the button by which people consent."""

import json
from collections.abc import Sequence
from typing import Literal

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message, Update, User
from telegram.ext import CommandHandler

from bot.handlers.filters import COMMAND
from bot.handlers.in_group import asking_for_photo
from bot.handlers.people.consent import VERSION, consent_buttons, has_consented
from bot.handlers.photos.disease import begins_form, last_choice, photo_diseases
from bot.handlers.photos.show_guide import show_guide
from bot.handlers.services import Context, Handler, Services
from bot.handlers.taps import on_tap
from bot.replies import invitation
from bot.replies.guide import guides
from bot.replies.taps import ConsentTap
from bot.sending.messages import edit_tapped, reply, toast
from bot.store import StoredUpdate
from bot.texts import Html, Texts

_READ = 100  # held updates at most, to tell people what follows


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of /start and of the consent button."""

    async def start(update: Update, _: Context) -> None:
        if update.effective_message and update.effective_user:
            await _start(services, update.effective_message, update.effective_user)

    return [
        CommandHandler("start", start, filters=COMMAND),
        on_tap(services, ConsentTap, _agreed),
    ]


async def _start(services: Services, message: Message, user: User) -> None:
    texts = services.texts_for(user)
    if await has_consented(services, user):
        await reply(message, _invited(services, "start.again", message, texts))
    else:
        await reply(message, texts.html("consent.ask"), buttons=consent_buttons(user, texts))


async def _agreed(services: Services, _: Update, query: CallbackQuery, tap: ConsentTap) -> None:
    user, texts = query.from_user, services.texts_for(query.from_user)
    if tap.owner != user.id:
        await toast(query, texts.plain("not_yours"))
        return
    if await has_consented(services, user):
        await toast(query, texts.plain("consent.already"))
    elif tap.version != VERSION:  # what stands above the button promises something else than is promised now
        await toast(query)
        await edit_tapped(query, texts.html("consent.ask"), buttons=consent_buttons(user, texts))
        return
    else:
        await services.store.people.give_consent(services.person(user), version=VERSION, now=services.store.now())
        await toast(query)
    held = await services.store.updates.held(services.person(user), most=_READ)
    asks = _invited(services, "consent.next", query.message, texts)
    then = _what_comes(services, held, texts) if held else asks
    await edit_tapped(query, Html(f"{texts.html('consent.thanks')} {then}"))
    await services.updates.release(services.person(user))
    if not held and query.message is not None:
        await _show_guide(services, query.message, user)


def _invited(
    services: Services,
    key: Literal["consent.next", "start.again"],
    below: MaybeInaccessibleMessage | None,
    texts: Texts,
) -> Html:
    registry = services.examiner.registry
    text = invitation(key, registry, texts)
    return asking_for_photo(text, below, texts) if photo_diseases(registry) else text


async def _show_guide(services: Services, below: MaybeInaccessibleMessage, user: User) -> None:
    """Show how the first photo is taken, where it is known for what."""
    cards, chosen = guides(services.examiner.registry), await last_choice(services, user)
    wanted = [card for card in cards if card.id == chosen] or (cards if len(cards) == 1 else ())
    for card in wanted:
        await show_guide(services, below, card, services.texts_for(user))


def _what_comes(services: Services, held: Sequence[StoredUpdate], texts: Texts) -> Html:
    """Return the text on what follows: photos are examined, or, if there are only commands, a form begins."""
    messages = [Update.de_json(json.loads(one.content), None).effective_message for one in held]
    photos = sum(not (message and begins_form(services, message)) for message in messages)
    return texts.html("consent.looking", count=photos) if photos else texts.html("consent.asking")
