"""What the bot does with each kind of update; one idea per file."""

from bot.handlers import choose_disease as choosing
from bot.handlers import consent, documents, feedback, forget, form, photo, reload
from bot.handlers import errors as faults
from bot.handlers import fallback as hints
from bot.handlers import info as commands
from bot.handlers import look_as as again
from bot.handlers.profile import announce
from bot.handlers.services import App, Services, Updates

__all__ = ["Services", "Updates", "announce", "register"]


def register(application: App, services: Services) -> None:
    """Let the application handle updates with these services. The first handler that fits takes an update."""
    for idea in (consent, commands, reload, forget, form, choosing, again, photo, documents, hints, feedback):
        application.add_handlers(idea.handlers(services))
    faults.install(application, services)
