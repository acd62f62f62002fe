"""A person chooses the disease of their photos: by its command, a link, or a button under the question."""

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message, Update, User
from telegram.ext import MessageHandler, filters

from bot.handlers.filters import COMMAND, DiseaseCommand
from bot.handlers.in_group import asking_for_photo
from bot.handlers.people.consent import consent_buttons, has_consented
from bot.handlers.photos.choose_disease import disease_buttons
from bot.handlers.photos.disease import choose, command_in, is_link, photo_diseases
from bot.handlers.services import Context, Handler, Services
from bot.handlers.taps import on_tap
from bot.replies import apology
from bot.replies.taps import DiseaseTap
from bot.sending.messages import edit_tapped, reply, toast
from bot.texts import Html
from classifiers.card import Card


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
            else:
                await _begin(services, message, user, plugin.card)

    return [
        MessageHandler(
            filters.COMMAND & COMMAND & DiseaseCommand(lambda: photo_diseases(services.examiner.registry)), command
        ),
        on_tap(services, DiseaseTap, _chosen),
    ]


async def _begin(services: Services, message: Message, user: User, card: Card) -> None:
    """Choose a disease, and say what comes next; a link (`/start skin`) brings people who have not consented."""
    texts = services.texts_for(user)
    if is_link(message.text) and not await has_consented(services, user):
        await reply(message, texts.html("consent.ask"), buttons=consent_buttons(user, texts))
    else:
        await reply(message, await _what_comes(services, message, user, card))
    await choose(services, user, card.id)


async def _chosen(services: Services, _: Update, query: CallbackQuery, tap: DiseaseTap) -> None:
    texts = services.texts_for(query.from_user)
    plugin = services.examiner.registry.photo_plugins.get(tap.disease)
    if tap.owner != query.from_user.id:
        await toast(query, texts.plain("not_yours"))
    elif plugin is None:  # removed by a reload since the question
        await toast(query, texts.plain("choose.gone"))
        buttons = disease_buttons(services, query.from_user, texts)
        await edit_tapped(
            query, texts.html("choose.ask") if buttons else apology("unavailable", texts), buttons=buttons
        )
    else:
        await toast(query)
        await edit_tapped(query, await _what_comes(services, query.message, query.from_user, plugin.card))
        await choose(services, query.from_user, plugin.card.id)


async def _what_comes(services: Services, below: MaybeInaccessibleMessage | None, user: User, card: Card) -> Html:
    """Return the text that held photos are examined now, or that photos can be sent."""
    texts, disease = services.texts_for(user), services.texts_for(user).localised(card.title)
    if held := await services.store.updates.count_held(services.person(user)):
        return texts.html("hint.looking", disease=disease, count=held)
    return asking_for_photo(texts.html("hint.disease", disease=disease), below, texts)
