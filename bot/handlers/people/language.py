"""/language: a person chooses which language the bot speaks with them, or leaves it to their app."""

from telegram import CallbackQuery, Update, User
from telegram.ext import CommandHandler, TypeHandler

from bot.handlers.filters import COMMAND
from bot.handlers.people import language_choice
from bot.handlers.services import Context, Handler, Services
from bot.handlers.taps import on_tap
from bot.replies import Button, Rows
from bot.replies.taps import AS_APP, LanguageTap
from bot.sending.messages import edit_tapped, reply, toast
from bot.store import StoreError
from bot.texts import Texts


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of /language and of its buttons."""

    async def asked(update: Update, _: Context) -> None:
        message, user = update.effective_message, update.effective_user
        if message and user:
            texts = services.texts_for(user)
            await reply(message, texts.html("language.ask"), buttons=_choices(user, texts))

    return [CommandHandler("language", asked, filters=COMMAND), on_tap(services, LanguageTap, _chosen)]


def language_of_each_update(services: Services) -> Handler:
    """Return the handler that reads which language the person of an update chose, before any other handles it."""

    async def read(update: Update, _: Context) -> None:
        user = update.effective_user
        language_choice.current.set(await _language_of(services, update, user) if user else None)

    return TypeHandler(Update, read)


async def _language_of(services: Services, update: Update, user: User) -> str | None:
    try:
        return (await services.updates.standing(update, services.person(user))).choices.get(language_choice.KEY)
    except StoreError as error:
        language_choice.log_unread(error)
        return None


def _choices(user: User, texts: Texts) -> Rows:
    """Return a button for each language in its own name, two in a row, and one for that of the app."""
    named = [(lang, texts.speaking(lang).plain("language.name")) for lang in texts.languages]
    buttons = [Button(text=name, data=LanguageTap(owner=user.id, language=lang).data) for lang, name in named]
    rows = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    as_app = LanguageTap(owner=user.id, language=AS_APP)
    return (*rows, (Button(text=texts.plain("language.as_app"), data=as_app.data),))


async def _chosen(services: Services, _: Update, query: CallbackQuery, tap: LanguageTap) -> None:
    user = query.from_user
    if tap.owner != user.id or (tap.language != AS_APP and tap.language not in services.texts.languages):
        key = "not_yours" if tap.owner != user.id else "old_button"
        await toast(query, services.texts_for(user).plain(key))
        return
    language = None if tap.language == AS_APP else tap.language
    await language_choice.choose_language(services.store, user.id, language)
    await toast(query)
    await edit_tapped(query, services.texts_for(user).html("language.done" if language else "language.done_as_app"))
