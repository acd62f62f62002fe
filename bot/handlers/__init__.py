"""What the bot does with each kind of update; one idea per file."""

from bot.handlers import (
    again,
    choosing,
    commands,
    consent,
    documents,
    faults,
    feedback,
    forget,
    form,
    hints,
    photo,
    reload,
)
from bot.handlers.profile import announce
from bot.handlers.services import App, Inbox, Services

__all__ = ["Inbox", "Services", "announce", "register"]


def register(application: App, services: Services) -> None:
    """Let the application handle updates with these services. The first handler that fits takes an update."""
    for idea in (consent, commands, reload, forget, form, choosing, again, photo, documents, hints, feedback):
        application.add_handlers(idea.handlers(services))
    faults.install(application, services)
