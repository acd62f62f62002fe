"""What the bot does with each kind of update, a module each."""

from bot.handlers import (
    choose_disease,
    consent,
    documents,
    errors,
    fallback,
    feedback,
    forget,
    form,
    info,
    look_as,
    photo,
    reload,
)
from bot.handlers.profile import announce
from bot.handlers.services import App, Services, Updates

__all__ = ["Services", "Updates", "announce", "register"]

# The first handler that fits takes an update, so that the order counts.
_IN_ORDER = (
    consent,
    info,
    reload,
    forget,
    form,
    choose_disease,
    look_as,
    photo,
    documents,
    fallback,
    feedback,
)


def register(application: App, services: Services) -> None:
    """Let the application handle updates with these services."""
    for module in _IN_ORDER:
        application.add_handlers(module.handlers(services))
    errors.install(application, services)
