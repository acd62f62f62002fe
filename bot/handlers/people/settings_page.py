"""The message of /settings: what its person has set, whose buttons they are, and one page in place of another."""

from telegram import CallbackQuery, User

from bot.handlers.people import language_choice
from bot.handlers.people.time_zone import time_zone
from bot.handlers.services import Services
from bot.replies.settings_pages import Page, SettingsPages
from bot.sending.messages import edit_tapped, toast


async def settings_pages(services: Services, user: User) -> SettingsPages:
    """Return what the user, whose update is being handled, has set."""
    person = services.person(user)
    reminded = await services.store.reminders.of(person)
    return SettingsPages(
        owner=user.id,
        texts=services.texts_for(user),
        language=language_choice.current.get(),
        zone=await time_zone(services.store, person),
        next_reminder=reminded[0].due if reminded else None,
        follows=bool(reminded or await services.store.spots.listed(person)),
        now=services.store.now(),
    )


async def is_owner(services: Services, query: CallbackQuery, owner: int, *, is_valid: bool = True) -> bool:
    """Return whether a tap is its owner's and valid; its button is answered, with the reason where it is not."""
    texts, mine = services.texts_for(query.from_user), owner == query.from_user.id
    await toast(query, None if mine and is_valid else texts.plain("old_button" if mine else "not_yours"))
    return mine and is_valid


async def show_page(query: CallbackQuery, page: Page) -> None:
    """Put a page in the place of the one whose button was tapped."""
    text, buttons = page
    await edit_tapped(query, text, buttons=buttons)
