"""What is this photo of? Asked when several diseases look at photos and nothing says which; chosen by tap or command."""

from telegram import CallbackQuery, Message, Update, User
from telegram.ext import CallbackQueryHandler, MessageHandler, filters

from bot.handlers.disease import choose, command_in, last_choice, photo_diseases
from bot.handlers.filters import COMMAND
from bot.handlers.hold_update import keep
from bot.handlers.services import Context, Handler, Services
from bot.replies import Button, Rows, apology, clipped
from bot.sending.messages import rewrite, say, toast
from bot.texts import Html, Texts


async def ask(services: Services, update: Update, message: Message, user: User) -> None:
    """Keep a photo until its person has said what it is of, and ask them."""

    async def question() -> None:
        words = services.words(user)
        await say(message, words.say("choose.ask"), buttons=_buttons(services, user, words))

    async def answered() -> bool:
        return await last_choice(services, user) is not None

    await keep(services, update, message, user, ask=question, answered=answered)


def hint(services: Services, caption: str | None, words: Texts) -> Html | None:
    """Return a word on a caption's command that no photo disease has; None where there is none."""
    command = command_in(caption)
    if command is None or command in photo_diseases(services.examiner.registry):
        return None
    known = [
        words.say("choose.one", id=disease, disease=words.of(plugin.card.title))
        for disease, plugin in services.examiner.registry.photo_plugins.items()
    ]
    return words.say("choose.unknown", command=f"/{command}", list=Html(", ".join(known)))


class _PhotoDisease(filters.MessageFilter):
    """The command of a disease that looks at photos, as the registry stands now."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services

    def filter(self, message: Message) -> bool:
        return command_in(message.text) in photo_diseases(self._services.examiner.registry)


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of photo diseases' commands, and of the buttons under the question."""

    async def command(update: Update, _: Context) -> None:
        message, user = update.effective_message, update.effective_user
        disease = command_in(message.text) if message else None
        if message and user and disease:
            words = services.words(user)
            plugin = services.examiner.registry.plugins.get(disease)
            if plugin is None:
                await say(message, apology("unavailable", words))
                return
            released = await choose(services, user, disease)
            key = "hint.looking" if released else "hint.disease"
            await say(message, words.say(key, disease=words.of(plugin.card.title)))

    async def chosen(update: Update, _: Context) -> None:
        if query := update.callback_query:
            await _chosen(services, query)

    return [
        MessageHandler(filters.COMMAND & COMMAND & _PhotoDisease(services), command),
        CallbackQueryHandler(chosen, pattern=r"^photo:"),
    ]


async def _chosen(services: Services, query: CallbackQuery) -> None:
    words = services.words(query.from_user)
    _, owner, disease = (query.data or "::").split(":")
    plugin = services.examiner.registry.photo_plugins.get(disease)
    if owner != str(query.from_user.id):
        await toast(query, words.plain("not_yours"))
    elif plugin is None:  # it was taken away since it was asked about
        await toast(query, words.plain("choose.gone"))
        buttons = _buttons(services, query.from_user, words)
        await rewrite(query, words.say("choose.ask") if buttons else apology("unavailable", words), buttons=buttons)
    else:
        await toast(query)
        released = await choose(services, query.from_user, disease)
        key = "hint.looking" if released else "hint.disease"
        await rewrite(query, words.say(key, disease=words.of(plugin.card.title)))


def _buttons(services: Services, user: User, words: Texts) -> Rows:
    return tuple(
        (Button(text=clipped(words.of(plugin.card.title), 60), data=f"photo:{user.id}:{disease}"),)
        for disease, plugin in services.examiner.registry.photo_plugins.items()
    )
