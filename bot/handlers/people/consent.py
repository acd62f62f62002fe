"""Consent: whether a person has given it, and the question that is asked before anything of theirs is examined."""

from telegram import Message, Update, User

from bot.handlers.photos.disease import begins_form
from bot.handlers.photos.hold_update import hold_update
from bot.handlers.services import Services
from bot.replies import Button, Rows
from bot.replies.taps import ConsentTap
from bot.sending.messages import reply
from bot.texts import Html, Texts

VERSION = "6"  # of what people agree to: raise it when consent.ask or privacy.text change in what they promise


async def has_consented(services: Services, user: User) -> bool:
    """Return whether the user has consented to the text in its present version."""
    consent = await services.store.people.consent(services.person(user))
    return consent is not None and consent.version == VERSION


async def hold_until_consent(
    services: Services, update: Update, message: Message, user: User, *, photos: int = 1
) -> None:
    """Hold a photo, or a command that begins a form, until its person has consented, and ask them; `photos` came at once."""

    async def ask() -> None:
        texts = services.texts_for(user)
        is_form = begins_form(services, message)
        kept = texts.html("consent.kept_form") if is_form else texts.html("consent.kept", count=photos)
        text = Html(f"{texts.html('consent.ask')}\n\n{kept}")
        await reply(message, text, buttons=consent_buttons(user, texts))

    await hold_update(services, update, message, user, ask=ask, answered=lambda: has_consented(services, user))


def consent_buttons(user: User, texts: Texts) -> Rows:
    """Return the button by which this person, and nobody else, consents."""
    tap = ConsentTap(owner=user.id, version=VERSION)
    return ((Button(text=texts.plain("button.consent"), data=tap.data),),)
