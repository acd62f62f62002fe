"""Which disease a photo is about: its caption names it, or there is only one, or its person chose one before."""

import re

from telegram import Message, User

from bot.handlers.services import Services
from bot.store import Standing
from classifiers.errors import Unavailable
from classifiers.registry import Registry

_CHOICE = "photo"  # the key of the person's last choice
_COMMAND = re.compile(r"/([a-z0-9_]+)(?:@\w+)?(?=\s|$)", re.IGNORECASE)
_LINK = re.compile(r"/start(?:@\w+)?\s+([a-z0-9_]+)\s*$", re.IGNORECASE)  # what Telegram sends for t.me/bot?start=xray


def command_in(text: str | None) -> str | None:
    """Return the command that a text or caption begins with: `/xray@bot please` asks for `xray`, and so does `/start xray`."""
    found = _LINK.match(text or "") or _COMMAND.match(text or "")
    return found[1].lower() if found else None


def is_link(text: str | None) -> bool:
    """Return whether a text is what a link with a word of its own sends, `/start xray`."""
    return _LINK.match(text or "") is not None


def photo_diseases(registry: Registry) -> list[str]:
    """Return the enabled diseases that examine photos, unavailable ones included."""
    return [entry.id for entry in registry.entries if entry.enabled and (not entry.card or entry.card.input == "photo")]


def form_diseases(registry: Registry) -> list[str]:
    """Return the enabled diseases that ask questions, unavailable ones included."""
    return [entry.id for entry in registry.entries if entry.enabled and entry.card and entry.card.input == "form"]


def begins_form(services: Services, message: Message) -> bool:
    """Return whether a message is the command of a disease that asks questions."""
    return command_in(message.text) in form_diseases(services.examiner.registry)


async def which_disease(services: Services, caption: str | None, user: User, standing: Standing) -> str | None:
    """Return the disease that a photo is about; None where its person has to say.

    Raises Unavailable where none can be offered. One that was asked for may still turn out to be unavailable.
    """
    registry, asked = services.examiner.registry, command_in(caption)
    known, offered = photo_diseases(registry), list(registry.photo_plugins)
    if asked in known:
        await choose(services, user, asked)
        return asked
    if len(known) > 1 and (chosen := _chosen(services, standing.choices.get(_CHOICE))):
        return chosen
    if not offered:
        raise Unavailable(disease=", ".join(known))
    return offered[0] if len(offered) == 1 else None


async def last_choice(services: Services, user: User) -> str | None:
    """Return the photo disease that the person chose last; None where it does not exist (any more)."""
    return _chosen(services, await services.store.people.choice(services.person(user), _CHOICE))


def _chosen(services: Services, disease: str | None) -> str | None:
    return disease if disease in photo_diseases(services.examiner.registry) else None


async def choose(services: Services, user: User, disease: str) -> None:
    """Store which disease the person's photos are about from now on, and release those that were held for it.

    Where there is only one photo disease, nothing is stored.
    """
    if len(photo_diseases(services.examiner.registry)) > 1:
        await services.store.people.set_choice(services.person(user), _CHOICE, disease)
    await services.updates.release(services.person(user))
