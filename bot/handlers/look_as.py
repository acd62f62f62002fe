""" "Look at it as …": under an answer that says "this is not what I know", another disease's look at the same photo."""

from telegram import CallbackQuery, Message, Update
from telegram.ext import CallbackQueryHandler

from bot.handlers.consent import has_consented, hold
from bot.handlers.disease import choose
from bot.handlers.examine import look
from bot.handlers.photo import file_of
from bot.handlers.services import Context, Handler, Services
from bot.replies import LOOK_AS
from bot.sending.messages import toast


def handlers(services: Services) -> list[Handler]:
    """Return the handler of these buttons."""

    async def again(update: Update, _: Context) -> None:
        if query := update.callback_query:
            await _again(services, update, query)

    return [CallbackQueryHandler(again, pattern=rf"^{LOOK_AS}:")]


async def _again(services: Services, update: Update, query: CallbackQuery) -> None:
    user, words = query.from_user, services.words(query.from_user)
    disease = (query.data or "").partition(":")[2]
    photo = query.message.reply_to_message if isinstance(query.message, Message) else None
    file = file_of(services, photo) if photo else None
    if photo is None or file is None or photo.from_user is None:
        await toast(query, words.plain("choose.photo_gone"))
    elif photo.from_user.id != user.id:
        await toast(query, words.plain("not_yours"))
    elif disease not in services.examiner.registry.photo_plugins:
        await toast(query, words.plain("choose.gone"))
    elif not await has_consented(services, user):
        await toast(query)
        await hold(services, update, photo, user)
    else:
        await toast(query)
        await choose(services, user, disease)
        await look(services, update, photo, user, file, disease)
