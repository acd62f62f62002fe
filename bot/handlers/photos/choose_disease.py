"""The question which disease a photo is about, asked where several examine photos and nothing says which."""

from telegram import Message, Update, User
from telegram.constants import ChatType

from bot.handlers.photos.disease import command_in, last_choice, photo_diseases
from bot.handlers.photos.hold_update import hold_update
from bot.handlers.services import Services
from bot.handlers.spots.naming import spot_in
from bot.replies import Button, Rows, clipped
from bot.replies.taps import DiseaseTap
from bot.sending.messages import reply
from bot.texts import Texts


async def ask_disease(services: Services, update: Update, message: Message, user: User) -> None:
    """Hold a photo until its person has said what it shows, and ask them."""

    async def question() -> None:
        texts = services.texts_for(user)
        await reply(message, texts.html("choose.ask"), buttons=disease_buttons(services, user, texts))

    async def answered() -> bool:
        return await last_choice(services, user) is not None

    await hold_update(services, update, message, user, ask=question, answered=answered)


def has_unknown_command(services: Services, message: Message) -> bool:
    """Return whether a caption, or a text that asks about a photo, begins with a command of no photo disease."""
    command = command_in(message.caption or message.text)
    return command is not None and command not in photo_diseases(services.examiner.registry)


async def explain_unknown_command(services: Services, message: Message, user: User) -> None:
    """Reply to a message that has such a command with the commands that there are.

    Where that names a followed spot, which is none of this person's, say so.
    """
    words, texts = message.caption or message.text, services.texts_for(user)
    if spot_in(words) is not None and message.chat.type == ChatType.PRIVATE:
        await reply(message, texts.html("spots.gone"))
        return
    known = [
        texts.html("choose.one", command=f"/{disease}", disease=texts.localised(plugin.card.title))
        for disease, plugin in services.examiner.registry.photo_plugins.items()
    ]
    await reply(
        message, texts.html("choose.unknown", command=f"/{command_in(words)}", list=texts.listed(known, either=True))
    )


def disease_buttons(services: Services, user: User, texts: Texts) -> Rows:
    """Return a button for each disease that can be chosen, for this person alone."""
    return tuple(
        (
            Button(
                text=clipped(texts.localised(plugin.card.title), 60),
                data=DiseaseTap(owner=user.id, disease=disease).data,
            ),
        )
        for disease, plugin in services.examiner.registry.photo_plugins.items()
    )
