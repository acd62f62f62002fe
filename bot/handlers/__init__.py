"""What the bot does with each kind of update.

A module with a function `handlers` takes updates; it is named in `_IN_ORDER` below, and no other module here imports it.
The others are the steps that several of them share: consent, the choice of a disease, a photo's way, a form's session.
"""

from bot.handlers import anonymous, errors, fallback, feedback, form, info, moved_chat, reaction, reload, start
from bot.handlers.opinions import reviewers, reviewers_group, second_opinion
from bot.handlers.opinions.opinion_words import words_of_opinions
from bot.handlers.people import export, forget, language, reminders, settings
from bot.handlers.people.language import language_of_each_update
from bot.handlers.photos import different, disease_command, documents, guide, look_as, photo, replied_photo, symptoms
from bot.handlers.profile import announce
from bot.handlers.reports import report
from bot.handlers.services import App, Services
from bot.handlers.spots import coin, follow, overview, same_spot

__all__ = ["Services", "announce", "register"]

# The first handler that fits takes an update, so that the order counts.
_IN_ORDER = (
    photo,  # first: most updates are photos, and no other takes one
    moved_chat,
    replied_photo,
    form,
    overview,
    disease_command,
    start,
    info,
    guide,
    language,
    settings,
    reminders,
    reload,
    export,
    report,
    forget,
    look_as,
    follow,
    same_spot,
    coin,
    documents,
    feedback,
    symptoms,
    different,
    reaction,
    second_opinion,
    reviewers,
    reviewers_group,
    anonymous,
    fallback,
)


def register(application: App, services: Services) -> None:
    """Let the application handle updates with these services."""
    application.add_handler(language_of_each_update(services), group=-2)
    application.add_handler(words_of_opinions(services), group=-1)
    for module in _IN_ORDER:
        application.add_handlers(module.handlers(services))
    errors.install(application, services)
