"""A group becomes a supergroup: Telegram says so in both, and what is stored about the group goes along."""

from telegram import Update
from telegram.ext import MessageHandler, filters

from bot.handlers.opinions.group_moved import show_in_new_group
from bot.handlers.services import Context, Handler, Services


def handlers(services: Services) -> list[Handler]:
    """Return the handler of the messages in which Telegram names a group's new or old number."""

    async def moved(update: Update, context: Context) -> None:
        message = update.effective_message
        if message and message.migrate_to_chat_id:
            await services.store.chats.move(message.chat_id, message.migrate_to_chat_id)
        elif message and message.migrate_from_chat_id:
            await services.store.chats.move(message.migrate_from_chat_id, message.chat_id)
        services.updates.wake()  # what waited under the old number
        await show_in_new_group(services, context.bot)

    return [MessageHandler(filters.StatusUpdate.MIGRATE, moved)]
