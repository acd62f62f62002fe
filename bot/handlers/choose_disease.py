"""What is this photo of? Asked when several diseases look at photos and nothing says which; chosen by tap or command."""

from telegram import CallbackQuery, Message, Update, User
from telegram.ext import CallbackQueryHandler, MessageHandler, filters

from bot.handlers.disease import choose, command_in, last_choice, photo_diseases
from bot.handlers.filters import COMMAND
from bot.handlers.hold_update import hold_update
from bot.handlers.services import Context, Handler, Services
from bot.replies import Button, Rows, apology, clipped
from bot.sending.messages import edit_tapped, reply, toast
from bot.texts import Html, Texts


async def ask(services: Services, update: Update, message: Message, user: User) -> None:
    """Hold a photo until its person has said what it shows, and ask them."""

    async def question() -> None:
        texts = services.texts_for(user)
        await reply(message, texts.html("choose.ask"), buttons=_buttons(services, user, texts))

    async def answered() -> bool:
        return await last_choice(services, user) is not None

    await hold_update(services, update, message, user, ask=question, answered=answered)


async def unknown_command(services: Services, message: Message, user: User) -> None:
    """Reply to a caption's command that is no photo disease's, by naming those there are."""
    command, texts = command_in(message.caption), services.texts_for(user)
    if command is None or command in photo_diseases(services.examiner.registry):
        return
    known = [
        texts.html("choose.one", id=disease, disease=texts.localised(plugin.card.title))
        for disease, plugin in services.examiner.registry.photo_plugins.items()
    ]
    await reply(message, texts.html("choose.unknown", command=f"/{command}", list=Html(", ".join(known))))


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
            texts = services.texts_for(user)
            plugin = services.examiner.registry.plugins.get(disease)
            if plugin is None:
                await reply(message, apology("unavailable", texts))
                return
            released = await choose(services, user, disease)
            key = "hint.looking" if released else "hint.disease"
            await reply(message, texts.html(key, disease=texts.localised(plugin.card.title)))

    async def chosen(update: Update, _: Context) -> None:
        if query := update.callback_query:
            await _chosen(services, query)

    return [
        MessageHandler(filters.COMMAND & COMMAND & _PhotoDisease(services), command),
        CallbackQueryHandler(chosen, pattern=r"^photo:"),
    ]


async def _chosen(services: Services, query: CallbackQuery) -> None:
    texts = services.texts_for(query.from_user)
    _, owner, disease = (query.data or "::").split(":")
    plugin = services.examiner.registry.photo_plugins.get(disease)
    if owner != str(query.from_user.id):
        await toast(query, texts.plain("not_yours"))
    elif plugin is None:  # it was taken away since it was asked about
        await toast(query, texts.plain("choose.gone"))
        buttons = _buttons(services, query.from_user, texts)
        await edit_tapped(
            query, texts.html("choose.ask") if buttons else apology("unavailable", texts), buttons=buttons
        )
    else:
        await toast(query)
        released = await choose(services, query.from_user, disease)
        key = "hint.looking" if released else "hint.disease"
        await edit_tapped(query, texts.html(key, disease=texts.localised(plugin.card.title)))


def _buttons(services: Services, user: User, texts: Texts) -> Rows:
    return tuple(
        (Button(text=clipped(texts.localised(plugin.card.title), 60), data=f"photo:{user.id}:{disease}"),)
        for disease, plugin in services.examiner.registry.photo_plugins.items()
    )
